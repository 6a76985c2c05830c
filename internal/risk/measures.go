package risk

// Method is how VaR and CVaR are computed from the P&L history.
type Method string

// The methods. Historical simulation is the default.
const (
	Historical Method = "historical"
	Parametric Method = "parametric"
	Modified   Method = "modified"
)

// Measures are one-day figures in percent of NAV, a loss positive.
type Measures struct {
	VaR95, VaR99   float64
	CVaR95, CVaR99 float64
}

// Measures returns the book's VaR and CVaR by a method; zeros for a flat book, and for a short
// simulation, which has none.
func (s *Simulation) Measures(m Method) Measures {
	if len(s.PnL) == 0 {
		return Measures{}
	}
	switch m {
	case Parametric:
		x := MomentsOf(s.PnL)
		return Measures{x.NormalVaR(0.95), x.NormalVaR(0.99), x.NormalCVaR(0.95), x.NormalCVaR(0.99)}
	case Modified:
		x := MomentsOf(s.PnL)
		return Measures{x.ModifiedVaR(0.95), x.ModifiedVaR(0.99), x.ModifiedCVaR(0.95), x.ModifiedCVaR(0.99)}
	default:
		return s.losses.measures()
	}
}

// measures are the historical ones.
func (r ranking) measures() Measures {
	return Measures{r.valueAtRisk(0.95), r.valueAtRisk(0.99), r.shortfall(0.95), r.shortfall(0.99)}
}
