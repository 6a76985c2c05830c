package desk

import (
	"fmt"
	"math"
	"time"
)

// Doubt is a value that the rules allow and that looks like a mistake, such as a fraction where a percentage
// is meant. The row is taken all the same: a person must decide.
type Doubt struct {
	Line   int64
	Unit   string // what Line counts, as in BadRow
	Member string // the file in an archive, as in BadRow
	Column string
	Value  string
	Looks  string // what the value looks like: the rest of a sentence that begins with the value
}

// String returns the doubt as one line: line 7, price 0.1325: looks like a fraction.
func (d Doubt) String() string {
	place := BadRow{Line: d.Line, Unit: d.Unit, Member: d.Member}.Place()
	return fmt.Sprintf("%s, %s %s: %s", place, d.Column, shorten(d.Value), d.Looks)
}

// Doubts are the doubts about the rows of a file: the first MaxBadRows of them, and how many more there are.
type Doubts struct {
	Rows []Doubt
	More int64
}

// add keeps a doubt. Once there are MaxBadRows doubts, it only counts further ones.
func (d *Doubts) add(line int64, column string, value any, format string, args ...any) {
	if len(d.Rows) >= MaxBadRows {
		d.More++
		return
	}
	d.Rows = append(d.Rows, Doubt{Line: line, Column: column, Value: fmt.Sprint(value), Looks: fmt.Sprintf(format, args...)})
}

// aDayAhead is how far a time may lie after now before it is in doubt, since clocks and zones differ.
const aDayAhead = 24 * time.Hour

// later adds a doubt if the time `at` lies in the future. The argument `now` is the zero time if it is not
// known. Then no time is in doubt.
func (d *Doubts) later(line int64, column string, at, now time.Time) {
	if !now.IsZero() && at.Sub(now) > aDayAhead {
		d.add(line, column, at.UTC().Format(time.RFC3339), "lies in the future: it is now %s", now.UTC().Format(time.RFC3339))
	}
}

// RunDoubts says what looks wrong with a run that breaks no rule.
func RunDoubts(d *Doubts, line int64, r Run, now time.Time) {
	const mostDays = 7
	d.later(line, "started_at", r.StartedAt, now)
	if r.DurationSeconds > mostDays*86400 {
		d.add(line, "duration_seconds", r.DurationSeconds, "is %.0f days, and looks like milliseconds", r.DurationSeconds/86400)
	}
	if r.Status == Success && r.ErrorMessage != "" {
		d.add(line, "error_message", fmt.Sprintf("%q", shorten(r.ErrorMessage)), "stands at a run that is SUCCESS: is it FAILED?")
	}
}

// SignalDoubts says what looks wrong with a signal that breaks no rule.
func SignalDoubts(d *Doubts, line int64, s Signal, now time.Time) {
	d.later(line, "generated_at", s.GeneratedAt, now)
}

// InstrumentDoubts says what looks wrong with an instrument that breaks no rule.
func InstrumentDoubts(d *Doubts, line int64, i Instrument, _ time.Time) {
	const longestYears = 100
	if c := i.CouponPct; c != nil && *c > 0 && *c < 0.2 {
		d.add(line, "coupon_pct", *c, "looks like a fraction: a coupon of %g percent is written %g", 100**c, 100**c)
	}
	for _, years := range []struct {
		column string
		value  *float64
	}{{"tenor_years", i.TenorYears}, {"modified_duration", i.ModifiedDuration}} {
		if years.value != nil && *years.value > longestYears {
			d.add(line, years.column, *years.value, "is more than a hundred years, and looks like days or months")
		}
	}
}

// RiskMetricDoubts says what looks wrong with risk figures that break no rule.
func RiskMetricDoubts(d *Doubts, line int64, r RiskMetric, now time.Time) {
	d.later(line, "computed_at", r.ComputedAt, now)
	switch {
	case r.NoVaR:
	case r.VaR95Pct < 0 && r.VaR99Pct < 0:
		d.add(line, "var_99_pct", r.VaR99Pct, "is below 0, which is a gain: a loss is written as a positive percentage")
	case r.VaR99Pct > 0 && r.VaR99Pct < 0.05:
		d.add(line, "var_99_pct", r.VaR99Pct, "looks like a fraction: %g percent of NAV is written %g", 100*r.VaR99Pct, 100*r.VaR99Pct)
	case r.VaR99Pct > 100:
		d.add(line, "var_99_pct", r.VaR99Pct, "is more than the whole NAV, and looks like basis points or money")
	}
	for _, fall := range []struct {
		column string
		value  float64
	}{{"max_drawdown", r.MaxDrawdownPct}, {"max_drawdown_252d_pct", r.MaxDrawdown252dPct}} {
		if fall.value > 100 {
			d.add(line, fall.column, fall.value, "is more than the whole NAV, and looks like basis points or money")
		}
	}
}

// StressResultDoubts says what looks wrong with a stress result that breaks no rule.
func StressResultDoubts(d *Doubts, line int64, r StressResult, now time.Time) {
	d.later(line, "run_date", r.RunDate, now)
	switch size := math.Abs(r.PortfolioPnLPct); {
	case size > 100:
		d.add(line, "portfolio_pnl_pct", r.PortfolioPnLPct, "is more than the whole NAV, and looks like basis points or money")
	case size > 0 && size < 0.001:
		d.add(line, "portfolio_pnl_pct", r.PortfolioPnLPct, "is next to nothing, and looks like a fraction")
	}
}

// LimitStatusDoubts says what looks wrong with a limit's status that breaks no rule.
func LimitStatusDoubts(d *Doubts, line int64, l LimitStatus, now time.Time) {
	d.later(line, "checked_at", l.CheckedAt, now)
	if l.LimitValue < 0 && l.UtilizationPct < 0 {
		d.add(line, "limit_value", l.LimitValue, "is below 0: a limit on a loss is written as a positive number")
	}
	if l.UtilizationPct > 10_000 {
		d.add(line, "utilization_pct", l.UtilizationPct, "is more than a hundred times the limit: are value and limit in one unit?")
	}
}
