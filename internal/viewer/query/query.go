// Package query runs a panel's SQL and returns its rows as a Grafana data frame. It converts values as
// Grafana's PostgreSQL datasource does.
//
// A statement runs alone in a read-only transaction, with a deadline and a row limit. It is sent by the
// extended protocol, which allows one statement only: a text can't contain a second one.
package query

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// The formats of a query.
const (
	// Table leaves the columns as they are.
	Table = "table"
	// TimeSeries wants a column "time", takes numbers as values and texts as labels.
	TimeSeries = "time_series"
)

// Options bound what one query may take. The zero value means the defaults.
type Options struct {
	// Timeout ends a statement; 0 means 30 seconds. Waiting for a connection counts too.
	Timeout time.Duration
	// LockTimeout ends the wait for a table that another session has locked; 0 means 5 seconds.
	LockTimeout time.Duration
	// MaxRows is how many rows are read; 0 means 100,000. A result that is cut says so.
	MaxRows int
}

// Runner runs queries on a pool. It may be used by several goroutines at once.
type Runner struct {
	pool        *pgxpool.Pool
	timeout     time.Duration
	lockTimeout time.Duration
	maxRows     int
}

// NewRunner returns a Runner on pool.
func NewRunner(pool *pgxpool.Pool, o Options) *Runner {
	r := &Runner{pool: pool, timeout: o.Timeout, lockTimeout: o.LockTimeout, maxRows: o.MaxRows}
	if r.timeout <= 0 {
		r.timeout = 30 * time.Second
	}
	if r.lockTimeout <= 0 {
		r.lockTimeout = 5 * time.Second
	}
	if r.maxRows <= 0 {
		r.maxRows = 100_000
	}
	return r
}

// Query sends one statement. format is Table or TimeSeries ("" counts as TimeSeries, as in
// Grafana); fill, which may be nil, says what a time series holds where it has no row. The frame's
// Meta holds the SQL and, in Notices, what the reader should know. A result without rows is a
// frame without fields. An error is an *Error or an *UnreachableError.
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

// graceForServer is how much longer this side waits than the server does, so that the server's own
// word on a statement that took too long comes first. A server that has stopped says nothing.
const graceForServer = 2 * time.Second

// readInTime is read within the time limit, its errors explained.
func (r *Runner) readInTime(ctx context.Context, sql string) (*data.Frame, error) {
	limited, cancel := context.WithTimeout(ctx, r.timeout+graceForServer)
	defer cancel()
	frame, err := r.read(limited, sql)
	var away *UnreachableError
	switch {
	case err == nil:
		return frame, nil
	case errors.As(err, &away): // it says why
	case isLockTimeout(err):
		err = r.explainLock(limited, sql, err)
	case ctx.Err() == nil && limited.Err() != nil:
		err = &UnreachableError{reason: fmt.Sprintf("it did not answer within %s", r.timeout), cause: err}
	}
	return nil, r.explain(ctx, err)
}

func (r *Runner) read(ctx context.Context, sql string) (*data.Frame, error) {
	conn, err := r.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly})
	if err != nil {
		return nil, err
	}
	defer rollback(ctx, tx)
	// Dates and floats come as text, which a server may be configured to write otherwise; a reader's
	// text stands between quotes, where a backslash must mean itself; and what a panel asks is
	// answered sooner than the server would have compiled it.
	// A database of encoding SQL_ASCII may hold bytes that are no UTF-8, which the server would refuse
	// to send as such.
	if tx.Conn().PgConn().ParameterStatus("server_encoding") == "SQL_ASCII" {
		if _, err := tx.Exec(ctx, "SET LOCAL client_encoding = SQL_ASCII", pgx.QueryExecModeSimpleProtocol); err != nil {
			return nil, err
		}
	}
	settings := fmt.Sprintf("SET LOCAL statement_timeout = %d; SET LOCAL lock_timeout = %d; SET LOCAL datestyle = ISO; "+
		"SET LOCAL extra_float_digits = 1; SET LOCAL standard_conforming_strings = on; SET LOCAL jit = off",
		r.timeout.Milliseconds(), r.lockTimeout.Milliseconds())
	if _, err := tx.Exec(ctx, settings, pgx.QueryExecModeSimpleProtocol); err != nil {
		return nil, err
	}
	frame, cut, err := r.collect(ctx, tx.Conn().PgConn(), sql)
	if err != nil {
		return nil, err
	}
	frame.Meta = &data.FrameMeta{ExecutedQueryString: sql}
	if cut {
		frame.Meta.Notices = []data.Notice{{Severity: data.NoticeSeverityWarning,
			Text: fmt.Sprintf("Only the first %d rows are shown: the query returned more.", r.maxRows)}}
	}
	return frame, nil
}

// rollback ends the transaction also when the request is gone, so that the connection can be
// used again.
func rollback(ctx context.Context, tx pgx.Tx) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = tx.Rollback(ctx) // a connection that can't roll back is closed by the pool
}

// collect reads up to the row limit and has the server stop there.
func (r *Runner) collect(ctx context.Context, conn *pgconn.PgConn, sql string) (frame *data.Frame, cut bool, err error) {
	rows := conn.ExecParams(ctx, sql, nil, nil, nil, nil)
	var columns []column
	var bad error
	for n := 0; rows.NextRow(); n++ {
		if columns == nil {
			columns = newColumns(rows.FieldDescriptions())
		}
		if n == r.maxRows {
			cut = true
			_ = conn.CancelRequest(ctx) // at worst the rest is read and dropped
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
	_, err = rows.Close()
	switch {
	case bad != nil:
		return nil, false, bad
	case err != nil && !cut:
		return nil, false, err
	}
	frame = data.NewFrame("")
	for _, c := range columns {
		frame.Fields = append(frame.Fields, c.field)
	}
	return frame, cut, nil
}
