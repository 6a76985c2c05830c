package desk

import (
	"fmt"
	"slices"
	"strings"
)

// UsableColumn says as SQL which values of a column can be used. Another tool may have made the table, without
// the constraints that macrowatch gives its own tables.
type UsableColumn struct {
	Name string
	// Usable is a condition that is true for a value that can be used.
	Usable string
	// Allowed says in words what such a value is: "a finite number".
	Allowed string
	// Figure marks a column whose unusable values count as not known. In any other column an unusable value
	// leaves the whole row out.
	Figure bool
	// Constraint is the constraint of macrowatch's own table that ensures this, "" where NOT NULL is enough.
	Constraint string
}

// UsableTable says which rows of a table can be used.
type UsableTable struct {
	Name    string
	Key     []string // the columns that name a row
	Columns []UsableColumn
	// Others are columns that are read as they are.
	Others []string
}

// Bounds of what can be used, as SQL. No time of a desk lies outside them, and PostgreSQL can compute with
// everything inside. NaN lies outside, since PostgreSQL sorts it above Infinity.
const (
	sqlInstants = `BETWEEN '1000-01-01' AND '9999-12-31'`
	sqlNumbers  = `BETWEEN -1.7e308 AND 1.7e308`
	sqlAmounts  = `BETWEEN -1e50 AND 1e50` // MaxAmount
)

// UsableTables are the tables that another tool may have made.
func UsableTables() []UsableTable {
	name := func(table, column string) UsableColumn {
		return UsableColumn{Name: column, Usable: column + `::text <> ''`, Allowed: "a name", Constraint: table + "_" + column + "_not_empty"}
	}
	instant := func(column, constraint string) UsableColumn {
		return UsableColumn{Name: column, Usable: column + " " + sqlInstants, Allowed: "a time between the years 1000 and 9999", Constraint: constraint}
	}
	number := func(column, constraint string) UsableColumn {
		return UsableColumn{Name: column, Usable: column + " " + sqlNumbers, Allowed: "a finite number", Constraint: constraint}
	}
	amount := func(column, constraint string) UsableColumn {
		return UsableColumn{Name: column, Usable: column + " " + sqlAmounts, Allowed: "a finite number up to 1e50", Constraint: constraint}
	}
	figure := func(column, condition, allowed, constraint string) UsableColumn {
		return UsableColumn{Name: column, Usable: column + " " + condition, Allowed: allowed, Figure: true, Constraint: constraint}
	}
	maybe := func(c UsableColumn) UsableColumn {
		c.Usable, c.Allowed = "("+c.Name+" IS NULL OR "+c.Usable+")", c.Allowed+" or NULL"
		return c
	}
	share := UsableColumn{Name: "confidence", Usable: "confidence BETWEEN 0 AND 1", Allowed: "a number from 0 to 1", Constraint: "strategy_signals_confidence_0_to_1"}
	return []UsableTable{
		{"pipeline_runs", []string{"run_id", "step_name", "started_at"}, []UsableColumn{
			name("pipeline_runs", "step_name"), instant("started_at", "pipeline_runs_started_at_finite"),
			maybe(instant("finished_at", "pipeline_runs_finished_at_finite")),
			figure("duration_seconds", "BETWEEN 0 AND 3.2e9", "a number of seconds up to a hundred years", "pipeline_runs_duration_finite"),
		}, []string{"status"}},
		{"strategy_signals", []string{"strategy_id", "instrument", "generated_at"}, []UsableColumn{
			name("strategy_signals", "strategy_id"), name("strategy_signals", "instrument"),
			instant("generated_at", "strategy_signals_generated_at_finite"), share,
		}, []string{"direction"}},
		{"portfolio_state", []string{`"timestamp"`, "strategy_id", "instrument"}, []UsableColumn{
			instant(`"timestamp"`, "portfolio_state_timestamp_finite"), name("portfolio_state", "strategy_id"), name("portfolio_state", "instrument"),
			amount("weight", "portfolio_state_weight_finite"), amount("total_equity", "portfolio_state_total_equity_finite"),
		}, nil},
		{"risk_metrics_daily", []string{"computed_at"}, []UsableColumn{
			instant("computed_at", "risk_metrics_daily_computed_at_finite"),
			figure("var_95_pct", sqlNumbers, "a finite number", "risk_metrics_daily_var_95_finite"),
			figure("var_99_pct", sqlNumbers, "a finite number", "risk_metrics_daily_var_99_finite"),
			figure("cvar_95_pct", sqlNumbers, "a finite number", "risk_metrics_daily_cvar_95_finite"),
			figure("max_drawdown", sqlNumbers, "a finite number", "risk_metrics_daily_max_drawdown_not_negative"),
			figure("max_drawdown_252d_pct", sqlNumbers, "a finite number", "risk_metrics_daily_max_drawdown_252d_not_negative"),
		}, nil},
		{"stress_test_results", []string{"run_date", "scenario_name"}, []UsableColumn{
			instant("run_date", "stress_test_results_run_date_finite"), name("stress_test_results", "scenario_name"),
			number("portfolio_pnl_pct", "stress_test_results_portfolio_pnl_finite"),
		}, nil},
		{"risk_limits_status", []string{"checked_at", "limit_name"}, []UsableColumn{
			instant("checked_at", "risk_limits_status_checked_at_finite"), name("risk_limits_status", "limit_name"),
			maybe(number("utilization_pct", "risk_limits_status_utilization_finite")),
		}, nil},
		{"instruments", []string{"instrument"}, []UsableColumn{
			name("instruments", "instrument"),
			{Name: "kind", Usable: "kind::text IN ('price', 'yield')", Allowed: "price or yield", Constraint: "instruments_kind_known"},
			{Name: "quoted_in", Usable: "CASE kind::text WHEN 'yield' THEN quoted_in::text IN ('percent', 'bp') ELSE quoted_in::text <> '' END",
				Allowed: "a unit, percent or bp for a yield", Constraint: "instruments_yield_in_percent_or_bp"},
			figure("maturity", sqlInstants, "a day between the years 1000 and 9999", "instruments_maturity_finite"),
			figure("tenor_years", "> 0 AND tenor_years <= 1.7e308", "a finite number above 0", "instruments_tenor_positive"),
			figure("coupon_pct", "BETWEEN 0 AND 1.7e308", "a finite number of at least 0", "instruments_coupon_not_negative"),
			figure("modified_duration", "BETWEEN 0 AND 1.7e308", "a finite number of at least 0", "instruments_modified_duration_not_negative"),
		}, []string{"asset_class"}},
		{"instrument_prices", []string{"instrument", "price_date"}, []UsableColumn{
			{Name: "instrument", Usable: "instrument::text <> ''", Allowed: "a name"},
			instant("price_date", "instrument_prices_price_date_finite"), amount("price", "instrument_prices_price_finite"),
		}, nil},
	}
}

// UsableRows is SQL for a FROM clause: the rows of a table that can be used. An alias must follow it. Figures
// that can't be used are null in these rows. If the table has figures, the rows have the columns of UsableTables
// and the columns that `also` names. Otherwise they have all columns.
//
// The conditions stand in one CASE because of PostgreSQL's planner. For a table without statistics the planner
// assumes that each condition holds for one row in two hundred, and all of them together for none. Then it sorts
// the whole table although an index has the row that is wanted. For a condition that a CASE is not 0, the
// planner assumes that it holds for nearly all rows.
func UsableRows(table string, also ...string) string {
	t := usableTable(table)
	var conditions []string
	columns, figures := []string{}, false
	for _, c := range t.Columns {
		if c.Figure {
			figures = true
			columns = append(columns, fmt.Sprintf("CASE WHEN %s THEN %s END AS %[2]s", c.Usable, c.Name))
			continue
		}
		columns = append(columns, c.Name)
		conditions = append(conditions, c.Usable)
	}
	list := "*"
	if figures {
		list = strings.Join(slices.Concat(columns, t.Others, also), ", ")
	}
	return "(SELECT " + list + " FROM " + table + " WHERE CASE WHEN " + strings.Join(conditions, " AND ") + " THEN 1 END <> 0)"
}

// LeftOutRows is a query for the values that can't be used in some rows of a table. It returns the columns
// row_key, column_name, value and problem, and the columns that `also` adds, in the order of the rows' keys.
// The text `from` is a FROM clause in which the rows have the alias r. The query looks at no row of a table
// that macrowatch made, since such a table's constraints let no unusable value in. That is asked first (OFFSET 0
// keeps this order), so that the server starts no processes to read a large table which then have nothing to do.
// Of another table it makes texts only of the rows with a value that can't be used: there are few, and a range may
// have millions.
func LeftOutRows(table, from, also string) string {
	if also != "" {
		also = ", " + also
	}
	t := usableTable(table)
	var bad, checks []string
	for n, c := range t.Columns {
		isBad, consequence := "("+c.Usable+") IS NOT TRUE", "the row is left out"
		if c.Figure {
			isBad, consequence = c.Name+" IS NOT NULL AND "+isBad, "it counts as not known"
		}
		bad = append(bad, isBad)
		// Three dots: not every database can hold the character for them.
		checks = append(checks, fmt.Sprintf("(%d, '%s', regexp_replace(%s::text, '^(.{20}).+$', '\\1...'), '%s', %s)", n, strings.Trim(c.Name, `"`), c.Name,
			strings.ReplaceAll(fmt.Sprintf("%s is needed, so %s", c.Allowed, consequence), "'", "''"), isBad))
	}
	var key []string
	for _, k := range t.Key {
		key = append(key, fmt.Sprintf("'%s ' || coalesce(nullif(left(%s::text, 60), ''), 'NULL')", strings.Trim(k, `"`), k))
	}
	return `WITH asked AS MATERIALIZED (
  SELECT true AS yes WHERE ` + MayLeaveOut(table) + `
)
SELECT concat_ws(', ', ` + strings.Join(key, ", ") + `) AS row_key, c.column_name, coalesce(c.value, 'NULL') AS value, c.problem` + also + `
FROM asked
CROSS JOIN LATERAL (SELECT * FROM ` + from + ` WHERE asked.yes AND (` + strings.Join(bad, " OR ") + `) OFFSET 0) r
CROSS JOIN LATERAL (VALUES ` + strings.Join(checks, ", ") + `) AS c(place, column_name, value, problem, is_bad)
WHERE c.is_bad
ORDER BY row_key, c.place`
}

// MayLeaveOut is an SQL condition: whether a table may hold a value that can't be used. It is false if the table's constraints
// let none in, as those of a table that macrowatch made. It reads PostgreSQL's catalog alone, and no row of the table.
func MayLeaveOut(table string) string {
	var needed []string
	for _, c := range usableTable(table).Columns {
		if !c.Figure && !strings.Contains(c.Usable, "IS NULL OR") {
			needed = append(needed, strings.Trim(c.Name, `"`))
		}
	}
	return `NOT (` + ConstraintsKept(table) + `
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass('` + table + `') AND attname::text = ANY ('{` + strings.Join(needed, ",") + `}') AND NOT attnotnull))`
}

// ConstraintsKept is an SQL condition: whether a table has the constraints with which every value of it can be used, and
// those that `also` names. It is false if another tool made the table.
func ConstraintsKept(table string, also ...string) string {
	constraints := slices.Clone(also)
	for _, c := range usableTable(table).Columns {
		if c.Constraint != "" {
			constraints = append(constraints, c.Constraint)
		}
	}
	return fmt.Sprintf("(SELECT count(*) FROM pg_catalog.pg_constraint WHERE conrelid = to_regclass('%s') AND conname::text = ANY ('{%s}')) = %d",
		table, strings.Join(constraints, ","), len(constraints))
}

func usableTable(name string) UsableTable {
	for _, t := range UsableTables() {
		if t.Name == name {
			return t
		}
	}
	panic("the desk has no table " + name)
}
