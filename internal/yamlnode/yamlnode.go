// Package yamlnode reads values out of the nodes of a YAML file. It is for readers that name the place of every mistake and
// what is allowed there.
package yamlnode

import (
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// Field is a key that a mapping may have, and what reads its value.
type Field struct {
	Key  string
	Read func(ast.Node)
}

// Reporter takes a mistake at a node, as a sentence in the form of fmt.Sprintf.
type Reporter func(node ast.Node, format string, values ...any)

// FaultsError says why a file is refused. Each fault is a line that begins with its place: "name:line:column: what is wrong
// and what is allowed".
type FaultsError struct{ Faults []string }

// Error returns the faults, a line each.
func (e *FaultsError) Error() string { return strings.Join(e.Faults, "\n") }

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

// SyntaxFault returns the place and the message of an error in the YAML itself. ok is false if the error has no place.
func SyntaxFault(err error) (at *token.Position, message string, ok bool) {
	var bad yaml.Error
	if !errors.As(err, &bad) || bad.GetToken() == nil {
		return nil, "", false
	}
	return bad.GetToken().Position, bad.GetMessage(), true
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

// ReadFields reads the pairs of a mapping that may have certain keys only; what names the mapping in a mistake. For a key
// that is not allowed, hint may add to the mistake which key was meant.
func ReadFields(pairs []*ast.MappingValueNode, what string, allowed []Field, report Reporter, hint func(key string, allowed []string) string) {
	for _, pair := range pairs {
		key := pair.Key.GetToken().Value
		at := slices.IndexFunc(allowed, func(f Field) bool { return f.Key == key })
		if at < 0 {
			var keys []string
			for _, f := range allowed {
				keys = append(keys, f.Key)
			}
			report(pair.Key, "%s has no key %q%s; it may have %s", what, key, hint(key, keys), strings.Join(keys, ", "))
			continue
		}
		allowed[at].Read(pair.Value)
	}
}

// NoHint is the hint of a reader that proposes no key.
func NoHint(string, []string) string { return "" }

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

// Distance is how many bytes must be changed, added or removed to turn one name into the other (Levenshtein).
func Distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal, row[j+1] = row[j+1], min(change, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
