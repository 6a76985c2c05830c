package dashboard

import "macrowatch/internal/desk"

// DayQueries are the queries behind the daily report. Most are those of the dashboards' panels, so that the report has
// the panels' figures. All of them take the range of the request. None of them has a variable: the report is about every step and every strategy.
type DayQueries struct {
	// Today is the panel Today, which says how the desk's day stands. Steps has the latest run of each step. Errors and LeftOut are the panels Error Log and Rows Left Out.
	Today, Steps, Errors, LeftOut string

	// Day has the last two daily NAVs, Peak the time of the highest one. The others are panels of Portfolio Performance.
	Day, Peak, NAV, Drawdown, Return, Sharpe, Leverage, Positions, Months string

	// Limits and Prices are about what the book holds. The others are panels of the Risk Dashboard.
	Limits, Prices, Computed, Metrics, Methods, Drivers, Stress, Backtest, Tested, Notes string
	// Dials are the marks of the dials, in the dials' order.
	Dials []DialQuery

	// Signals are the signals that Signal Overview is about, and Flips the latest changes of direction.
	Signals, Flips string
}

// DialQuery is the query for the marks of a dial: the columns watch and limit_value. They are null if the desk has no
// such limit.
type DialQuery struct {
	Title string // of the dial
	Field string // the column of Metrics that the dial shows
	Limit string // the limit from which the dial takes its marks
	SQL   string
}

// QueriesOfTheDay returns the queries behind the daily report of a desk.
func QueriesOfTheDay(rules desk.Rules) (DayQueries, error) {
	b, err := newBuilder(rules, true)
	if err != nil {
		return DayQueries{}, err
	}
	var q DayQueries
	for name, query := range map[string]*string{
		"pipeline_day": &q.Today, "day_steps": &q.Steps, "pipeline_errors": &q.Errors,
		"day_nav": &q.Day, "day_peak": &q.Peak, "portfolio_nav": &q.NAV, "portfolio_drawdown": &q.Drawdown, "portfolio_return": &q.Return,
		"portfolio_sharpe": &q.Sharpe, "portfolio_leverage": &q.Leverage, "portfolio_positions": &q.Positions, "portfolio_months": &q.Months,
		"day_limits": &q.Limits, "day_prices": &q.Prices, "risk_computed": &q.Computed, "risk_metrics": &q.Metrics, "risk_methods": &q.Methods,
		"risk_drivers_instruments": &q.Drivers, "risk_stress": &q.Stress, "risk_backtest_summary": &q.Backtest, "risk_backtest": &q.Tested, "risk_notes": &q.Notes,
		"day_signals": &q.Signals, "signal_latest_flips": &q.Flips,
	} {
		if *query, err = b.sql(name+".sql", subject{}); err != nil {
			return DayQueries{}, err
		}
	}
	for _, d := range dials() {
		marks, err := b.sql("risk_dial.sql", subject{limit: d.dialLimit})
		if err != nil {
			return DayQueries{}, err
		}
		q.Dials = append(q.Dials, DialQuery{d.title, d.field, d.dialLimit.Name, marks})
	}
	q.LeftOut, err = b.leftOutQuery()
	return q, err
}
