package store

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"strconv"

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

// chunk is a part of an input: rows, their text for COPY, and their lines. If err is set, the input ended with
// this error, and the chunk has no rows.
type chunk[T any] struct {
	rows  []T
	lines []int64
	text  copyText
	err   error
}

// readChunks reads rows into chunks until the rows end or stop is called. It is one chunk ahead of the caller.
// stop does not wait for a call of rows that is still under way.
func readChunks[T any](rows desk.Rows[T], encode func(*copyText, T)) (chunks <-chan *chunk[T], stop func()) {
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
				last, end = readChunk(rows, encode, last, stopped)
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
func readChunk[T any](rows desk.Rows[T], encode func(*copyText, T), last *chunk[T], stopped <-chan struct{}) (c *chunk[T], end bool) {
	c = &chunk[T]{
		rows:  make([]T, 0, len(last.rows)),
		lines: make([]int64, 0, len(last.lines)),
		text:  copyText{make([]byte, 0, len(last.text.buf)+len(last.text.buf)/16)},
	}
	for len(c.rows) < chunkRows && len(c.text.buf) < chunkBytes {
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
		encode(&c.text, row)
		c.text.endRow()
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

// textAndLines returns the chunk's text with the line of each row as its last column.
func (c *chunk[T]) textAndLines() []byte {
	return c.withLines(func(row []byte) int { return len(row) })
}

// keysAndLines returns the text of each row's key, which is its first columns, and the row's line.
func (c *chunk[T]) keysAndLines(keys int) []byte {
	return c.withLines(func(row []byte) int {
		end := 0
		for range keys {
			next := bytes.IndexByte(row[end:], '\t')
			if next < 0 {
				return len(row)
			}
			end += next + 1
		}
		return end - 1
	})
}

// withLines returns the beginning of each row's text, as long as cut says, and the row's line.
func (c *chunk[T]) withLines(cut func(row []byte) int) []byte {
	out := make([]byte, 0, len(c.text.buf)+10*len(c.lines))
	rest := c.text.buf
	for _, line := range c.lines {
		end := bytes.IndexByte(rest, '\n')
		out = append(out, rest[:cut(rest[:end])]...)
		out = append(out, '\t')
		out = strconv.AppendInt(out, line, 10)
		out = append(out, '\n')
		rest = rest[end+1:]
	}
	return out
}

// copyInto sends text to a COPY statement.
func copyInto(ctx context.Context, tx pgx.Tx, statement string, text []byte) error {
	_, err := tx.Conn().PgConn().CopyFrom(ctx, bytes.NewReader(text), statement)
	return err
}
