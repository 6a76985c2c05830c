package riskfile

import (
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"macrowatch/internal/suggest"
)

// isKnown tells whether the desk has an instrument. If not, a fault names the instruments with the nearest names.
func (r *reader) isKnown(node ast.Node, name string) bool {
	if _, ok := r.known[name]; ok {
		return true
	}
	if near := r.nearest(name); len(near) > 0 {
		r.fault(node, "no instrument is called %s; there is %s", name, strings.Join(near, ", "))
	} else {
		r.fault(node, "no instrument is called %s; there are none", name)
	}
	return false
}

// nearest returns the five instruments whose names are the fewest changes away.
func (r *reader) nearest(name string) []string {
	names := slices.Sorted(maps.Keys(r.known))
	slices.SortStableFunc(names, func(a, b string) int { return suggest.Distance(name, a) - suggest.Distance(name, b) })
	return names[:min(5, len(names))]
}
