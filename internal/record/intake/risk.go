package intake

import "macrowatch/internal/desk"

var riskKind = rowKind[desk.RiskMetric]{
	name: "risk-metrics",
	columns: []column{
		{name: "computed_at", required: true}, {name: "var_95_pct", required: true}, {name: "var_99_pct", required: true},
		{name: "cvar_95_pct", required: true}, {name: "max_drawdown", required: true}, {name: "max_drawdown_252d_pct", required: true},
	},
	parse: func(c *cells) desk.RiskMetric {
		const allowed = "a number of at least 0: a drawdown is written as a positive percentage"
		notNegative := func(x float64) bool { return x >= 0 }
		figures, none := c.allOrNone("var_95_pct", "var_99_pct", "cvar_95_pct")
		return desk.RiskMetric{
			ComputedAt: c.time("computed_at"), VaR95Pct: figures[0], VaR99Pct: figures[1], CVaR95Pct: figures[2], NoVaR: none,
			MaxDrawdownPct:     c.requiredNumber("max_drawdown", allowed, notNegative),
			MaxDrawdown252dPct: c.requiredNumber("max_drawdown_252d_pct", allowed, notNegative),
		}
	},
}

var stressKind = rowKind[desk.StressResult]{
	name: "stress-results",
	columns: []column{
		{name: "run_date", required: true}, {name: "scenario_name", required: true}, {name: "portfolio_pnl_pct", required: true},
	},
	parse: func(c *cells) desk.StressResult {
		return desk.StressResult{RunDate: c.time("run_date"), Scenario: c.text("scenario_name"), PortfolioPnLPct: c.number("portfolio_pnl_pct")}
	},
}

var limitKind = rowKind[desk.LimitStatus]{
	name: "limit-statuses",
	columns: []column{
		{name: "checked_at", required: true}, {name: "limit_name", required: true}, {name: "limit_value", required: true},
		{name: "current_value", required: true}, {name: "utilization_pct", required: true},
	},
	parse: func(c *cells) desk.LimitStatus {
		figures, none := c.allOrNone("current_value", "utilization_pct")
		return desk.LimitStatus{
			CheckedAt: c.time("checked_at"), Limit: c.text("limit_name"), LimitValue: c.number("limit_value"),
			CurrentValue: figures[0], UtilizationPct: figures[1], Unknown: none,
		}
	},
}
