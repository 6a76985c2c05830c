package desk

import (
	"cmp"
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
	// NoVaR says that there are too few returns for the three figures above. Then they are 0 here and null in
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
	return r.orderFault()
}

// orderFault reports measures whose order is impossible, such as a VaR at 99 % below the VaR at 95 %.
func (r RiskMetric) orderFault() error {
	sign := ""
	if r.VaR95Pct < 0 && r.VaR99Pct < 0 && r.CVaR95Pct < 0 {
		sign = "; a loss is written as a positive percentage"
	}
	switch {
	case r.NoVaR:
	case below(r.VaR99Pct, r.VaR95Pct):
		return faultf("var_99_pct", "%v is below var_95_pct %v: at 99 %% the loss is not smaller than at 95 %%%s", r.VaR99Pct, r.VaR95Pct, sign)
	case below(r.CVaR95Pct, r.VaR95Pct):
		return faultf("cvar_95_pct", "%v is below var_95_pct %v: the mean of the losses beyond the VaR is not smaller than it%s", r.CVaR95Pct, r.VaR95Pct, sign)
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
	return cmp.Or(r.figuresFault(), validateName("scenario_name", r.Scenario))
}

// figuresFault is Validate without the rules for names.
func (r StressResult) figuresFault() error {
	switch {
	case r.RunDate.IsZero():
		return errors.New("run_date is missing")
	case !finite(r.PortfolioPnLPct):
		return fmt.Errorf("portfolio_pnl_pct %v is not a finite number", r.PortfolioPnLPct)
	}
	return nil
}

// LimitStatus is a limit at a check: a row of risk_limits_status.
type LimitStatus struct {
	CheckedAt      time.Time // the book time that the check is for
	Limit          string    // unique within a check
	LimitValue     float64   // in the unit of the figure that it limits
	CurrentValue   float64   // in the same unit
	UtilizationPct float64   // the current value in percent of the limit; above 100 is a breach
	// Unknown says that there are too few returns for the current value. Then the value and the utilisation
	// are 0 here and null in the database.
	Unknown bool
}

// Validate returns what is wrong with the status in one sentence, or nil.
func (l LimitStatus) Validate() error {
	return cmp.Or(l.figuresFault(), validateName("limit_name", l.Limit))
}

// figuresFault is Validate without the rules for names.
func (l LimitStatus) figuresFault() error {
	switch {
	case l.CheckedAt.IsZero():
		return errors.New("checked_at is missing")
	case !finite(l.LimitValue):
		return fmt.Errorf("limit_value %v is not a finite number", l.LimitValue)
	case l.Unknown && (l.CurrentValue != 0 || l.UtilizationPct != 0):
		return errors.New("there is a current value where there is said to be none")
	case !finite(l.CurrentValue):
		return fmt.Errorf("current_value %v is not a finite number", l.CurrentValue)
	case !finite(l.UtilizationPct):
		return fmt.Errorf("utilization_pct %v is not a finite number", l.UtilizationPct)
	}
	return l.useFault()
}

// A utilisation may differ from 100 × value / limit by useShare of it and by useLeast percentage points, since
// whoever wrote the row may have rounded all three figures.
const (
	useShare = 0.01
	useLeast = 1
)

// useFault reports a utilisation that is not the current value in percent of the limit. Some tools leave the
// sign out, so the size alone may agree.
func (l LimitStatus) useFault() error {
	if l.Unknown {
		return nil
	}
	if l.LimitValue == 0 {
		if l.CurrentValue == 0 {
			return nil
		}
		return faultf("limit_value", "is 0, of which current_value %v is no percentage", l.CurrentValue)
	}
	use := 100 * l.CurrentValue / l.LimitValue
	if !apart(l.UtilizationPct, use, useShare, useLeast) || !apart(l.UtilizationPct, math.Abs(use), useShare, useLeast) {
		return nil
	}
	looks := ""
	if isMultiple(l.UtilizationPct, use, 0.01) {
		looks = "; it looks like a fraction"
	}
	return faultf("utilization_pct", "%v does not agree with current_value %v of limit_value %v, which is %.4g percent%s",
		l.UtilizationPct, l.CurrentValue, l.LimitValue, use, looks)
}

// MaxAmount is the largest absolute weight, NAV or price that is accepted. No real one is larger, and from a
// larger one the figures of the book could not be computed.
const MaxAmount = 1e50

// amountFault reports a weight, NAV or price that no figure can be computed from.
func amountFault(column string, x float64) error {
	if !finite(x) {
		return faultf(column, "%v is not a finite number", x)
	}
	if math.Abs(x) > MaxAmount {
		return faultf(column, "%v is not a number from %g to %g", x, -MaxAmount, MaxAmount)
	}
	return nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
