package store

import (
	"context"
	"fmt"
	"time"

	"macrowatch/internal/desk"
)

// riskTable is risk_metrics_daily as imports write it.
var riskTable = bulkTable[desk.RiskMetric]{
	name: "risk_metrics_daily",
	columns: []bulkColumn{
		{"computed_at", "timestamptz"}, {"var_95_pct", "float8"}, {"var_99_pct", "float8"}, {"cvar_95_pct", "float8"},
		{"max_drawdown", "float8"}, {"max_drawdown_252d_pct", "float8"},
	},
	keys:    1,
	stamped: true,
	encode: func(c *copyText, r desk.RiskMetric) {
		c.time(r.ComputedAt)
		for _, x := range []float64{r.VaR95Pct, r.VaR99Pct, r.CVaR95Pct} {
			c.numberUnless(r.NoVaR, x)
		}
		c.number(r.MaxDrawdownPct)
		c.number(r.MaxDrawdown252dPct)
	},
}

// stressTable is stress_test_results as imports write it.
var stressTable = bulkTable[desk.StressResult]{
	name:    "stress_test_results",
	columns: []bulkColumn{{"run_date", "timestamptz"}, {"scenario_name", "text"}, {"portfolio_pnl_pct", "float8"}},
	keys:    2,
	group:   1,
	stamped: true,
	encode: func(c *copyText, r desk.StressResult) {
		c.time(r.RunDate)
		c.text(r.Scenario)
		c.number(r.PortfolioPnLPct)
	},
}

// limitTable is risk_limits_status as imports write it.
var limitTable = bulkTable[desk.LimitStatus]{
	name: "risk_limits_status",
	columns: []bulkColumn{
		{"checked_at", "timestamptz"}, {"limit_name", "text"},
		{"limit_value", "float8"}, {"current_value", "float8"}, {"utilization_pct", "float8"},
	},
	keys:    2,
	group:   1,
	stamped: true,
	encode: func(c *copyText, l desk.LimitStatus) {
		c.time(l.CheckedAt)
		c.text(l.Limit)
		c.number(l.LimitValue)
		c.numberUnless(l.Unknown, l.CurrentValue)
		c.numberUnless(l.Unknown, l.UtilizationPct)
	},
}

// RiskMetricUpsert writes risk figures, all or none; figures replace those of the same ComputedAt.
// Two different rows of one ComputedAt are refused with a *desk.BadRowsError.
func (s *Store) RiskMetricUpsert(ctx context.Context, metrics ...desk.RiskMetric) (desk.Counts, error) {
	for _, m := range metrics {
		if err := m.Validate(); err != nil {
			return desk.Counts{}, fmt.Errorf("risk metrics of %s: %w", m.ComputedAt.Format(time.RFC3339), err)
		}
	}
	return bulkUpsert(ctx, s, riskTable, metrics, false, bulkHooks[desk.RiskMetric]{})
}

// RiskMetricImport writes the risk figures of a file as RiskMetricUpsert does.
func (s *Store) RiskMetricImport(ctx context.Context, rows desk.Rows[desk.RiskMetric]) (desk.Counts, error) {
	return bulkImport(ctx, s, riskTable, rows, false, bulkHooks[desk.RiskMetric]{})
}

// StressResultUpsert writes whole runs of scenarios, all or none. What is stored of a RunDate that
// is written is replaced, scenarios that the new run lacks are deleted, and Counts.Removed says how
// many. Two different results of one scenario and run are refused with a *desk.BadRowsError.
func (s *Store) StressResultUpsert(ctx context.Context, results ...desk.StressResult) (desk.Counts, error) {
	for _, r := range results {
		if err := r.Validate(); err != nil {
			return desk.Counts{}, fmt.Errorf("stress result of %q: %w", r.Scenario, err)
		}
	}
	return bulkUpsert(ctx, s, stressTable, results, true, bulkHooks[desk.StressResult]{})
}

// StressResultImport writes the results of a file, all or none. A row replaces that of the same
// key; unlike StressResultUpsert it deletes nothing.
func (s *Store) StressResultImport(ctx context.Context, rows desk.Rows[desk.StressResult]) (desk.Counts, error) {
	return bulkImport(ctx, s, stressTable, rows, false, bulkHooks[desk.StressResult]{})
}

// LimitStatusUpsert writes whole checks of the limits, all or none. What is stored of a CheckedAt
// that is written is replaced, limits that the new check lacks are deleted, and Counts.Removed says
// how many. Two different rows of one limit and check are refused with a *desk.BadRowsError.
func (s *Store) LimitStatusUpsert(ctx context.Context, statuses ...desk.LimitStatus) (desk.Counts, error) {
	for _, l := range statuses {
		if err := l.Validate(); err != nil {
			return desk.Counts{}, fmt.Errorf("status of limit %q: %w", l.Limit, err)
		}
	}
	return bulkUpsert(ctx, s, limitTable, statuses, true, bulkHooks[desk.LimitStatus]{})
}

// LimitStatusImport writes the statuses of a file, all or none. A row replaces that of the same
// key; unlike LimitStatusUpsert it deletes nothing.
func (s *Store) LimitStatusImport(ctx context.Context, rows desk.Rows[desk.LimitStatus]) (desk.Counts, error) {
	return bulkImport(ctx, s, limitTable, rows, false, bulkHooks[desk.LimitStatus]{})
}
