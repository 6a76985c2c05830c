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
	r.out.Stress = append(r.out.Stress, desk.StressResult{RunDate: r.at, Scenario: s.Scenario, PortfolioPnLPct: s.PnLPct})
	for _, c := range s.ByClass {
		r.out.StressParts = append(r.out.StressParts, desk.StressContribution{
			RunDate: r.at, Scenario: s.Scenario, AssetClass: c.AssetClass, PnLPct: c.PnLPct,
		})
	}
	r.noteLeftOutOfScenario(s)
}

// limit writes a limit's status down.
func (r *rows) limit(l risk.LimitUse) {
	r.out.Limits = append(r.out.Limits, desk.LimitStatus{
		CheckedAt: r.at, Limit: l.Name, LimitValue: l.Limit, CurrentValue: l.Value, UtilizationPct: l.UtilizationPct, Unknown: l.Unknown,
	})
	if l.Detail != "" {
		r.note("limit", l.Name+": "+l.Detail+".")
	}
}
