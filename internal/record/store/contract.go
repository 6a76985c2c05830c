package store

import "slices"

// family says which SQL types a column of the desk's may have in a table that another tool made.
type family int

const (
	textual  family = iota // text, varchar, uuid or an enum
	prose                  // text or varchar
	word                   // what desk.Words reads: a text of any kind, a number, a boolean or an enum
	number                 // any integer, numeric, real or double precision
	instant                // timestamptz: one without a zone would have to be guessed at
	day                    // date
	bookTime               // timestamptz or date
)

// types are the names that pg_type has for a family, enums aside.
func (f family) types() []string {
	switch f {
	case textual:
		return []string{"text", "varchar", "uuid"}
	case prose:
		return []string{"text", "varchar"}
	case word:
		return []string{"text", "varchar", "bpchar", "bool", "int2", "int4", "int8", "numeric", "float4", "float8"}
	case number:
		return []string{"int2", "int4", "int8", "numeric", "float4", "float8"}
	case instant:
		return []string{"timestamptz"}
	case day:
		return []string{"date"}
	}
	return []string{"timestamptz", "date"}
}

// wanted says in words what a column must be.
func (f family) wanted() string {
	switch f {
	case textual:
		return "text, varchar, uuid or an enum"
	case prose:
		return "text or varchar"
	case word:
		return "a text, a number, a boolean or an enum"
	case number:
		return "a number"
	case instant:
		return "timestamp with time zone"
	case day:
		return "date"
	}
	return "timestamp with time zone or date"
}

// contractColumn is a column that a table of the desk's must have.
type contractColumn struct {
	name   string
	family family
	// labels are the values that an enum must know: for a word, to be written.
	labels []string
	// written marks a column that macrowatch writes and never reads. A table without it can be read, but
	// macrowatch writes nothing into the table.
	written bool
}

// contractTable is what a table of the desk's must be for macrowatch to use it, whoever made it.
type contractTable struct {
	name    string
	columns []contractColumn
	key     []string
}

// contract is the desk's tables, as the specification fixes them.
func contract() []contractTable {
	text := func(name string, labels ...string) contractColumn {
		return contractColumn{name: name, family: textual, labels: labels}
	}
	aWord := func(name string, labels ...string) contractColumn {
		return contractColumn{name: name, family: word, labels: labels}
	}
	column := func(f family, name string) contractColumn { return contractColumn{name: name, family: f} }
	written := func(f family, name string) contractColumn {
		return contractColumn{name: name, family: f, written: true}
	}
	return []contractTable{
		{"pipeline_runs", []contractColumn{
			text("run_id"), text("step_name"), aWord("status", "RUNNING", "SUCCESS", "FAILED"), column(instant, "started_at"),
			column(instant, "finished_at"), column(number, "duration_seconds"), column(prose, "error_message"),
		}, []string{"run_id"}},
		{"strategy_signals", []contractColumn{
			text("strategy_id"), text("instrument"), aWord("direction", "LONG", "SHORT", "NEUTRAL"),
			column(number, "strength"), column(number, "confidence"), column(instant, "generated_at"),
		}, []string{"strategy_id", "instrument", "generated_at"}},
		{"portfolio_state", []contractColumn{
			column(instant, "timestamp"), text("strategy_id"), text("instrument"), column(number, "weight"), column(number, "total_equity"),
		}, []string{"timestamp", "strategy_id", "instrument"}},
		{"risk_metrics_daily", []contractColumn{
			column(instant, "computed_at"), column(number, "var_95_pct"), column(number, "var_99_pct"), column(number, "cvar_95_pct"),
			column(number, "max_drawdown"), column(number, "max_drawdown_252d_pct"), written(instant, "stored_at"),
		}, []string{"computed_at"}},
		{"stress_test_results", []contractColumn{
			column(bookTime, "run_date"), text("scenario_name"), column(number, "portfolio_pnl_pct"), written(instant, "stored_at"),
		}, []string{"run_date", "scenario_name"}},
		{"risk_limits_status", []contractColumn{
			column(instant, "checked_at"), text("limit_name"), column(number, "utilization_pct"),
			// Their names are macrowatch's own choice, so that another tool's may differ.
			written(number, "limit_value"), written(number, "current_value"), written(instant, "stored_at"),
		}, []string{"checked_at", "limit_name"}},
		{"instruments", []contractColumn{
			text("instrument"), text("kind", "price", "yield"), text("quoted_in"), text("asset_class"), column(day, "maturity"),
			column(number, "tenor_years"), column(number, "coupon_pct"), column(number, "modified_duration"),
		}, []string{"instrument"}},
		{"instrument_prices", []contractColumn{
			text("instrument"), column(day, "price_date"), column(number, "price"),
		}, []string{"instrument", "price_date"}},
	}
}

// deskTables are the names of the desk's tables.
func deskTables() []string {
	var names []string
	for _, t := range contract() {
		names = append(names, t.name)
	}
	return names
}

// inContract gives a table of the desk's by its name.
func inContract(name string) (contractTable, bool) {
	all := contract()
	i := slices.IndexFunc(all, func(t contractTable) bool { return t.name == name })
	if i < 0 {
		return contractTable{}, false
	}
	return all[i], true
}
