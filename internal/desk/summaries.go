package desk

import (
	"fmt"
	"strings"
)

// RunSummariesKept is an SQL condition: whether each write of a run leaves a mark in run_summary_marks, and the constraints of
// pipeline_runs make its statuses macrowatch's own words and say which of its runs have ended. It is false if another tool made
// the table. Without it, summaries of runs say nothing.
func RunSummariesKept() string {
	return fmt.Sprintf(`(%s
      AND %s)`,
		marksLeft("pipeline_runs", "run_summaries"),
		ConstraintsKept("pipeline_runs", "pipeline_runs_status_known", "pipeline_runs_finished_unless_running", "pipeline_runs_finished_not_before_started"))
}

// NAVSummariesKept is an SQL condition: whether each write of a snapshot leaves a mark in book_summary_marks. It is false if another
// tool made portfolio_state, or if the table has parts: a part can be removed without a mark.
func NAVSummariesKept() string {
	return fmt.Sprintf(`(%s
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhparent = to_regclass('portfolio_state')))`,
		marksLeft("portfolio_state", "book_summaries"))
}

// FlipsKept is an SQL condition: whether each write of a signal leaves a mark in signal_flip_marks, and the constraints of
// strategy_signals make its directions macrowatch's own words. It is false if another tool made the table, or if the table has parts.
func FlipsKept() string {
	return fmt.Sprintf(`(%s
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhparent = to_regclass('strategy_signals'))
      AND %s)`,
		marksLeft("strategy_signals", "signal_flips"), ConstraintsKept("strategy_signals", "strategy_signals_pkey", "strategy_signals_direction_known"))
}

// marksLeft is an SQL condition: whether the triggers of a table that leave marks are there, and always fire. The argument named is
// the beginning of their names.
func marksLeft(table, named string) string {
	var triggers []string
	for _, when := range []string{"added", "removed", "changed", "truncated"} {
		triggers = append(triggers, named+"_"+when)
	}
	return fmt.Sprintf(`(SELECT count(*) FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('%s') AND tgname::text = ANY ('{%s}') AND tgenabled = 'A') = %d`,
		table, strings.Join(triggers, ","), len(triggers))
}

// Widths of the summaries of the book, in seconds.
const (
	HourOfBook = 3600
	DayOfBook  = 86400
)

// BookStretch is SQL for when the hour or the day begins in which an instant lies, and when the next one does. Days are those of the
// zone, however long they are. No hour lies in two days: where the clock is changed by a part of an hour, a day has shorter ones. The
// arguments at and zone are SQL.
func BookStretch(width int, at, zone string) (begins, ends string) {
	day := fmt.Sprintf("date_trunc('day', %s AT TIME ZONE %s)", at, zone)
	dayBegins, dayEnds := fmt.Sprintf("(%s AT TIME ZONE %s)", day, zone), fmt.Sprintf("((%s + interval '1 day') AT TIME ZONE %s)", day, zone)
	if width == DayOfBook {
		return dayBegins, dayEnds
	}
	hour := fmt.Sprintf("date_bin(interval '1 hour', %s, TIMESTAMP '2024-01-01 00:00' AT TIME ZONE %s)", at, zone)
	return fmt.Sprintf("greatest(%s, %s)", hour, dayBegins), fmt.Sprintf("least(%s + interval '1 hour', %s)", hour, dayEnds)
}

// AllocationWidths are how long the stretches of the summaries of allocations are, in seconds, the shortest first: hours, then days. A
// cell of a chart has one of these lengths or is shorter than half the shortest. Each is a whole number of the one before it, except
// that days are no whole number of hours where the clock is changed.
func AllocationWidths() []int {
	const hour, day = 3600, 24 * 3600
	return []int{2 * hour, 6 * hour, day, 4 * day, 16 * day, 32 * day}
}

// AllocationStretch is SQL for when the stretch begins in which an instant lies, and when the next one does. Stretches of days begin
// at midnight of the zone. The arguments at and zone are SQL.
func AllocationStretch(width int, at, zone string) (begins, ends string) {
	const origin = "TIMESTAMP '2024-01-01 00:00'"
	if width%DayOfBook != 0 {
		begins = fmt.Sprintf("date_bin(interval '%d seconds', %s, %s AT TIME ZONE %s)", width, at, origin, zone)
		return begins, fmt.Sprintf("(%s + interval '%d seconds')", begins, width)
	}
	local := fmt.Sprintf("date_bin(interval '%d days', %s AT TIME ZONE %s, %s)", width/DayOfBook, at, zone, origin)
	return fmt.Sprintf("(%s AT TIME ZONE %s)", local, zone), fmt.Sprintf("((%s + interval '%d days') AT TIME ZONE %s)", local, width/DayOfBook, zone)
}
