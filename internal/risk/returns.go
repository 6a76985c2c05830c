package risk

import "gonum.org/v1/gonum/floats"

// Returns are the returns of instruments on some days. They stand in one block of memory, the instruments of a
// day side by side. A book's P&L of every day is then one pass over the block, and the few days of a tail are
// read without touching the others.
type Returns struct {
	days, instruments int
	flat              []float64
}

// NewReturns makes room for returns, all of them zero.
func NewReturns(days, instruments int) Returns {
	return Returns{days, instruments, make([]float64, days*instruments)}
}

// Set puts an instrument's return on a day.
func (r Returns) Set(day, instrument int, value float64) {
	r.flat[day*r.instruments+instrument] = value
}

// day is the instruments' returns on a day.
func (r Returns) day(n int) []float64 { return r.flat[n*r.instruments : (n+1)*r.instruments] }

// PnL returns what the weights make on each day: Σ w·r over the instruments.
func (r Returns) PnL(weights []float64) []float64 {
	pnl := make([]float64, r.days)
	for n := range pnl {
		pnl[n] = floats.Dot(weights, r.day(n))
	}
	return pnl
}

// Contributions are what each instrument adds to a book's measures. Those of one measure add up to it.
type Contributions struct {
	VaR95, VaR99   []float64
	CVaR95, CVaR99 []float64
}

// Historical returns the historical measures of a book with these weights and what each instrument adds to
// them, in the unit of the returns. [Simulation.Drivers] says how a contribution is defined.
func (r Returns) Historical(weights []float64) (Measures, Contributions) {
	losses := rank(r.PnL(weights))
	c := r.unitContributions(losses)
	for _, unit := range [][]float64{c.VaR95, c.VaR99, c.CVaR95, c.CVaR99} {
		floats.Mul(unit, weights)
	}
	return losses.measures(), c
}

// unitContributions are what a weight of 1 in each instrument adds: the negated mean of its returns on the days
// that make each measure.
func (r Returns) unitContributions(losses ranking) Contributions {
	return Contributions{
		VaR95:  r.meanLosses(losses.valueAtRiskDays(0.95)),
		VaR99:  r.meanLosses(losses.valueAtRiskDays(0.99)),
		CVaR95: r.meanLosses(losses.shortfallDays(0.95)),
		CVaR99: r.meanLosses(losses.shortfallDays(0.99)),
	}
}

// meanLosses returns each instrument's mean loss on some days, weighted as the days are.
func (r Returns) meanLosses(days []dayWeight) []float64 {
	sum := make([]float64, r.instruments)
	for _, d := range days {
		floats.AddScaled(sum, -d.weight, r.day(d.day))
	}
	return sum
}
