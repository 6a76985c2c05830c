package axis

import (
	"math"
	"slices"
)

const (
	// farBeyond is how many times as large as the other values of its axis a value may be. A larger value is drawn at
	// the edge of the chart: nothing that a desk measures on one axis is a million million times as large as the rest.
	farBeyond = 1e12
	// LargestDrawn is the greatest number on any axis. With larger ones neither ticks nor JSON would work.
	LargestDrawn = 1e300
)

// Reach is the greatest distance from zero at which values are drawn to scale. Without it one value of 1e308 would press
// all other values into a line.
type Reach float64

// ReachOf returns the reach of some values: farBeyond times the lower quartile of their absolute values, or farBeyond if
// that quartile is below 1 or none of the values is larger than farBeyond. Zeros, NaN and infinities don't count.
func ReachOf(values []float64) Reach {
	if !slices.ContainsFunc(values, func(v float64) bool { return math.Abs(v) > farBeyond }) {
		return farBeyond // nearly always, and much sooner than the quartile is found
	}
	var sizes []float64
	for _, v := range values {
		if size := math.Abs(v); size > 0 && !math.IsInf(size, 0) { // NaN is not above 0
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

// Exceeds reports whether a value lies beyond the reach.
func (r Reach) Exceeds(v float64) bool { return math.Abs(v) > float64(r) }

// Within returns the least and the greatest of the values that lie within their reach. `beyond` is true if any value lies
// beyond the reach.
func Within(values []float64) (lo, hi float64, beyond bool) {
	r := ReachOf(values)
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if r.Exceeds(v) {
			beyond = true
			continue
		}
		lo, hi = math.Min(lo, v), math.Max(hi, v)
	}
	return lo, hi, beyond
}
