package store

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	columns []bulkColumn
	key     []string
	// rank is an SQL condition on a row's columns; "" is none. Of two rows of one key in one input
	// the one for which it is false wins without being a contradiction.
	rank string
	// replaces is an SQL condition under which a row (excluded) replaces the one stored (t); "" is
	// always.
	replaces string
	// values gives a row's columns in the order of columns.
	values func(T) []any
}

// bulkWrite writes rows, all or none, in one transaction whose memory does not grow with them:
// they are copied into a temporary table first, where SQL finds contradictions, and then written
// in one statement. after runs in between, if it is not nil; an error of its ends it.
func bulkWrite[T any](ctx context.Context, s *Store, table bulkTable[T], rows desk.Rows[T], after func(pgx.Tx) error) (desk.Counts, error) {
	var counts desk.Counts
	columns, err := s.writableColumns(ctx, table.name, table.columns)
	if err != nil {
		return counts, err
	}
	sql := bulkStatements(table.name, columns, table.key, table.rank, table.replaces)
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		// A long file may take longer than any statement should, standard input as long as it likes.
		if _, err := tx.Exec(ctx, `SET LOCAL statement_timeout = 0`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sql.createStage); err != nil {
			return err
		}
		source := &stageSource[T]{rows: rows, values: table.values}
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{"pg_temp", stageName}, sql.stageColumns, source); err != nil {
			return or(source.err, err) // the server only repeats that the copying stopped
		}
		if err := settleDuplicates(ctx, tx, sql); err != nil {
			return err
		}
		if after != nil {
			if err := after(tx); err != nil {
				return err
			}
		}
		var total int64
		if err := tx.QueryRow(ctx, sql.write).Scan(&counts.Inserted, &counts.Updated, &total); err != nil {
			return err
		}
		counts.Unchanged = total - counts.Inserted - counts.Updated
		return nil
	})
	var bad *desk.BadRowsError
	switch {
	case err == nil:
		if counts.Inserted+counts.Updated > 0 {
			s.announce(ctx, table.name)
		}
		return counts, nil
	case errors.As(err, &bad):
		return desk.Counts{}, err
	}
	return desk.Counts{}, fmt.Errorf("write %s: %w", table.name, translate(err))
}

// stageSource feeds rows to COPY. err is what ended them, nil at their end.
type stageSource[T any] struct {
	rows   desk.Rows[T]
	values func(T) []any
	line   int64
	row    T
	err    error
}

func (s *stageSource[T]) Next() bool {
	line, row, err := s.rows()
	if err != nil {
		if !errors.Is(err, io.EOF) {
			s.err = err
		}
		return false
	}
	s.line, s.row = line, row
	return true
}

func (s *stageSource[T]) Values() ([]any, error) { return append(s.values(s.row), s.line), nil }

func (s *stageSource[T]) Err() error { return s.err }

// settleDuplicates leaves one row of each key in the stage, or returns a *desk.BadRowsError that
// names the lines of those that contradict each other.
func settleDuplicates(ctx context.Context, tx pgx.Tx, sql bulkSQL) error {
	var some bool
	if err := tx.QueryRow(ctx, sql.anyDuplicates).Scan(&some); err != nil || !some {
		return err
	}
	rows, err := tx.Query(ctx, sql.contradictions, desk.MaxBadRows)
	if err != nil {
		return err
	}
	bad := &desk.BadRowsError{}
	var first, second, total int64
	var key []string
	_, err = pgx.ForEachRow(rows, []any{&first, &second, &key, &total}, func() error {
		bad.Add(desk.BadRow{Line: second, Column: strings.Join(sql.key, ", "), Value: strings.Join(key, ", "),
			Problem: fmt.Sprintf("differs from line %d, which has the same key; one of them must go", first)})
		bad.More = total - int64(len(bad.Rows))
		return nil
	})
	if err != nil {
		return err
	}
	if total > 0 {
		return bad
	}
	_, err = tx.Exec(ctx, sql.dropDuplicates)
	return err
}

// list makes a stream of rows that are in memory.
func list[T any](rows []T) desk.Rows[T] {
	next := 0
	return func() (int64, T, error) {
		if next == len(rows) {
			var none T
			return 0, none, io.EOF
		}
		next++
		return int64(next), rows[next-1], nil
	}
}
