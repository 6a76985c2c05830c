package store

import (
	"context"

	"macrowatch/internal/desk"
)

// riskTable is the table risk_metrics_daily.
var riskTable = table[desk.RiskMetric]{
	relation: relation{
		name: "risk_metrics_daily",
		columns: []column{
			{name: "computed_at", family: instant},
			{name: "var_95_pct", family: number},
			{name: "var_99_pct", family: number},
			{name: "cvar_95_pct", family: number},
			{name: "max_drawdown", family: number},
			{name: "max_drawdown_252d_pct", family: number},
		},
		keys:    1,
		stamped: true,
	},
	encode: func(c *copyRows, r desk.RiskMetric) {
		c.time(r.ComputedAt)
		for _, x := range []float64{r.VaR95Pct, r.VaR99Pct, r.CVaR95Pct} {
			c.numberUnless(r.NoVaR, x)
		}
		c.number(r.MaxDrawdownPct)
		c.number(r.MaxDrawdown252dPct)
	},
}

// stressTable is the table stress_test_results. Its rows of one run_date are a run of scenarios.
var stressTable = table[desk.StressResult]{
	relation: relation{
		name: "stress_test_results",
		columns: []column{
			{name: "run_date", family: bookTime},
			{name: "scenario_name", family: textual},
			{name: "portfolio_pnl_pct", family: number},
		},
		keys:    2,
		stamped: true,
	},
	group: 1,
	encode: func(c *copyRows, r desk.StressResult) {
		c.time(r.RunDate)
		c.text(r.Scenario)
		c.number(r.PortfolioPnLPct)
	},
}

// limitTable is the table risk_limits_status. Its rows of one checked_at are a check of the limits.
var limitTable = table[desk.LimitStatus]{
	relation: relation{
		name: "risk_limits_status",
		columns: []column{
			{name: "checked_at", family: instant},
			{name: "limit_name", family: textual},
			// The names of these two are macrowatch's own choice: another tool's table may lack them.
			{name: "limit_value", family: number, neverRead: true},
			{name: "current_value", family: number, neverRead: true},
			{name: "utilization_pct", family: number},
		},
		keys:    2,
		stamped: true,
	},
	group: 1,
	encode: func(c *copyRows, l desk.LimitStatus) {
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
	return bulkImport(ctx, s, riskTable, rows, bulkOptions[desk.RiskMetric]{})
}

// StressResultImport writes results of scenarios, all or none. A row replaces the stored one of the same
// RunDate and scenario. No row is deleted. Two different rows of one key are refused with a
// *desk.BadRowsError.
func (s *Store) StressResultImport(ctx context.Context, rows desk.Rows[desk.StressResult]) (desk.Counts, error) {
	return bulkImport(ctx, s, stressTable, rows, bulkOptions[desk.StressResult]{})
}

// LimitStatusImport writes the status of limits, all or none. A row replaces the stored one of the same
// CheckedAt and limit. No row is deleted. Two different rows of one key are refused with a
// *desk.BadRowsError.
func (s *Store) LimitStatusImport(ctx context.Context, rows desk.Rows[desk.LimitStatus]) (desk.Counts, error) {
	return bulkImport(ctx, s, limitTable, rows, bulkOptions[desk.LimitStatus]{})
}
