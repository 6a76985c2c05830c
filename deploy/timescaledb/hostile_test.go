package timescaledb_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/record/privatepg"
	"macrowatch/internal/record/store"
)

// target is a database that hostile statements are sent to, with the addresses of its logins.
type target struct {
	super, owner string
	readers      map[string]string // by name; each tries every statement
	watched      []string          // the readers whose long transactions the owner may end
	restrict     func(t *testing.T)
}

// everyReaderIsRefused sends hostile statements as each login that only reads: those of the compose stack, and one that
// somebody made by hand.
func everyReaderIsRefused(t *testing.T, database func() string, _ bool) {
	for _, r := range []record{byScript(t, database()), byHand(t, database())} {
		readers := map[string]string{r.reader: r.login(t, r.reader)}
		if r.reader == "macro_user" {
			readers["macro_viewer"] = r.login(t, "macro_viewer")
		}
		target{
			super: r.address, owner: r.login(t, r.owner), readers: readers, watched: []string{r.reader},
			restrict: func(t *testing.T) { r.restrict(t, r.super) },
		}.attack(t)
	}
}

// TestReadersOfThePrivatePostgreSQLAreRefused sends the same statements as the login whose address "database url" prints,
// and as the login of the viewer.
func TestReadersOfThePrivatePostgreSQLAreRefused(t *testing.T) {
	dir, err := os.MkdirTemp("", "macrowatch-hostile-") // not t.TempDir: the server removes the directory when it ends
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o711); err != nil { // root's server runs as another user
		t.Fatal(err)
	}
	s, err := privatepg.Open(t.Context(), privatepg.Config{
		DataDir: dir, Instance: &privatepg.InstanceInfo{Command: "test"}, Ephemeral: true,
		DownloadURL: os.Getenv("MACROWATCH_POSTGRES_URL"), Settings: map[string]string{"fsync": "off"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	owner, err := pgxpool.New(context.Background(), s.OwnerURL())
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	if err := store.Migrate(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
	if _, err := store.GrantReading(t.Context(), owner, privatepg.ReaderName); err != nil {
		t.Fatal(err)
	}
	fillPortfolio(t, connect(t, s.OwnerURL()))
	found, err := privatepg.Lookup(dir)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := found.URL(privatepg.Reader, privatepg.URLForm{})
	if err != nil {
		t.Fatal(err)
	}
	target{
		super: s.SuperuserURL(), owner: s.OwnerURL(), watched: []string{privatepg.ReaderName},
		readers: map[string]string{privatepg.ReaderName: reader, privatepg.ViewerName: s.ViewerURL()},
		restrict: func(t *testing.T) {
			left, err := store.RestrictServer(t.Context(), connect(t, s.SuperuserURL()), privatepg.OwnerName, privatepg.ViewerName, privatepg.ReaderName)
			if err != nil || len(left) > 0 {
				t.Fatalf("%q, %v", left, err)
			}
		},
	}.attack(t)
}

// attack sends every hostile statement as every reader. It makes sure that the statement has no effect and that the
// same session can still read.
func (g target) attack(t *testing.T) {
	owner, super := connect(t, g.owner), connect(t, g.super)
	for _, sql := range neighbours {
		exec1(t, owner, sql)
	}
	g.restrict(t) // a later migrate does the same: erase_everything is a function that every login may execute
	before := fingerprint(t, super)
	for name, address := range g.readers {
		t.Run(name, func(t *testing.T) {
			statements := hostileStatements()
			if len(statements) < 100 {
				t.Fatalf("only %d statements", len(statements))
			}
			session := connect(t, address)
			lift(t, session)
			for _, h := range statements {
				sql := strings.NewReplacer("{owner}", owner.Config().User, "{reader}", pgx.Identifier{name}.Sanitize(),
					"{database}", pgx.Identifier{owner.Config().Database}.Sanitize(), "{pid}", fmt.Sprint(owner.PgConn().PID())).Replace(h.sql)
				if code := outcome(t, session, sql); !slices.Contains(h.codes, code) {
					t.Errorf("%s: %s, want one of %v", sql, code, h.codes)
				}
				if session.PgConn().TxStatus() != 'I' {
					exec1(t, session, "ROLLBACK")
				}
				mayRead(t, session, sql)
			}
			for _, sql := range leaks {
				sees(t, session, sql)
				mayRead(t, session, sql)
			}
			exhaust(t, super, name, address)
			if slices.Contains(g.watched, name) {
				outstay(t, g, name, address)
			}
			flood(t, super, g, name, address)
		})
	}
	if after := fingerprint(t, super); after != before {
		t.Errorf("the statements changed the database from\n%s to\n%s", before, after)
	}
	exec1(t, owner, "SELECT 1") // nobody has ended this session
}

// lift does what every login can do: it ends its own read-only mode and removes its own time limits.
func lift(t *testing.T, session *pgx.Conn) {
	t.Helper()
	for _, setting := range []string{"default_transaction_read_only = off", "statement_timeout = 0", "lock_timeout = 0", "idle_in_transaction_session_timeout = 0"} {
		exec1(t, session, "SET "+setting)
	}
}

// mayRead makes sure that the session still runs a query that it is allowed to run.
func mayRead(t *testing.T, session *pgx.Conn, after string) {
	t.Helper()
	var n int
	if err := session.QueryRow(t.Context(), stillThere).Scan(&n); err != nil || n != snapshots {
		t.Fatalf("after %s the login sees %d snapshots of %d: %v", after, n, snapshots, err)
	}
}

// sees fails if a query that looks for what is hidden from readers finds something.
func sees(t *testing.T, session *pgx.Conn, sql string) {
	t.Helper()
	var found bool
	if err := session.QueryRow(t.Context(), "SELECT EXISTS ("+sql+")").Scan(&found); err != nil || found {
		t.Errorf("%s: found %v, %v", sql, found, err)
	}
}

// fingerprint describes what hostile statements could change.
func fingerprint(t *testing.T, super *pgx.Conn) (all string) {
	t.Helper()
	const sql = `SELECT concat_ws(E'\n',
		(SELECT string_agg(format('%s %s %s %s', relname, relkind, relowner::regrole, relacl), ', ' ORDER BY oid) FROM pg_class WHERE relnamespace::regnamespace::text NOT LIKE 'pg\_%'),
		(SELECT string_agg(format('%s %s', nspname, nspacl), ', ' ORDER BY oid) FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%'),
		(SELECT count(*) FROM pg_proc), (SELECT count(*) FROM pg_type WHERE typnamespace::regnamespace::text NOT LIKE 'pg\_t%'),
		(SELECT count(*) FROM pg_largeobject_metadata), (SELECT count(*) FROM pg_prepared_xacts), (SELECT count(*) FROM pg_extension),
		(SELECT count(*) FROM pg_replication_slots), (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())),
		(SELECT string_agg(format('%s %s %s %s', rolname, rolsuper, rolcreaterole, rolconnlimit), ', ' ORDER BY oid) FROM pg_roles),
		(SELECT string_agg(format('%s %s', roleid::regrole, member::regrole), ', ' ORDER BY roleid, member) FROM pg_auth_members),
		(SELECT string_agg(t::text, ', ') FROM pipeline_runs t), (SELECT md5(string_agg(t::text, ', ' ORDER BY "timestamp")) FROM portfolio_state t),
		(SELECT last_value FROM neighbour.numbers), (SELECT string_agg(s::text, ', ') FROM neighbour.salaries s))`
	if err := super.QueryRow(t.Context(), sql).Scan(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// withName returns an address whose sessions have a name in pg_stat_activity.
func withName(t *testing.T, address, name string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("application_name", name)
	u.RawQuery = q.Encode()
	return u.String()
}
