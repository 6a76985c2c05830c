package risk

import (
	"maps"
	"math"
	"slices"
)

// sums are weights by name.
type sums map[string]float64

func (s sums) add(name string, weight float64) { s[name] += weight }

func (s sums) names() []string { return slices.Sorted(maps.Keys(s)) }

// largest is the name with the largest absolute sum, the first in the alphabet of several, and that.
func (s sums) largest() (string, float64) {
	best, size := "", 0.0
	for _, name := range s.names() {
		if x := math.Abs(s[name]); best == "" || x > size {
			best, size = name, x
		}
	}
	return best, size
}
