package intake

import (
	"context"
	"slices"
	"time"

	"macrowatch/internal/desk"
)

// Store is where Import writes. Its functions that import write all rows of a stream or none, in one
// transaction. A *desk.BadRowsError names the lines that they refuse. The other functions give what is stored
// already, so that the rows of a file can be compared with it.
type Store interface {
	RunImport(ctx context.Context, rows desk.Rows[desk.Run]) (desk.Counts, error)
	SignalImport(ctx context.Context, rows desk.Rows[desk.Signal]) (desk.Counts, error)
	PortfolioStateImport(ctx context.Context, rows desk.Rows[desk.PortfolioState], o desk.SnapshotOptions) (desk.Counts, desk.SnapshotReport, error)
	InstrumentImport(ctx context.Context, rows desk.Rows[desk.Instrument]) (desk.Counts, error)
	// PriceImport adds unknown instruments with the kind and quotation of register and returns their names.
	// If register is nil, it refuses their prices.
	PriceImport(ctx context.Context, rows desk.Rows[desk.Price], register *desk.Instrument) (desk.Counts, []string, error)
	RiskMetricImport(ctx context.Context, rows desk.Rows[desk.RiskMetric]) (desk.Counts, error)
	StressResultImport(ctx context.Context, rows desk.Rows[desk.StressResult]) (desk.Counts, error)
	LimitStatusImport(ctx context.Context, rows desk.Rows[desk.LimitStatus]) (desk.Counts, error)

	// InstrumentList returns all instruments.
	InstrumentList(ctx context.Context) ([]desk.Instrument, error)
	// PricesBefore returns the last price of each named instrument before a day.
	PricesBefore(ctx context.Context, days map[string]time.Time) (map[string]desk.Price, error)
	// SnapshotUpTo returns the time of the last snapshot that is not after t.
	SnapshotUpTo(ctx context.Context, t time.Time) (time.Time, error)
	// Snapshots returns the rows of the snapshots of some times.
	Snapshots(ctx context.Context, times ...time.Time) ([]desk.PortfolioState, error)
}

// These two kinds have options of their own.
const (
	portfolioStates = "portfolio-states"
	prices          = "prices"
)

// kinds returns every kind of file that Import takes. The usage of the command, its completion and the error
// for an unknown kind follow from this list. A test compares it with the tables of package store.
func kinds() []kind {
	directions := desk.DirectionWord.Meanings()
	return []kind{
		rowKind[desk.Run]{
			name: "pipeline-runs",
			columns: slices.Concat(required("run_id", "step_name", "status", "started_at"),
				optional("finished_at", "duration_seconds", "error_message")),
			parse: parseRun,
			write: rowByRow(Store.RunImport, desk.RunDoubts),
		},
		rowKind[desk.Signal]{
			name: "signals",
			columns: slices.Concat(required("strategy_id", "instrument", "direction"), optional("strength"),
				required("confidence", "generated_at")),
			parse: func(c *cells) desk.Signal {
				const allowed = "a number from 0 to 1"
				isShare := func(x float64) bool { return x >= 0 && x <= 1 }
				return desk.Signal{
					Strategy:    c.text("strategy_id"),
					Instrument:  c.text("instrument"),
					Direction:   desk.Direction(c.meaning("direction", desk.DirectionWord, directions)),
					Strength:    c.numberOrNil("strength", allowed, isShare),
					Confidence:  c.requiredNumber("confidence", allowed, isShare),
					GeneratedAt: c.time("generated_at"),
				}
			},
			write: rowByRow(Store.SignalImport, desk.SignalDoubts),
		},
		rowKind[desk.PortfolioState]{
			name:    portfolioStates,
			columns: required("timestamp", "strategy_id", "instrument", "weight", "total_equity"),
			parse: func(c *cells) desk.PortfolioState {
				return desk.PortfolioState{
					Timestamp:   c.time("timestamp"),
					Strategy:    c.text("strategy_id"),
					Instrument:  c.text("instrument"),
					Weight:      c.number("weight"),
					TotalEquity: c.number("total_equity"),
				}
			},
			write: writeSnapshots,
		},
		rowKind[desk.Instrument]{
			name: "instruments",
			columns: slices.Concat(required("instrument", "kind", "quoted_in"),
				optional("asset_class", "maturity", "tenor_years", "coupon_pct", "modified_duration")),
			parse: parseInstrument,
			write: rowByRow(Store.InstrumentImport, desk.InstrumentDoubts),
		},
		rowKind[desk.Price]{
			name: prices,
			columns: slices.Concat(required("instrument"), []column{{name: "price_date", alias: "date", required: true}},
				required("price")),
			parse: func(c *cells) desk.Price {
				return desk.Price{Instrument: c.text("instrument"), Date: c.date("price_date"), Value: c.number("price")}
			},
			write: writePrices,
		},
		rowKind[desk.RiskMetric]{
			name:    "risk-metrics",
			columns: required("computed_at", "var_95_pct", "var_99_pct", "cvar_95_pct", "max_drawdown", "max_drawdown_252d_pct"),
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
			write: rowByRow(Store.RiskMetricImport, desk.RiskMetricDoubts),
		},
		rowKind[desk.StressResult]{
			name:    "stress-results",
			columns: required("run_date", "scenario_name", "portfolio_pnl_pct"),
			parse: func(c *cells) desk.StressResult {
				return desk.StressResult{RunDate: c.time("run_date"), Scenario: c.text("scenario_name"), PortfolioPnLPct: c.number("portfolio_pnl_pct")}
			},
			write: rowByRow(Store.StressResultImport, desk.StressResultDoubts),
		},
		rowKind[desk.LimitStatus]{
			name:    "limit-statuses",
			columns: required("checked_at", "limit_name", "limit_value", "current_value", "utilization_pct"),
			parse: func(c *cells) desk.LimitStatus {
				figures, none := c.allOrNone("current_value", "utilization_pct")
				return desk.LimitStatus{
					CheckedAt: c.time("checked_at"), Limit: c.text("limit_name"), LimitValue: c.number("limit_value"),
					CurrentValue: figures[0], UtilizationPct: figures[1], Unknown: none,
				}
			},
			write: rowByRow(Store.LimitStatusImport, desk.LimitStatusDoubts),
		},
	}
}
