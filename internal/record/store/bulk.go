package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"macrowatch/internal/desk"
)

// executor is a pool, a connection or a transaction.
type executor interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// bulkColumn is a column and its type in SQL.
type bulkColumn struct{ name, sqlType string }

// bulkTable says how rows of one kind get into their table.
type bulkTable[T any] struct {
	name    string
	columns []bulkColumn // those of the key first
	keys    int          // how many columns the key has
	// group is how many of the key's columns name what is computed together, a snapshot or a run of
	// scenarios; 0 where each row stands for itself.
	group int
	// stamped tables have a column stored_at, which a replaced row gets anew.
	stamped bool
	// refersTo is the table that a foreign key of this one names; "" is none.
	refersTo string
	// rank is an SQL condition on a row's columns, such as status = 'RUNNING'; "" is none. Where one input
	// has two rows of one key, the row for which the condition is false wins over the one for which it is
	// true. The two do not contradict each other.
	rank string
	// replaces is an SQL condition under which a row (excluded) replaces the one stored (t); "" is
	// always.
	replaces string
	// encode appends a row's columns in the order of columns.
	encode func(*copyText, T)
}

// bulkHooks are what a kind of row needs beside the writing; any may be nil. An error ends the
// writing, and nothing is written.
type bulkHooks[T any] struct {
	// beforeCopy is called before rows are copied straight into their table.
	beforeCopy func(ctx context.Context, tx pgx.Tx, rows []T) error
	// afterStaging is called when the rows are in the stage, one of each key.
	afterStaging func(ctx context.Context, tx pgx.Tx) error
	// afterWriting is called when the rows are in their table; from names the temporary tables that have
	// their keys and lines.
	afterWriting func(ctx context.Context, tx pgx.Tx, from []string) error
}

// bulkImport writes rows, all or none, in one transaction whose memory does not grow with them.
//
// They are copied straight into their table, a chunk at a time, each behind a savepoint. The first
// chunk that the table refuses is taken back; it and all rows after it go into a temporary table,
// the stage, where SQL finds what is the matter, and from there into the table in one statement.
// Until a chunk is refused no two rows had the same key. Which keys were written, and on what line,
// is kept, so that a later row of one of them meets it in the stage as if both had gone there.
//
// Rows for a table that another tool made all go through the stage. Such a table lacks our constraints,
// which would refuse wrong rows. It may have triggers, and it may round the values that it is given.
//
// With whole, each group of the input replaces the stored group of the same key: stored rows of the group
// that the input lacks are deleted. Then too all rows go through the stage.
//
// When it returns before the rows have ended, a call of rows may still be under way.
func bulkImport[T any](ctx context.Context, s *Store, table bulkTable[T], rows desk.Rows[T], whole bool, hooks bulkHooks[T]) (desk.Counts, error) {
	columns, guarded, err := s.writableColumns(ctx, table.name, table.columns)
	if err == nil && guarded && table.refersTo != "" {
		guarded, err = s.isOurs(ctx, table.refersTo)
	}
	if err != nil {
		return desk.Counts{}, err
	}
	table.columns = columns
	return bulkTransaction(ctx, s, table.name, func(tx pgx.Tx) (desk.Counts, error) {
		chunks, stop := readChunks(rows, table.encode)
		defer stop()
		w := &bulkWriter[T]{tx: tx, table: table, sql: bulkStatements(table), hooks: hooks}
		counts, from, err := w.writeChunks(ctx, chunks, guarded, whole)
		if err == nil && hooks.afterWriting != nil {
			err = hooks.afterWriting(ctx, tx, from)
		}
		return counts, err
	})
}

// writeChunks writes chunks, straight if the table is guarded and its groups need not be whole. It names the
// temporary tables that have the rows' keys and lines.
func (w *bulkWriter[T]) writeChunks(ctx context.Context, chunks <-chan *chunk[T], guarded, whole bool) (desk.Counts, []string, error) {
	if !guarded || whole {
		counts, err := w.writeThroughStage(ctx, nil, chunks, whole)
		return counts, []string{stageName}, err
	}
	refused, err := w.copyStraight(ctx, chunks)
	if err == nil && refused == nil && w.hooks.afterWriting != nil {
		_, err = w.tx.Exec(ctx, w.sql.analyseTrail)
	}
	if err != nil || refused == nil {
		return desk.Counts{Inserted: w.written}, []string{trailName}, err
	}
	counts, err := w.writeThroughStage(ctx, refused, chunks, false)
	return counts, []string{trailName, stageName}, err
}

// bulkUpsert writes rows that are in memory, all or none, through the stage. With whole, what the
// table has of their groups beside them is deleted.
func bulkUpsert[T any](ctx context.Context, s *Store, table bulkTable[T], rows []T, whole bool, hooks bulkHooks[T]) (desk.Counts, error) {
	columns, _, err := s.writableColumns(ctx, table.name, table.columns)
	if err != nil {
		return desk.Counts{}, err
	}
	table.columns = columns
	return bulkTransaction(ctx, s, table.name, func(tx pgx.Tx) (desk.Counts, error) {
		chunks, stop := readChunks(desk.RowsOf(rows...), table.encode)
		defer stop()
		w := &bulkWriter[T]{tx: tx, table: table, sql: bulkStatements(table), hooks: hooks}
		return w.writeThroughStage(ctx, nil, chunks, whole)
	})
}

// bulkTransaction runs a transaction that writes a table, and announces what it wrote.
func bulkTransaction(ctx context.Context, s *Store, table string, write func(pgx.Tx) (desk.Counts, error)) (desk.Counts, error) {
	var counts desk.Counts
	ctx = unlimited(ctx)
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) (err error) {
		// A long file may take longer than any statement should, standard input as long as it likes.
		if _, err = tx.Exec(ctx, `SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0`); err != nil {
			return err
		}
		counts, err = write(tx)
		return err
	})
	var bad *desk.BadRowsError
	var input inputError
	switch {
	case err == nil:
		if counts.Inserted+counts.Updated+counts.Removed > 0 {
			s.analyse(ctx, table, counts)
			s.announce(ctx, table)
		}
		return counts, nil
	case errors.As(err, &bad):
		return desk.Counts{}, err
	case errors.As(err, &input):
		return desk.Counts{}, input.error // it has nothing to do with the table
	}
	return desk.Counts{}, fmt.Errorf("write %s: %w", table, translate(err))
}

// manyRows is how many rows change a table so much that the planner must count it anew.
const manyRows = 10_000

// analyse lets the planner count a table that a long input has changed. Autovacuum does so a minute later, and
// until then queries over the table may take as long. Without the right to, the server leaves it.
func (s *Store) analyse(ctx context.Context, table string, c desk.Counts) {
	if c.Inserted+c.Updated+c.Removed < manyRows {
		return
	}
	if _, err := s.pool.Exec(ctx, "ANALYZE "+table); err != nil {
		s.log.Debug("the planner has not counted the table", "table", table, "error", err)
	}
}

// bulkWriter writes the rows of one input.
type bulkWriter[T any] struct {
	tx      pgx.Tx
	table   bulkTable[T]
	sql     bulkSQL
	hooks   bulkHooks[T]
	written int64 // rows that went straight into the table
}

// copyStraight copies chunks into the table until they end or one is refused, which it returns.
func (w *bulkWriter[T]) copyStraight(ctx context.Context, chunks <-chan *chunk[T]) (*chunk[T], error) {
	if _, err := w.tx.Exec(ctx, w.sql.createTrail); err != nil {
		return nil, err
	}
	for c := range received(ctx, chunks) {
		if c.err != nil {
			return nil, inputError{c.err}
		}
		if w.hooks.beforeCopy != nil {
			if err := w.hooks.beforeCopy(ctx, w.tx, c.rows); err != nil {
				return nil, err
			}
		}
		err := pgx.BeginFunc(ctx, w.tx, func(savepoint pgx.Tx) error {
			return copyInto(ctx, savepoint, w.sql.copyTable, c.text.buf)
		})
		if isViolation(err) {
			return c, nil
		}
		if err == nil {
			err = copyInto(ctx, w.tx, w.sql.copyTrail, c.keysAndLines(w.table.keys))
		}
		if err != nil {
			return nil, err
		}
		w.written += int64(len(c.rows))
	}
	return nil, ctx.Err()
}

// writeThroughStage writes a chunk, which may be nil, and those after it through the stage.
func (w *bulkWriter[T]) writeThroughStage(ctx context.Context, first *chunk[T], rest <-chan *chunk[T], whole bool) (desk.Counts, error) {
	counts := desk.Counts{Inserted: w.written}
	if err := w.fillStage(ctx, first, rest); err != nil {
		return counts, err
	}
	if w.written > 0 {
		if _, err := w.tx.Exec(ctx, w.sql.analyseTrail); err != nil {
			return counts, err
		}
		tag, err := w.tx.Exec(ctx, w.sql.takeBack)
		if err != nil {
			return counts, err
		}
		counts.Inserted -= tag.RowsAffected()
	}
	if err := settleDuplicates(ctx, w.tx, w.sql); err != nil {
		return counts, err
	}
	if w.hooks.afterStaging != nil {
		if err := w.hooks.afterStaging(ctx, w.tx); err != nil {
			return counts, err
		}
	}
	if whole {
		tag, err := w.tx.Exec(ctx, w.sql.removeOthers)
		if err != nil {
			return counts, err
		}
		counts.Removed = tag.RowsAffected()
	}
	var inserted, total int64
	if err := w.tx.QueryRow(ctx, w.sql.write).Scan(&inserted, &counts.Updated, &total); err != nil {
		return counts, err
	}
	counts.Inserted += inserted
	counts.Unchanged = total - inserted - counts.Updated
	return counts, nil
}

func (w *bulkWriter[T]) fillStage(ctx context.Context, first *chunk[T], rest <-chan *chunk[T]) error {
	if _, err := w.tx.Exec(ctx, w.sql.createStage); err != nil {
		return err
	}
	if first != nil {
		if err := copyInto(ctx, w.tx, w.sql.copyStage, first.textAndLines()); err != nil {
			return err
		}
	}
	for c := range received(ctx, rest) {
		if c.err != nil {
			return inputError{c.err}
		}
		if err := copyInto(ctx, w.tx, w.sql.copyStage, c.textAndLines()); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err := w.tx.Exec(ctx, w.sql.analyse)
	return err
}

// inputError is an error of the input itself, not of the table: a file that can't be read to its end.
type inputError struct{ error }

func (e inputError) Unwrap() error { return e.error }

// isViolation reports whether the table refused a row for what it is: a key that is there already,
// or another constraint's breach.
func isViolation(err error) bool {
	var server *pgconn.PgError
	return errors.As(err, &server) && strings.HasPrefix(server.Code, "23")
}

// settleDuplicates leaves one row of each key in the stage, or returns a *desk.BadRowsError that
// names the lines of those that contradict each other.
func settleDuplicates(ctx context.Context, tx pgx.Tx, sql bulkSQL) error {
	var some bool
	if err := tx.QueryRow(ctx, sql.anyDuplicates).Scan(&some); err != nil || !some {
		return err
	}
	var first, second, total int64
	var key []string
	err := findStageFaults(ctx, tx, sql.contradictions, []any{&first, &second, &key, &total}, func() (desk.BadRow, int64) {
		return desk.BadRow{Line: second, Column: sql.keyText, Value: strings.Join(key, ", "),
			Problem: fmt.Sprintf("differs from line %d, which has the same key; one of them must go", first)}, total
	})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sql.dropDuplicates)
	return err
}

// findStageFaults runs a query that finds faulty rows in the stage, at most $1 of them, and returns a
// *desk.BadRowsError if there are any. It scans each row of the result into the variables of into, and then
// calls fault, which makes a bad row of them and says how many faulty rows there are in all.
func findStageFaults(ctx context.Context, tx pgx.Tx, query string, into []any, fault func() (desk.BadRow, int64)) error {
	rows, err := tx.Query(ctx, query, desk.MaxBadRows)
	if err != nil {
		return err
	}
	bad := &desk.BadRowsError{}
	_, err = pgx.ForEachRow(rows, into, func() error {
		row, total := fault()
		bad.Add(row)
		bad.More = total - int64(len(bad.Rows))
		return nil
	})
	if err != nil {
		return err
	}
	if len(bad.Rows) > 0 {
		return bad
	}
	return nil
}
