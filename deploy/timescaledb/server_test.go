package timescaledb_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

const (
	ownerPassword  = `owner's "secret" \ $1`
	readerPassword = "macro_pass"
	snapshots      = 40 // months, so several chunks
)

// record is a database with the desk's tables and rows in them, and its logins.
type record struct {
	address       string // the superuser's
	super         *pgx.Conn
	owner, reader string
	chunk         string // "" on plain PostgreSQL
}

// servers runs a test on plain PostgreSQL and, if there is one, on TimescaleDB. database makes a database there and
// returns its address.
func servers(t *testing.T, run func(t *testing.T, database func() string, timescale bool)) {
	t.Run("PostgreSQL", func(t *testing.T) { run(t, pgtest.OwnServer(t), false) })
	t.Run("TimescaleDB", func(t *testing.T) {
		pgtest.TimescaleURL(t) // so that the test is skipped here and not within one of its parts
		restoreServer(t)
		run(t, func() string { return pgtest.TimescaleURL(t) }, true)
	})
}

// restoreServer lets a test make the roles of this package on a server that other tests use too.
func restoreServer(t *testing.T) {
	t.Helper()
	pgtest.RestoreServer(t, "macro_owner", "macro_user", "macro_viewer", "hand_owner", `hand "reader"`, "hand_writer", "hand_analyst", "open_owner", "open_reader")
}

// byScript prepares a database as the compose stack does: the superuser runs roles.sh, then the owner runs
// migrate --reader-role.
func byScript(t *testing.T, address string) record {
	t.Helper()
	runScript(t, address)
	r := record{address: address, super: connect(t, address), owner: "macro_owner", reader: "macro_user"}
	r.migrate(t)
	pool := r.pool(t, r.owner)
	for _, login := range []string{r.reader, "macro_viewer"} {
		if known, err := store.GrantReading(t.Context(), pool, login); err != nil || !known {
			t.Fatalf("%s: %v, %v", login, known, err)
		}
	}
	if left := r.restrict(t, r.as(t, r.owner)); len(left) > 0 {
		t.Errorf("after roles.sh the owner lacks a superuser for %q", left)
	}
	return r
}

// byHand prepares a database whose logins somebody made by hand. The superuser then runs migrate --reader-role.
func byHand(t *testing.T, address string) record {
	t.Helper()
	r := record{address: address, super: connect(t, address), owner: "hand_owner", reader: "hand \"reader\""}
	r.makeLogins(t)
	r.migrate(t)
	if known, err := store.GrantReading(t.Context(), r.pool(t, ""), r.reader); err != nil || !known {
		t.Fatalf("%v, %v", known, err)
	}
	if left := r.restrict(t, r.super); len(left) > 0 {
		t.Errorf("the superuser left %q", left)
	}
	return r
}

// makeLogins makes the record's two logins as anybody would, unless another part of the test has made them.
func (r *record) makeLogins(t *testing.T) {
	t.Helper()
	for login, password := range map[string]string{r.owner: ownerPassword, r.reader: readerPassword} {
		var there bool
		if err := r.super.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", login).Scan(&there); err != nil {
			t.Fatal(err)
		}
		if !there {
			exec1(t, r.super, fmt.Sprintf("CREATE ROLE %s LOGIN PASSWORD '%s'", pgx.Identifier{login}.Sanitize(), strings.ReplaceAll(password, "'", "''")))
		}
	}
	owner := pgx.Identifier{r.owner}.Sanitize()
	exec1(t, r.super, fmt.Sprintf("ALTER DATABASE %s OWNER TO %s", r.super.Config().Database, owner))
}

// migrate makes the tables as the owner and fills them.
func (r *record) migrate(t *testing.T) {
	t.Helper()
	pool := r.pool(t, r.owner)
	if err := store.Migrate(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	r.makeHypertables(t)
	fillPortfolio(t, r.as(t, r.owner))
	if err := r.super.QueryRow(t.Context(), `SELECT coalesce(min(inhrelid::regclass::text), '') FROM pg_inherits WHERE inhparent = 'portfolio_state'::regclass`).Scan(&r.chunk); err != nil {
		t.Fatal(err)
	}
}

// makeHypertables makes the hypertables on TimescaleDB that earlier versions of macrowatch made, as the owner of the tables.
func (r *record) makeHypertables(t *testing.T) {
	t.Helper()
	var there bool
	if err := r.super.QueryRow(t.Context(), `SELECT to_regclass('timescaledb_information.hypertables') IS NOT NULL`).Scan(&there); err != nil {
		t.Fatal(err)
	}
	if !there {
		return
	}
	for table, column := range map[string]string{"strategy_signals": "generated_at", "portfolio_state": "timestamp"} {
		exec1(t, r.as(t, r.owner), fmt.Sprintf(`SELECT create_hypertable('%s', by_range('%s', interval '365 days'), create_default_indexes => false)`, table, column))
	}
}

// fillPortfolio gives the desk's tables rows, as their owner.
func fillPortfolio(t *testing.T, owner *pgx.Conn) {
	t.Helper()
	exec1(t, owner, fmt.Sprintf(`INSERT INTO portfolio_state SELECT timestamptz '2020-01-15 12:00Z' + n * interval '1 month', 'FX_1', 'USDBRL', 0.1, 100 + n FROM generate_series(0, %d) n`, snapshots-1))
	exec1(t, owner, `INSERT INTO strategy_signals VALUES ('FX_1', 'USDBRL', 'LONG', 1, 0.5, '2020-01-15 12:00Z')`)
	exec1(t, owner, `INSERT INTO pipeline_runs (run_id, step_name, status, started_at) VALUES ('1', 'fred', 'RUNNING', '2020-01-15 12:00Z')`)
}

// restrict runs RestrictPublic and returns the statements that are left for a superuser.
func (r *record) restrict(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	left, err := store.RestrictPublic(t.Context(), conn)
	if err != nil {
		t.Fatal(err)
	}
	return r.here(left)
}

// open returns the statements that, as a login sees it, must still be run.
func (r *record) open(t *testing.T, login string) []string {
	t.Helper()
	found, err := store.FindExposure(t.Context(), r.pool(t, login))
	if err != nil {
		t.Fatal(err)
	}
	return r.here(found.Open)
}

// here leaves out statements about other databases: on a shared server other tests make databases all the time.
func (r *record) here(statements []string) []string {
	return slices.DeleteFunc(statements, func(s string) bool {
		return strings.Contains(s, " ON DATABASE ") && !strings.Contains(s, " "+r.super.Config().Database+" ")
	})
}

// login returns the address for a login. "" is the superuser.
func (r *record) login(t *testing.T, name string) string {
	t.Helper()
	u, err := url.Parse(r.address)
	if err != nil {
		t.Fatal(err)
	}
	switch name {
	case "":
	case r.owner:
		u.User = url.UserPassword(name, ownerPassword)
	default:
		u.User = url.UserPassword(name, readerPassword)
	}
	return u.String()
}

func (r *record) as(t *testing.T, name string) *pgx.Conn {
	t.Helper()
	return connect(t, r.login(t, name))
}

func (r *record) pool(t *testing.T, name string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(context.Background(), r.login(t, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func exec1(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// runScript runs roles.sh as the database image does.
func runScript(t *testing.T, address string) {
	t.Helper()
	runScriptWith(t, address, findPsql(t))
}

func runScriptWith(t *testing.T, address, psql string) {
	t.Helper()
	super, err := pgx.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	script := exec.Command("sh", "roles.sh")
	script.Env = []string{
		"PATH=" + filepath.Dir(psql) + ":" + os.Getenv("PATH"),
		"PGHOST=" + super.Host, "PGPORT=" + strconv.Itoa(int(super.Port)), "PGPASSWORD=" + super.Password,
		"POSTGRES_USER=" + super.User, "POSTGRES_DB=" + super.Database,
		"MACRO_OWNER_PASSWORD=" + ownerPassword, "MACRO_USER_PASSWORD=" + readerPassword, "MACRO_VIEWER_PASSWORD=" + readerPassword,
	}
	if out, err := script.CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("%v: %s", err, out)
	}
}

// findPsql returns the path of psql, on PATH or where Debian keeps it.
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
