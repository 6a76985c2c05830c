package riskfile

import (
	"math"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// field is a key of a mapping and what reads its value.
type field struct {
	key  string
	read func(ast.Node)
}

// pairs returns the keys and values of a mapping. Anything else is a fault.
func (r *reader) pairs(node ast.Node, what string) []*ast.MappingValueNode {
	switch n := node.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	r.fault(node, "%s is %s; it must be keys with values", what, kindOf(node))
	return nil
}

// fields reads a mapping that may have certain keys only.
func (r *reader) fields(node ast.Node, what string, allowed []field) {
	r.fieldsOf(r.pairs(node, what), what, allowed)
}

// fieldsOf reads the pairs of such a mapping.
func (r *reader) fieldsOf(pairs []*ast.MappingValueNode, what string, allowed []field) {
	for _, pair := range pairs {
		key := pair.Key.GetToken().Value
		at := slices.IndexFunc(allowed, func(f field) bool { return f.key == key })
		if at < 0 {
			var keys []string
			for _, f := range allowed {
				keys = append(keys, f.key)
			}
			r.fault(pair.Key, "%s has no key %q; it may have %s", what, key, strings.Join(keys, ", "))
			continue
		}
		allowed[at].read(pair.Value)
	}
}

// items returns the entries of a list. Anything else is a fault.
func (r *reader) items(node ast.Node, what string) []ast.Node {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		r.fault(node, "%s is %s; it must be a list", what, kindOf(node))
		return nil
	}
	return list.Values
}

// text returns a function that reads a text into a variable. The text must not be empty.
func (r *reader) text(what string, into *string) func(ast.Node) {
	return func(node ast.Node) {
		switch n := node.(type) {
		case *ast.StringNode:
			*into = n.Value
		case *ast.LiteralNode:
			*into = strings.TrimSpace(n.Value.Value)
		default:
			r.fault(node, "%s is %s; it must be a text", what, kindOf(node))
			return
		}
		if *into == "" {
			r.fault(node, "%s is empty", what)
		}
	}
}

// isNone tells whether a value is the text none, which switches something off.
func isNone(node ast.Node) bool {
	text, is := node.(*ast.StringNode)
	return is && text.Value == "none"
}

// number reads a finite number.
func (r *reader) number(node ast.Node, what string) (float64, bool) {
	x := math.NaN()
	switch n := node.(type) {
	case *ast.IntegerNode:
		switch v := n.Value.(type) {
		case int64:
			x = float64(v)
		case uint64:
			x = float64(v)
		}
	case *ast.FloatNode:
		x = n.Value
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		r.fault(node, "%s is %s; it must be a number such as 2.5", what, kindOf(node))
		return 0, false
	}
	return x, true
}

// kindOf says in words what a value is.
func kindOf(node ast.Node) string {
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
