package store

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// connectionsAllowedSQL asks how many connections this login may have in this database: the smallest of the
// role's, the database's and the server's limit. NULL means that no limit is known, as for a superuser.
const connectionsAllowedSQL = `SELECT least(nullif(r.rolconnlimit, -1), nullif(d.datconnlimit, -1),
	current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int)
FROM pg_roles r, pg_database d
WHERE r.rolname = session_user AND NOT r.rolsuper AND d.datname = current_database()`

// connectionsBesidePool is how many connections serve keeps beside its pool. One listens for changes, one checks
// the database's health.
const connectionsBesidePool = 2

// connectionsAllowed asks how many connections the login may have. It returns 0 if no limit is known. As the
// first statement of a new pool, it also finds out whether the database answers.
func connectionsAllowed(ctx context.Context, pool *pgxpool.Pool) (int32, error) {
	var limit *int32
	rows, err := pool.Query(ctx, connectionsAllowedSQL)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	if rows.Next() {
		if err := rows.Scan(&limit); err != nil {
			return 0, err
		}
	}
	if err := rows.Err(); err != nil || limit == nil {
		return 0, err
	}
	return *limit, nil
}

// poolSize returns how many connections a pool may open if the login may have `allowed` connections. It
// leaves room for the connections beside the pool, but is at least one.
func poolSize(allowed int32) int32 {
	if allowed <= 0 {
		return 1<<31 - 1
	}
	return max(1, allowed-connectionsBesidePool)
}
