package timescaledb_test

import "testing"

// TestLogins is one test, since roles belong to the whole server: its parts use the same logins, each
// on a database of its own.
func TestLogins(t *testing.T) {
	servers(t, func(t *testing.T, database func() string, timescale bool) {
		for _, part := range []struct {
			name string
			try  func(*testing.T, func() string, bool)
		}{
			{"what each login may do", whatEachLoginMayDo},
			{"the owner can do all that it could", theOwnerCanDoAllThatItCould},
			{"a login that writes keeps what it needs", aLoginThatWritesKeepsWhatItNeeds},
			{"roles.sh can be run again", rolesScriptCanBeRunAgain},
		} {
			t.Run(part.name, func(t *testing.T) { part.try(t, database, timescale) })
		}
	})
}

// rolesScriptCanBeRunAgain changes nothing that somebody has set since, passwords above all.
func rolesScriptCanBeRunAgain(t *testing.T, database func() string, _ bool) {
	r := byScript(t, database())
	exec1(t, r.super, "ALTER ROLE macro_user CONNECTION LIMIT 3")
	exec1(t, r.super, "ALTER ROLE macro_user RESET statement_timeout") // as the login itself could
	runScript(t, r.address)
	reader := r.as(t, r.reader) // the passwords still hold
	r.as(t, r.owner)
	var limit int
	var timeout, disk string
	if err := reader.QueryRow(t.Context(), `SELECT rolconnlimit, current_setting('statement_timeout'), current_setting('temp_file_limit') FROM pg_roles WHERE rolname = current_user`).Scan(&limit, &timeout, &disk); err != nil {
		t.Fatal(err)
	}
	if limit != 3 || timeout != "30s" || disk != "2GB" {
		t.Errorf("limit %d, statement_timeout %s, temp_file_limit %s", limit, timeout, disk)
	}
	if n := r.rows(t, reader); n != snapshots {
		t.Errorf("%d snapshots of %d", n, snapshots)
	}
}
