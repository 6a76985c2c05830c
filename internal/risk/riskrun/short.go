package riskrun

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

// ErrNoNull says that a computation has no VaR, and that another tool's table allows no null in its place.
var ErrNoNull = errors.New("there is no VaR, and the table takes no null")

// fitToTables adapts computations without a VaR to tables of another tool that allow no null. If risk_metrics_daily allows
// no null, fitToTables refuses the computation, since nothing of it could be stored. If risk_limits_status allows no null,
// it leaves out the limits on VaR and CVaR, and adds a note about that.
func (r *Runner) fitToTables(ctx context.Context, done *computedRisk) error {
	short := func(c desk.RiskComputation) bool { return c.Metric.NoVaR }
	if !slices.ContainsFunc(done.computed, short) {
		return nil
	}
	columns, err := r.store.RiskNotNull(ctx)
	if err != nil || len(columns) == 0 {
		return err
	}
	inMetrics := func(column string) bool { return strings.Contains(column, "risk_metrics_daily.") }
	if slices.ContainsFunc(columns, inMetrics) {
		for _, c := range done.computed {
			if short(c) {
				done.refused = append(done.refused, Refusal{c.Metric.ComputedAt, fmt.Errorf(
					"%w: there are %d of %d returns, and another tool made %s NOT NULL", ErrNoNull, c.Inputs.Returns, risk.MinReturns, strings.Join(columns, ", "))})
			}
		}
		done.computed = slices.DeleteFunc(done.computed, short)
		slices.SortStableFunc(done.refused, func(a, b Refusal) int { return a.At.Compare(b.At) })
		return nil
	}
	for n := range done.computed {
		withoutUnknown(&done.computed[n], columns)
	}
	return nil
}

// withoutUnknown leaves out the limits whose utilisation is unknown.
func withoutUnknown(c *desk.RiskComputation, columns []string) {
	var names []string
	c.Limits = slices.DeleteFunc(c.Limits, func(l desk.LimitStatus) bool {
		if l.Unknown {
			names = append(names, l.Limit)
		}
		return l.Unknown
	})
	if len(names) > 0 {
		addNote(c, "short", fmt.Sprintf("The limits %s are not stored: another tool made %s NOT NULL.", strings.Join(names, ", "), strings.Join(columns, ", ")))
	}
}
