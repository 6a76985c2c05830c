package e2e

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// The session connects with the URL that database url prints, and has switched its own limits off. It still can't run
// the statements that a reader does not need.
func TestThePrivateReaderCanOnlyRead(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	servePrivate(t, dir)
	printed := run(t, nil, "database", "url", "--data-dir", dir)
	if printed.status != 0 {
		t.Fatal(printed.errout)
	}
	conn, err := pgx.Connect(t.Context(), printed.out[:len(printed.out)-1])
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, setting := range []string{"SET default_transaction_read_only = off", "SET statement_timeout = 0"} {
		if _, err := conn.Exec(t.Context(), setting); err != nil {
			t.Fatal(err)
		}
	}
	for _, statement := range []string{
		"DELETE FROM pipeline_runs", "TRUNCATE portfolio_state", "CREATE TABLE mine (a int)", "CREATE TEMP TABLE mine (a int)",
		"SELECT pg_advisory_lock(1)", "SELECT pg_try_advisory_xact_lock(1)", "SELECT lo_create(1)", "SELECT lo_from_bytea(0, 'x')",
		"SELECT pg_read_file('PG_VERSION')", "COPY pipeline_runs TO PROGRAM 'cat'", "SET ROLE macrowatch", "SET ROLE postgres",
		"DO $$ BEGIN PERFORM 1; END $$", "SELECT pg_logical_emit_message(false, 'a', 'b')", "SELECT pg_notify('macrowatch_changes', 'x')",
	} {
		t.Run(statement, func(t *testing.T) {
			_, err := conn.Exec(t.Context(), statement)
			var server *pgconn.PgError
			if !errors.As(err, &server) || server.Code != "42501" {
				t.Error(err)
			}
			var n int
			if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM pipeline_runs").Scan(&n); err != nil {
				t.Errorf("after it the reader can't read: %v", err)
			}
		})
	}
}
