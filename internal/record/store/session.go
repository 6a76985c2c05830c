package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// prepareSessions makes every connection of a pool work with PostgreSQL itself and behind a connection pooler such
// as PgBouncer.
//
// A pooler refuses start-up parameters that it does not know. In transaction mode it also gives each transaction
// another connection to the server. So the pool asks for what it needs in ways that work in both cases:
//
//   - client_encoding is a start-up parameter that poolers know. It must be UTF-8 whatever the database, the role or
//     PGCLIENTENCODING says, because the driver writes and reads nothing else.
//   - Statements have no names on the server. On the next connection a named statement would be missing.
//   - This side ends a statement that takes longer than limit. Without a pooler, the server gets the same limit, since
//     a setting then stays with the session.
func prepareSessions(cfg *pgxpool.Config, limit time.Duration) {
	conn := cfg.ConnConfig
	conn.RuntimeParams["client_encoding"] = "UTF8"
	conn.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	limitInURL := conn.RuntimeParams["statement_timeout"] != "" // the server keeps to it
	if limit <= 0 || limitInURL {
		return
	}
	conn.Tracer = deadline{limit}
	cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		// A pooler accepts a client at once. The client then waits for a connection to the server here.
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

// behindPooler reports whether a connection pooler stands between this program and PostgreSQL. A pooler gives its
// clients process numbers of its own, so the number that the driver was given differs from the one that the server
// names.
func behindPooler(ctx context.Context, c *pgx.Conn) (bool, error) {
	var pid uint32
	if err := c.QueryRow(ctx, `SELECT pg_backend_pid()`, pgx.QueryExecModeSimpleProtocol).Scan(&pid); err != nil {
		return false, err
	}
	return pid != c.PgConn().PID(), nil
}

// graceForServer is how much longer this side waits than the server. So the server's own error for a statement that
// took too long arrives first.
const graceForServer = 2 * time.Second

// errStatementTooLong is the cause with which a deadline ends a statement.
var errStatementTooLong = errors.New("the statement took longer than its time limit")

// deadline ends statements that take longer than a limit, even if the server has stopped answering. It uses the
// driver's hook for tracing, which can give each statement a context.
type deadline struct{ limit time.Duration }

// unlimitedKey marks a context whose statements may take as long as they need.
type unlimitedKey struct{}

// unlimited returns a context for a transaction without a time limit, such as a migration.
func unlimited(ctx context.Context) context.Context {
	return context.WithValue(ctx, unlimitedKey{}, true)
}

// endKey is the key of the function that releases a statement's deadline.
type endKey struct{}

// TraceQueryStart gives a statement its deadline.
func (d deadline) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	if ctx.Value(unlimitedKey{}) != nil {
		return ctx
	}
	ctx, end := context.WithTimeoutCause(ctx, d.limit+graceForServer, errStatementTooLong)
	return context.WithValue(ctx, endKey{}, end)
}

// TraceQueryEnd releases the deadline after the statement has ended and its rows have been read.
func (d deadline) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryEndData) {
	if end, ok := ctx.Value(endKey{}).(context.CancelFunc); ok {
		end()
	}
}
