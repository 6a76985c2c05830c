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

// bulkOptions have the steps that a kind of row needs in addition to the writing. The zero value has none.
// Each function may be nil. If one returns an error, nothing is written.
type bulkOptions[T any] struct {
	// replaceGroups replaces each group that the input has a row of (see table.group) as a whole: stored rows
	// of the group that the input lacks are deleted.
	replaceGroups bool
	// nothingStored reports for upsert that no row of the rows' groups is stored, and that the rows are what afterStaging would take.
	nothingStored func(ctx context.Context, tx pgx.Tx) (bool, error)
	// beforeCopy is called before rows, which stand on these lines, are copied straight into their table.
	beforeCopy func(ctx context.Context, tx pgx.Tx, rows []T, lines []int64) error
	// writeArgs are the parameters of table.replaces.
	writeArgs []any
	// afterStaging is called when the stage has the rows, one of each key.
	afterStaging func(ctx context.Context, tx pgx.Tx) error
	// afterWriting is called when the table has the rows. from names the temporary tables that have the
	// rows' keys and lines. It names none if all rows went straight into the table.
	afterWriting func(ctx context.Context, tx pgx.Tx, from []string) error
}

// bulkImport writes rows, all or none, in one transaction. The memory that it needs does not grow with the
// number of rows.
//
// It copies the rows straight into their table, a chunk at a time, each chunk behind a savepoint. If the
// table refuses a chunk, that chunk is taken back. It and all later rows then go into a temporary table, the
// stage. There SQL finds what is wrong, and one statement moves the rows from the stage into the table.
//
// Until a chunk is refused, no two rows had the same key. The trail keeps the key and the line of each row that
// went straight into the table. When a chunk is refused, the trail becomes a second temporary table. So a later row with
// one of these keys is compared with the earlier one as if both had gone into the stage.
//
// In these cases all rows go through the stage:
//
//   - Another tool made the table. It then lacks our constraints, which would refuse wrong rows. It may also have
//     triggers, and it may round the values that it is given.
//   - Another tool made the table that a foreign key should name (see table.refersTo). There is then no such key.
//   - replaceGroups is set.
//
// If bulkImport returns before the rows have ended, a call of rows may still be under way.
func bulkImport[T any](ctx context.Context, s *Store, t table[T], rows desk.Rows[T], o bulkOptions[T]) (desk.Counts, error) {
	types, err := s.columnTypes(ctx, t.name)
	straight := types == nil && !o.replaceGroups
	if err == nil && straight && t.refersTo != "" {
		straight, err = s.isOurs(ctx, t.refersTo)
	}
	if err != nil {
		return desk.Counts{}, err
	}
	return bulkTransaction(ctx, s, t.name, func(tx pgx.Tx) (desk.Counts, error) {
		counts, from, err := writeRows(ctx, tx, t, types, rows, o, straight)
		if err == nil && o.afterWriting != nil {
			err = o.afterWriting(ctx, tx, from)
		}
		return counts, err
	})
}

// upsert writes rows that are in memory, all or none. It replaces groups as a whole where the table has groups. A row that breaks a
// rule of its noun is an error. The rows go through the stage, unless the table is macrowatch's own and o.nothingStored says that
// they replace nothing.
func upsert[T interface{ Validate() error }](ctx context.Context, s *Store, t table[T], rows []T, o bulkOptions[T]) (desk.Counts, error) {
	for _, row := range rows {
		if err := row.Validate(); err != nil {
			return desk.Counts{}, fmt.Errorf("%s: %w", t.describe(row), err)
		}
	}
	types, err := s.columnTypes(ctx, t.name)
	if err != nil {
		return desk.Counts{}, err
	}
	o.replaceGroups = t.group > 0
	return bulkTransaction(ctx, s, t.name, func(tx pgx.Tx) (desk.Counts, error) {
		straight := false
		if types == nil && o.nothingStored != nil {
			if straight, err = o.nothingStored(ctx, tx); err != nil {
				return desk.Counts{}, err
			}
		}
		counts, _, err := writeRows(ctx, tx, t, types, desk.RowsOf(rows...), o, straight)
		return counts, err
	})
}

// writeRows writes rows within a transaction. What straight and from mean, writeChunks says. types is nil for macrowatch's own table.
func writeRows[T any](ctx context.Context, tx pgx.Tx, t table[T], types map[string]string, rows desk.Rows[T], o bulkOptions[T], straight bool) (counts desk.Counts, from []string, err error) {
	chunks, stop := readChunks(rows, t.format(types == nil))
	defer stop()
	w := newBulkWriter(tx, t, types, o)
	defer w.close()
	return w.writeChunks(ctx, chunks, straight)
}

// bulkTransaction runs a transaction that writes a table, and announces what it wrote.
func bulkTransaction(ctx context.Context, s *Store, table string, write func(pgx.Tx) (desk.Counts, error)) (desk.Counts, error) {
	var counts desk.Counts
	ctx = unlimited(ctx)
	err := pgx.BeginFunc(ctx, s.db(), func(tx pgx.Tx) (err error) {
		// A long file may take longer than a statement should. Standard input may take as long as it likes.
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
			s.afterCommit(ctx, func(ctx context.Context) {
				s.analyse(ctx, table, counts)
				s.settleMany(ctx, table, counts)
				s.announce(ctx, table)
			})
		}
		return counts, nil
	case errors.As(err, &bad):
		return desk.Counts{}, err
	case errors.As(err, &input):
		return desk.Counts{}, input.error // it has nothing to do with the table
	}
	return desk.Counts{}, fmt.Errorf("write %s: %w", table, translate(err))
}

// manyRows is the number of changed rows from which on the planner must count a table again.
const manyRows = 10_000

// analyse makes the planner count a table that a long input has changed. Autovacuum would do so a minute
// later; until then, queries of the table may take half a minute. If the login has no right to do this, the
// server does nothing.
func (s *Store) analyse(ctx context.Context, table string, c desk.Counts) {
	if c.Inserted+c.Updated+c.Removed < manyRows {
		return
	}
	if _, err := s.pool.Exec(ctx, "ANALYZE "+table); err != nil {
		s.log.Debug("the planner could not count the table", "table", table, "error", err)
	}
}

// inputError is an error of the input, not of the table: for example, a file that can't be read to its end.
type inputError struct{ error }

func (e inputError) Unwrap() error { return e.error }

// isViolation reports whether a constraint of the table refused a row, for example the primary key.
func isViolation(err error) bool {
	var server *pgconn.PgError
	return errors.As(err, &server) && strings.HasPrefix(server.Code, "23")
}
