package desk

import (
	"fmt"
	"time"
)

// RiskComputation has everything that is computed for one book time. It is stored and replaced as a whole.
type RiskComputation struct {
	Metric        RiskMetric // its ComputedAt is the book time of everything else
	Measures      []RiskMeasure
	Contributions []RiskContribution
	Stress        []StressResult
	StressParts   []StressContribution
	// StressPositions is empty where they are not kept: only those of few computations are.
	StressPositions []StressPosition
	Limits          []LimitStatus
	Backtest        []BacktestSummary
	Notes           []RiskNote
	Inputs          *RiskInputs // nil where they are not known
}

// Validate returns what is wrong with any row in one sentence, or nil. A row whose book time is not the
// metric's is wrong. The rules of [NameProblem] do not apply here: the names come from the book, its
// instruments and the risk file, and one odd name must not keep the rest of the book from having its risk.
func (c RiskComputation) Validate() error {
	if err := c.Metric.Validate(); err != nil {
		return err
	}
	var first error // one is enough, since the fault is in the computation and not in a row
	// A computation has more than a thousand rows, so a row is named only if it has a fault.
	check := func(what func() string, bookTime time.Time, err error) {
		if err == nil && !bookTime.Equal(c.Metric.ComputedAt) {
			err = fmt.Errorf("is of %s, not of %s", bookTime.Format(time.RFC3339), c.Metric.ComputedAt.Format(time.RFC3339))
		}
		if err != nil && first == nil {
			first = fmt.Errorf("%s: %w", what(), err)
		}
	}
	for _, r := range c.Measures {
		check(func() string { return fmt.Sprintf("risk measure %s at %v %%", r.Method, r.ConfidencePct) }, r.ComputedAt, r.Validate())
	}
	for _, r := range c.Contributions {
		check(func() string { return fmt.Sprintf("risk contribution of %s %q", r.Grouping, r.Name) }, r.ComputedAt, r.Validate())
	}
	for _, r := range c.Stress {
		check(func() string { return fmt.Sprintf("stress result of %q", r.Scenario) }, r.RunDate, r.figuresFault())
	}
	for _, r := range c.StressParts {
		check(func() string { return fmt.Sprintf("part of %s in the stress result of %q", r.AssetClass, r.Scenario) }, r.RunDate, r.Validate())
	}
	for _, r := range c.StressPositions {
		check(func() string {
			return fmt.Sprintf("position of %s in %s in the stress result of %q", r.Strategy, r.Instrument, r.Scenario)
		}, r.RunDate, r.Validate())
	}
	if err := c.partsFault(); first == nil {
		first = err
	}
	for _, r := range c.Limits {
		check(func() string { return fmt.Sprintf("status of limit %q", r.Limit) }, r.CheckedAt, r.figuresFault())
	}
	for _, r := range c.Backtest {
		check(func() string { return fmt.Sprintf("backtest at %v %%", r.ConfidencePct) }, r.ComputedAt, r.Validate())
	}
	for _, r := range c.Notes {
		check(func() string { return fmt.Sprintf("note %d", r.No) }, r.ComputedAt, r.Validate())
	}
	if c.Inputs != nil {
		check(func() string { return "inputs" }, c.Inputs.ComputedAt, c.Inputs.Validate())
	}
	return first
}

// partsFault reports a scenario whose parts, or whose positions, do not sum to its result. A scenario may have no parts
// and no positions at all.
func (c RiskComputation) partsFault() error {
	parts, positions := map[string]float64{}, map[string]float64{}
	for _, p := range c.StressParts {
		parts[p.Scenario] += p.PnLPct
	}
	for _, p := range c.StressPositions {
		positions[p.Scenario] += p.PnLPct
	}
	for _, r := range c.Stress {
		if sum, has := parts[r.Scenario]; has && apart(sum, r.PortfolioPnLPct, 1e-6, 1e-6) {
			return fmt.Errorf("stress result of %q: portfolio_pnl_pct %v is not the sum of its parts, %v", r.Scenario, r.PortfolioPnLPct, sum)
		}
		if sum, has := positions[r.Scenario]; has && apart(sum, r.PortfolioPnLPct, 1e-6, 1e-6) {
			return fmt.Errorf("stress result of %q: portfolio_pnl_pct %v is not the sum of its positions, %v", r.Scenario, r.PortfolioPnLPct, sum)
		}
	}
	return nil
}
