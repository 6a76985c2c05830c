package timescaledb_test

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
)

// whatOneReaderMayUseIsLimited compares the limits of a login that somebody made by hand with those of the compose
// stack's logins, and makes sure that a limit which somebody has set stays.
func whatOneReaderMayUseIsLimited(t *testing.T, database func() string, _ bool) {
	const limits = `SELECT format('%s %s %s %s %s %s', r.rolconnlimit, current_setting('default_transaction_read_only'), current_setting('statement_timeout'),
		current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'), current_setting('temp_file_limit'))
		FROM pg_roles r WHERE r.rolname = session_user`
	const want = "20 on 30s 5s 1min 2GB"
	limitsOf := func(r record, login string) (got string) {
		t.Helper()
		if err := r.as(t, login).QueryRow(t.Context(), limits).Scan(&got); err != nil {
			t.Fatal(err)
		}
		return got
	}
	byHand, byScript := byHand(t, database()), byScript(t, database())
	reader := pgx.Identifier{byHand.reader}.Sanitize()
	exec1(t, byHand.super, "ALTER ROLE "+reader+" CONNECTION LIMIT -1") // another part of the test may have set limits
	exec1(t, byHand.super, "ALTER ROLE "+reader+" RESET ALL")
	byHand.restrict(t, byHand.super)
	for login, r := range map[string]record{byHand.reader: byHand, "macro_user": byScript, "macro_viewer": byScript} {
		if got := limitsOf(r, login); got != want {
			t.Errorf("the limits of %s are %s, want %s", login, got, want)
		}
	}

	exec1(t, byHand.super, "ALTER ROLE "+reader+" CONNECTION LIMIT 7")
	exec1(t, byHand.super, "ALTER ROLE "+reader+" SET temp_file_limit = '1GB'")
	exec1(t, byHand.super, "ALTER ROLE "+reader+" SET statement_timeout = '10s'")
	exec1(t, byHand.super, "ALTER ROLE "+reader+" RESET lock_timeout")
	if open := byHand.open(t, byHand.owner); len(open) > 0 {
		t.Errorf("%q count as open, although a reader can change them", open)
	}
	byHand.restrict(t, byHand.super)
	if got, want := limitsOf(byHand, byHand.reader), "7 on 10s 5s 1min 1GB"; got != want {
		t.Errorf("after an administrator set limits they are %s, want %s", got, want)
	}

	// These two only a superuser can set. Until one does, the owner is told so.
	exec1(t, byHand.super, "ALTER ROLE "+reader+" CONNECTION LIMIT -1")
	exec1(t, byHand.super, "ALTER ROLE "+reader+" RESET temp_file_limit")
	left := []string{"ALTER ROLE " + reader + " CONNECTION LIMIT 20", "ALTER ROLE " + reader + " SET temp_file_limit = '2GB'"}
	if got := byHand.restrict(t, byHand.as(t, byHand.owner)); !slices.Equal(got, left) {
		t.Errorf("left for a superuser: %q, want %q", got, left)
	}
	if got := byHand.open(t, byHand.owner); !slices.Equal(got, left) {
		t.Errorf("open: %q, want %q", got, left)
	}
	exec1(t, byHand.super, "ALTER SYSTEM SET temp_file_limit = '5GB'")
	exec1(t, byHand.super, "SELECT pg_reload_conf()")
	defer func() {
		exec1(t, byHand.super, "ALTER SYSTEM RESET temp_file_limit")
		exec1(t, byHand.super, "SELECT pg_reload_conf()")
	}()
	if got := limitsOfServer(t, byHand); got != "5GB" {
		t.Fatalf("the server's temp_file_limit is %s", got)
	}
	if got := byHand.open(t, byHand.owner); !slices.Equal(got, left[:1]) {
		t.Errorf("open, on a server with a limit of its own: %q, want %q", got, left[:1])
	}
}

// limitsOfServer waits until new sessions have the server's new limit.
func limitsOfServer(t *testing.T, r record) (limit string) {
	t.Helper()
	for limit != "5GB" && t.Context().Err() == nil {
		if err := r.as(t, "").QueryRow(t.Context(), "SHOW temp_file_limit").Scan(&limit); err != nil {
			t.Fatal(err)
		}
	}
	return limit
}
