package reducer

import (
	"math"

	"macrowatch/internal/viewer/js"
)

// A transformation can make a field of numbers that holds texts or truth values. Grafana computes
// with them by JavaScript's rules, where a sum with a text is a longer text.

// mixedCalcs is StandardCalcs for such a field.
func mixedCalcs(values []any) map[string]any {
	var firstOK, lastOK, sum, delta, most, least, leastAbove, step any
	sum, delta = 0.0, 0.0
	most, least, leastAbove, step = -math.MaxFloat64, math.MaxFloat64, math.MaxFloat64, math.MaxFloat64
	count, numbers, up, zero := 0.0, 0.0, true, true
	for i, v := range values {
		if v == nil {
			continue
		}
		count++
		if n, ok := v.(float64); ok && math.IsNaN(n) {
			continue
		}
		first := firstOK == nil
		if first {
			firstOK = v
		}
		sum = Plus(sum, v)
		numbers++
		if !first {
			by := js.Coerce(v) - js.Coerce(lastOK)
			if less(by, step) {
				step = by
			}
			switch {
			case less(v, lastOK):
				up = false
				if i == len(values)-1 {
					delta = Plus(delta, v)
				}
			case up:
				delta = Plus(delta, by)
			default:
				delta, up = Plus(delta, v), true
			}
		}
		if less(most, v) {
			most = v
		}
		if less(v, least) {
			least = v
		}
		if less(v, leastAbove) && js.Coerce(v) > 0 {
			leastAbove = v
		}
		if v != 0.0 {
			zero = false
		}
		lastOK = v
	}
	out := map[string]any{
		"sum": sum, "count": count, "logmin": leastAbove, "delta": delta, "diffperc": 0.0,
		"first": values[0], "last": values[len(values)-1], "firstNotNull": firstOK, "lastNotNull": lastOK,
		"allIsNull": numbers == 0, "allIsZero": zero && numbers > 0,
	}
	if most != -math.MaxFloat64 {
		out["max"] = most
	}
	if least != math.MaxFloat64 {
		out["min"] = least
	}
	if out["max"] != nil && out["min"] != nil {
		out["range"] = js.Coerce(most) - js.Coerce(least)
	}
	if step != math.MaxFloat64 {
		out["step"] = step
	}
	if numbers > 0 {
		out["mean"] = js.Coerce(sum) / numbers
	}
	a, aOK := firstOK.(float64)
	b, bOK := lastOK.(float64)
	if aOK && bOK {
		out["diff"] = b - a
		out["diffperc"] = (b - a) / a * 100
	}
	return out
}

// mixed reports whether a field of numbers holds anything else.
func mixed(values []any) bool {
	for _, v := range values {
		if _, ok := v.(float64); v != nil && !ok {
			return true
		}
	}
	return false
}

// Plus is JavaScript's +.
func Plus(a, b any) any {
	if isText(a) || isText(b) {
		return js.Spelled(a) + js.Spelled(b)
	}
	return js.Coerce(a) + js.Coerce(b)
}

// isText reports whether JavaScript takes a value for a text in a sum; lists are joined into one.
func isText(v any) bool {
	switch v.(type) {
	case string, []any:
		return true
	}
	return false
}

// less is JavaScript's <.
func less(a, b any) bool {
	x, xOK := a.(string)
	y, yOK := b.(string)
	if xOK && yOK {
		return x < y
	}
	return js.Coerce(a) < js.Coerce(b)
}
