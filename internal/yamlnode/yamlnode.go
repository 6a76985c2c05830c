// Package yamlnode reads values out of the nodes of a YAML file. It is for readers that name the place of every mistake and
// what is allowed there.
package yamlnode

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"macrowatch/internal/suggest"
)

// Field is a key that a mapping may have, and what reads its value.
type Field struct {
	Key  string
	Read func(ast.Node)
}

// Reporter takes a mistake at a node, as a sentence in the form of fmt.Sprintf.
type Reporter func(node ast.Node, format string, values ...any)

// Fault is a mistake in a file and where it stands.
type Fault struct {
	Line, Column int // 0 if the mistake has no place
	// Text is the line of the error. It begins with the place: "name:line:column: what is wrong and what is allowed".
	Text string
}

// FaultAt returns a mistake at a place of the file that is called `name`.
func FaultAt(name string, at *token.Position, text string) Fault {
	return Fault{at.Line, at.Column, fmt.Sprintf("%s:%d:%d: %s", name, at.Line, at.Column, text)}
}

// SortFaults puts mistakes into the order of their places. Those without a place come first.
func SortFaults(faults []Fault) {
	slices.SortStableFunc(faults, func(a, b Fault) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column)) })
}

// FaultsError says why a file is refused.
type FaultsError struct{ Faults []Fault }

// Error returns the faults, a line each.
func (e *FaultsError) Error() string { return strings.Join(e.Lines(), "\n") }

// Lines returns the line of each fault.
func (e *FaultsError) Lines() []string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.Text
	}
	return lines
}

// Position is where a value begins. A mapping in block style begins with its first key.
func Position(node ast.Node) *token.Position {
	switch n := node.(type) {
	case *ast.MappingNode:
		if len(n.Values) > 0 && !n.IsFlowStyle {
			return Position(n.Values[0])
		}
	case *ast.MappingValueNode:
		return n.Key.GetToken().Position
	}
	return node.GetToken().Position
}

// SyntaxFault returns the mistake in the YAML itself of the file that is called `name`. It has no place if err has none.
func SyntaxFault(name string, err error) Fault {
	var bad yaml.Error
	if !errors.As(err, &bad) || bad.GetToken() == nil {
		return Fault{Text: name + ": " + err.Error()}
	}
	return FaultAt(name, bad.GetToken().Position, bad.GetMessage())
}

// Pairs returns the keys and values of a mapping. ok is false for any other node.
func Pairs(node ast.Node) (pairs []*ast.MappingValueNode, ok bool) {
	switch n := node.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

// ReadFields reads the pairs of a mapping that may have certain keys only; what names the mapping in a mistake. The mistake of
// a key that is not allowed says which key was probably meant.
func ReadFields(pairs []*ast.MappingValueNode, what string, allowed []Field, report Reporter) {
	for _, pair := range pairs {
		key := pair.Key.GetToken().Value
		at := slices.IndexFunc(allowed, func(f Field) bool { return f.Key == key })
		if at < 0 {
			var keys []string
			for _, f := range allowed {
				keys = append(keys, f.Key)
			}
			report(pair.Key, "%s has no key %q%s; it may have %s", what, key, suggest.Hint(key, keys), strings.Join(keys, ", "))
			continue
		}
		allowed[at].Read(pair.Value)
	}
}

// Text returns a text, without the blanks around it if it is a block of lines. ok is false for any other value.
func Text(node ast.Node) (text string, ok bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value), true
	}
	return "", false
}

// Number returns a finite number. ok is false for any other value.
func Number(node ast.Node) (x float64, ok bool) {
	switch n := node.(type) {
	case *ast.IntegerNode:
		switch v := n.Value.(type) {
		case int64:
			return float64(v), true
		case uint64:
			return float64(v), true
		}
	case *ast.FloatNode:
		if !math.IsNaN(n.Value) && !math.IsInf(n.Value, 0) {
			return n.Value, true
		}
	}
	return 0, false
}

// Kind says in words what a value is.
func Kind(node ast.Node) string {
	switch n := node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "keys with values"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "empty"
	case *ast.StringNode:
		return "the text " + strings.TrimSpace(n.Value)
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode, *ast.TagNode:
		return "an anchor, alias or tag, which are not understood here"
	}
	return node.String()
}
