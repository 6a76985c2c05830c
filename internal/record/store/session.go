package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// prepareSessions makes every connection of a pool work on PostgreSQL itself and behind a connection
// pooler such as PgBouncer.
//
// A pooler refuses the start-up parameters that it does not know, and in its transaction mode gives
// each transaction another server connection. So what a session needs is asked for in ways that
// hold in both:
//
//   - client_encoding is a start-up parameter, which poolers know. The driver writes and reads UTF-8
//     only, whatever the database, the role or PGCLIENTENCODING says.
//   - Statements have no names on the server: a named one would be missing on the next connection.
//   - A statement that takes longer than limit is ended from this side. The server is told the same
//     limit where no pooler stands between, since there the setting stays with this session.
func prepareSessions(cfg *pgxpool.Config, limit time.Duration) {
	conn := cfg.ConnConfig
	conn.RuntimeParams["client_encoding"] = "UTF8"
	conn.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	asked := conn.RuntimeParams["statement_timeout"] != "" // the URL's own limit holds, on the server
	if limit <= 0 || asked {
		return
	}
	conn.Tracer = deadline{limit}
	cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		// A pooler accepts a client at once, and lets it wait for a server connection here.
		ctx, cancel := context.WithTimeout(ctx, conn.ConnectTimeout)
		defer cancel()
		pooled, err := behindPooler(ctx, c)
		if err != nil || pooled {
			return err
		}
		_, err = c.Exec(ctx, fmt.Sprintf("SET statement_timeout = %d", limit.Milliseconds()))
		return err
	}
}

// behindPooler reports whether a connection pooler stands between this program and PostgreSQL. A
// pooler tells its clients a process number of its own making, so that it can tell their requests to
// cancel a statement apart.
func behindPooler(ctx context.Context, c *pgx.Conn) (bool, error) {
	var pid uint32
	if err := c.QueryRow(ctx, `SELECT pg_backend_pid()`, pgx.QueryExecModeSimpleProtocol).Scan(&pid); err != nil {
		return false, err
	}
	return pid != c.PgConn().PID(), nil
}

// graceForServer is how much longer this side waits than the server does, so that the server's own
// word on a statement that took too long comes first.
const graceForServer = 2 * time.Second

// errStatementTooLong is the cause with which a deadline ends a statement.
var errStatementTooLong = errors.New("the statement took longer than its time limit")

// deadline ends statements that take longer than a limit, also on a server that has stopped
// answering. It is the driver's hook for tracing, which may give each statement a context.
type deadline struct{ limit time.Duration }

// unlimitedKey marks a context whose statements may take as long as they need.
type unlimitedKey struct{}

// unlimited gives a context for a transaction that has no time limit, such as a migration's.
func unlimited(ctx context.Context) context.Context {
	return context.WithValue(ctx, unlimitedKey{}, true)
}

// endKey finds what releases a statement's deadline.
type endKey struct{}

// TraceQueryStart gives a statement its deadline.
func (d deadline) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	if ctx.Value(unlimitedKey{}) != nil {
		return ctx
	}
	ctx, end := context.WithTimeoutCause(ctx, d.limit+graceForServer, errStatementTooLong)
	return context.WithValue(ctx, endKey{}, end)
}

// TraceQueryEnd releases the deadline once the statement has ended and its rows are read.
func (d deadline) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryEndData) {
	if end, ok := ctx.Value(endKey{}).(context.CancelFunc); ok {
		end()
	}
}
