package risk

import "gonum.org/v1/gonum/floats"

// Returns are the returns of instruments over days, in one block of memory, a day's instruments side by
// side: a book's P&L of every day is one pass over it, and the few days of a tail are read without
// touching the others.
type Returns struct {
	days, instruments int
	flat              []float64
}

// NewReturns makes room, all zero.
func NewReturns(days, instruments int) Returns {
	return Returns{days, instruments, make([]float64, days*instruments)}
}

// Set puts an instrument's return on a day.
func (r Returns) Set(day, instrument int, value float64) {
	r.flat[day*r.instruments+instrument] = value
}

// At returns an instrument's return on a day.
func (r Returns) At(day, instrument int) float64 { return r.flat[day*r.instruments+instrument] }

// day is the instruments' returns of a day.
func (r Returns) day(n int) []float64 { return r.flat[n*r.instruments : (n+1)*r.instruments] }

// PnL returns what the weights make on each day: Σ w·r over the instruments.
func (r Returns) PnL(weights []float64) []float64 {
	pnl := make([]float64, r.days)
	for n := range pnl {
		pnl[n] = floats.Dot(weights, r.day(n))
	}
	return pnl
}
