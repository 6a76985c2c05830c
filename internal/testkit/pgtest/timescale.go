package pgtest

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// timescaleThere asks whether TimescaleDB can be created. The server knows this setting only if it loaded
// TimescaleDB when it started. If it did not, the extension can't be created even if its files are there.
const timescaleThere = `SELECT current_setting('timescaledb.max_background_workers', true) IS NOT NULL
	AND EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')`

// Timescale returns a pool on a database that has TimescaleDB but no tables. The database is dropped when the test
// ends. The extension is in a schema of its own, which is in no search path. On a server without TimescaleDB, such
// as the private one, the test is skipped.
func Timescale(t testing.TB) *pgxpool.Pool {
	t.Helper()
	requireTimescale(t)
	address := create(t, "template0")
	for _, statement := range []string{"create schema apart", "create extension timescaledb schema apart"} {
		if err := execOn(t.Context(), address, statement); err != nil { // each in a session of its own, as TimescaleDB demands
			t.Fatalf("pgtest: %s: %v", statement, err)
		}
	}
	return open(t, address)
}

// TimescaleURL returns the address of a database without tables that has TimescaleDB in the schema public, as in
// the database image of TimescaleDB. The database is dropped when the test ends. On a server without TimescaleDB,
// the test is skipped.
func TimescaleURL(t testing.TB) string {
	t.Helper()
	requireTimescale(t)
	address := create(t, "template0")
	if err := execOn(t.Context(), address, "create extension timescaledb"); err != nil {
		t.Fatalf("pgtest: create TimescaleDB: %v", err)
	}
	return address
}

// requireTimescale skips the test if the server has no TimescaleDB.
func requireTimescale(t testing.TB) {
	t.Helper()
	server, err := process.server.get()
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	conn, err := pgx.Connect(t.Context(), server)
	if err != nil {
		t.Fatalf("pgtest: look for TimescaleDB: %v", err)
	}
	defer conn.Close(t.Context())
	var there bool
	if err := conn.QueryRow(t.Context(), timescaleThere).Scan(&there); err != nil {
		t.Fatalf("pgtest: look for TimescaleDB: %v", err)
	}
	if !there {
		t.Skip("the test server has no TimescaleDB; " + ServerVariable + " names one that has")
	}
}

// Plain returns a pool on a database without tables and without extensions, even if template1 of the server has
// some. The database is dropped when the test ends.
func Plain(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return open(t, create(t, "template0"))
}
