package deskfile

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"macrowatch/internal/desk"
	"macrowatch/internal/yamlnode"
)

// reader walks through a desk file and collects its faults.
type reader struct {
	name   string
	known  []desk.Instrument // nil if they are not to be checked
	file   File
	faults []yamlnode.Fault
}

func (r *reader) fault(node ast.Node, format string, values ...any) {
	r.faults = append(r.faults, yamlnode.FaultAt(r.name, yamlnode.Position(node), fmt.Sprintf(format, values...)))
}

// unplaced adds a fault that no place of the file alone has.
func (r *reader) unplaced(err error) {
	r.faults = append(r.faults, yamlnode.Fault{Text: r.name + ": " + err.Error()})
}

// pairs returns the keys and values of a mapping. Anything else is a fault.
func (r *reader) pairs(node ast.Node, what string) []*ast.MappingValueNode {
	pairs, ok := yamlnode.Pairs(node)
	if !ok {
		r.fault(node, "%s is %s; it must be keys with values", what, kindOf(node))
	}
	return slices.Clone(pairs)
}

// fieldsOf reads the pairs of a mapping that may have certain keys only.
func (r *reader) fieldsOf(pairs []*ast.MappingValueNode, what string, allowed []yamlnode.Field) {
	yamlnode.ReadFields(pairs, what, allowed, r.fault)
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

// textOf returns the text of a value as it is written, so that no, 1 and 2026-01-31 are texts too.
func (r *reader) textOf(node ast.Node, what string) (string, bool) {
	text, ok := yamlnode.Text(node)
	switch node.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		text, ok = node.GetToken().Value, true
	}
	if !ok {
		r.fault(node, "%s is %s; it must be a text", what, kindOf(node))
		return "", false
	}
	if text == "" {
		r.fault(node, "%s is empty", what)
		return "", false
	}
	return text, true
}

// label returns a function that reads a text that people see: a name or a title.
func (r *reader) label(what string, into *string) func(ast.Node) {
	return func(node ast.Node) {
		text, ok := r.textOf(node, what)
		if !ok {
			return
		}
		if problem := desk.NameProblem(text); problem != "" {
			r.fault(node, "%s %q %s", what, text, problem)
			return
		}
		*into = text
	}
}

// labels returns a function that reads a list of such texts, in which none is there twice.
func (r *reader) labels(what, one string, into *[]string) func(ast.Node) {
	return func(node ast.Node) {
		*into = []string{}
		for _, item := range r.items(node, what) {
			text := ""
			if r.label(one, &text)(item); text == "" {
				continue
			}
			if slices.Contains(*into, text) {
				r.fault(item, "%s has %q twice", what, text)
				continue
			}
			*into = append(*into, text)
		}
	}
}

// duration returns a function that reads a length of time.
func (r *reader) duration(what string, into *time.Duration) func(ast.Node) {
	return func(node ast.Node) {
		text, ok := r.textOf(node, what)
		if !ok {
			return
		}
		d, err := time.ParseDuration(text)
		switch {
		case err != nil:
			r.fault(node, "%s is %q; it must be a length of time with its unit, such as 15m, 2h or 1h30m", what, text)
		case d <= 0:
			r.fault(node, "%s is %s; it must be above 0", what, text)
		default:
			*into = d
		}
	}
}

// kindOf says in words what a value is. It quotes a text, and writes other values as they stand in the file.
func kindOf(node ast.Node) string {
	switch n := node.(type) {
	case *ast.StringNode:
		return fmt.Sprintf("the text %q", strings.TrimSpace(n.Value))
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode, *ast.BoolNode, *ast.LiteralNode:
		return node.GetToken().Value
	}
	return yamlnode.Kind(node)
}
