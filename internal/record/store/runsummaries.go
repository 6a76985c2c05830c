package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

const (
	// Those who settle marks wait for each other. What one of them reads after it has the lock is newer than all that
	// those before it read.
	summariesLock = `SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '64MB';
SELECT pg_advisory_xact_lock(hashtextextended('macrowatch run summaries', 0))`

	// summariesDue tells whether there are marks that this login can settle, and whether one of them is about all runs.
	summariesDue = `SELECT CASE WHEN EXISTS (SELECT FROM run_summary_marks) THEN {kept} AND NOT pg_is_in_recovery()
        AND has_table_privilege('pipeline_runs', 'SELECT') AND has_table_privilege('run_summaries', 'SELECT') AND has_table_privilege('run_summaries', 'INSERT')
        AND has_table_privilege('run_summaries', 'UPDATE') AND has_table_privilege('run_summaries', 'DELETE') AND has_table_privilege('run_summary_marks', 'DELETE')
    ELSE false END, EXISTS (SELECT FROM run_summary_marks WHERE quarter = '-infinity')`

	summariesWidths = `SELECT width_seconds FROM run_summary_widths ORDER BY width_seconds`

	summariesMarkAll = `INSERT INTO run_summary_marks (quarter) SELECT '-infinity' WHERE {kept}`

	// summarySums are the columns that sum up runs r, and summaries r.
	summarySums = `count(*), min(r.started_at), max(coalesce(r.finished_at, r.started_at)),
    max(coalesce(r.duration_seconds, extract(epoch FROM r.finished_at - r.started_at)::float8))`
	summarySumsAgain = `sum(r.runs)::bigint, min(r.first_started), max(r.last_known), max(r.longest)`

	summaryColumns = `width_seconds, begins_at, step_name, status, runs, first_started, last_known, longest`

	// summariesOf are the summaries of a width as they should be.
	summariesOf = `SELECT w.width_seconds, date_bin(make_interval(secs => w.width_seconds), r.{at}, w.origin), r.step_name::text, r.status::text, {sums}
FROM {source} r CROSS JOIN run_summary_widths w
WHERE w.width_seconds = {width} AND {of}
GROUP BY 1, 2, 3, 4`

	// summariesAll writes them all, the first one of the widths together with the deletion of all marks. One statement sees one
	// moment, so a write that is committed later keeps its marks. In this order a chart finds them beside each other.
	summariesAll      = `INSERT INTO run_summaries (` + summaryColumns + `) ` + summariesOf + ` ORDER BY 1, 2, 3, 4`
	summariesAllFirst = `WITH settled AS (DELETE FROM run_summary_marks) ` + summariesAll

	// summariesWrong counts the summaries that differ from what they should be although they have no mark, and says when the
	// first of them begins.
	summariesWrong = `WITH marked AS MATERIALIZED (SELECT DISTINCT quarter FROM run_summary_marks),
wanted(` + summaryColumns + `) AS ({wanted})
SELECT count(*), min(begins_at)
FROM (
    SELECT width_seconds, begins_at
    FROM wanted f FULL JOIN run_summaries s USING (width_seconds, begins_at, step_name, status)
    WHERE (f.runs, f.first_started, f.last_known, f.longest) IS DISTINCT FROM (s.runs, s.first_started, s.last_known, s.longest)
) d
JOIN run_summary_widths w USING (width_seconds)
WHERE NOT EXISTS (SELECT FROM marked m WHERE m.quarter = '-infinity' OR date_bin(make_interval(secs => w.width_seconds), m.quarter, w.origin) = d.begins_at)`

	// summariesSome does so for the first {most} stretches that have a mark, or for those that are given. It returns when
	// they begin. What it looks up in large tables, it finds by the rows' keys, whatever the planner knows of them.
	summariesSome = `WITH stretches AS MATERIALIZED ({stretches}),
settled AS ({settled}),
fresh AS MATERIALIZED (
    SELECT w.width_seconds, stretches.begins_at, s.*
    FROM stretches
    JOIN run_summary_widths w ON w.width_seconds = {width}
    CROSS JOIN LATERAL (
        SELECT r.step_name::text AS step_name, r.status::text AS status, {sums}
        FROM {source} r
        WHERE {of} AND r.{at} >= stretches.begins_at AND r.{at} < stretches.begins_at + make_interval(secs => w.width_seconds)
        GROUP BY 1, 2
    ) s(step_name, status, runs, first_started, last_known, longest)
),
gone AS (
    DELETE FROM run_summaries WHERE ctid = ANY (ARRAY(
        SELECT t.row_id
        FROM stretches
        CROSS JOIN LATERAL (
            SELECT r.ctid AS row_id, r.begins_at, r.step_name, r.status FROM run_summaries r WHERE r.width_seconds = {width} AND r.begins_at = stretches.begins_at OFFSET 0
        ) t
        WHERE NOT EXISTS (SELECT FROM fresh f WHERE f.begins_at = t.begins_at AND f.step_name = t.step_name AND f.status = t.status)))
),
written AS (
    INSERT INTO run_summaries AS t (` + summaryColumns + `) SELECT ` + summaryColumns + ` FROM fresh
    ON CONFLICT (width_seconds, begins_at, step_name, status) DO UPDATE SET
        runs = excluded.runs, first_started = excluded.first_started, last_known = excluded.last_known, longest = excluded.longest
    WHERE (t.runs, t.first_started, t.last_known, t.longest) IS DISTINCT FROM (excluded.runs, excluded.first_started, excluded.last_known, excluded.longest)
)
SELECT coalesce(array_agg(begins_at), '{}') FROM stretches`

	summariesMarked = `SELECT DISTINCT date_bin(make_interval(secs => w.width_seconds), m.quarter, w.origin) AS begins_at FROM run_summary_marks m JOIN run_summary_widths w ON w.width_seconds = {width}
    WHERE isfinite(m.quarter) ORDER BY 1 LIMIT {most}`
	summariesSettled = `DELETE FROM run_summary_marks m USING run_summary_widths w
    WHERE w.width_seconds = {width} AND isfinite(m.quarter)
      AND date_bin(make_interval(secs => w.width_seconds), m.quarter, w.origin) <= (SELECT max(begins_at) FROM stretches)`
	summariesGiven = `SELECT DISTINCT date_bin(make_interval(secs => w.width_seconds), hour, w.origin) AS begins_at FROM unnest($1::timestamptz[]) hour JOIN run_summary_widths w ON w.width_seconds = {width}`
)

// summariesAtOnce is how many marked hours one transaction sums up.
const summariesAtOnce = 2000

// SettleRuns makes the summaries of runs anew in which runs were written since, and deletes their marks. So the charts of
// long ranges need not read these runs. What the charts show does not depend on it. It does nothing if this login may not write
// the summaries, or if another tool made pipeline_runs.
func (s *Store) SettleRuns(ctx context.Context) error {
	for {
		more, err := s.settleSomeRuns(unlimited(ctx))
		if err != nil {
			return fmt.Errorf("sum up the runs: %w", translate(err))
		}
		if !more {
			return nil
		}
	}
}

// RebuildRuns makes all summaries of runs anew. It returns false if nothing reads them: another tool made pipeline_runs, or the table
// lacks triggers or constraints.
func (s *Store) RebuildRuns(ctx context.Context) (bool, error) {
	tag, err := s.pool.Exec(ctx, strings.Replace(summariesMarkAll, "{kept}", desk.RunSummariesKept(), 1))
	if err != nil {
		return false, fmt.Errorf("sum up the runs: %w", translate(err))
	}
	return tag.RowsAffected() > 0, s.SettleRuns(ctx)
}

// settleMany settles the marks of many runs that were just written or removed. Those of a few are left to serve. A failure
// is only logged: the charts read the runs themselves where there is a mark.
func (s *Store) settleMany(ctx context.Context, table string, c desk.Counts) {
	if table != runTable.name || c.Inserted+c.Updated+c.Removed < manyRows {
		return
	}
	if err := s.SettleRuns(ctx); err != nil {
		s.log.Debug("the runs could not be summed up", "error", err)
	}
}

// settleSomeRuns settles some marks, and reports whether there may be more.
func (s *Store) settleSomeRuns(ctx context.Context) (more bool, err error) {
	due, all, err := runsToSettle(ctx, s.pool)
	if err != nil || !due {
		return false, err
	}
	err = pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, summariesLock); err != nil {
			return err
		}
		if due, all, err = runsToSettle(ctx, tx); err != nil || !due {
			return err
		}
		widths, err := summaryWidths(ctx, tx)
		if err != nil {
			return err
		}
		if all {
			return sumUpAllRuns(ctx, tx, widths)
		}
		more, err = sumUpMarkedRuns(ctx, tx, widths)
		return err
	})
	if err == nil && all {
		if _, err := s.pool.Exec(ctx, "ANALYZE run_summaries"); err != nil {
			s.log.Debug("the planner could not count the table", "table", "run_summaries", "error", err)
		}
	}
	return more && due, err
}

// runsToSettle tells whether there are marks that this login can settle, and whether one of them is about all runs.
func runsToSettle(ctx context.Context, q queryer) (due, all bool, err error) {
	err = q.QueryRow(ctx, strings.Replace(summariesDue, "{kept}", desk.RunSummariesKept(), 1)).Scan(&due, &all)
	return due, all, err
}

// sumUpAllRuns makes all summaries anew, those of each width from those of the widest one that divides it.
func sumUpAllRuns(ctx context.Context, tx pgx.Tx, widths []int) error {
	if _, err := tx.Exec(ctx, "DELETE FROM run_summaries"); err != nil {
		return err
	}
	for n := range widths {
		sql := summariesAll
		if n == 0 {
			sql = summariesAllFirst
		}
		if _, err := tx.Exec(ctx, summarySQL(sql, widths, n)); err != nil {
			return err
		}
	}
	return nil
}

// sumUpMarkedRuns makes the summaries of the next marked hours anew, and those that contain them.
func sumUpMarkedRuns(ctx context.Context, tx pgx.Tx, widths []int) (more bool, err error) {
	var hours, wider []time.Time
	for n := range widths {
		sql, args := strings.NewReplacer("{stretches}", summariesMarked, "{settled}", summariesSettled).Replace(summariesSome), []any{}
		if n > 0 {
			sql, args = strings.NewReplacer("{stretches}", summariesGiven, "{settled}", "SELECT").Replace(summariesSome), []any{hours}
		}
		into := &wider
		if n == 0 {
			into = &hours
		}
		if err := tx.QueryRow(ctx, summarySQL(sql, widths, n), args...).Scan(into); err != nil {
			return false, err
		}
	}
	return len(hours) == summariesAtOnce, nil
}

// summarySQL fills in the statement that makes the summaries of a width: the narrowest ones from the runs themselves.
func summarySQL(sql string, widths []int, n int) string {
	source, of, sums, at := desk.UsableRows(runTable.name), "true", summarySums, "started_at"
	if n > 0 {
		part := widths[0]
		for _, w := range widths[:n] {
			if widths[n]%w == 0 {
				part = w
			}
		}
		source, of, sums, at = "run_summaries", fmt.Sprintf("r.width_seconds = %d", part), summarySumsAgain, "begins_at"
	}
	return strings.NewReplacer("{source}", source, "{of}", of, "{sums}", sums, "{at}", at, "{width}", fmt.Sprint(widths[n]), "{most}", fmt.Sprint(summariesAtOnce)).Replace(sql)
}

// summaryWidths returns the widths of the summaries in seconds, the narrowest first.
func summaryWidths(ctx context.Context, q queryer) ([]int, error) {
	rows, err := q.Query(ctx, summariesWidths)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int])
}

// RunSummaries says how the summaries of runs stand.
type RunSummaries struct {
	// Kept is false if another tool made pipeline_runs, or somebody has removed triggers or constraints of it. Then nothing
	// reads the summaries.
	Kept bool
	// Marks is how many marks are there.
	Marks int64
	// Wrong is how many summaries differ from the runs although they have no mark, and First when the first of them begins.
	Wrong int64
	First time.Time
}

// checkingLimit is how long the summaries are compared with the runs.
const checkingLimit = `SET LOCAL statement_timeout = '2min'; SET LOCAL work_mem = '64MB'`

// CheckRunSummaries compares all summaries of runs with the runs.
func (s *Store) CheckRunSummaries(ctx context.Context) (RunSummaries, error) {
	var c RunSummaries
	err := pgx.BeginTxFunc(unlimited(ctx), s.pool, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, checkingLimit); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, "SELECT "+desk.RunSummariesKept()+", (SELECT count(*) FROM run_summary_marks)").Scan(&c.Kept, &c.Marks); err != nil || !c.Kept {
			return err
		}
		widths, err := summaryWidths(ctx, tx)
		if err != nil {
			return err
		}
		wanted := make([]string, len(widths))
		for n := range widths {
			wanted[n] = summarySQL(summariesOf, widths, n)
		}
		var first *time.Time
		if err := tx.QueryRow(ctx, strings.Replace(summariesWrong, "{wanted}", strings.Join(wanted, "\nUNION ALL\n"), 1)).Scan(&c.Wrong, &first); err != nil {
			return err
		}
		if first != nil {
			c.First = first.UTC()
		}
		return nil
	})
	if err != nil {
		return RunSummaries{}, fmt.Errorf("compare the summaries of runs with the runs: %w", translate(err))
	}
	return c, nil
}
