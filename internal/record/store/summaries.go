package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

// summary says how a table is summed up, so that charts of long ranges need not read each of its rows. Triggers on the table leave
// a mark for each write. Readers take the rows themselves where there is a mark, so a summary is never wrong for them. Marks are
// settled later: the summaries of their stretches of time are made anew.
type summary struct {
	of    string // the table that is summed up
	rows  string // what its rows are called
	into  string // the table of the summaries; its key begins with width_seconds and begins_at
	marks string // the table of the marks
	mark  string // its column; -infinity is about all rows
	keys  []string
	// values are the columns of a summary that are no part of its key.
	values []string
	// kept is an SQL condition: whether each write leaves a mark.
	kept string
	// also is an SQL condition: whether this login may do what else is needed to sum up. It is "" if nothing is.
	also string
	// stale is a query that tells whether the summaries were made with something that is different now, and renew notes what they are
	// made with from now on. They are "" if the summaries follow from the rows alone.
	stale, renew string
	// levels returns the levels of the summaries, the narrowest first. A level is made from the rows, or from the levels before it.
	levels func(context.Context, queryer) ([]summaryLevel, error)
	// each takes the place of keys, values and levels where a summary is about a single row, and not about a stretch of time.
	each *summaryStatements
}

// summaryStatements make summaries that are about single rows.
type summaryStatements struct {
	all   string // writes all summaries into the empty table, and deletes all marks
	some  string // settles the first {most} marks, and returns how many they were
	wrong string // finds the summaries that differ from what they should be although they have no mark, with the column begins_at
}

// summaryLevel is how the summaries of one width are made.
type summaryLevel struct {
	width int
	// begins returns SQL for the beginning of the stretch in which an instant lies.
	begins func(at string) string
	// all is a query for all summaries of the width, with the columns of the table of the summaries.
	all string
	// some is the same for the stretches that begin at the column begins_at of a table with the name stretches.
	some string
}

// summariesOfTables are all tables that are summed up.
func summariesOfTables() []summary {
	return []summary{runSummary(), navSummary(), allocationSummary(), flipSummary()}
}

const (
	// Those who settle marks wait for each other. What one of them reads after it has the lock is newer than all that
	// those before it read.
	summariesLock = `SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '64MB';
SELECT pg_advisory_xact_lock(hashtextextended('macrowatch {into}', 0))`

	// summariesDue tells whether this login can settle marks, whether there are any, and whether one of them is about all rows.
	summariesDue = `SELECT {kept} AND NOT pg_is_in_recovery()
        AND has_table_privilege('{of}', 'SELECT') AND has_table_privilege('{into}', 'SELECT') AND has_table_privilege('{into}', 'INSERT')
        AND has_table_privilege('{into}', 'UPDATE') AND has_table_privilege('{into}', 'DELETE') AND has_table_privilege('{marks}', 'DELETE') AND {also},
    EXISTS (SELECT FROM {marks}), EXISTS (SELECT FROM {marks} WHERE {mark} = '-infinity')`

	summariesMarkAll = `INSERT INTO {marks} ({mark}) SELECT '-infinity' WHERE {kept}`

	// summariesAll writes them all, the first one of the widths together with the deletion of all marks. One statement sees one
	// moment, so a write that is committed later keeps its marks. In this order a chart finds them beside each other.
	summariesAll      = `INSERT INTO {into} ({columns}) SELECT {columns} FROM ({all}) fresh ORDER BY {key}`
	summariesAllFirst = `WITH settled AS (DELETE FROM {marks}) ` + summariesAll

	// summariesWrong finds the summaries of a width that differ from what they should be although they have no mark.
	summariesWrong = `SELECT begins_at
FROM ({all}) f FULL JOIN (SELECT {columns} FROM {into} WHERE width_seconds = {width}) s USING ({key})
WHERE ({f.values}) IS DISTINCT FROM ({s.values}) AND begins_at NOT IN (SELECT {begins} FROM marked)`
	summariesWrongCount = `WITH marked AS MATERIALIZED (SELECT DISTINCT {mark} AS marked_at FROM {marks})
SELECT count(*), min(begins_at) FROM ({wrong}) d WHERE NOT EXISTS (SELECT FROM marked WHERE marked_at = '-infinity')`

	// summariesSome makes the summaries of some stretches anew, and returns when they begin. What it looks up in large tables, it finds
	// by the rows' keys, whatever the planner knows of them.
	summariesSome = `WITH stretches AS MATERIALIZED ({stretches}),
settled AS ({settled}),
fresh AS MATERIALIZED ({some}),
gone AS (
    DELETE FROM {into} WHERE ctid = ANY (ARRAY(
        SELECT t.row_id
        FROM stretches
        CROSS JOIN LATERAL (
            SELECT r.ctid AS row_id, {r.key} FROM {into} r WHERE r.width_seconds = {width} AND r.begins_at = stretches.begins_at OFFSET 0
        ) t
        WHERE NOT EXISTS (SELECT FROM fresh f WHERE ({f.key}) = ({t.key}))))
),
written AS (
    INSERT INTO {into} AS t ({columns}) SELECT {columns} FROM fresh
    ON CONFLICT ({key}) DO UPDATE SET ({values}) = ROW({excluded.values})
    WHERE ({t.values}) IS DISTINCT FROM ({excluded.values})
)
SELECT coalesce(array_agg(begins_at), '{}') FROM stretches`

	// The stretches are the first ones that have a mark, or those in which given instants lie.
	summariesMarked  = `SELECT DISTINCT {begins} AS begins_at FROM (SELECT {mark} AS marked_at FROM {marks} WHERE isfinite({mark})) m ORDER BY 1 LIMIT {most}`
	summariesSettled = `DELETE FROM {marks} WHERE mark_id IN (
        SELECT mark_id FROM (SELECT mark_id, {mark} AS marked_at FROM {marks} WHERE isfinite({mark})) m WHERE {begins} IN (SELECT begins_at FROM stretches))`
	summariesGiven = `SELECT DISTINCT {begins} AS begins_at FROM unnest($1::timestamptz[]) marked_at`
)

// summariesAtOnce is how many marked stretches one transaction sums up.
const summariesAtOnce = 2000

// sql fills in the names of the tables and columns.
func (y summary) sql(text string) string {
	key := slices.Concat([]string{"width_seconds", "begins_at"}, y.keys)
	of := func(prefix string, columns []string) string {
		return prefix + strings.Join(columns, ", "+prefix)
	}
	return strings.NewReplacer("{of}", y.of, "{into}", y.into, "{marks}", y.marks, "{mark}", y.mark, "{kept}", y.kept, "{also}", cmp.Or(y.also, "true"),
		"{columns}", of("", slices.Concat(key, y.values)), "{key}", of("", key), "{r.key}", of("r.", key), "{f.key}", of("f.", key), "{t.key}", of("t.", key),
		"{values}", of("", y.values), "{f.values}", of("f.", y.values), "{s.values}", of("s.", y.values), "{t.values}", of("t.", y.values),
		"{excluded.values}", of("excluded.", y.values), "{most}", fmt.Sprint(summariesAtOnce)).Replace(text)
}

// sqlOf fills in a statement about one level.
func (y summary) sqlOf(l summaryLevel, text string) string {
	return y.sql(strings.NewReplacer("{all}", l.all, "{some}", l.some, "{width}", fmt.Sprint(l.width), "{begins}", l.begins("marked_at")).Replace(text))
}

// SettleSummaries makes the summaries anew of which rows were written since, and deletes their marks. So the charts of
// long ranges need not read these rows. What the charts show does not depend on it. It leaves out what this login may not write,
// and tables that another tool made.
func (s *Store) SettleSummaries(ctx context.Context) error {
	for _, y := range summariesOfTables() {
		if err := s.settle(ctx, y); err != nil {
			return err
		}
	}
	return nil
}

// settle settles all marks of a table.
func (s *Store) settle(ctx context.Context, y summary) error {
	for {
		more, err := s.settleSome(unlimited(ctx), y)
		if err != nil {
			return fmt.Errorf("sum up %s: %w", y.of, translate(err))
		}
		if !more {
			return nil
		}
	}
}

// RebuildSummaries makes all summaries anew. It returns the tables that were summed up, and those of which nothing reads summaries:
// another tool made the table, or it lacks triggers or constraints.
func (s *Store) RebuildSummaries(ctx context.Context) (rebuilt, left []string, err error) {
	for _, y := range summariesOfTables() {
		tag, err := s.pool.Exec(ctx, y.sql(summariesMarkAll))
		if err != nil {
			return rebuilt, left, fmt.Errorf("sum up %s: %w", y.of, translate(err))
		}
		if tag.RowsAffected() == 0 {
			left = added(left, y.of)
			continue
		}
		if err := s.settle(ctx, y); err != nil {
			return rebuilt, left, err
		}
		rebuilt = added(rebuilt, y.of)
	}
	return rebuilt, left, nil
}

// added adds a name to a list that may have it.
func added(list []string, name string) []string {
	if slices.Contains(list, name) {
		return list
	}
	return append(list, name)
}

// settleMany settles the marks of many rows that were just written or removed. Those of a few are left to serve. A failure
// is only logged: the charts read the rows themselves where there is a mark.
func (s *Store) settleMany(ctx context.Context, table string, c desk.Counts) {
	for _, y := range summariesOfTables() {
		if y.of != table || c.Inserted+c.Updated+c.Removed < manyRows {
			continue
		}
		if err := s.settle(ctx, y); err != nil {
			s.log.Debug("a table could not be summed up", "table", table, "error", err)
		}
	}
}

// settleSome settles some marks, and reports whether there may be more.
func (s *Store) settleSome(ctx context.Context, y summary) (more bool, err error) {
	due, all, err := y.toSettle(ctx, s.pool)
	if err != nil || !due {
		return false, err
	}
	err = pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, y.sql(summariesLock)); err != nil {
			return err
		}
		if due, all, err = y.toSettle(ctx, tx); err != nil || !due {
			return err
		}
		if all && y.renew != "" {
			if _, err := tx.Exec(ctx, y.renew); err != nil {
				return err
			}
		}
		if all {
			return y.sumUpAll(ctx, tx)
		}
		more, err = y.sumUpMarked(ctx, tx)
		return err
	})
	if err == nil && all {
		if _, err := s.pool.Exec(ctx, "ANALYZE "+y.into); err != nil {
			s.log.Debug("the planner could not count the table", "table", y.into, "error", err)
		}
	}
	return more && due, err
}

// toSettle tells whether there is something to settle that this login can settle, and whether it is about all rows.
func (y summary) toSettle(ctx context.Context, q queryer) (due, all bool, err error) {
	var can, stale bool
	if err = q.QueryRow(ctx, y.sql(summariesDue)).Scan(&can, &due, &all); err != nil || !can {
		return false, false, err
	}
	if y.stale != "" {
		err = q.QueryRow(ctx, y.stale).Scan(&stale)
	}
	return due || stale, all || stale, err
}

// sumUpAll makes all summaries anew.
func (y summary) sumUpAll(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, "DELETE FROM "+y.into); err != nil {
		return err
	}
	if y.each != nil {
		_, err := tx.Exec(ctx, y.each.all)
		return err
	}
	levels, err := y.levels(ctx, tx)
	if err != nil {
		return err
	}
	for n, l := range levels {
		sql := summariesAll
		if n == 0 {
			sql = summariesAllFirst
		}
		if _, err := tx.Exec(ctx, y.sqlOf(l, sql)); err != nil {
			return err
		}
	}
	return nil
}

// sumUpMarked makes the summaries of the next marked stretches anew, and those that contain them.
func (y summary) sumUpMarked(ctx context.Context, tx pgx.Tx) (more bool, err error) {
	if y.each != nil {
		var marks int
		err := tx.QueryRow(ctx, y.sql(y.each.some)).Scan(&marks)
		return marks == summariesAtOnce, err
	}
	levels, err := y.levels(ctx, tx)
	if err != nil {
		return false, err
	}
	var narrowest, wider []time.Time
	for n, l := range levels {
		sql, into, args := strings.NewReplacer("{stretches}", summariesGiven, "{settled}", "SELECT").Replace(summariesSome), &wider, []any{narrowest}
		if n == 0 {
			sql, into, args = strings.NewReplacer("{stretches}", summariesMarked, "{settled}", summariesSettled).Replace(summariesSome), &narrowest, nil
		}
		if err := tx.QueryRow(ctx, y.sqlOf(l, sql), args...).Scan(into); err != nil {
			return false, err
		}
	}
	return len(narrowest) == summariesAtOnce, nil
}

// SummaryState says how the summaries of a table stand.
type SummaryState struct {
	Of   string // the table that is summed up
	Rows string // what its rows are called, such as runs
	// Kept is false if another tool made the table, or somebody has removed triggers or constraints of it. Then nothing
	// reads the summaries.
	Kept bool
	// Marks is how many marks are there.
	Marks int64
	// Wrong is how many summaries differ from the rows although they have no mark, and First when the first of them begins.
	Wrong int64
	First time.Time
}

// checkingLimit is how long the summaries of a table are compared with its rows.
const checkingLimit = `SET LOCAL statement_timeout = '10min'; SET LOCAL work_mem = '64MB'`

// CheckSummaries compares all summaries with the rows that they sum up.
func (s *Store) CheckSummaries(ctx context.Context) ([]SummaryState, error) {
	var states []SummaryState
	for _, y := range summariesOfTables() {
		state := SummaryState{Of: y.of, Rows: y.rows}
		err := pgx.BeginTxFunc(unlimited(ctx), s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
			return y.check(ctx, tx, &state)
		})
		if err != nil {
			return nil, fmt.Errorf("compare the summaries of %s with the %s: %w", y.of, y.rows, translate(err))
		}
		states = append(states, state)
	}
	return states, nil
}

// check fills in how the summaries stand.
func (y summary) check(ctx context.Context, tx pgx.Tx, state *SummaryState) error {
	if _, err := tx.Exec(ctx, checkingLimit); err != nil {
		return err
	}
	if err := tx.QueryRow(ctx, y.sql("SELECT {kept}, (SELECT count(*) FROM {marks})")).Scan(&state.Kept, &state.Marks); err != nil || !state.Kept {
		return err
	}
	wrong, err := y.wrong(ctx, tx)
	if err != nil || wrong == "" {
		return err
	}
	var first *time.Time
	if err := tx.QueryRow(ctx, strings.Replace(y.sql(summariesWrongCount), "{wrong}", wrong, 1)).Scan(&state.Wrong, &first); err != nil {
		return err
	}
	if first != nil {
		state.First = first.UTC()
	}
	return nil
}

// wrong is the query for the summaries that differ from what they should be although they have no mark.
func (y summary) wrong(ctx context.Context, q queryer) (string, error) {
	if y.each != nil {
		return y.each.wrong, nil
	}
	levels, err := y.levels(ctx, q)
	var wrong []string
	for _, l := range levels {
		wrong = append(wrong, y.sqlOf(l, summariesWrong))
	}
	return strings.Join(wrong, "\nUNION ALL\n"), err
}
