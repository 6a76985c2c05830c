// Package query runs a panel's SQL and returns its rows as a Grafana data frame. It converts values as Grafana's PostgreSQL
// datasource does.
//
// A statement runs alone in a read-only transaction, with a deadline and a row limit. It is sent with PostgreSQL's extended
// protocol, which refuses a text with a second statement.
package query

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/pgxpool"
)

// The formats of a query.
const (
	// Table leaves the columns as they are.
	Table = "table"
	// TimeSeries needs a column "time". Numbers become values, and texts become labels.
	TimeSeries = "time_series"
)

// Options limit what one query may use. The zero value means the defaults.
type Options struct {
	// Timeout ends a statement; 0 means 30 seconds. The time to get a connection counts too.
	Timeout time.Duration
	// LockTimeout ends the wait for a table that another session has locked; 0 means 5 seconds.
	LockTimeout time.Duration
	// MaxRows is how many rows are read; 0 means 100,000. If there are more, a notice in the frame says so.
	MaxRows int
	// MaxBytes is how many bytes of rows are read; 0 means 32 MiB. It cuts an answer as MaxRows does. A single row that is
	// larger is an error. Bytes are counted as they come: a number or a time may have fewer in the binary form than as a text.
	MaxBytes int
}

// Runner runs queries on a pool. It is safe for concurrent use.
type Runner struct {
	pool        *pgxpool.Pool
	timeout     time.Duration
	lockTimeout time.Duration
	maxRows     int
	maxBytes    int
	forms       forms
}

// NewRunner returns a Runner on pool.
func NewRunner(pool *pgxpool.Pool, o Options) *Runner {
	r := &Runner{pool: pool, timeout: o.Timeout, lockTimeout: o.LockTimeout, maxRows: o.MaxRows, maxBytes: o.MaxBytes}
	if r.timeout <= 0 {
		r.timeout = 30 * time.Second
	}
	if r.lockTimeout <= 0 {
		r.lockTimeout = 5 * time.Second
	}
	if r.maxRows <= 0 {
		r.maxRows = 100_000
	}
	if r.maxBytes <= 0 {
		r.maxBytes = 32 << 20
	}
	return r
}

// Query sends one statement. The argument `format` is Table or TimeSeries; "" means TimeSeries, as in Grafana. If `fill` is
// not nil, it says which value a time series gets at a time without a row. The frame's Meta has the SQL and, in Notices,
// sentences for the reader. A result without rows is a frame without fields. An error is an *Error or an *UnreachableError.
func (r *Runner) Query(ctx context.Context, sql, format string, fill *data.FillMissing) (*data.Frame, error) {
	frame, err := r.readInTime(ctx, sql)
	if err != nil {
		return nil, err
	}
	if frame.Rows() == 0 {
		frame.Fields = nil
		return frame, nil
	}
	if err := timeColumns(frame, format); err != nil {
		return nil, err
	}
	if format == Table {
		return frame, nil
	}
	return toSeries(frame, fill)
}

// graceForServer is how much longer the program waits than the server does. So the server itself usually ends a statement
// that takes too long. The program ends it only if the server has stopped answering.
const graceForServer = 2 * time.Second

// readInTime reads within the time limit, and turns errors into sentences for the reader.
func (r *Runner) readInTime(ctx context.Context, sql string) (*data.Frame, error) {
	limited, cancel := context.WithTimeout(ctx, r.timeout+graceForServer)
	defer cancel()
	frame, err := r.read(limited, sql)
	var away *UnreachableError
	switch {
	case err == nil:
		return frame, nil
	case errors.As(err, &away): // acquire has said why
	case isLockTimeout(err):
		err = r.explainLock(limited, sql, err)
	case ctx.Err() == nil && limited.Err() != nil:
		err = &UnreachableError{reason: fmt.Sprintf("it did not answer within %s", r.timeout), cause: err}
	}
	return nil, r.explain(ctx, err)
}

// read runs a statement in a transaction of its own.
func (r *Runner) read(ctx context.Context, sql string) (*data.Frame, error) {
	conn, err := r.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	forms := r.forms.get(sql)
	frame, cut, err := r.collect(ctx, conn.Conn().PgConn(), sql, forms)
	if forms != nil && needsText(err) {
		frame, cut, err = r.collect(ctx, conn.Conn().PgConn(), sql, nil)
	}
	if err != nil {
		return nil, err
	}
	frame.Meta = &data.FrameMeta{ExecutedQueryString: sql}
	if cut {
		reason := "the query returned more"
		if frame.Rows() < r.maxRows {
			reason = fmt.Sprintf("together they have %d MiB, and the query returned more", r.maxBytes>>20)
		}
		frame.Meta.Notices = []data.Notice{{Severity: data.NoticeSeverityWarning,
			Text: fmt.Sprintf("Only the first %d rows are shown: %s.", frame.Rows(), reason)}}
	}
	return frame, nil
}

// longestMessage is pgx's own bound of a message.
const longestMessage = 0x3fffffff

// collect reads rows up to the limits, and then tells the server to stop. cut is true if there were more rows. The argument `forms` is what
// is remembered of the statement's columns.
func (r *Runner) collect(ctx context.Context, conn *pgconn.PgConn, sql string, forms []int16) (frame *data.Frame, cut bool, err error) {
	conn.Frontend().SetMaxBodyLen(r.maxBytes) // a row that is larger ends the connection before it fills the memory
	defer conn.Frontend().SetMaxBodyLen(longestMessage)
	results, err := r.send(ctx, conn, sql, forms)
	if err != nil {
		return nil, false, err
	}
	defer rollback(ctx, conn)
	if !results.NextResult() {
		return data.NewFrame(""), false, results.Close() // an error, or a text without a statement
	}
	rows := results.ResultReader()
	var columns []column
	var bad error
	bytes := 0
	for n := 0; rows.NextRow(); n++ {
		if columns == nil {
			columns = newColumns(rows.FieldDescriptions())
		}
		for _, raw := range rows.Values() {
			bytes += len(raw)
		}
		if !cut && (n == r.maxRows || bytes > r.maxBytes) {
			cut = true
			_ = conn.CancelRequest(ctx) // if it fails, the other rows are read and dropped
		}
		if cut || bad != nil {
			continue
		}
		for i, raw := range rows.Values() {
			if bad = columns[i].append(raw); bad != nil {
				break
			}
		}
	}
	_, _ = rows.Close() // results has its error too
	err = results.Close()
	var large *pgproto3.ExceededMaxBodyLenErr
	switch {
	case errors.As(err, &large):
		return nil, false, &Error{message: fmt.Sprintf("One row of the query has more than %d MiB, which is the most that is read.", r.maxBytes>>20), cause: err}
	case bad != nil:
		return nil, false, bad
	case err != nil && !cut:
		return nil, false, err
	}
	if forms == nil && columns != nil {
		r.forms.remember(sql, columns)
	}
	frame = data.NewFrame("")
	for _, c := range columns {
		frame.Fields = append(frame.Fields, c.field)
	}
	return frame, cut, nil
}
