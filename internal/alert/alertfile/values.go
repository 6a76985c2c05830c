package alertfile

import (
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"macrowatch/internal/yamlnode"
)

// pairs returns the keys and values of a mapping, none of an empty value. Anything else is a fault.
func (r *reader) pairs(node ast.Node, what string) []*ast.MappingValueNode {
	pairs, ok := yamlnode.Pairs(node)
	if _, empty := node.(*ast.NullNode); !ok && !empty {
		r.fault(node, "%s is %s; it must be keys with values", what, yamlnode.Kind(node))
	}
	return pairs
}

// fields reads a mapping that may have certain keys only.
func (r *reader) fields(node ast.Node, what string, allowed []yamlnode.Field) {
	yamlnode.ReadFields(r.pairs(node, what), what, allowed, r.fault)
}

// text reads a text that is not empty.
func (r *reader) text(node ast.Node, what string) (string, bool) {
	text, ok := yamlnode.Text(node)
	switch {
	case !ok:
		r.fault(node, "%s is %s; it must be a text", what, yamlnode.Kind(node))
	case text == "":
		r.fault(node, "%s is empty", what)
	}
	return text, text != ""
}

// texts reads a text, or a list of texts, each with its place.
func (r *reader) texts(node ast.Node, what string) []target {
	nodes := []ast.Node{node}
	if list, is := node.(*ast.SequenceNode); is {
		nodes = list.Values
	}
	var all []target
	for _, n := range nodes {
		if text, ok := r.text(n, what); ok {
			all = append(all, target{text, n})
		}
	}
	return all
}

// mostDuration is the longest time that may be given.
const mostDuration = 366 * 24 * time.Hour

// duration returns a function that reads a time such as 10m. The word none, if there is one, stands for no time.
func (r *reader) duration(what string, into *time.Duration, none string) func(ast.Node) {
	return func(node ast.Node) {
		text := ""
		switch n := node.(type) {
		case *ast.StringNode:
			text = n.Value
		case *ast.IntegerNode:
			text = n.Token.Value
		}
		if none != "" && text == none {
			*into = 0
			return
		}
		d, err := time.ParseDuration(text)
		or := ""
		if none != "" {
			or = ", or " + none
		}
		switch {
		case err != nil:
			r.fault(node, "%s is %s; it must be a time such as 90s, 10m or 4h%s", what, yamlnode.Kind(node), or)
		case d < 0 || d > mostDuration || none != "" && d == 0:
			r.fault(node, "%s is %s; it must be from 0 to 8784h%s", what, text, or)
		default:
			*into = d
		}
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

// onOff reads on or off, in the spellings that YAML had for truth values.
func onOff(node ast.Node) (on, is bool) {
	switch n := node.(type) {
	case *ast.BoolNode:
		return n.Value, true
	case *ast.StringNode:
		switch strings.ToLower(n.Value) {
		case "on", "yes":
			return true, true
		case "off", "no":
			return false, true
		}
	}
	return false, false
}
