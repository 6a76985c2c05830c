package store

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"strings"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/background"
	"macrowatch/internal/desk"
)

// The size of a chunk. It is small enough that copying a chunk again, or keeping two in memory, costs little.
// It is large enough that a savepoint for each chunk costs little.
const (
	chunkRows  = 1 << 14
	chunkBytes = 4 << 20
)

// chunk is a part of an input: rows, the same rows for COPY, and their lines. If err is set, the input ended with
// this error, and the chunk has no rows.
type chunk[T any] struct {
	rows   []T
	lines  []int64
	copied copyRows
	err    error
}

// rowFormat is how rows are written for COPY.
type rowFormat[T any] struct {
	encode  func(*copyRows, T)
	columns int
	binary  bool
}

// append appends a row.
func (f rowFormat[T]) append(to *copyRows, row T) {
	to.beginRow(f.columns)
	f.encode(to, row)
	to.endRow()
}

// readChunks reads rows into chunks until the rows end or stop is called. It is one chunk ahead of the caller.
// stop does not wait for a call of rows that is still under way.
func readChunks[T any](rows desk.Rows[T], format rowFormat[T]) (chunks <-chan *chunk[T], stop func()) {
	out := make(chan *chunk[T])
	stopped := make(chan struct{})
	go func() {
		defer close(out)
		send := func(c *chunk[T]) (wanted bool) {
			select {
			case out <- c:
				return true
			case <-stopped:
				return false
			}
		}
		// rows is the caller's function. If it panics, the program must not end.
		if err := background.Recovered(func() error {
			last := &chunk[T]{}
			for end := false; !end; {
				last, end = readChunk(rows, format, last, stopped)
				if (len(last.rows) > 0 || last.err != nil) && !send(last) {
					return nil
				}
			}
			return nil
		}); err != nil {
			send(&chunk[T]{err: err})
		}
	}()
	return out, func() { close(stopped) }
}

// readChunk reads the next chunk. end reports that no chunk follows it. It makes room for a chunk as large as the
// last one.
func readChunk[T any](rows desk.Rows[T], format rowFormat[T], last *chunk[T], stopped <-chan struct{}) (c *chunk[T], end bool) {
	c = &chunk[T]{
		rows:  make([]T, 0, len(last.rows)),
		lines: make([]int64, 0, len(last.lines)),
		copied: copyRows{
			buf: make([]byte, 0, len(last.copied.buf)+len(last.copied.buf)/16), binary: format.binary, ends: make([]int, 0, len(last.copied.ends))},
	}
	for len(c.rows) < chunkRows && len(c.copied.buf) < chunkBytes {
		select {
		case <-stopped:
			return c, true
		default:
		}
		line, row, err := rows()
		if errors.Is(err, io.EOF) {
			return c, true
		}
		if err != nil {
			return &chunk[T]{err: err}, true
		}
		c.rows, c.lines = append(c.rows, row), append(c.lines, line)
		format.append(&c.copied, row)
	}
	return c, false
}

// received returns what comes out of a channel until the channel is closed or ctx ends.
func received[T any](ctx context.Context, from <-chan T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for {
			select {
			case <-ctx.Done():
				return
			case value, open := <-from:
				if !open || !yield(value) {
					return
				}
			}
		}
	}
}

// withLines returns the chunk's rows with the line of each as their last column.
func (c *chunk[T]) withLines(columns int) copyRows { return c.copied.withLines(columns, c.lines) }

// copyInto sends rows to a COPY statement of the same format.
func copyInto(ctx context.Context, tx pgx.Tx, statement string, rows copyRows) error {
	return copyStream(ctx, tx, statement, rows.binary, bytes.NewReader(rows.buf))
}

// copyStream sends the rows that a reader gives to a COPY statement of the same format.
func copyStream(ctx context.Context, tx pgx.Tx, statement string, binary bool, rows io.Reader) error {
	if binary {
		rows = io.MultiReader(strings.NewReader(binaryHeader), rows, strings.NewReader(binaryTrailer))
	}
	_, err := tx.Conn().PgConn().CopyFrom(ctx, rows, statement)
	return err
}
