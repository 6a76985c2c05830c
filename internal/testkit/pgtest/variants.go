package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// EncodedURL does what URL does, for a database with another encoding than UTF-8, such as LATIN1 or SQL_ASCII.
func EncodedURL(t testing.TB, encoding string) string {
	t.Helper()
	return createWith(t, fmt.Sprintf(" template template0 encoding '%s' lc_collate 'C' lc_ctype 'C'", encoding))
}

// LimitedURL makes another login for the database at an address, and returns the address with this login. The login
// may have so many connections at once. It may read and write the desk's tables, but can't make tables. It is
// dropped when the test ends.
func LimitedURL(t testing.TB, address string, connections int) string {
	t.Helper()
	role, password := newName("role"), "a password"
	statements := []string{
		fmt.Sprintf("CREATE ROLE %s LOGIN PASSWORD '%s' CONNECTION LIMIT %d", role, password, connections),
		fmt.Sprintf("GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public TO %s", role),
	}
	for _, statement := range statements {
		if err := execOn(t.Context(), address, statement); err != nil {
			t.Fatalf("pgtest: %s: %v", statement, err)
		}
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // t.Context has ended
		defer cancel()
		for _, statement := range []string{"DROP OWNED BY " + role, "DROP ROLE " + role} {
			if err := execOn(ctx, address, statement); err != nil {
				t.Errorf("pgtest: %s: %v", statement, err)
			}
		}
	})
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal("pgtest: the server's address is not a postgres:// address") // the error would show the password
	}
	u.User = url.UserPassword(role, password)
	return u.String()
}

// requireOwnServer skips a test that starts servers itself, if the environment names another server.
func requireOwnServer(t testing.TB) {
	t.Helper()
	if os.Getenv(ServerVariable) != "" {
		t.Skip("the test needs a PostgreSQL of its own, and " + ServerVariable + " names another")
	}
}

// binDir asks a server where its programs are.
func binDir(t testing.TB, address string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	defer conn.Close(t.Context())
	var dir string
	if err := conn.QueryRow(t.Context(), `SELECT setting FROM pg_config WHERE name = 'BINDIR'`).Scan(&dir); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	return strings.TrimSpace(dir)
}
