package axis

import (
	"math"
	"slices"
)

const (
	// farBeyond is how many times as far from zero as the others a value may lie before it is drawn at the
	// edge: nothing that a desk measures on one axis is a million million times as large as the rest.
	farBeyond = 1e12
	// LargestDrawn is how far an axis goes at most; beyond it neither ticks nor JSON can follow.
	LargestDrawn = 1e300
)

// Reach is how far from zero values are drawn to scale. One value of 1e308 would otherwise press all others into
// a line, and nothing could be read.
type Reach float64

// ReachOf is the reach of some values: farBeyond times the lower quartile of their sizes, or of 1. Zeros and
// what is no number don't count.
func ReachOf(values []float64) Reach {
	var sizes []float64
	for _, v := range values {
		if size := math.Abs(v); size > 0 && !math.IsInf(size, 0) { // and no NaN
			sizes = append(sizes, size)
		}
	}
	if len(sizes) == 0 {
		return LargestDrawn
	}
	slices.Sort(sizes)
	typical := sizes[(len(sizes)-1)/4]
	return Reach(math.Min(math.Max(typical, 1), LargestDrawn/farBeyond) * farBeyond)
}

// Exceeds reports whether a value lies beyond.
func (r Reach) Exceeds(v float64) bool { return math.Abs(v) > float64(r) }

// Within are the least and the greatest of the values that lie in their reach; any is whether one does not.
func Within(values []float64) (lo, hi float64, any bool) {
	r := ReachOf(values)
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if r.Exceeds(v) {
			any = true
			continue
		}
		lo, hi = math.Min(lo, v), math.Max(hi, v)
	}
	return lo, hi, any
}
