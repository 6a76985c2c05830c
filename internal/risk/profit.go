package risk

import "macrowatch/internal/desk"

// Move returns the profit of a shock, as a fraction of the position. The shock is a relative change of a price, or
// a change of a yield in decimals. The exchange rate to BRL is multiplied by rateFactor at the same time, which
// does not change a yield's profit.
func (e *Exposure) Move(shock, rateFactor float64) float64 {
	if e.Instrument.Kind == desk.KindYield {
		return e.Sensitivity.Return(shock)
	}
	return shock * rateFactor
}

// between returns the profit, as a fraction of the position, of the move from day a to day b. The exposure must be
// present on both, and must not cross zero between them.
func (e *Exposure) between(a, b int) float64 {
	s := e.series
	if e.Instrument.Kind == desk.KindYield {
		return e.Sensitivity.Return((s.levels[b] - s.levels[a]) * s.unit)
	}
	r := s.levels[b]/s.levels[a] - 1
	if s.rates != nil {
		r *= s.rates[b] / s.rates[a]
	}
	return r
}

// moves does the same as the method `between` for many stretches at once: out[k] is the move from
// begins[k].from to ends[k].to. It has one loop for each kind of instrument, because a long history spends
// most of its time here.
func (e *Exposure) moves(out []float64, begins, ends []step) {
	levels, rates, unit := e.series.levels, e.series.rates, e.series.unit
	begins, ends = begins[:len(out)], ends[:len(out)]
	switch {
	case e.Instrument.Kind == desk.KindYield:
		for k := range out {
			out[k] = e.Sensitivity.Return((levels[ends[k].to] - levels[begins[k].from]) * unit)
		}
	case rates == nil:
		for k := range out {
			out[k] = levels[ends[k].to]/levels[begins[k].from] - 1
		}
	default:
		for k := range out {
			from, to := begins[k].from, ends[k].to
			out[k] = (levels[to]/levels[from] - 1) * (rates[to] / rates[from])
		}
	}
}

// crossesZero tells whether the return between two days has no meaning: a price is not above zero on one of them.
func (e *Exposure) crossesZero(a, b int) bool {
	s := e.series
	return !s.calendar.positive && e.Instrument.Kind == desk.KindPrice && (s.levels[a] <= 0 || s.levels[b] <= 0)
}
