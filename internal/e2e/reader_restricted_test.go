package e2e

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// cannotLock expects that a login may not do what PostgreSQL lets every login do at first.
func cannotLock(t *testing.T, connection string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), connection)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), "SET default_transaction_read_only = off"); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		"SELECT pg_advisory_lock(1)", "SELECT lo_create(0)", "CREATE TEMP TABLE mine (a int)", "DO $$ BEGIN PERFORM 1; END $$",
	} {
		_, err := conn.Exec(t.Context(), statement)
		var server *pgconn.PgError
		if !errors.As(err, &server) || server.Code != "42501" {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

// Whichever command starts the private PostgreSQL, the reader can only read from then on. That is so even if its rights
// were widened before, and if neither demo nor serve runs.
func TestReaderIsRestrictedByWhicheverCommandStartsTheServer(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"exec", "import", "migrate", "status"} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			dir := dataDir(t)
			s := servePrivate(t, dir)
			for _, statement := range []string{"GRANT TEMPORARY ON DATABASE macrowatch TO PUBLIC", "GRANT EXECUTE ON FUNCTION pg_advisory_lock(bigint) TO PUBLIC"} {
				mustSQL(t, superuserURL(t, dir), statement)
			}
			s.stop(t)
			pipe := filepath.Join(t.TempDir(), "go")
			args := map[string][]string{
				"exec":    {"exec", "--data-dir", dir, "--step", "first", "--", "true"},
				"import":  {"import", "prices", "-", "--data-dir", dir},
				"migrate": {"migrate", "--data-dir", dir},
				"status":  {"migrate", "status", "--data-dir", dir},
			}[command]
			r := run(t, nil, args...)
			if strings.Contains(r.errout, "superuser") || strings.Contains(r.errout, "Warning") {
				t.Errorf("%s says: %s", command, r.errout)
			}
			// The server runs while a process uses it. Here exec uses it, until its command ends.
			holding := make(chan result, 1)
			go func() {
				holding <- run(t, nil, "exec", "--data-dir", dir, "--step", "second", "--", "sh", "-c", "while [ ! -e '"+pipe+"' ]; do sleep 0.05; done")
			}()
			var reader string
			eventually(t, "the server runs", func() (bool, string) {
				printed := run(t, nil, "database", "url", "--data-dir", dir)
				reader = strings.TrimSpace(printed.out)
				if printed.status != 0 || printed.errout != "" {
					return false, printed.errout
				}
				conn, err := pgx.Connect(t.Context(), reader)
				if err != nil {
					return false, err.Error()
				}
				return conn.Close(t.Context()) == nil, ""
			})
			cannotLock(t, reader)
			if r := run(t, nil, "migrate", "status", "--data-dir", dir); strings.Contains(r.errout, "superuser") {
				t.Errorf("migrate status says: %s", r.errout)
			}
			if err := os.WriteFile(pipe, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if r := <-holding; r.status != 0 {
				t.Error(r.errout)
			}
		})
	}
}

// If every login has got rights back meanwhile, the next command that joins the server takes them away.
func TestReaderIsRestrictedAgainByTheNextCommand(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	servePrivate(t, dir)
	reader := strings.TrimSpace(run(t, nil, "database", "url", "--data-dir", dir).out)
	super := superuserURL(t, dir)
	for _, command := range [][]string{
		{"exec", "--data-dir", dir, "--step", "x", "--", "true"}, {"migrate", "--data-dir", dir}, {"migrate", "status", "--data-dir", dir},
	} {
		for _, statement := range []string{"GRANT TEMPORARY ON DATABASE macrowatch TO PUBLIC", "GRANT EXECUTE ON FUNCTION pg_advisory_lock(bigint) TO PUBLIC"} {
			mustSQL(t, super, statement)
		}
		r := run(t, nil, command...)
		if r.status != 0 || strings.Contains(r.errout, "superuser") {
			t.Errorf("%v: %+v", command, r)
		}
		cannotLock(t, reader)
	}
}

// The superuser's session runs no function that the database's owner has made to be run by it.
func TestOwnerDoesNotBecomeSuperuserWhenTheReaderIsRestricted(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	servePrivate(t, dir)
	owner := databaseURL(t, dir)
	for _, statement := range []string{
		"CREATE SCHEMA trap",
		`CREATE FUNCTION trap.rise() RETURNS text LANGUAGE plpgsql AS $$ BEGIN
			IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN ALTER ROLE macrowatch SUPERUSER; END IF;
			RETURN '[]'; END $$`,
		"CREATE VIEW trap.pg_roles AS SELECT *, trap.rise() AS risen FROM pg_catalog.pg_roles",
		`CREATE FUNCTION trap.set_config(text, text, boolean) RETURNS text LANGUAGE sql AS $$ SELECT trap.rise() $$`,
		"ALTER TABLE macrowatch_settings RENAME TO kept_settings",
		"CREATE VIEW macrowatch_settings AS SELECT 'reader_roles'::text AS key, trap.rise() AS value",
		"ALTER DATABASE macrowatch SET search_path = 'trap', 'pg_catalog', 'public'",
	} {
		mustSQL(t, owner, statement)
	}
	for _, command := range [][]string{{"migrate", "status", "--data-dir", dir}, {"exec", "--data-dir", dir, "--step", "x", "--", "true"}} {
		run(t, nil, command...) // it may fail, because the owner has broken the tables
	}
	if scalar[bool](t, owner, "SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = 'macrowatch'") {
		t.Error("the owner has become a superuser")
	}
}

// superuserURL returns the URL by which macrowatch itself administers a directory's server.
func superuserURL(t *testing.T, dir string) string {
	t.Helper()
	u, err := url.Parse(databaseURL(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword("postgres", secretsOf(t, dir)["superuser"])
	return u.String()
}
