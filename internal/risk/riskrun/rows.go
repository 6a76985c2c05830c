package riskrun

import (
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

// rows turns a simulation's results into rows.
type rows struct {
	at         time.Time
	simulation *risk.Simulation
	out        desk.RiskComputation
}

// measures writes every method's figures down. A flat book has no window, and so no measures.
func (r *rows) measures() {
	s := r.simulation
	if len(s.Days) == 0 {
		return
	}
	for _, method := range risk.Methods() {
		figures := s.Measures(method)
		for _, at := range []struct{ confidence, valueAtRisk, shortfall float64 }{
			{95, figures.VaR95, figures.CVaR95}, {99, figures.VaR99, figures.CVaR99},
		} {
			r.out.Measures = append(r.out.Measures, desk.RiskMeasure{
				ComputedAt: r.at, Method: method, ConfidencePct: at.confidence, VaRPct: at.valueAtRisk, CVaRPct: at.shortfall,
				Observations: len(s.PnL), WindowFrom: s.From, WindowTo: s.Days[len(s.Days)-1],
			})
		}
	}
}

// drivers writes down what drives the risk.
func (r *rows) drivers() {
	r.out.Contributions = r.simulation.Drivers()
	for n := range r.out.Contributions {
		r.out.Contributions[n].ComputedAt = r.at
	}
}

// scenario writes a scenario's result and its parts down.
func (r *rows) scenario(s risk.StressResult) {
	s.RunDate = r.at
	r.out.Stress = append(r.out.Stress, s.StressResult)
	for _, part := range s.ByClass {
		part.RunDate = r.at
		r.out.StressParts = append(r.out.StressParts, part)
	}
	r.noteLeftOutOfScenario(s)
}

// limit writes a limit's status down.
func (r *rows) limit(l risk.LimitUse) {
	l.CheckedAt = r.at
	r.out.Limits = append(r.out.Limits, l.LimitStatus)
	if l.Detail != "" {
		r.note("limit", l.Limit+": "+l.Detail+".")
	}
}
