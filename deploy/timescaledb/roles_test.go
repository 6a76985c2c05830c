package timescaledb_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestLogins is one test because roles belong to the whole server. Its parts use the same logins, each part on a
// database of its own.
func TestLogins(t *testing.T) {
	servers(t, func(t *testing.T, database func() string, timescale bool) {
		for _, part := range []struct {
			name string
			try  func(*testing.T, func() string, bool)
		}{
			{"what one reader may use is limited", whatOneReaderMayUseIsLimited},
			{"every reader is refused", everyReaderIsRefused},
			{"what each login may do", whatEachLoginMayDo},
			{"the owner can do all that it could", theOwnerCanDoAllThatItCould},
			{"a login that writes keeps what it needs", aLoginThatWritesKeepsWhatItNeeds},
			{"roles.sh can be run again", rolesScriptCanBeRunAgain},
			{"other logins keep their connections", otherLoginsKeepTheirConnections},
			{"passwords are in no argument", passwordsAreInNoArgument},
		} {
			t.Run(part.name, func(t *testing.T) { part.try(t, database, timescale) })
		}
	})
}

// Anybody who sees a dashboard can send SQL as the reader, and so change the settings of this login. Running
// roles.sh again must repair that, and leave what only a superuser can have set.
func rolesScriptCanBeRunAgain(t *testing.T, database func() string, _ bool) {
	r := byScript(t, database())
	here := r.super.Config().Database
	exec1(t, r.super, "ALTER ROLE macro_user CONNECTION LIMIT 3")
	exec1(t, r.as(t, r.owner), "ALTER ROLE macro_owner SET work_mem = '7MB'")
	reader := r.as(t, r.reader)
	exec1(t, reader, readOnlyOff)
	for _, sql := range []string{
		"ALTER ROLE macro_user RESET statement_timeout", "ALTER ROLE macro_user SET default_transaction_read_only = off",
		"ALTER ROLE macro_user SET search_path = 'nowhere'", "ALTER ROLE macro_user SET role = 'none'",
		"ALTER ROLE macro_user IN DATABASE " + here + " SET search_path = 'nowhere'",
		"ALTER ROLE macro_user IN DATABASE " + here + " SET statement_timeout = 1",
		"ALTER ROLE macro_user IN DATABASE postgres SET work_mem = '1GB'",
		"ALTER ROLE macro_user PASSWORD 'x'",
	} {
		exec1(t, reader, sql)
	}
	exec1(t, r.super, "ALTER ROLE macro_owner PASSWORD 'y'")
	runScript(t, r.address)

	reader = r.as(t, r.reader) // the passwords are those of the environment again
	r.as(t, r.owner)
	var got string
	if err := reader.QueryRow(t.Context(), `SELECT format('limit %s, %s', rolconnlimit, (SELECT string_agg(setconfig::text, ' ') FROM pg_db_role_setting WHERE setrole = r.oid))
		FROM pg_roles r WHERE rolname = current_user`).Scan(&got); err != nil {
		t.Fatal(err)
	}
	if want := "limit 3, {default_transaction_read_only=on,statement_timeout=30s,lock_timeout=5s,idle_in_transaction_session_timeout=60s,jit=off,temp_file_limit=2GB}"; got != want {
		t.Errorf("macro_user has\n%s, want\n%s", got, want)
	}
	if n := r.rows(t, reader); n != snapshots {
		t.Errorf("%d snapshots of %d", n, snapshots)
	}
	if err := r.as(t, r.owner).QueryRow(t.Context(), "SHOW work_mem").Scan(&got); err != nil || got != "7MB" {
		t.Errorf("macro_owner's work_mem is %s (%v): nobody but its administrator can have set it", got, err)
	}
}

// passwordsAreInNoArgument checks the arguments of each program that roles.sh starts.
func passwordsAreInNoArgument(t *testing.T, database func() string, _ bool) {
	address := database()
	psql := findPsql(t)
	shim := t.TempDir()
	seen := filepath.Join(shim, "seen")
	script := "#!/bin/sh\nprintf '%s\\n' \"$@\" >>'" + seen + "'\nexec '" + psql + "' \"$@\"\n"
	if err := os.WriteFile(filepath.Join(shim, "psql"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	runScriptWith(t, address, filepath.Join(shim, "psql"))
	arguments, err := os.ReadFile(seen)
	if err != nil || !strings.Contains(string(arguments), "--dbname=") {
		t.Fatalf("psql's arguments are %q (%v)", arguments, err)
	}
	for _, password := range []string{ownerPassword, readerPassword} {
		if strings.Contains(string(arguments), password) {
			t.Errorf("every user of the machine can read the password %s in ps:\n%s", password, arguments)
		}
	}
}

// otherLoginsKeepTheirConnections tests a login that existed before roles.sh closed this database and the others of
// the server.
func otherLoginsKeepTheirConnections(t *testing.T, database func() string, _ bool) {
	address := database()
	exec1(t, connect(t, address), "GRANT CONNECT ON DATABASE template1 TO PUBLIC") // as on a new server
	exec1(t, connect(t, address), "CREATE ROLE hand_analyst LOGIN PASSWORD '"+readerPassword+"'")
	r := byScript(t, address)
	analyst := r.as(t, "hand_analyst")
	for _, sql := range []string{"CREATE TEMPORARY TABLE mine (id int)", "DO $$ BEGIN PERFORM 1; END $$", "SELECT pg_advisory_xact_lock(1)"} {
		exec1(t, analyst, sql)
	}
	for login, may := range map[string]bool{"hand_analyst": true, r.owner: true, r.reader: false} {
		elsewhere := connectConfig(t, r.login(t, login))
		elsewhere.Database = "template1"
		conn, err := pgx.ConnectConfig(t.Context(), elsewhere)
		if (err == nil) != may {
			t.Errorf("%s in template1: %v", login, err)
		}
		if err == nil {
			_ = conn.Close(t.Context())
		}
	}
}

func connectConfig(t *testing.T, address string) *pgx.ConnConfig {
	t.Helper()
	config, err := pgx.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	return config
}
