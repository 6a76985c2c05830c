package grafana

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/pgtest"
)

// TestRolesScript runs the script that makes the compose stack's logins against a real server,
// then tries what each login may do. It is one test: roles belong to the whole server.
func TestRolesScriptMakesAnOwnerAndAReaderWhoCanOnlyRead(t *testing.T) {
	if os.Getenv(pgtest.ServerVariable) != "" {
		t.Skip("makes roles, which a shared server would keep")
	}
	t.Parallel()
	psql := findPsql(t)
	address := pgtest.URL(t)
	super, err := pgx.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	script := exec.Command("sh", filepath.Join(root, "deploy/timescaledb/roles.sh"))
	script.Env = []string{
		"PATH=" + filepath.Dir(psql) + ":" + os.Getenv("PATH"),
		"PGHOST=" + super.Host, "PGPORT=" + strconv.Itoa(int(super.Port)), "PGPASSWORD=" + super.Password,
		"POSTGRES_USER=" + super.User, "POSTGRES_DB=" + super.Database,
		`MACRO_OWNER_PASSWORD=owner's "secret" \ $1`, "MACRO_USER_PASSWORD=macro_pass",
	}
	if out, err := script.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	connect := func(user, password string) *pgx.Conn {
		t.Helper()
		login := *u
		login.User = url.UserPassword(user, password)
		conn, err := pgx.Connect(t.Context(), login.String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close(context.Background()) })
		return conn
	}
	owner, reader := connect("macro_owner", `owner's "secret" \ $1`), connect("macro_user", "macro_pass")

	must := func(conn *pgx.Conn, sql string) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
	refused := func(sql string) {
		t.Helper()
		if _, err := reader.Exec(t.Context(), sql); err == nil {
			t.Errorf("the reader may %s", sql)
		}
	}
	must(owner, "CREATE TABLE runs (id int)")
	must(owner, "GRANT SELECT ON runs TO macro_user")
	must(reader, "SELECT * FROM runs")
	refused("INSERT INTO runs VALUES (1)")
	must(reader, "SET default_transaction_read_only = off") // any session can: the grants must hold too
	refused("INSERT INTO runs VALUES (1)")
	refused("CREATE TABLE mine (id int)")
	refused("CREATE TEMPORARY TABLE mine (id int)")
	refused("DROP TABLE runs")

	var timeout string
	if err := reader.QueryRow(t.Context(), "SHOW statement_timeout").Scan(&timeout); err != nil || timeout != "30s" {
		t.Errorf("the reader's statement_timeout is %q (%v), want 30s", timeout, err)
	}
	must(owner, "DROP TABLE runs")
}

// findPsql is psql from PATH or from where Debian keeps it.
func findPsql(t *testing.T) string {
	t.Helper()
	if p, err := exec.LookPath("psql"); err == nil {
		return p
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/psql")
	if err != nil || len(found) == 0 {
		t.Skip("there is no psql on this machine")
	}
	return found[len(found)-1]
}
