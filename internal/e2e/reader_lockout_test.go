package e2e

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// A person who has the URL that database url prints can change that login and use up its connections. The viewer works
// all the same, and the next start undoes the changes.
func TestReaderCannotLockTheViewerOut(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	s := servePrivate(t, dir)
	printed := run(t, nil, "database", "url", "--data-dir", dir)
	if printed.status != 0 {
		t.Fatal(printed.errout)
	}
	url := strings.TrimSpace(printed.out)
	for range 25 {
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil { // the login has no more connections
			break
		}
		defer conn.Close(t.Context())
		for _, statement := range []string{
			"SET default_transaction_read_only = off",
			"ALTER ROLE macrowatch_reader SET search_path = 'nowhere'",
			"ALTER ROLE macrowatch_reader PASSWORD 'foo'",
		} {
			if _, err := conn.Exec(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		// The next connection needs the password that was printed.
		secret := secretsOf(t, dir)["reader"]
		if _, err := conn.Exec(t.Context(), "ALTER ROLE macrowatch_reader PASSWORD '"+secret+"'"); err != nil {
			t.Fatal(err)
		}
	}
	panelsAnswer := func(s *service) {
		t.Helper()
		for _, p := range panelsOf(t, s.url, "pipeline-health", "") {
			if p.Error != "" {
				t.Error(p.Error)
			}
		}
	}
	panelsAnswer(s)
	owner, err := pgx.Connect(t.Context(), databaseURL(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"ALTER DATABASE macrowatch SET search_path = 'nowhere'", "ALTER ROLE macrowatch PASSWORD 'zzz'"} {
		if _, err := owner.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	_ = owner.Close(t.Context())
	s.stop(t)
	again := servePrivate(t, dir)
	panelsAnswer(again)
	if got := scalar[string](t, url, "SELECT current_setting('search_path')"); got != `"$user", public` {
		t.Errorf("the reader's search path is %s", got)
	}
}
