package store

import (
	"context"

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

// RiskMetricImport writes risk figures, all or none. A row replaces the stored one of the same
// ComputedAt. Two different rows of one ComputedAt are refused with a *desk.BadRowsError.
func (s *Store) RiskMetricImport(ctx context.Context, rows desk.Rows[desk.RiskMetric]) (desk.Counts, error) {
	return bulkImport(ctx, s, riskTable, rows, false, bulkHooks[desk.RiskMetric]{})
}

// StressResultImport writes results of scenarios, all or none. A row replaces the stored one of the same
// RunDate and scenario. No row is deleted. Two different rows of one key are refused with a
// *desk.BadRowsError.
func (s *Store) StressResultImport(ctx context.Context, rows desk.Rows[desk.StressResult]) (desk.Counts, error) {
	return bulkImport(ctx, s, stressTable, rows, false, bulkHooks[desk.StressResult]{})
}

// LimitStatusImport writes the status of limits, all or none. A row replaces the stored one of the same
// CheckedAt and limit. No row is deleted. Two different rows of one key are refused with a
// *desk.BadRowsError.
func (s *Store) LimitStatusImport(ctx context.Context, rows desk.Rows[desk.LimitStatus]) (desk.Counts, error) {
	return bulkImport(ctx, s, limitTable, rows, false, bulkHooks[desk.LimitStatus]{})
}
