package store_test

import (
	"errors"
	"net/url"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/record/store"
)

// predefinedWork has logins that are no readers, and the predefined role that each is a member of.
var predefinedWork = map[string]string{"exporter": "pg_monitor", "backup": "pg_read_all_data", "operator": "pg_signal_backend"}

// otherLoginsKeepWhatTheyNeed tries the work of logins that macrowatch has nothing to do with. Some exist before the
// restriction, others become members of a predefined role after it.
func otherLoginsKeepWhatTheyNeed(t *testing.T, server func() string) {
	super, as := ownLogins(t, server, "owner", "reader", "analyst", "exporter", "backup", "operator", "later_exporter", "later_backup", "later_operator")
	for name, role := range predefinedWork {
		run(t, super, "GRANT "+role+" TO "+name)
		run(t, super, "ALTER ROLE later_"+name+" NOLOGIN") // so that it is no login yet
	}
	run(t, super, "CREATE EXTENSION pg_stat_statements; CREATE EXTENSION pgcrypto; CREATE EXTENSION pgrowlocks")
	run(t, super, "SELECT lo_from_bytea(4711, 'x'); GRANT SELECT ON LARGE OBJECT 4711 TO pg_read_all_data")
	run(t, super, "GRANT CREATE ON SCHEMA public TO PUBLIC") // as a cluster older than PostgreSQL 15 has it
	run(t, as["owner"], "GRANT SELECT ON ALL TABLES IN SCHEMA public TO analyst")
	grantReading(t, super, "reader")
	if left := restrict(t, super); len(left) > 0 {
		t.Errorf("the superuser left %q", left)
	}

	for _, sql := range []string{
		"CREATE TEMPORARY TABLE mine AS SELECT * FROM portfolio_state", "DO $$ BEGIN PERFORM 1; END $$", "SELECT pg_advisory_xact_lock(1)",
		"CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'", "SELECT pg_sleep(0)", "SELECT pg_notify('x', 'y')",
		"CREATE TABLE mine (id int)", "SELECT gen_random_bytes(4)", "SELECT lo_create(0)",
	} {
		run(t, as["analyst"], "BEGIN; "+sql+"; ROLLBACK")
	}
	for _, sql := range []string{"CREATE TEMPORARY TABLE mine (id int)", "DO $$ BEGIN PERFORM 1; END $$", "SELECT pg_advisory_xact_lock(1)", "CREATE TABLE mine (id int)"} {
		mayNot(t, as["reader"], sql)
	}
	doPredefinedWork(t, as["exporter"], as["backup"], as["operator"])

	for name, role := range predefinedWork {
		run(t, super, "ALTER ROLE later_"+name+" LOGIN; GRANT "+role+" TO later_"+name)
	}
	doPredefinedWork(t, as["later_exporter"], as["later_backup"], as["later_operator"])
	mayConnect(t, as, map[string]bool{"later_exporter": true, "later_backup": true})
}

func doPredefinedWork(t *testing.T, exporter, backup, operator *pgxpool.Pool) {
	t.Helper()
	for _, sql := range []string{
		"SELECT count(*) FROM pg_stat_statements", "SELECT * FROM pg_stat_statements_info", "SELECT * FROM pgrowlocks('pipeline_runs')",
		"SELECT * FROM pg_stat_activity", "SELECT * FROM pg_ls_waldir()", "SELECT pg_database_size(current_database())",
	} {
		_, err := exporter.Exec(t.Context(), sql)
		var refused *pgconn.PgError
		if errors.As(err, &refused) && refused.Code == "55000" { // the server was started without the extension's library
			continue
		}
		if err != nil {
			t.Errorf("%s: %s: %v", exporter.Config().ConnConfig.User, sql, err)
		}
	}
	run(t, operator, "SELECT pg_terminate_backend(0), pg_cancel_backend(0)")
	dumpInParallel(t, backup)
}

// dumpInParallel runs pg_dump with several jobs, as for a large database.
func dumpInParallel(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/pg_dump")
	if err != nil || len(found) == 0 {
		t.Skip("there is no pg_dump on this machine")
	}
	at, err := url.Parse(pool.Config().ConnString())
	if err != nil {
		t.Fatal(err)
	}
	query := at.Query()
	query.Del("require_auth") // which pg_dump knows since PostgreSQL 16
	at.RawQuery = query.Encode()
	dump := exec.Command(found[len(found)-1], "--no-password", "-Fd", "-j2", "-f", filepath.Join(t.TempDir(), "dump"), "-d", at.String())
	if out, err := dump.CombinedOutput(); err != nil {
		t.Errorf("%s: pg_dump: %v: %s", pool.Config().ConnConfig.User, err, out)
	}
}

// A login that becomes a reader loses what it kept as another login, whichever way it had got it.
func aLoginThatBecomesAReaderLosesWhatItWasLeft(t *testing.T, server func() string) {
	super, as := ownLogins(t, server, "owner", "reader", "analyst", "member", "dashboards")
	run(t, super, "ALTER ROLE dashboards NOLOGIN")
	run(t, super, "GRANT pg_signal_backend TO owner")
	grantReading(t, super, "reader")
	restrict(t, super)
	run(t, as["analyst"], "BEGIN; DO $$ BEGIN PERFORM pg_advisory_xact_lock(1); END $$; CREATE TEMPORARY TABLE mine (id int); ROLLBACK")
	run(t, as["member"], "SELECT pg_advisory_xact_lock(1)")

	run(t, super, "GRANT dashboards TO member")
	run(t, super, "GRANT pg_read_all_data TO analyst")
	grantReading(t, super, "analyst")
	grantReading(t, super, "dashboards")
	if found, err := store.FindExposure(t.Context(), as["owner"]); err != nil || len(found.Open) == 0 {
		t.Errorf("nothing is open to what became readers (%v)", err)
	}
	if left := restrict(t, super); len(left) > 0 {
		t.Errorf("the superuser left %q", left)
	}
	for _, name := range []string{"analyst", "member"} {
		for _, sql := range []string{"SELECT pg_advisory_xact_lock(1)", "DO $$ BEGIN PERFORM 1; END $$", "CREATE TEMPORARY TABLE mine (id int)", "SELECT pg_export_snapshot()", "SELECT lo_open(1, 131072)"} {
			mayNot(t, as[name], sql)
		}
	}
	run(t, as["owner"], "SELECT pg_advisory_xact_lock(1)")
}
