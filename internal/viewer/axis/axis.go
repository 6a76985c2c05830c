package axis

import (
	"math"
	"strconv"
)

// Scale holds the settings that decide where a value axis ends.
type Scale struct {
	HardMin, HardMax *float64 // fixed ends, whatever the data are
	SoftMin, SoftMax *float64 // ends that move only if the data go beyond them
	Centered         bool     // whether zero is in the middle
	Log              float64  // the base of a logarithmic axis, 0 if the axis is linear
	Whole            bool     // whether the ends are whole numbers, because the values have no decimals
	Percent          bool     // whether the values are shares of a stack
}

// Ends returns the ends of an axis for data between lo and hi. It widens this range by a tenth and rounds it outwards. If
// all data are on one side of zero, the axis does not cross zero, and it ends at zero if it would come near.
func (s Scale) Ends(lo, hi float64) (float64, float64) {
	if math.IsInf(lo, 0) || math.IsInf(hi, 0) { // no data
		lo, hi = 0, 100
	}
	lo, hi = math.Max(lo, -LargestDrawn), math.Min(hi, LargestDrawn)
	if s.Percent {
		return math.Min(math.Floor(lo), 0), math.Max(math.Ceil(hi-1e-9), 0)
	}
	if s.Centered {
		if hi = math.Max(math.Abs(lo), math.Abs(hi)); hi == 0 {
			hi = 80 // as in Grafana, so that an axis without data has two sides too
		}
		lo = -hi
	}
	if s.HardMin != nil {
		lo = *s.HardMin
	}
	if s.HardMax != nil {
		hi = *s.HardMax
	}
	outLo, outHi := lo, hi
	if s.Log > 1 {
		outLo, outHi = logEnds(lo, hi, s.Log)
	} else {
		outLo, outHi = s.linearEnds(lo, hi)
	}
	if s.Whole {
		outLo, outHi = math.Floor(outLo), math.Ceil(outHi)
	}
	if s.HardMin != nil {
		outLo = *s.HardMin
	}
	if s.HardMax != nil {
		outHi = *s.HardMax
	}
	if !(outLo < outHi) {
		outLo, outHi = 0, 100
		if s.Log > 1 {
			outLo = 1
		}
	}
	return math.Max(outLo, -LargestDrawn), math.Min(outHi, LargestDrawn)
}

// linearEnds are the ends of a linear axis before hard ends replace them.
func (s Scale) linearEnds(lo, hi float64) (float64, float64) {
	delta := hi - lo
	largest := math.Max(math.Abs(lo), math.Abs(hi))
	// Values that differ only by rounding errors are one value.
	if delta < 1e-24 || math.Abs(math.Log10(largest)-math.Log10(delta)) > 10 {
		delta = 0
		if lo == 0 || hi == 0 {
			delta = 1e-24
		}
	}
	size := delta
	if size == 0 {
		if size = largest; size == 0 {
			size = 1000
		}
	}
	step := math.Pow(10, math.Floor(math.Log10(size))) / 10
	pad := func(end float64) float64 {
		if delta > 0 {
			return 0.1 * size
		}
		if end == 0 {
			return 0.1 * size
		}
		return size
	}
	newLo, newHi := roundTo(lo-pad(lo), step, math.Floor), roundTo(hi+pad(hi), step, math.Ceil)
	// A soft end holds if the data don't go beyond it. If there is none, zero is a soft end as soon as the widened range
	// would reach it.
	switch {
	case s.SoftMin != nil && lo >= *s.SoftMin:
		newLo = *s.SoftMin
	case s.SoftMin == nil && lo >= 0 && newLo <= 0:
		newLo = 0
	}
	switch {
	case s.SoftMax != nil && hi <= *s.SoftMax:
		newHi = *s.SoftMax
	case s.SoftMax == nil && hi <= 0 && newHi >= 0:
		newHi = 0
	}
	if newLo == newHi && newLo == 0 {
		newHi = 100
	}
	return newLo, newHi
}

// roundTo rounds to a multiple of step. The result has twelve digits, so that it carries no rounding errors of binary
// numbers.
func roundTo(v, step float64, round func(float64) float64) float64 {
	n := v / step
	if r := math.Round(n); math.Abs(n-r) < 1e-9 {
		n = r
	}
	out := round(n) * step
	if clean, err := strconv.ParseFloat(strconv.FormatFloat(out, 'g', 12, 64), 64); err == nil {
		return clean
	}
	return out
}

// logEnds are the whole powers of the base around positive values.
func logEnds(lo, hi, base float64) (float64, float64) {
	if !(lo > 0) {
		lo = math.Min(1, hi/base)
	}
	if !(lo > 0) {
		return 1, base * base
	}
	power := func(v float64, round func(float64) float64) float64 {
		e := math.Log(v) / math.Log(base)
		if r := math.Round(e); math.Abs(e-r) < 1e-9 {
			e = r
		}
		return math.Pow(base, round(e))
	}
	a, b := power(lo, math.Floor), power(hi, math.Ceil)
	if a == b {
		a, b = a/base, b*base
	}
	return a, b
}
