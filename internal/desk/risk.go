package desk

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// RiskMetric is one computation of the book's risk: a row of risk_metrics_daily. All figures are in
// percent of NAV, and a loss is positive.
type RiskMetric struct {
	ComputedAt time.Time // the book time that the figures are for; unique
	VaR95Pct   float64   // one-day value at risk at 95 %
	VaR99Pct   float64
	CVaR95Pct  float64 // one-day expected shortfall at 95 %
	// NoVaR says that there are too few returns for the three figures above. They are 0 then, and null in
	// the database.
	NoVaR bool
	// MaxDrawdownPct is the fall of the latest NAV from its running peak, at least 0.
	MaxDrawdownPct float64
	// MaxDrawdown252dPct is the worst fall from a peak to a later trough within the last 252 daily
	// NAVs, at least 0.
	MaxDrawdown252dPct float64
}

// Validate returns what is wrong with the figures in one sentence, or nil.
func (r RiskMetric) Validate() error {
	switch {
	case r.ComputedAt.IsZero():
		return errors.New("computed_at is missing")
	case r.NoVaR && (r.VaR95Pct != 0 || r.VaR99Pct != 0 || r.CVaR95Pct != 0):
		return errors.New("there is a VaR where there is said to be none")
	case !finite(r.VaR95Pct):
		return fmt.Errorf("var_95_pct %v is not a finite number", r.VaR95Pct)
	case !finite(r.VaR99Pct):
		return fmt.Errorf("var_99_pct %v is not a finite number", r.VaR99Pct)
	case !finite(r.CVaR95Pct):
		return fmt.Errorf("cvar_95_pct %v is not a finite number", r.CVaR95Pct)
	case !finite(r.MaxDrawdownPct) || r.MaxDrawdownPct < 0:
		return fmt.Errorf("max_drawdown %v is not a finite number of at least 0", r.MaxDrawdownPct)
	case !finite(r.MaxDrawdown252dPct) || r.MaxDrawdown252dPct < 0:
		return fmt.Errorf("max_drawdown_252d_pct %v is not a finite number of at least 0", r.MaxDrawdown252dPct)
	}
	return nil
}

// StressResult is what the book would make in a scenario: a row of stress_test_results.
type StressResult struct {
	RunDate         time.Time // the book time that the result is for
	Scenario        string    // unique within a run
	PortfolioPnLPct float64   // percent of NAV, a loss is negative
}

// Validate returns what is wrong with the result in one sentence, or nil.
func (r StressResult) Validate() error {
	switch {
	case r.RunDate.IsZero():
		return errors.New("run_date is missing")
	case r.Scenario == "":
		return errors.New("scenario_name is empty")
	case !finite(r.PortfolioPnLPct):
		return fmt.Errorf("portfolio_pnl_pct %v is not a finite number", r.PortfolioPnLPct)
	}
	return nil
}

// LimitStatus is a limit at a check: a row of risk_limits_status.
type LimitStatus struct {
	CheckedAt      time.Time // the book time that the check is for
	Limit          string    // unique within a check
	LimitValue     float64   // in the unit of what it limits
	CurrentValue   float64   // in the same unit
	UtilizationPct float64   // the current value in percent of the limit; above 100 is a breach
	// Unknown says that there are too few returns for the current value. It and the utilisation are 0 then,
	// and null in the database.
	Unknown bool
}

// Validate returns what is wrong with the status in one sentence, or nil.
func (l LimitStatus) Validate() error {
	switch {
	case l.CheckedAt.IsZero():
		return errors.New("checked_at is missing")
	case l.Limit == "":
		return errors.New("limit_name is empty")
	case !finite(l.LimitValue):
		return fmt.Errorf("limit_value %v is not a finite number", l.LimitValue)
	case l.Unknown && (l.CurrentValue != 0 || l.UtilizationPct != 0):
		return errors.New("there is a current value where there is said to be none")
	case !finite(l.CurrentValue):
		return fmt.Errorf("current_value %v is not a finite number", l.CurrentValue)
	case !finite(l.UtilizationPct):
		return fmt.Errorf("utilization_pct %v is not a finite number", l.UtilizationPct)
	}
	return nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
