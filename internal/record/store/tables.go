package store

import "slices"

// relation is a table of the database, whatever its rows are.
type relation struct {
	name    string
	columns []column // in the order in which rows are written: first the columns of the key
	keys    int      // how many columns the key has
	// stamped tables also have a column stored_at: the time at which a row was written.
	stamped bool
}

// allColumns returns the columns, stored_at included.
func (r relation) allColumns() []column {
	if !r.stamped {
		return r.columns
	}
	return append(slices.Clip(r.columns), column{name: "stored_at", family: instant, neverRead: true})
}

// key returns the columns of the key.
func (r relation) key() []column { return r.columns[:r.keys] }

// table is a relation whose rows are of type T, and says how they are written.
type table[T any] struct {
	relation
	// group is how many of the key's columns name a group of rows that belong together, such as the positions
	// of one snapshot. 0 means that the rows have no groups.
	group int
	// refersTo is the table that a foreign key of this table names, or "".
	refersTo string
	// rank is an SQL condition on a row's columns, such as status = 'RUNNING', or "". If one input has two
	// rows of one key, the row for which the condition is false wins over the row for which it is true. These
	// two rows do not contradict each other.
	rank string
	// replaces is the SQL condition under which a row (excluded) replaces the stored one (t). "" means always.
	replaces string
	// encode appends the values of a row, in the order of columns.
	encode func(*copyRows, T)
	// describe names a row in an error: price of "USDBRL". Only tables that are written by upsert need it.
	describe func(T) string
}

// format returns how rows are written for COPY. The binary format is only for a table whose columns have the types that
// families of columns have in macrowatch's own tables.
func (t table[T]) format(binary bool) rowFormat[T] {
	return rowFormat[T]{t.encode, len(t.columns), binary}
}

// content is what a table holds. Who may read a table and what clears it follow from its content.
type content int

const (
	deskRecord    content = iota // what the desk did: its runs, signals, positions and risk
	marketData                   // instruments and their prices
	notes                        // what macrowatch notes about the database, and what serve and the dashboards look up
	plan                         // when the desk works, and what it expects of its steps: both follow from its rules
	summaries                    // what follows from other tables, so that charts need not read each of their rows
	migratorsOnly                // what only migrations look up
	secrets                      // who is logged in and who may write over HTTP: only serve and the commands for logins and tokens read it
)

// registered is a table together with what macrowatch does with it.
type registered struct {
	relation
	holds content
	// newest is the SQL of the time of the newest row, for a table whose key does not begin with the time.
	newest string
	// adoptable tables may have been made by another tool; see AdoptedTable.
	adoptable bool
}

// tables returns every table of macrowatch. What a new table needs follows from its line here: whether
// it may be adopted and what its columns must then be, which logins may read it, and whether DeleteAll
// clears it. A test compares the list with the tables and columns that the migrations make.
func tables() []registered {
	return []registered{
		{relation: runTable.relation, holds: deskRecord, adoptable: true, newest: "(SELECT max(started_at) FROM pipeline_runs)"},
		{relation: signalTable.relation, holds: deskRecord, adoptable: true, newest: "(SELECT max(generated_at) FROM strategy_signals)"},
		{relation: portfolioTable.relation, holds: deskRecord, adoptable: true},
		{relation: riskTable.relation, holds: deskRecord, adoptable: true},
		{relation: stressTable.relation, holds: deskRecord, adoptable: true},
		{relation: limitTable.relation, holds: deskRecord, adoptable: true},
		{relation: instrumentTable.relation, holds: marketData, adoptable: true},
		{relation: priceTable.relation, holds: marketData, adoptable: true, newest: `(SELECT max(newest) FROM instruments i,
			LATERAL (SELECT max(p.price_date) AS newest FROM instrument_prices p WHERE p.instrument = i.instrument) each)`},
		{relation: measureTable.relation, holds: deskRecord},
		{relation: contributionTable.relation, holds: deskRecord},
		{relation: stressPartTable.relation, holds: deskRecord},
		{relation: stressPositionTable.relation, holds: deskRecord},
		{relation: backtestTable.relation, holds: deskRecord},
		{relation: backtestSummaryTable.relation, holds: deskRecord},
		{relation: noteTable.relation, holds: deskRecord},
		{relation: inputsTable.relation, holds: deskRecord},
		{relation: relation{name: "lineage_runs"}, holds: deskRecord},
		{relation: relation{name: "lineage_jobs"}, holds: deskRecord},
		{relation: relation{name: "alerts"}, holds: deskRecord},
		{relation: relation{name: "alert_deliveries"}, holds: deskRecord},
		{relation: relation{name: "alert_silences"}, holds: deskRecord},
		{relation: relation{name: "alert_reports"}, holds: deskRecord},
		{relation: relation{name: "macrowatch_migrations"}, holds: notes},
		{relation: relation{name: "macrowatch_settings"}, holds: notes},
		{relation: relation{name: "macrowatch_words"}, holds: notes},
		{relation: relation{name: "macrowatch_steps"}, holds: plan},
		{relation: relation{name: "macrowatch_step_waits"}, holds: plan},
		{relation: relation{name: "expected_runs"}, holds: plan},
		{relation: relation{name: "desk_working_time"}, holds: plan},
		{relation: relation{name: "run_summary_widths"}, holds: plan},
		{relation: relation{name: "run_summaries"}, holds: summaries},
		{relation: relation{name: "run_summary_marks"}, holds: summaries},
		{relation: relation{name: "book_summary_zone"}, holds: plan},
		{relation: relation{name: "nav_summaries"}, holds: summaries},
		{relation: relation{name: "book_summary_marks"}, holds: summaries},
		{relation: relation{name: "signal_flips"}, holds: summaries},
		{relation: relation{name: "signal_flip_marks"}, holds: summaries},
		{relation: relation{name: "allocation_rules"}, holds: plan},
		{relation: relation{name: "allocation_basis"}, holds: summaries},
		{relation: relation{name: "allocation_summaries"}, holds: summaries},
		{relation: relation{name: "allocation_marks"}, holds: summaries},
		{relation: relation{name: "macrowatch_adopted"}, holds: migratorsOnly},
		{relation: relation{name: "macrowatch_sessions"}, holds: secrets},
		{relation: relation{name: "macrowatch_tokens"}, holds: secrets},
		{relation: relation{name: "macrowatch_requests"}, holds: secrets},
	}
}

// tableNames returns the names of the tables for which a condition holds.
func tableNames(holds func(registered) bool) []string {
	var names []string
	for _, t := range tables() {
		if holds(t) {
			names = append(names, t.name)
		}
	}
	return names
}

// adoptableTable returns the table of a name, if another tool may have made it.
func adoptableTable(name string) (relation, bool) {
	for _, t := range tables() {
		if t.name == name && t.adoptable {
			return t.relation, true
		}
	}
	return relation{}, false
}

// adoptableTables are the tables that another tool may have made.
func adoptableTables() []string {
	return tableNames(func(t registered) bool { return t.adoptable })
}

// readTables are the tables that a login that only reads may read. They hold nothing that such a login may
// not know.
func readTables() []string {
	return tableNames(func(t registered) bool { return t.holds != migratorsOnly && t.holds != secrets })
}
