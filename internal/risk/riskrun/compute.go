package riskrun

import (
	"slices"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

// compute returns the risk of a snapshot, all but the backtest, and the simulation that it comes from. With positions it has what
// each position makes in each scenario.
func (in *input) compute(s snapshot, settings Settings, positions bool) (desk.RiskComputation, *risk.Simulation, error) {
	drawdown, err := risk.DrawdownOf(in.navsUpTo(s))
	if err != nil {
		return desk.RiskComputation{}, nil, err
	}
	simulation, err := in.history.Simulate(s.book, in.rules.LastPricedDay(s.at), settings.Options)
	if err != nil {
		return desk.RiskComputation{}, nil, err
	}
	measures := simulation.Measures(desk.Historical)
	scenarios, err := stress(simulation, settings.Scenarios)
	if err != nil {
		return desk.RiskComputation{}, nil, err
	}
	replays := replay(simulation, settings.ReplayDays)
	all := scenarios
	for _, r := range replays {
		all = append(all, r.StressResult)
	}
	limits := settings.Limits.Check(simulation, measures, drawdown, all)

	c := desk.RiskComputation{
		Metric: desk.RiskMetric{
			ComputedAt: s.at, VaR95Pct: measures.VaR95, VaR99Pct: measures.VaR99, CVaR95Pct: measures.CVaR95,
			NoVaR: simulation.Short(), MaxDrawdownPct: drawdown.Current, MaxDrawdown252dPct: drawdown.Worst252,
		},
		Measures:      measureRows(simulation),
		Contributions: simulation.Drivers(),
		Inputs:        in.inputsOf(s, simulation, replays, settings),
	}
	for _, r := range all {
		c.Stress = append(c.Stress, r.StressResult)
		c.StressParts = append(c.StressParts, r.ByClass...)
		if positions {
			c.StressPositions = append(c.StressPositions, r.ByPosition()...)
		}
	}
	for _, l := range limits {
		c.Limits = append(c.Limits, l.LimitStatus)
	}
	setBookTime(&c)
	in.noteSnapshot(&c, s)
	noteSimulation(&c, simulation)
	noteStress(&c, scenarios, replays)
	noteLimits(&c, limits)
	return c, simulation, c.Validate()
}

// navsUpTo returns the daily NAVs up to a snapshot. The last is the snapshot's own NAV, even if the same
// book day has a later one, because nobody knew that one at the snapshot's time.
func (in *input) navsUpTo(s snapshot) []desk.DailyNAV {
	day := in.rules.BookDay(s.at)
	before, _ := slices.BinarySearchFunc(in.navs, day, byNAVDay)
	return slices.Concat(in.navs[:before], []desk.DailyNAV{{Day: day, At: s.at, NAV: s.nav}})
}

// stress computes the scenarios, in their order.
func stress(simulation *risk.Simulation, scenarios []risk.Scenario) ([]risk.StressResult, error) {
	var all []risk.StressResult
	for _, scenario := range scenarios {
		result, err := simulation.Stress(scenario)
		if err != nil {
			return nil, err
		}
		all = append(all, result)
	}
	return all, nil
}

// replay computes the worst stretches of so many days. A length that the history does not have is left out.
func replay(simulation *risk.Simulation, lengths []int) []risk.Replay {
	var all []risk.Replay
	for _, days := range lengths {
		if r, found := simulation.Replay(days); found {
			all = append(all, r)
		}
	}
	return all
}

// measureRows are every method's figures. A book without a window, which is flat or has a short history, has none.
func measureRows(s *risk.Simulation) []desk.RiskMeasure {
	if len(s.Days) == 0 {
		return nil
	}
	var all []desk.RiskMeasure
	for _, method := range risk.Methods() {
		figures := s.Measures(method)
		row := desk.RiskMeasure{Method: method, Observations: len(s.PnL), WindowFrom: s.From, WindowTo: s.Days[len(s.Days)-1]}
		for _, at := range []struct{ confidence, valueAtRisk, shortfall float64 }{
			{95, figures.VaR95, figures.CVaR95}, {99, figures.VaR99, figures.CVaR99},
		} {
			row.ConfidencePct, row.VaRPct, row.CVaRPct = at.confidence, at.valueAtRisk, at.shortfall
			all = append(all, row)
		}
	}
	return all
}

// setBookTime gives every row the book time of the computation. Validate refuses a row without it.
func setBookTime(c *desk.RiskComputation) {
	at := c.Metric.ComputedAt
	for n := range c.Measures {
		c.Measures[n].ComputedAt = at
	}
	for n := range c.Contributions {
		c.Contributions[n].ComputedAt = at
	}
	for n := range c.Stress {
		c.Stress[n].RunDate = at
	}
	for n := range c.StressParts {
		c.StressParts[n].RunDate = at
	}
	for n := range c.StressPositions {
		c.StressPositions[n].RunDate = at
	}
	for n := range c.Limits {
		c.Limits[n].CheckedAt = at
	}
}
