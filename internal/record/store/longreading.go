package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// readerLogins finds the logins of the reader roles $1: such a role itself or, if it is a group, its members.
	// The logins that macrowatch writes as do not count, nor do members of PostgreSQL's own roles. The third
	// column tells whether this login may end their statements. A member of their role may.
	readerLogins = `WITH writer AS (
    SELECT datdba AS oid FROM pg_database WHERE datname = current_database()
    UNION SELECT relowner FROM pg_class WHERE oid = to_regclass('macrowatch_migrations')
)
SELECT r.rolname::text, min(g.rolname::text), pg_has_role(r.oid, 'USAGE') AND has_function_privilege('pg_terminate_backend(integer, bigint)', 'EXECUTE')
FROM pg_roles r JOIN pg_roles g ON g.oid = r.oid OR NOT g.rolcanlogin AND pg_has_role(r.oid, g.oid, 'MEMBER')
WHERE r.rolcanlogin AND NOT r.rolsuper AND r.oid NOT IN (SELECT oid FROM writer) AND g.rolname = ANY ($1) AND g.rolname NOT LIKE 'pg\_%'
GROUP BY r.oid, r.rolname ORDER BY 1`

	// longReadingEnd ends transactions that have lasted too long. A statement outside of a transaction is a
	// transaction of its own, so this finds long statements, sessions that are idle in a transaction, and
	// long transactions of short statements. It is materialized: otherwise the server might call the
	// function that ends a session before it has checked which sessions are meant.
	longReadingEnd = `WITH long AS MATERIALIZED (
    SELECT usename::text AS login, pid, extract(epoch FROM clock_timestamp() - xact_start)::float8 AS seconds FROM pg_stat_activity
    WHERE usename = ANY ($1) AND pid <> pg_backend_pid() AND backend_type = 'client backend'
    AND clock_timestamp() - xact_start > make_interval(secs => $2)
)
SELECT login, pid, seconds FROM long WHERE pg_terminate_backend(pid)`
)

// LongReading describes a session that EndLongReading ended.
type LongReading struct {
	Login   string
	PID     int32
	Seconds float64 // how long its transaction had run
}

// UnguardedLogin is a login that only reads whose sessions nobody ends.
type UnguardedLogin struct {
	Login string
	Role  string // the role that GrantReading noted: the login itself, or a group that it is a member of
}

// EndLongReading ends sessions of logins that only read (see ReaderRoles). It ends each session whose transaction
// has run for longer than the limit; a statement outside of a transaction counts as one. This is needed
// because such a login can lift its own time limits. unguarded are the logins whose sessions this login may not
// end.
func EndLongReading(ctx context.Context, q queryer, limit time.Duration) (ended []LongReading, unguarded []UnguardedLogin, err error) {
	roles, err := ReaderRoles(ctx, q)
	if err != nil || len(roles) == 0 {
		return nil, nil, err
	}
	rows, err := q.Query(ctx, readerLogins, roles)
	if err != nil {
		return nil, nil, fmt.Errorf("look for logins that only read: %w", translate(err))
	}
	var guarded []string
	var login, role string
	var may bool
	if _, err := pgx.ForEachRow(rows, []any{&login, &role, &may}, func() error {
		if may {
			guarded = append(guarded, login)
		} else {
			unguarded = append(unguarded, UnguardedLogin{Login: login, Role: role})
		}
		return nil
	}); err != nil {
		return nil, nil, fmt.Errorf("look for logins that only read: %w", translate(err))
	}
	if len(guarded) == 0 {
		return nil, unguarded, nil
	}
	rows, err = q.Query(ctx, longReadingEnd, guarded, limit.Seconds())
	if err != nil {
		return nil, unguarded, fmt.Errorf("end long statements: %w", translate(err))
	}
	ended, err = pgx.CollectRows(rows, pgx.RowToStructByPos[LongReading])
	if err != nil {
		return nil, unguarded, fmt.Errorf("end long statements: %w", translate(err))
	}
	return ended, unguarded, nil
}

// ReadingGuard calls EndLongReading and logs what it did. It uses a connection of its own and keeps it open. So
// readers can't keep it from its work by taking every connection of the pool or of the server. Call Close when it is
// no longer needed.
type ReadingGuard struct {
	Pool  *pgxpool.Pool // says where to connect; used only if the login may have no connection beside it
	Limit time.Duration
	Log   *slog.Logger
	Tell  func(sentence string) // called once with a warning, if this login may not end the readers' statements

	told bool
	own  ownConnection
}

// Look ends the sessions whose transactions have run for too long.
func (g *ReadingGuard) Look(ctx context.Context) error {
	g.own.pool = g.Pool
	var q queryer = g.Pool
	if conn, err := g.own.get(ctx); err == nil {
		q = conn
	} else if !errors.Is(err, errNoRoom) {
		return translate(err)
	}
	ended, unguarded, err := EndLongReading(ctx, q, g.Limit)
	for _, s := range ended {
		g.Log.Warn("ended a reader's long statement", "login", s.Login, "pid", s.PID, "seconds", s.Seconds)
	}
	if len(unguarded) > 0 && !g.told {
		g.told = true
		var logins []string
		for _, u := range unguarded {
			logins = append(logins, u.Login)
		}
		g.Tell(fmt.Sprintf("Statements of %s can run for ever, since this login may not end them. As a superuser of the database run: "+
			"macrowatch migrate --reader-role %s", Enumerate(logins), unguarded[0].Role))
	}
	return err
}

// Close ends the guard's connection.
func (g *ReadingGuard) Close() { g.own.close() }
