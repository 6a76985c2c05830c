package query

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// lockedTables lists the tables of this database that a session has locked against reading.
const lockedTables = `SELECT DISTINCT c.relname::text
FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
WHERE l.granted AND l.mode = 'AccessExclusiveLock' AND l.pid <> pg_backend_pid()
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
ORDER BY 1`

func isLockTimeout(err error) bool {
	var server *pgconn.PgError
	return errors.As(err, &server) && server.Code == lockNotAvailable
}

// explainLock names the tables that the query probably waited for: the tables that are locked now and occur in its text.
func (r *Runner) explainLock(ctx context.Context, sql string, cause error) error {
	table := "a table"
	if named := r.lockedIn(ctx, sql); len(named) > 0 {
		table = strings.Join(named, ", ")
	}
	return &Error{Code: lockNotAvailable, cause: cause, message: fmt.Sprintf(
		"The query was waiting for a lock on %s, which another session holds, and was ended after %s.", table, r.lockTimeout)}
}

// lockedIn returns the locked tables that occur in a query's text. It returns none if the locks can't be read, as the
// sentence for the reader makes sense without them.
func (r *Runner) lockedIn(ctx context.Context, sql string) []string {
	rows, err := r.pool.Query(ctx, lockedTables, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return nil
	}
	locked, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil
	}
	var named []string
	for _, table := range locked {
		if strings.Contains(sql, table) {
			named = append(named, table)
		}
	}
	return named
}
