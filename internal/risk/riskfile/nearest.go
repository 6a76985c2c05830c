package riskfile

import (
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
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
	slices.SortStableFunc(names, func(a, b string) int { return distance(name, a) - distance(name, b) })
	return names[:min(5, len(names))]
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
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
