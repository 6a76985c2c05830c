package httpintake

import "time"

// The types below describe a row of each kind for the API's description. The import reads and checks the rows; tests
// compare these types with its columns, and send what the description allows and what it forbids.

// rowType is a kind of rows with the type that describes a row, and an example.
type rowType struct {
	kind    string
	row     any
	summary string
	example map[string]any
}

func rowTypes() []rowType {
	return []rowType{
		{"pipeline-runs", runRow{}, "Runs of pipeline steps", map[string]any{"run_id": "2026-03-02-fred", "step_name": "fred", "status": "SUCCESS",
			"started_at": "2026-03-02T06:00:00-03:00", "finished_at": "2026-03-02T06:01:30-03:00"}},
		{"signals", signalRow{}, "Signals that strategies emit", map[string]any{"strategy_id": "FX_CARRY", "instrument": "USDBRL", "direction": "LONG",
			"confidence": 0.8, "generated_at": "2026-03-02T18:00:00-03:00"}},
		{"portfolio-states", stateRow{}, "Positions of the book, with its NAV", map[string]any{"timestamp": "2026-03-02T18:00:00-03:00", "strategy_id": "FX_CARRY",
			"instrument": "USDBRL", "weight": -0.25, "total_equity": 100000000}},
		{"instruments", instrumentRow{}, "Instruments", map[string]any{"instrument": "USDBRL", "kind": "price", "quoted_in": "BRL", "asset_class": "FX"}},
		{"prices", priceRow{}, "Prices and yields", map[string]any{"instrument": "USDBRL", "price_date": "2026-03-02", "price": 5.43}},
		{"risk-metrics", metricRow{}, "Figures of risk", map[string]any{"computed_at": "2026-03-02T18:00:00-03:00", "var_95_pct": 1.1, "var_99_pct": 1.9,
			"cvar_95_pct": 1.6, "max_drawdown": 12.5, "max_drawdown_252d_pct": 8.0}},
		{"stress-results", stressRow{}, "Results of scenarios", map[string]any{"run_date": "2026-03-02T18:00:00-03:00", "scenario_name": "Taper tantrum", "portfolio_pnl_pct": -4.2}},
		{"limit-statuses", limitRow{}, "Limits and their use", map[string]any{"checked_at": "2026-03-02T18:00:00-03:00", "limit_name": "VaR 95 %", "limit_value": 2.0,
			"current_value": 1.1, "utilization_pct": 55.0}},
	}
}

type runRow struct {
	ID         string     `json:"run_id" minLength:"1" maxLength:"200" doc:"Identifies the run."`
	Step       string     `json:"step_name" minLength:"1" maxLength:"200" doc:"The step."`
	Status     string     `json:"status" minLength:"1" doc:"RUNNING, SUCCESS, FAILED, CANCELLED or SKIPPED, or a word of another tool for one of them."`
	StartedAt  time.Time  `json:"started_at" doc:"When the run began."`
	FinishedAt *time.Time `json:"finished_at,omitempty" nullable:"true" doc:"When the run ended. A run that is over has this, duration_seconds or both."`
	Duration   *float64   `json:"duration_seconds,omitempty" nullable:"true" minimum:"0" doc:"How long the run took, in seconds."`
	Error      *string    `json:"error_message,omitempty" nullable:"true" doc:"Why the run failed. Secrets are masked."`
}

type signalRow struct {
	Strategy    string    `json:"strategy_id" minLength:"1" maxLength:"200" doc:"The strategy."`
	Instrument  string    `json:"instrument" minLength:"1" maxLength:"200" doc:"The instrument."`
	Direction   string    `json:"direction" minLength:"1" doc:"LONG, SHORT or NEUTRAL, or a word of another tool for one of them."`
	Strength    *float64  `json:"strength,omitempty" nullable:"true" minimum:"0" maximum:"1" doc:"How strong the signal is."`
	Confidence  float64   `json:"confidence" minimum:"0" maximum:"1" doc:"How sure the strategy is."`
	GeneratedAt time.Time `json:"generated_at" doc:"When the strategy emitted the signal."`
}

type stateRow struct {
	Timestamp   time.Time `json:"timestamp" doc:"The time of the snapshot. All rows of one snapshot have the same."`
	Strategy    string    `json:"strategy_id" minLength:"1" maxLength:"200" doc:"The strategy."`
	Instrument  string    `json:"instrument" minLength:"1" maxLength:"200" doc:"The instrument."`
	Weight      float64   `json:"weight" doc:"The position as a share of the NAV; negative for a short position."`
	TotalEquity float64   `json:"total_equity" doc:"The NAV, the same in all rows of a snapshot."`
}

type instrumentRow struct {
	Instrument string   `json:"instrument" minLength:"1" maxLength:"200" doc:"The instrument."`
	Kind       string   `json:"kind" enum:"price,yield" doc:"What is quoted."`
	QuotedIn   string   `json:"quoted_in" minLength:"1" maxLength:"200" doc:"The unit; for a yield percent or bp."`
	AssetClass *string  `json:"asset_class,omitempty" nullable:"true" maxLength:"200" doc:"The asset class."`
	Maturity   *date    `json:"maturity,omitempty" nullable:"true" doc:"The day on which the instrument matures."`
	Tenor      *float64 `json:"tenor_years,omitempty" nullable:"true" exclusiveMinimum:"0" doc:"The constant time to maturity, in years."`
	Coupon     *float64 `json:"coupon_pct,omitempty" nullable:"true" minimum:"0" doc:"The coupon, in percent a year."`
	Duration   *float64 `json:"modified_duration,omitempty" nullable:"true" minimum:"0" doc:"The modified duration, in years."`
}

type priceRow struct {
	Instrument string  `json:"instrument" minLength:"1" maxLength:"200" doc:"The instrument, which must be among the instruments unless the parameter kind is given."`
	Date       date    `json:"price_date" doc:"The day."`
	Price      float64 `json:"price" doc:"The price or the yield, in the instrument's unit."`
}

type metricRow struct {
	ComputedAt  time.Time `json:"computed_at" doc:"The time of the book."`
	VaR95       *float64  `json:"var_95_pct" required:"true" nullable:"true" doc:"VaR at 95 %, in percent of the NAV; a loss is positive. Null together with the other two if there is none."`
	VaR99       *float64  `json:"var_99_pct" required:"true" nullable:"true" doc:"VaR at 99 %."`
	CVaR95      *float64  `json:"cvar_95_pct" required:"true" nullable:"true" doc:"Expected shortfall at 95 %."`
	Drawdown    float64   `json:"max_drawdown" minimum:"0" doc:"The largest drawdown, in percent."`
	Drawdown252 float64   `json:"max_drawdown_252d_pct" minimum:"0" doc:"The largest drawdown of the last 252 days, in percent."`
}

type stressRow struct {
	RunDate  time.Time `json:"run_date" doc:"The time of the book."`
	Scenario string    `json:"scenario_name" minLength:"1" maxLength:"200" doc:"The scenario."`
	PnL      float64   `json:"portfolio_pnl_pct" doc:"What the book makes, in percent of the NAV; a loss is negative."`
}

type limitRow struct {
	CheckedAt   time.Time `json:"checked_at" doc:"When the limit was checked."`
	Limit       string    `json:"limit_name" minLength:"1" maxLength:"200" doc:"The limit."`
	Value       float64   `json:"limit_value" doc:"The limit's value."`
	Current     *float64  `json:"current_value" required:"true" nullable:"true" doc:"The value that is held against it. Null together with utilization_pct if it is not known."`
	Utilization *float64  `json:"utilization_pct" required:"true" nullable:"true" doc:"The share of the limit that is used, in percent."`
}
