package riskfile

import (
	"github.com/goccy/go-yaml/ast"

	"macrowatch/internal/yamlnode"
)

// pairs returns the keys and values of a mapping. Anything else is a fault.
func (r *reader) pairs(node ast.Node, what string) []*ast.MappingValueNode {
	pairs, ok := yamlnode.Pairs(node)
	if !ok {
		r.fault(node, "%s is %s; it must be keys with values", what, yamlnode.Kind(node))
	}
	return pairs
}

// fields reads a mapping that may have certain keys only.
func (r *reader) fields(node ast.Node, what string, allowed []yamlnode.Field) {
	r.fieldsOf(r.pairs(node, what), what, allowed)
}

// fieldsOf reads the pairs of such a mapping.
func (r *reader) fieldsOf(pairs []*ast.MappingValueNode, what string, allowed []yamlnode.Field) {
	yamlnode.ReadFields(pairs, what, allowed, r.fault)
}

// items returns the entries of a list. Anything else is a fault.
func (r *reader) items(node ast.Node, what string) []ast.Node {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		r.fault(node, "%s is %s; it must be a list", what, yamlnode.Kind(node))
		return nil
	}
	return list.Values
}

// isNone tells whether a value is the text none, which switches something off.
func isNone(node ast.Node) bool {
	text, is := node.(*ast.StringNode)
	return is && text.Value == "none"
}

// text returns a function that reads a text into a variable. The text must not be empty.
func (r *reader) text(what string, into *string) func(ast.Node) {
	return func(node ast.Node) {
		text, ok := yamlnode.Text(node)
		switch {
		case !ok:
			r.fault(node, "%s is %s; it must be a text", what, yamlnode.Kind(node))
			return
		case text == "":
			r.fault(node, "%s is empty", what)
		}
		*into = text
	}
}

// number reads a finite number.
func (r *reader) number(node ast.Node, what string) (float64, bool) {
	x, ok := yamlnode.Number(node)
	if !ok {
		r.fault(node, "%s is %s; it must be a number such as 2.5", what, yamlnode.Kind(node))
	}
	return x, ok
}
