package pgtest

import (
	"context"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
)

// OwnServer starts a plain PostgreSQL that no other test uses. It is for a test that changes what belongs to the whole
// server, such as roles and who may connect to which database. Each call of the returned function makes a
// database without tables and returns its address for the superuser. The server ends with the test.
func OwnServer(t testing.TB) func() string {
	t.Helper()
	var server lazyServer
	if err := server.startOwned(); err != nil {
		t.Fatalf("pgtest: start a server for this test: %v", err)
	}
	t.Cleanup(func() {
		if err := server.owned.Close(); err != nil {
			t.Errorf("pgtest: end this test's server: %v", err)
		}
	})
	return func() string {
		t.Helper()
		name := newName("own")
		if err := execOn(t.Context(), server.url, "create database "+name+" template template0"); err != nil {
			t.Fatalf("pgtest: create a database: %v", err)
		}
		address, err := withDatabase(server.url, name)
		if err != nil {
			t.Fatalf("pgtest: %v", err)
		}
		return address
	}
}

// restoredLock makes tests that use RestoreServer wait for each other, even in different processes.
const restoredLock = `SELECT pg_advisory_lock(hashtextextended('macrowatch tests of roles', 0))`

// publicRights returns the statements that grant PUBLIC what it may do with each database.
const publicRights = `SELECT format('GRANT %s ON DATABASE %I TO PUBLIC', string_agg(a.privilege_type, ', '), d.datname)
FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
WHERE a.grantee = 0 AND d.datallowconn AND d.datname NOT LIKE 'macrowatch\_%' GROUP BY d.datname`

// RestoreServer is for a test that makes roles, and changes who may connect to which database, on the server that
// ServerVariable names. When the test ends, it drops the roles and gives PUBLIC its rights back. Call it before the
// test makes a database, because the database must be dropped before the roles.
//
// If the server has one of the roles already, the test is skipped. On the process's own server RestoreServer does
// nothing.
func RestoreServer(t testing.TB, roles ...string) {
	t.Helper()
	server := os.Getenv(ServerVariable)
	if server == "" {
		return
	}
	conn, err := pgx.Connect(t.Context(), server)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("pgtest: restore the server: %v", err)
		}
	}
	_, err = conn.Exec(t.Context(), restoredLock)
	must(err)
	there, err := column(t.Context(), conn, `SELECT rolname::text FROM pg_roles WHERE rolname = ANY ($1)`, roles)
	must(err)
	if len(there) > 0 {
		t.Skipf("the test server has roles %q already, which this test would make and drop", there)
	}
	rights, err := column(t.Context(), conn, publicRights)
	must(err)
	t.Cleanup(func() {
		ctx := context.Background() // t.Context has ended
		defer conn.Close(ctx)
		existing, err := column(ctx, conn, `SELECT quote_ident(rolname) FROM pg_roles WHERE rolname = ANY ($1)`, roles)
		must(err)
		for _, role := range existing {
			_, err := conn.Exec(ctx, "DROP OWNED BY "+role+"; DROP ROLE "+role)
			must(err)
		}
		for _, statement := range rights {
			_, err := conn.Exec(ctx, statement)
			must(err)
		}
	})
}

func column(ctx context.Context, conn *pgx.Conn, sql string, args ...any) ([]string, error) {
	rows, err := conn.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
