package reducer

import (
	"math"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
)

// StandardCalcs computes in one pass what most reducers need, by the reducers' ids. Missing values are skipped.
// Sums, extremes and differences exist for numbers and instants only.
func StandardCalcs(f *frame.Field) map[string]any { return passOver(f).results(f.Values) }

// Extremes are the results min and max of StandardCalcs, nil where it has none.
func Extremes(f *frame.Field) (least, greatest any) { return passOver(f).extremes() }

func passOver(f *frame.Field) pass {
	numeric := f.Kind == frame.Number || f.Kind == frame.Time
	if numeric && mixed(f.Values) {
		return mixedPass(f.Values)
	}
	return plainPass(f.Values, numeric)
}

// pass holds the results of one pass over a field's values. They are numbers, or in a mixed field whatever
// values JavaScript would compute.
type pass struct {
	firstOK, lastOK any // the first and the last value that is neither missing nor NaN
	sum, delta      any
	// If no extreme or no step was found, it is ±math.MaxFloat64.
	greatest, least, leastAboveZero, step any
	count                                 float64 // of the values that are not missing, NaN among them
	numbers                               float64 // of the values that the sum adds up
	allZero                               bool
}

// extremes are the least and the greatest value, nil if there is none.
func (p pass) extremes() (least, greatest any) {
	if p.least != math.MaxFloat64 {
		least = p.least
	}
	if p.greatest != -math.MaxFloat64 {
		greatest = p.greatest
	}
	return least, greatest
}

// results are a pass's results by the reducers' ids.
func (p pass) results(values []any) map[string]any {
	out := map[string]any{
		"sum": p.sum, "count": p.count, "logmin": p.leastAboveZero, "delta": p.delta, "diffperc": 0.0,
		"first": values[0], "last": values[len(values)-1], "firstNotNull": p.firstOK, "lastNotNull": p.lastOK,
		"allIsNull": p.numbers == 0, "allIsZero": p.allZero && p.numbers > 0,
	}
	least, greatest := p.extremes()
	if greatest != nil {
		out["max"] = greatest
	}
	if least != nil {
		out["min"] = least
	}
	if greatest != nil && least != nil {
		out["range"] = js.Coerce(p.greatest) - js.Coerce(p.least)
	}
	if p.step != math.MaxFloat64 {
		out["step"] = p.step
	}
	if p.numbers > 0 {
		out["mean"] = js.Coerce(p.sum) / p.numbers
	}
	first, firstIsNumber := p.firstOK.(float64)
	last, lastIsNumber := p.lastOK.(float64)
	if firstIsNumber && lastIsNumber {
		out["diff"] = last - first
		out["diffperc"] = (last - first) / first * 100
	}
	return out
}

// plainPass goes over the values of a field that holds one kind of values. numeric is true if these are numbers.
func plainPass(values []any, numeric bool) pass {
	var firstOK, lastOK any
	sum, count, numbers := 0.0, 0.0, 0.0
	greatest, least, leastAboveZero, step := -math.MaxFloat64, math.MaxFloat64, math.MaxFloat64, math.MaxFloat64
	delta, rising, allZero := 0.0, true, true
	for i, v := range values {
		if v == nil {
			continue
		}
		count++
		n, isNumber := v.(float64)
		if isNumber && math.IsNaN(n) {
			continue
		}
		first := firstOK == nil
		if first {
			firstOK = v
		}
		if numeric {
			sum += n
			numbers++
			if !first {
				before := lastOK.(float64)
				if n-before < step {
					step = n - before
				}
				// A counter that falls has begun again at zero.
				switch {
				case before > n:
					rising = false
					if i == len(values)-1 {
						delta += n
					}
				case rising:
					delta += n - before
				default:
					delta, rising = delta+n, true
				}
			}
			if n > greatest {
				greatest = n
			}
			if n < least {
				least = n
			}
			if n < leastAboveZero && n > 0 {
				leastAboveZero = n
			}
		}
		if !isNumber || n != 0 {
			allZero = false
		}
		lastOK = v
	}
	return pass{firstOK: firstOK, lastOK: lastOK, sum: sum, delta: delta, greatest: greatest, least: least,
		leastAboveZero: leastAboveZero, step: step, count: count, numbers: numbers, allZero: allZero}
}
