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
	for _, m := range []struct {
		method risk.Method
		stored desk.Method
	}{{risk.Historical, desk.Historical}, {risk.Parametric, desk.Parametric}, {risk.Modified, desk.Modified}} {
		figures := s.Measures(m.method)
		for _, at := range []struct{ confidence, valueAtRisk, shortfall float64 }{
			{95, figures.VaR95, figures.CVaR95}, {99, figures.VaR99, figures.CVaR99},
		} {
			r.out.Measures = append(r.out.Measures, desk.RiskMeasure{
				ComputedAt: r.at, Method: m.stored, ConfidencePct: at.confidence, VaRPct: at.valueAtRisk, CVaRPct: at.shortfall,
				Observations: len(s.PnL), WindowFrom: s.From, WindowTo: s.Days[len(s.Days)-1],
			})
		}
	}
}

// drivers writes down what drives the risk.
func (r *rows) drivers() {
	groupings := map[risk.Grouping]desk.Grouping{
		risk.ByStrategy: desk.ByStrategy, risk.ByInstrument: desk.ByInstrument, risk.ByAssetClass: desk.ByAssetClass,
	}
	for _, d := range r.simulation.Drivers() {
		r.out.Contributions = append(r.out.Contributions, desk.RiskContribution{
			ComputedAt: r.at, Grouping: groupings[d.By], Name: d.Name, NetWeight: d.Net / 100, GrossWeight: d.Gross / 100,
			VaR95Pct: d.VaR95, VaR99Pct: d.VaR99, CVaR95Pct: d.CVaR95, CVaR99Pct: d.CVaR99,
			IncrementalVaR95Pct: d.IncrementalVaR95, IncrementalVaR99Pct: d.IncrementalVaR99,
		})
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
