package alertfile

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// field is a key of a mapping and what reads its value.
type field struct {
	key  string
	read func(ast.Node)
}

// position is where a node begins. That of a mapping is its first key's.
func position(node ast.Node) *token.Position {
	switch n := node.(type) {
	case *ast.MappingNode:
		if len(n.Values) > 0 && !n.IsFlowStyle {
			return position(n.Values[0])
		}
	case *ast.MappingValueNode:
		return n.Key.GetToken().Position
	}
	return node.GetToken().Position
}

// pairs returns the keys and values of a mapping, in which no key may stand twice. Anything else is a fault.
func (r *reader) pairs(node ast.Node, what string) []*ast.MappingValueNode {
	var all []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		all = n.Values
	case *ast.MappingValueNode:
		all = []*ast.MappingValueNode{n}
	case *ast.NullNode:
	default:
		r.fault(node, "%s is %s; it must be keys with values", what, kindOf(node))
	}
	return all
}

// fields reads a mapping that may have certain keys only.
func (r *reader) fields(node ast.Node, what string, allowed []field) {
	for _, pair := range r.pairs(node, what) {
		key := pair.Key.GetToken().Value
		at := slices.IndexFunc(allowed, func(f field) bool { return f.key == key })
		if at < 0 {
			var keys []string
			for _, f := range allowed {
				keys = append(keys, f.key)
			}
			r.fault(pair.Key, "%s has no key %q%s; it may have %s", what, key, meant(key, keys), strings.Join(keys, ", "))
			continue
		}
		allowed[at].read(pair.Value)
	}
}

// text reads a text that is not empty.
func (r *reader) text(node ast.Node, what string) (string, bool) {
	text, is := "", true
	switch n := node.(type) {
	case *ast.StringNode:
		text = n.Value
	case *ast.LiteralNode:
		text = strings.TrimSpace(n.Value.Value)
	default:
		is = false
	}
	if !is {
		r.fault(node, "%s is %s; it must be a text", what, kindOf(node))
		return "", false
	}
	if text == "" {
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
			r.fault(node, "%s is %s; it must be a time such as 90s, 10m or 4h%s", what, kindOf(node), or)
		case d < 0 || d > mostDuration || none != "" && d == 0:
			r.fault(node, "%s is %s; it must be from 0 to 8784h%s", what, text, or)
		default:
			*into = d
		}
	}
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

// distance is how many bytes must be changed, added or removed to turn one name into the other (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal, row[j+1] = row[j+1], min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
