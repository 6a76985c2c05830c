package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/deploy/timescaledb"
)

// restrictSettings sets what the query for restrictions reads: the search path, the owner, the readers and
// the scope. It turns the JIT compiler off, since compiling the query would take longer than running it.
const restrictSettings = `SELECT set_config('search_path', 'pg_catalog', true), set_config('jit', 'off', true),
    set_config('macrowatch.owner', $1, true), set_config('macrowatch.readers', $2::text[]::text, true),
    set_config('macrowatch.whole_server', CASE WHEN $3 THEN 'on' ELSE 'off' END, true)`

// restrictPasses is more than one, since another macrowatch may change the same rights of the whole
// server at the same time, from another database.
const restrictPasses = 3

// restriction is a statement that is still to be run.
type restriction struct {
	Statement string
	Closes    bool // it takes a right away; otherwise it gives one to who needs it
}

// restricting is whom the restrictions are about.
type restricting struct {
	owner       string   // whom macrowatch writes as; "" is whoever owns the database and its tables
	readers     []string // the roles that only read
	wholeServer bool     // whether other databases are closed as well
}

// RestrictPublic takes from PUBLIC, that is from every login, what a login that only reads has no use
// for: functions that change, lock or fill anything, temporary tables, code in trusted languages. Every
// other login that exists keeps it, and the owner gets the right to end the readers' statements. The
// readers are those that GrantReading noted. Other databases of the server stay as they are: PostgreSQL
// cannot close them to the readers without closing them to every login that is made later.
//
// It may be repeated at any time, and does nothing where nothing is to be done. A superuser can run all
// of it. Another login does what it may; the statements that it may not run are returned.
func RestrictPublic(ctx context.Context, conn *pgx.Conn) (left []string, err error) {
	noted, err := ReaderRoles(ctx, conn)
	if err != nil {
		return nil, err
	}
	return restrict(ctx, conn, restricting{readers: noted})
}

// RestrictServer is RestrictPublic on a server that is macrowatch's own, which may have no tables yet:
// it names the owner and the readers, and closes the server's other databases to every login that is
// made later. It looks at nothing but PostgreSQL's catalogue: of a table, whose owner can put a view with
// functions in its place, a superuser would run the functions.
func RestrictServer(ctx context.Context, conn *pgx.Conn, owner string, readers ...string) (left []string, err error) {
	return restrict(ctx, conn, restricting{owner: owner, readers: readers, wholeServer: true})
}

// PublicIsOpen tells at a glance whether RestrictPublic has something to do: whether every login may take
// locks or make temporary tables, which it takes away with all the rest in one transaction.
func PublicIsOpen(ctx context.Context, pool *pgxpool.Pool) (open bool, err error) {
	err = pool.QueryRow(ctx, `SELECT has_function_privilege('public', 'pg_catalog.pg_advisory_lock(bigint)', 'EXECUTE')
    OR has_database_privilege('public', current_database(), 'TEMPORARY')`).Scan(&open)
	return open, translate(err)
}

func restrict(ctx context.Context, conn *pgx.Conn, whom restricting) (left []string, err error) {
	whom.readers = slices.Compact(slices.Sorted(slices.Values(whom.readers)))
	for range restrictPasses {
		again, err := restrictOnce(ctx, conn, whom)
		if err != nil {
			return nil, fmt.Errorf("restrict the logins that only read: %w", translate(err))
		}
		if !again {
			break
		}
	}
	needed, err := neededRestrictions(ctx, conn, whom)
	for _, r := range needed {
		left = append(left, r.Statement)
	}
	return left, err
}

// restrictOnce runs what is needed and allowed. It reports whether a statement failed for another
// reason than that, so that trying again may help.
func restrictOnce(ctx context.Context, conn *pgx.Conn, whom restricting) (again bool, err error) {
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		needed, err := restrictionsIn(ctx, tx, whom)
		if err != nil {
			return err
		}
		for _, r := range needed {
			err := pgx.BeginFunc(ctx, tx, func(tx pgx.Tx) error {
				_, err := tx.Exec(ctx, r.Statement)
				return err
			})
			var server *pgconn.PgError
			if err != nil && !errors.As(err, &server) {
				return err
			}
			again = again || err != nil && server.Code != "42501"
		}
		return nil
	})
	return again, err
}

// beginner is a pool, a connection or a transaction.
type beginner interface {
	Begin(ctx context.Context) (pgx.Tx, error)
}

func neededRestrictions(ctx context.Context, db beginner, whom restricting) (needed []restriction, err error) {
	err = pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		needed, err = restrictionsIn(ctx, tx, whom)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look at the rights of every login: %w", translate(err))
	}
	return needed, nil
}

// restrictionsIn leaves the settings behind in the transaction.
func restrictionsIn(ctx context.Context, tx pgx.Tx, whom restricting) ([]restriction, error) {
	if whom.readers == nil {
		whom.readers = []string{} // nil is NULL, and a setting can't be that
	}
	if _, err := tx.Exec(ctx, restrictSettings, whom.owner, whom.readers, whom.wholeServer); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, timescaledb.Restrict)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[restriction])
}

// RestoreOthers grants to a login that is no reader any more what the other logins keep, if that has been
// taken from every login. What this login may not grant is returned, for a superuser to run.
func RestoreOthers(ctx context.Context, conn *pgx.Conn) (left []string, err error) {
	noted, err := ReaderRoles(ctx, conn)
	if err != nil {
		return nil, err
	}
	needed, err := neededRestrictions(ctx, conn, restricting{readers: noted})
	if err != nil || slices.ContainsFunc(needed, func(r restriction) bool { return r.Closes }) {
		return nil, err
	}
	return restrict(ctx, conn, restricting{})
}

const publicDatabases = `SELECT d.datname::text FROM pg_database d
WHERE d.datallowconn AND d.datname <> current_database() AND EXISTS (
    SELECT FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a WHERE a.grantee = 0 AND a.privilege_type = 'CONNECT')
ORDER BY 1`

// OpenDatabases gives the other databases of the server that every login may connect to.
func OpenDatabases(ctx context.Context, pool *pgxpool.Pool) ([]string, error) {
	rows, err := pool.Query(ctx, publicDatabases)
	if err != nil {
		return nil, translate(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return names, translate(err)
}
