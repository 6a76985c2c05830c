package risk

import "gonum.org/v1/gonum/floats"

// Contributions are what each instrument adds to a book's measures; each sums to its measure.
type Contributions struct {
	VaR95, VaR99   []float64
	CVaR95, CVaR99 []float64
}

// Historical returns the historical measures of a book with these weights, and what each instrument
// adds to them, in the unit of the returns. Drivers says how a contribution is defined.
func (r Returns) Historical(weights []float64) (Measures, Contributions) {
	losses := rank(r.PnL(weights))
	c := r.marginal(losses)
	for _, unit := range [][]float64{c.VaR95, c.VaR99, c.CVaR95, c.CVaR99} {
		floats.Mul(unit, weights)
	}
	return losses.measures(), c
}

// marginal is what a weight of 1 in each instrument adds: the negated mean of its returns on the days
// that make each measure.
func (r Returns) marginal(losses ranking) Contributions {
	return Contributions{
		VaR95:  r.weighted(losses.valueAtRiskDays(0.95)),
		VaR99:  r.weighted(losses.valueAtRiskDays(0.99)),
		CVaR95: r.weighted(losses.shortfallDays(0.95)),
		CVaR99: r.weighted(losses.shortfallDays(0.99)),
	}
}

// weighted returns, for each instrument, its losses on some days times the days' weights.
func (r Returns) weighted(days []dayWeight) []float64 {
	sum := make([]float64, r.instruments)
	for _, d := range days {
		floats.AddScaled(sum, -d.weight, r.day(d.day))
	}
	return sum
}

// dayWeight is how much a day counts.
type dayWeight struct {
	day    int
	weight float64
}
