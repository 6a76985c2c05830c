package store

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"macrowatch/internal/desk"
)

// The conditions under which a row r, or a time of rows that go together, is removed because of its age. Each removes only
// what a later row makes needless. In them, {at} is the column of the time, {rows} the rows of the table that can be used,
// {dayEnd} when the desk's book day of r ends, {from} the time before which rows are dropped, and {before} that before which
// they are old enough.
const (
	dropIfLater = `EXISTS (SELECT FROM {rows} l WHERE l.{at} > r.{at})`
	thinIfLater = `EXISTS (SELECT FROM {rows} l WHERE l.{at} > r.{at} AND l.{at} < {dayEnd})`

	runDrop = `r.finished_at < {before} AND EXISTS (SELECT FROM {rows} l
    WHERE l.step_name = r.step_name AND l.status::text = r.status::text AND l.started_at > r.started_at)`

	signalDrop = `EXISTS (SELECT FROM {rows} l WHERE l.strategy_id = r.strategy_id AND l.instrument = r.instrument AND l.generated_at > r.generated_at)`

	signalThin = `EXISTS (SELECT FROM {rows} l WHERE l.strategy_id = r.strategy_id AND l.instrument = r.instrument
        AND l.generated_at > r.generated_at AND l.generated_at < {dayEnd})
    AND EXISTS (SELECT FROM (SELECT p.direction FROM {rows} p WHERE p.strategy_id = r.strategy_id AND p.instrument = r.instrument
        AND p.generated_at < r.generated_at AND p.generated_at >= {from} ORDER BY p.generated_at DESC LIMIT 1) previous
        WHERE previous.direction::text IS NOT DISTINCT FROM r.direction::text)`

	riskThin = `EXISTS (SELECT FROM {rows} l WHERE l.computed_at > r.computed_at AND l.computed_at < {dayEnd}
        AND (r.var_95_pct IS NULL OR r.var_99_pct IS NULL OR l.var_95_pct IS NOT NULL AND l.var_99_pct IS NOT NULL))
    AND NOT EXISTS (SELECT FROM risk_backtest b WHERE b.var_computed_at = r.computed_at)`

	// {riskGone} is true for stored risk r that is removed itself.
	bookThin = thinIfLater + ` AND r.{at} > (SELECT min(f.{at}) FROM {rows} f)
    AND NOT EXISTS (SELECT FROM risk_metrics_daily stored WHERE stored.computed_at = r.{at} AND NOT EXISTS (
        SELECT FROM risk_metrics_daily r WHERE r.computed_at = stored.computed_at AND {riskGone}))`

	alertDrop = `r.state = 'resolved'`
)

// retained says how rows are removed from a table.
type retained struct {
	desk.RetainedTable
	at  string   // the column of the time by which rows are old
	key []string // the columns that name what is removed at once
	// whole says that all rows of one time go together.
	whole bool
	// thin and drop are conditions on r; "" if it is not possible.
	thin, drop string
	// detailKey is the column of the details that has the value of the key.
	detailKey string
	// usable says that another tool may have made the table.
	usable bool
}

// retainedOf returns how rows are removed from a table of desk.RetainedTables.
func retainedOf(name string) retained {
	r := map[string]retained{
		"pipeline_runs":       {at: "started_at", key: []string{"run_id"}, drop: runDrop, detailKey: "run_id"},
		"strategy_signals":    {at: "generated_at", key: []string{"strategy_id", "instrument", "generated_at"}, thin: signalThin, drop: signalDrop},
		"risk_metrics_daily":  {at: "computed_at", key: []string{"computed_at"}, thin: riskThin, drop: dropIfLater, detailKey: "computed_at"},
		"stress_test_results": {at: "run_date", whole: true, thin: thinIfLater, drop: dropIfLater, detailKey: "run_date"},
		"risk_limits_status":  {at: "checked_at", whole: true, thin: thinIfLater, drop: dropIfLater},
		"portfolio_state":     {at: `"timestamp"`, whole: true, thin: bookThin},
		"alerts":              {at: "resolved_at", key: []string{"alert_id"}, drop: alertDrop, detailKey: "alert_id"},
		"alert_reports":       {at: "due_at", key: []string{"report_id"}, drop: dropIfLater, detailKey: "alert_id"},
	}[name]
	if r.whole {
		r.key = []string{r.at}
	}
	_, r.usable = adoptableTable(name)
	all := desk.RetainedTables()
	r.RetainedTable = all[slices.IndexFunc(all, func(t desk.RetainedTable) bool { return t.Name == name })]
	return r
}

// retentionWork is one part of what a rule does: dropping or thinning the rows of a table between two times.
type retentionWork struct {
	retained
	thinned      bool
	from, before time.Time
	condition    string
	// chunks are the hypertable's chunks that lie before the time, if the table is one whose chunks may be dropped.
	chunks []chunkSpan
}

// beginningOfTime is before every time of a desk.
func beginningOfTime() time.Time { return time.Date(1000, 1, 1, 0, 0, 0, 0, time.UTC) }

// sqlTime writes a time in SQL.
func sqlTime(t time.Time) string {
	return "timestamptz '" + t.UTC().Format("2006-01-02 15:04:05.999999Z07:00") + "'"
}

// fill writes a condition on the rows of a table for some times.
func (s *Store) fill(r retained, condition string, from, before time.Time) string {
	rows := r.Name
	if r.usable {
		rows = desk.UsableRows(r.Name)
	}
	local := fmt.Sprintf("(r.%s AT TIME ZONE '%s')::date + 1", r.at, s.rules.Zone)
	end := fmt.Sprintf("(%s + %s)::timestamp AT TIME ZONE '%s'", local, s.rules.Calendar.DaysAheadSQL("("+local+")"), s.rules.Zone)
	return strings.NewReplacer("{rows}", rows, "{at}", r.at, "{dayEnd}", "("+end+")", "{from}", sqlTime(from), "{before}", sqlTime(before)).Replace(condition)
}

// works returns what a rule does to a table. `cut` is the time before which rows are dropped and `chunks` are the chunks
// before it.
func (s *Store) works(rule desk.RetentionRule, r retained, now, cut time.Time, chunks []chunkSpan) []retentionWork {
	var all []retentionWork
	from := beginningOfTime()
	if rule.DropAfter > 0 {
		all = append(all, retentionWork{retained: r, from: from, before: cut, condition: s.fill(r, r.drop, from, cut), chunks: chunks})
		from = cut
	}
	if rule.ThinAfter > 0 {
		before := s.rules.Before(now, rule.ThinAfter)
		all = append(all, retentionWork{retained: r, thinned: true, from: from, before: before, condition: s.fill(r, r.thin, from, before)})
	}
	return all
}

// gone is a condition that is true for the rows r that some works remove.
func gone(works []retentionWork) string {
	any := []string{"false"}
	for _, w := range works {
		any = append(any, fmt.Sprintf("%s AND %s", w.window(w.from, w.before), w.condition))
	}
	return "(" + strings.Join(any, " OR ") + ")"
}

// window is a condition that is true for the rows r between two times.
func (w retentionWork) window(from, to time.Time) string {
	return fmt.Sprintf("r.%[1]s >= %[2]s AND r.%[1]s < %[3]s", w.at, sqlTime(from), sqlTime(to))
}

// doomed is a query for what is removed of the rows between two times: the columns of the key, the time, and how many rows
// it is.
func (w retentionWork) doomed(from, to time.Time) string {
	if w.whole {
		return fmt.Sprintf("SELECT %[1]s, %[1]s AS at, n FROM (SELECT r.%[1]s, count(*) AS n FROM %[2]s r WHERE %[3]s GROUP BY r.%[1]s) r WHERE %[4]s",
			w.at, w.Name, w.window(from, to), w.condition)
	}
	return fmt.Sprintf("SELECT %s, %s AS at, 1 AS n FROM %s r WHERE %s AND %s", strings.Join(w.key, ", "), w.at, w.Name, w.window(from, to), w.condition)
}

// counting is a query for how many rows between two times are removed, and for the first and the last time of them.
func (w retentionWork) counting(from, to time.Time) string {
	return "SELECT coalesce(sum(n), 0)::bigint, min(at)::timestamptz, max(at)::timestamptz FROM (" + w.doomed(from, to) + ") doomed"
}

// countingDetails is a query for how many rows of a table with details go with them.
func (w retentionWork) countingDetails(detail string) string {
	return fmt.Sprintf("SELECT count(*) FROM %s d WHERE d.%s IN (SELECT %s FROM (%s) doomed)", detail, w.detailKey, w.keyAsDetail(""), w.doomed(w.from, w.before))
}

// keyAsDetail is the key in the type that it has in the details. Only a run's ID may have another type in a table of
// another tool.
func (w retentionWork) keyAsDetail(alias string) string {
	if w.Name == "pipeline_runs" {
		return alias + w.key[0] + "::text"
	}
	return alias + w.key[0]
}

// batch is a statement that removes the oldest of what is doomed between two times, up to $1 rows or whatever the first
// time has, with the details. It returns how many rows it removed, the first and the last time, and how many rows of each
// table with details.
func (w retentionWork) batch(from, to time.Time) string {
	keys := strings.Join(w.key, ", ")
	var same []string
	for _, k := range w.key {
		same = append(same, fmt.Sprintf("r.%s = g.%[1]s", k))
	}
	var sql, counts strings.Builder
	fmt.Fprintf(&sql, "WITH doomed AS MATERIALIZED (%s),\ngone AS MATERIALIZED (SELECT %s, at FROM (SELECT *, sum(n) OVER (ORDER BY at, %[2]s) AS upto FROM doomed) d WHERE upto - n < $1),\n", w.doomed(from, to), keys)
	for n, detail := range w.Details {
		fmt.Fprintf(&sql, "detail%d AS (DELETE FROM %s d USING gone g WHERE d.%s = %s RETURNING 1),\n", n, detail, w.detailKey, w.keyAsDetail("g."))
		fmt.Fprintf(&counts, ", (SELECT count(*) FROM detail%d)", n)
	}
	fmt.Fprintf(&sql, "removed AS (DELETE FROM %s r USING gone g WHERE %s AND %s RETURNING 1)\n", w.Name, strings.Join(same, " AND "), w.window(from, to))
	fmt.Fprintf(&sql, "SELECT (SELECT count(*) FROM removed), (SELECT min(at)::timestamptz FROM gone), (SELECT max(at)::timestamptz FROM gone), ARRAY[0::bigint%s]", counts.String())
	return sql.String()
}
