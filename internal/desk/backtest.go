package desk

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// BacktestDay is a day on which the value at risk of the day before is tested: a row of
// risk_backtest. Figures are in percent of NAV.
type BacktestDay struct {
	Day           time.Time // the desk's day that is tested, at midnight UTC; unique
	VaRComputedAt time.Time // the book time of the VaR, before the day
	VaR95Pct      float64   // as it was stored, a loss is positive
	VaR99Pct      float64
	// HypotheticalPnLPct is what the book of VaRComputedAt would have made on the day without any trade.
	// A loss is negative.
	HypotheticalPnLPct float64
	// ActualReturnPct is the return of the NAV over the same time, nil where the day has no snapshot.
	ActualReturnPct *float64
}

// Validate returns what is wrong with the day in one sentence, or nil.
func (b BacktestDay) Validate() error {
	switch {
	case b.Day.IsZero():
		return errors.New("day is missing")
	case b.VaRComputedAt.IsZero():
		return errors.New("var_computed_at is missing")
	case b.ActualReturnPct != nil && !finite(*b.ActualReturnPct):
		return fmt.Errorf("actual_return_pct %v is not a finite number", *b.ActualReturnPct)
	}
	return allFinite(figure{"var_95_pct", b.VaR95Pct}, figure{"var_99_pct", b.VaR99Pct},
		figure{"hypothetical_pnl_pct", b.HypotheticalPnLPct})
}

// TrafficLight is Basel's zone of a backtest; "" where it is not defined.
type TrafficLight string

// The zones of the traffic light, by exceptions of 250 days at 99 %.
const (
	Green  TrafficLight = "green"  // up to 4
	Yellow TrafficLight = "yellow" // 5 to 9
	Red    TrafficLight = "red"    // 10 and more
)

// BacktestSummary sums up the last tested days at one confidence: a row of risk_backtest_summary.
type BacktestSummary struct {
	ComputedAt    time.Time // the book time; later days do not count
	ConfidencePct float64   // 95 or 99
	Days          int       // tested days, at most 250
	Exceptions    int       // days whose hypothetical loss was larger than the VaR
	// Kupiec tests whether there are as many exceptions as there should be. Christoffersen tests whether they
	// are independent of each other. A test that can't be computed is nil.
	Kupiec         *LikelihoodRatio
	Christoffersen *LikelihoodRatio
	Zone           TrafficLight // only at 99 % and with 250 tested days, otherwise ""
}

// LikelihoodRatio is the result of a likelihood-ratio test.
type LikelihoodRatio struct {
	LR float64 // at least 0, chi-squared with one degree of freedom
	P  float64 // the p-value, 0 to 1
}

// Validate returns what is wrong with the summary in one sentence, or nil.
func (b BacktestSummary) Validate() error {
	switch {
	case b.ComputedAt.IsZero():
		return errors.New("computed_at is missing")
	case !(b.ConfidencePct > 0 && b.ConfidencePct < 100):
		return fmt.Errorf("confidence_pct %v is not between 0 and 100", b.ConfidencePct)
	case b.Days < 0:
		return fmt.Errorf("days %d is below 0", b.Days)
	case b.Exceptions < 0 || b.Exceptions > b.Days:
		return fmt.Errorf("exceptions %d is not between 0 and the %d days", b.Exceptions, b.Days)
	case b.Zone != "" && b.Zone != Green && b.Zone != Yellow && b.Zone != Red:
		return fmt.Errorf("zone %q is not green, yellow or red", b.Zone)
	}
	for name, lr := range map[string]*LikelihoodRatio{"kupiec": b.Kupiec, "christoffersen": b.Christoffersen} {
		if lr != nil && !(lr.LR >= 0 && lr.LR < math.Inf(1) && lr.P >= 0 && lr.P <= 1) {
			return fmt.Errorf("%s's likelihood ratio %v with p %v is not one", name, lr.LR, lr.P)
		}
	}
	return nil
}
