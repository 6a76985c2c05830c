package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

// bulkWriter writes the rows of one input in a transaction. See bulkImport for how.
type bulkWriter[T any] struct {
	tx       pgx.Tx
	table    table[T]
	sql      bulkSQL
	options  bulkOptions[T]
	straight int64 // how many rows went straight into the table
	trail    trail // their keys and lines
}

// newBulkWriter returns a writer, which the caller closes. types are the columns' types if another tool made the table.
func newBulkWriter[T any](tx pgx.Tx, t table[T], types map[string]string, o bulkOptions[T]) *bulkWriter[T] {
	sql := bulkStatements(t, types)
	return &bulkWriter[T]{tx: tx, table: t, sql: sql, options: o,
		trail: trail{tx: tx, create: sql.createTrail, copied: sql.copyTrail, binary: types == nil}}
}

func (w *bulkWriter[T]) close() { w.trail.close() }

// writeChunks writes chunks, straight into the table or all through the stage. from names the temporary
// tables that then have the rows' keys and lines. It names none if no row went through the stage.
func (w *bulkWriter[T]) writeChunks(ctx context.Context, chunks <-chan *chunk[T], straight bool) (counts desk.Counts, from []string, err error) {
	if !straight {
		counts, err = w.writeThroughStage(ctx, nil, chunks)
		return counts, []string{stageName}, err
	}
	refused, err := w.copyStraight(ctx, chunks)
	if err != nil || refused == nil {
		return desk.Counts{Inserted: w.straight}, nil, err
	}
	counts, err = w.writeThroughStage(ctx, refused, chunks)
	return counts, []string{trailName, stageName}, err
}

// copyStraight copies chunks into the table. It returns the first chunk that the table refuses, or nil if it
// refuses none.
func (w *bulkWriter[T]) copyStraight(ctx context.Context, chunks <-chan *chunk[T]) (refused *chunk[T], err error) {
	for c := range received(ctx, chunks) {
		if c.err != nil {
			return nil, inputError{c.err}
		}
		if w.options.beforeCopy != nil {
			if err := w.options.beforeCopy(ctx, w.tx, c.rows, c.lines); err != nil {
				return nil, err
			}
		}
		err := pgx.BeginFunc(ctx, w.tx, func(savepoint pgx.Tx) error {
			return copyInto(ctx, savepoint, w.sql.copyTable, c.copied)
		})
		if isViolation(err) {
			return c, nil
		}
		if err == nil {
			err = w.trail.add(ctx, c.withLines(w.table.keys))
		}
		if err != nil {
			return nil, err
		}
		w.straight += int64(len(c.rows))
	}
	return nil, ctx.Err()
}

// writeThroughStage writes the chunk `first` (nil if there is none), and then the rest, through the stage.
// Its counts include the rows that were copied straight into the table before.
func (w *bulkWriter[T]) writeThroughStage(ctx context.Context, first *chunk[T], rest <-chan *chunk[T]) (desk.Counts, error) {
	counts := desk.Counts{Inserted: w.straight}
	if err := w.fillStage(ctx, first, rest); err != nil {
		return counts, err
	}
	if first != nil {
		taken, err := w.takeBack(ctx)
		if err != nil {
			return counts, err
		}
		counts.Inserted -= taken
	}
	if err := dropDuplicates(ctx, w.tx, w.sql); err != nil {
		return counts, err
	}
	if w.options.afterStaging != nil {
		if err := w.options.afterStaging(ctx, w.tx); err != nil {
			return counts, err
		}
	}
	if w.options.replaceGroups {
		tag, err := w.tx.Exec(ctx, w.sql.removeOthers)
		if err != nil {
			return counts, err
		}
		counts.Removed = tag.RowsAffected()
	}
	var inserted, total int64
	if err := w.tx.QueryRow(ctx, w.sql.write, w.options.writeArgs...).Scan(&inserted, &counts.Updated, &total); err != nil {
		return counts, err
	}
	counts.Inserted += inserted
	counts.Unchanged = total - inserted - counts.Updated
	return counts, nil
}

// takeBack moves rows that went straight into the table back into the stage, if the stage has a row of the same key or
// group. It returns how many.
func (w *bulkWriter[T]) takeBack(ctx context.Context) (int64, error) {
	if err := w.trail.send(ctx); err != nil || w.straight == 0 {
		return 0, err
	}
	if _, err := w.tx.Exec(ctx, w.sql.analyseTrail); err != nil {
		return 0, err
	}
	tag, err := w.tx.Exec(ctx, w.sql.takeBack)
	return tag.RowsAffected(), err
}

func (w *bulkWriter[T]) fillStage(ctx context.Context, first *chunk[T], rest <-chan *chunk[T]) error {
	if _, err := w.tx.Exec(ctx, w.sql.createStage); err != nil {
		return err
	}
	rows := int(w.straight) // which may come back into the stage
	if first != nil {
		rows += len(first.rows)
		if err := copyInto(ctx, w.tx, w.sql.copyStage, first.withLines(len(w.table.columns))); err != nil {
			return err
		}
	}
	for c := range received(ctx, rest) {
		if c.err != nil {
			return inputError{c.err}
		}
		rows += len(c.rows)
		if err := copyInto(ctx, w.tx, w.sql.copyStage, c.withLines(len(w.table.columns))); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if rows > chunkRows {
		if _, err := w.tx.Exec(ctx, stageSettings); err != nil {
			return err
		}
	}
	_, err := w.tx.Exec(ctx, w.sql.analyse)
	return err
}
