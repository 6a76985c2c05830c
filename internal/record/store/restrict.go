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

// restrictSettings sets what restrict.sql reads: the search path, the owner, the readers and the scope. It switches
// the JIT compiler off, because compiling the query would take longer than running it.
const restrictSettings = `SELECT set_config('search_path', 'pg_catalog', true), set_config('jit', 'off', true),
    set_config('macrowatch.owner', $1, true), set_config('macrowatch.readers', $2::text[]::text, true),
    set_config('macrowatch.whole_server', CASE WHEN $3 THEN 'on' ELSE 'off' END, true), set_config('macrowatch.unwatched', $4::text[]::text, true)`

// restrictPasses is how often restrict tries. More than once, because another macrowatch, in another database of
// the server, may change the same rights at the same time.
const restrictPasses = 3

// restriction is a statement that must still be run.
type restriction struct {
	Statement string
	Closes    bool // it takes a right away; otherwise it grants a right to a role that needs it
}

// restricting says whom the restrictions are about.
type restricting struct {
	owner       string   // the role that macrowatch writes as; "" means the owner of the database and its tables
	readers     []string // the roles that only read
	unwatched   []string // those of the readers whose sessions the owner can't end
	wholeServer bool     // whether the other databases of the server are closed as well
}

// RestrictPublic takes from PUBLIC, that is from every login, what a login that only reads has no use for:
// functions that change, lock or fill anything, temporary tables, and code in trusted languages. The readers
// are the roles that GrantReading noted. Every other login that exists keeps these rights. The owner also gets
// the right to end the readers' statements. The other databases of the server stay as they are: PostgreSQL
// can't close them to the readers without closing them to every login that is made later.
//
// It may be called at any time, and does nothing if nothing is left to do. A superuser can run every statement.
// Another login runs the statements that it may run. The result `left` has the others.
func RestrictPublic(ctx context.Context, conn *pgx.Conn) (left []string, err error) {
	noted, err := ReaderRoles(ctx, conn)
	if err != nil {
		return nil, err
	}
	return restrict(ctx, conn, restricting{readers: noted})
}

// RestrictServer does what RestrictPublic does, on a server that is macrowatch's own. The server may have no tables
// yet, so the caller names the owner and the readers. RestrictServer also closes the server's other databases
// to every login that is made later.
//
// The viewer is a reader too, or "" if there is none. The owner does not become a member of its role. In PostgreSQL 15 a
// member could become the viewer, change its password and so lock macrowatch out.
//
// It reads only PostgreSQL's catalogue, because a superuser calls it. The owner of a table could replace the table
// by a view that calls functions, and the superuser would then run these functions.
func RestrictServer(ctx context.Context, conn *pgx.Conn, owner, viewer string, readers ...string) (left []string, err error) {
	whom := restricting{owner: owner, readers: readers, wholeServer: true}
	if viewer != "" {
		whom.readers, whom.unwatched = append(slices.Clip(readers), viewer), []string{viewer}
	}
	return restrict(ctx, conn, whom)
}

// PublicIsOpen quickly tells whether RestrictPublic has something to do. It checks two of the rights that
// RestrictPublic takes away, all in one transaction: taking locks and making temporary tables.
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

// restrictOnce runs the statements that are needed and that this login may run. again reports that a statement
// failed for another reason, so trying again may help.
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
			again = again || err != nil && server.Code != insufficientPrivilege
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

// restrictionsIn returns the statements that must still be run. Its settings stay set until the transaction ends.
func restrictionsIn(ctx context.Context, tx pgx.Tx, whom restricting) ([]restriction, error) {
	if whom.readers == nil {
		whom.readers = []string{} // nil would be NULL, which a setting can't be
	}
	if whom.unwatched == nil {
		whom.unwatched = []string{}
	}
	if _, err := tx.Exec(ctx, restrictSettings, whom.owner, whom.readers, whom.wholeServer, whom.unwatched); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, timescaledb.Restrict)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[restriction])
}

// RestoreOthers is for a login that is no longer a reader. If RestrictPublic has taken rights from PUBLIC,
// RestoreOthers grants the login the rights that every other login kept. The result `left` has the statements that
// this login may not run. A superuser must run them.
func RestoreOthers(ctx context.Context, conn *pgx.Conn) (left []string, err error) {
	noted, err := ReaderRoles(ctx, conn)
	if err != nil {
		return nil, err
	}
	needed, err := neededRestrictions(ctx, conn, restricting{readers: noted})
	if err != nil || slices.ContainsFunc(needed, func(r restriction) bool { return r.Closes }) {
		return nil, err
	}
	return restrict(ctx, conn, restricting{readers: noted})
}

const publicDatabases = `SELECT d.datname::text FROM pg_database d
WHERE d.datallowconn AND d.datname <> current_database() AND EXISTS (
    SELECT FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a WHERE a.grantee = 0 AND a.privilege_type = 'CONNECT')
ORDER BY 1`

// OpenDatabases returns the other databases of the server to which every login may connect.
func OpenDatabases(ctx context.Context, pool *pgxpool.Pool) ([]string, error) {
	rows, err := pool.Query(ctx, publicDatabases)
	if err != nil {
		return nil, translate(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return names, translate(err)
}
