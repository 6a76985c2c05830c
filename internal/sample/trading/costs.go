package trading

import (
	"math"

	"macrowatch/internal/desk"
)

// costOf returns what trading an asset costs, as a fraction of what is traded: half a usual bid–offer spread
// and fees, rounded. The cost of trading a rate is that of a bond of a few years.
func costOf(a *asset) float64 {
	const basisPoint = 1e-4
	switch a.class {
	case desk.FX:
		return 1.5 * basisPoint
	case desk.Rates:
		return 1 * basisPoint
	case desk.Inflation:
		return 3 * basisPoint
	case desk.Cupom:
		return 2 * basisPoint
	case desk.Sovereign:
		return 3 * basisPoint
	}
	return 2 * basisPoint
}

// cost returns what going from one set of weights to another costs, as a fraction of NAV: each
// instrument's trades of all strategies are netted first.
func (s *Setup) cost(from, to []float64) float64 {
	traded := make([]float64, len(s.assets))
	for n, r := range s.rows {
		traded[r.instrument] += to[n] - from[n]
	}
	total := 0.0
	for n, t := range traded {
		total += math.Abs(t) * costOf(&s.assets[n])
	}
	return total
}
