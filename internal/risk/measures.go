package risk

import "macrowatch/internal/desk"

// Measures are one-day figures in percent of NAV, with a loss positive.
type Measures struct {
	VaR95, VaR99   float64
	CVaR95, CVaR99 float64
}

// method is a way to get VaR and CVaR from the P&L of a simulation.
type method struct {
	name     desk.Method
	measures func(*Simulation) Measures
}

// methods lists the methods. The desk reports the figures of the first one.
func methods() [3]method {
	return [...]method{
		{desk.Historical, func(s *Simulation) Measures { return s.losses.measures() }},
		{desk.Parametric, func(s *Simulation) Measures {
			m := MomentsOf(s.PnL)
			return Measures{m.NormalVaR(0.95), m.NormalVaR(0.99), m.NormalCVaR(0.95), m.NormalCVaR(0.99)}
		}},
		{desk.Modified, func(s *Simulation) Measures {
			m := MomentsOf(s.PnL)
			return Measures{m.ModifiedVaR(0.95), m.ModifiedVaR(0.99), m.ModifiedCVaR(0.95), m.ModifiedCVaR(0.99)}
		}},
	}
}

// Methods returns the methods that there are. The desk reports the figures of the first one.
func Methods() []desk.Method {
	var names []desk.Method
	for _, m := range methods() {
		names = append(names, m.name)
	}
	return names
}

// Measures returns the book's VaR and CVaR by a method of [Methods]. A flat book has zeros, and so has a short
// simulation, which has neither VaR nor CVaR.
func (s *Simulation) Measures(name desk.Method) Measures {
	for _, m := range methods() {
		switch {
		case m.name != name:
		case len(s.PnL) == 0:
			return Measures{}
		default:
			return m.measures(s)
		}
	}
	panic("risk: there is no method " + string(name))
}
