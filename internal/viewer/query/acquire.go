package query

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// How long a query that finds no connection waits before it tries again.
const (
	firstPause   = 25 * time.Millisecond
	longestPause = time.Second
)

// acquire takes a connection. If the server has none left, acquire waits until another query or another program gives one
// back, or until the context ends. A pooler without a free connection shows itself by a timeout of the attempt to connect.
// If the last attempt is cut off, the error says why the server refused the one before.
func (r *Runner) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	var refusal error
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		conn, err := r.pool.Acquire(ctx)
		if err == nil {
			return conn, nil
		}
		var server *pgconn.PgError
		full := errors.As(err, &server) && server.Code == tooManyConnections
		starved := errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil && r.pool.Stat().TotalConns() > 0
		switch {
		case full:
			refusal = err
		case refusal != nil && errors.Is(err, context.DeadlineExceeded):
			err = refusal
		}
		if !full && !starved {
			return nil, &UnreachableError{reason: reasonOf(err), cause: err}
		}
		select {
		case <-ctx.Done():
			return nil, &UnreachableError{reason: reasonOf(err), cause: err}
		case <-time.After(pause):
		}
	}
}
