package reducer

import (
	"math"

	"macrowatch/internal/viewer/js"
)

// mixedPass goes over the values of a number field that also holds texts or booleans. Transformations can make such a
// field. Grafana computes with them by JavaScript's rules: adding a text, for example, gives a longer text.
func mixedPass(values []any) pass {
	p := pass{sum: 0.0, delta: 0.0, greatest: -math.MaxFloat64, least: math.MaxFloat64, leastAboveZero: math.MaxFloat64,
		step: math.MaxFloat64, allZero: true}
	rising := true
	for i, v := range values {
		if v == nil {
			continue
		}
		p.count++
		if n, ok := v.(float64); ok && math.IsNaN(n) {
			continue
		}
		first := p.firstOK == nil
		if first {
			p.firstOK = v
		}
		p.sum = Plus(p.sum, v)
		p.numbers++
		if !first {
			by := js.Coerce(v) - js.Coerce(p.lastOK)
			if less(by, p.step) {
				p.step = by
			}
			switch {
			case less(v, p.lastOK):
				rising = false
				if i == len(values)-1 {
					p.delta = Plus(p.delta, v)
				}
			case rising:
				p.delta = Plus(p.delta, by)
			default:
				p.delta, rising = Plus(p.delta, v), true
			}
		}
		if less(p.greatest, v) {
			p.greatest = v
		}
		if less(v, p.least) {
			p.least = v
		}
		if less(v, p.leastAboveZero) && js.Coerce(v) > 0 {
			p.leastAboveZero = v
		}
		if v != 0.0 {
			p.allZero = false
		}
		p.lastOK = v
	}
	return p
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

// isText reports whether JavaScript treats a value as text in a sum. It joins a list into a text.
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
