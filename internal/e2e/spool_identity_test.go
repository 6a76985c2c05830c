package e2e

import (
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

// relay is a TCP port that leads to a database while it is open.
type relay struct {
	port     string
	socket   string
	listener net.Listener
}

func newRelay(t testing.TB, socket string) *relay {
	t.Helper()
	r := &relay{socket: socket, port: freePort(t)}
	r.open(t)
	t.Cleanup(func() { r.shut() })
	return r
}

// open lets clients through to the database, on the same port as before.
func (r *relay) open(t testing.TB) {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:"+r.port)
	if err != nil {
		t.Fatal(err)
	}
	r.listener = l
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go r.pass(client)
		}
	}()
}

func (r *relay) pass(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("unix", r.socket)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		_, _ = io.Copy(server, client)
		_ = server.Close()
	}()
	_, _ = io.Copy(client, server)
}

// shut lets no more clients through.
func (r *relay) shut() { _ = r.listener.Close() }

// addresses gives the ways to write the address of one database.
type addresses struct {
	*relay
	direct string // the URL of its socket
	given  settings
}

func newAddresses(t testing.TB, direct string) addresses {
	t.Helper()
	given := connectionSettings(t, direct)
	return addresses{newRelay(t, filepath.Join(given.Host, ".s.PGSQL."+given.port())), direct, given}
}

// at returns the URL of the database by the relay's port and a host.
func (a addresses) at(host string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(a.given.User, a.given.Password), Host: net.JoinHostPort(host, a.port),
		Path: "/" + a.given.Database, RawQuery: "sslmode=disable"}
	return u.String()
}

// keywords returns the same in libpq's form of keywords and values.
func (a addresses) keywords(host string) string {
	return "host=" + host + " port=" + a.port + " user=" + a.given.User + " password='" + a.given.Password + "' dbname=" + a.given.Database
}

// through returns the URL of the socket by another path to its directory.
func (a addresses) through(t testing.TB) string {
	t.Helper()
	link := filepath.Join(t.TempDir(), "run")
	if err := os.Symlink(a.given.Host, link); err != nil {
		t.Fatal(err)
	}
	return strings.Replace(a.direct, url.QueryEscape(a.given.Host), url.QueryEscape(link), 1)
}

const keptRun = "FAILED exit status 7"

// A run can be kept before its database was ever reached. It is delivered even if the host is then named otherwise.
func TestKeptRunsAreDeliveredUnderAnotherNameOfTheHost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		kept, next func(a addresses) string
	}{
		{"localhost, then 127.0.0.1", func(a addresses) string { return a.at("localhost") }, func(a addresses) string { return a.at("127.0.0.1") }},
		{"127.0.0.1, then localhost", func(a addresses) string { return a.at("127.0.0.1") }, func(a addresses) string { return a.at("localhost") }},
		{"keywords", func(a addresses) string { return a.keywords("localhost") }, func(a addresses) string { return a.at("127.0.0.1") }},
		{"several hosts", func(a addresses) string {
			return strings.Replace(a.at("localhost"), "localhost:", "127.0.0.1:1,localhost:", 1)
		}, func(a addresses) string { return a.at("127.0.0.1") }},
		{"capitals", func(a addresses) string { return a.at("LocalHost") }, func(a addresses) string { return a.keywords("127.0.0.1") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			direct := pgtest.MigratedURL(t)
			a := newAddresses(t, direct)
			dir := t.TempDir()
			env := func(url string) []string { return []string{"DATABASE_URL=" + url, "MACROWATCH_SPOOL_DIR=" + dir} }
			a.shut()
			execInVain(t, env(c.kept(a)), "kept")
			a.open(t)
			mustExec(t, env(c.next(a)), "next")
			if got := runsOf(t, direct, "kept"); got != keptRun {
				t.Errorf("the kept run is %s", got)
			}
			if left := waiting(t, dir); len(left) != 0 {
				t.Errorf("still waiting: %v", left)
			}
		})
	}
}

// Once a spelling of an address has led to a database, the runs kept under it are delivered by any way to it.
func TestKeptRunsAreDeliveredByEveryWayToTheDatabase(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		next func(t *testing.T, a addresses) string
	}{
		{"its socket", func(_ *testing.T, a addresses) string { return a.direct }},
		{"a link to its socket", func(t *testing.T, a addresses) string { return a.through(t) }},
		{"a pooler", func(t *testing.T, a addresses) string {
			return pgtest.PgBouncer(t, a.direct, pgtest.TransactionPooling)
		}},
		{"another login", func(t *testing.T, a addresses) string { return pgtest.LimitedURL(t, a.direct, 5) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			direct := pgtest.MigratedURL(t)
			a := newAddresses(t, direct)
			dir := t.TempDir()
			env := func(url string) []string { return []string{"DATABASE_URL=" + url, "MACROWATCH_SPOOL_DIR=" + dir} }
			mustExec(t, env(a.at("127.0.0.1")), "before")
			a.shut()
			execInVain(t, env(a.at("127.0.0.1")), "kept")
			mustExec(t, env(c.next(t, a)), "next")
			if got := runsOf(t, direct, "kept"); got != keptRun {
				t.Errorf("the kept run is %s", got)
			}
			if left := waiting(t, dir); len(left) != 0 {
				t.Errorf("still waiting: %v", left)
			}
		})
	}
}

// serve delivers such runs too.
func TestServeDeliversWhatWasKeptUnderAnotherName(t *testing.T) {
	t.Parallel()
	direct := pgtest.MigratedURL(t)
	a := newAddresses(t, direct)
	dir := t.TempDir()
	a.shut()
	execInVain(t, []string{"DATABASE_URL=" + a.at("localhost"), "MACROWATCH_SPOOL_DIR=" + dir}, "kept")
	a.open(t)
	s := start(t, []string{"DATABASE_URL=" + a.at("127.0.0.1"), "MACROWATCH_SPOOL_DIR=" + dir}, "serve", "--open=false", "--listen", "127.0.0.1:0")
	eventually(t, "the run is delivered", func() (bool, string) {
		got := runsOf(t, direct, "kept")
		return got == keptRun, got
	})
	s.stop(t)
}

// An address can lead to another database than before: one that was restored from a dump, or made anew, or one at the
// end of a tunnel. The runs that were kept for the first database wait until that database is reached again.
func TestKeptRunsDoNotGoToAnotherDatabaseAtTheSameAddress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		// second makes another database, which takes the first one's address. It returns the URLs by which the second
		// and the first are reached now.
		second func(t *testing.T, book string) (second, first string)
	}{
		{"restored on another server", func(t *testing.T, book string) (string, string) {
			other := newBook(t, false)
			dump := exec.Command(pgProgram(t, book, "pg_dump"), "--dbname", forLibpq(book))
			restore := exec.Command(pgProgram(t, book, "psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", forLibpq(other))
			pipe, err := dump.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			restore.Stdin = pipe
			if err := errors.Join(dump.Start(), restore.Run(), dump.Wait()); err != nil {
				t.Fatal(err)
			}
			return other, book
		}},
		{"made anew", func(t *testing.T, book string) (string, string) {
			on := onDatabase(book, "postgres")
			mustSQL(t, on, "ALTER DATABASE book RENAME TO former")
			mustSQL(t, on, "CREATE DATABASE book")
			mustMigrate(t, book)
			return book, onDatabase(book, "former")
		}},
		{"a copy of it", func(t *testing.T, book string) (string, string) {
			on := onDatabase(book, "postgres")
			mustSQL(t, on, "ALTER DATABASE book RENAME TO former")
			mustSQL(t, on, "CREATE DATABASE book TEMPLATE former")
			return book, onDatabase(book, "former")
		}},
		{"another schema", func(t *testing.T, book string) (string, string) {
			mustSQL(t, book, "CREATE SCHEMA second")
			mustSQL(t, book, "ALTER DATABASE book SET search_path = second")
			mustMigrate(t, book)
			return book, book + "&search_path=public"
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			book := newBook(t, true)
			a := newAddresses(t, book)
			dir := t.TempDir()
			env := func(url string) []string { return []string{"DATABASE_URL=" + url, "MACROWATCH_SPOOL_DIR=" + dir} }
			mustExec(t, env(a.at("127.0.0.1")), "before")
			a.shut()
			execInVain(t, env(a.at("127.0.0.1")), "kept")
			second, first := c.second(t, book)
			there := connectionSettings(t, second)
			a.given, a.socket = there, filepath.Join(there.Host, ".s.PGSQL."+there.port())
			a.open(t)
			if r := run(t, env(a.at("127.0.0.1")), "exec", "--step", "there", "--", "true"); r.status != 0 || strings.Contains(r.errout, "not recorded") {
				t.Fatalf("%+v", r)
			}
			if got := runsOf(t, second, "kept"); got != "none" {
				t.Errorf("the second database has the run that was kept for the first: %s", got)
			}
			if got := runsOf(t, second, "there"); got != "SUCCESS" {
				t.Errorf("the second database's own run is %s", got)
			}
			mustExec(t, env(first), "back")
			if got := runsOf(t, first, "kept"); got != keptRun {
				t.Errorf("the run that was kept is %s", got)
			}
		})
	}
}

// newBook makes a server with a database named book, and gives the URL of that.
func newBook(t *testing.T, migrated bool) string {
	t.Helper()
	server := pgtest.OwnServer(t)()
	mustSQL(t, server, "CREATE DATABASE book")
	book := onDatabase(server, "book")
	if migrated {
		mustMigrate(t, book)
	}
	return book
}

// onDatabase returns the URL of another database of the same server.
func onDatabase(address, name string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic("the address of a test's server can't be read")
	}
	u.Path = "/" + name
	return u.String()
}

// forLibpq leaves out of a URL what psql does not know before version 16.
func forLibpq(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic("the address of a test's server can't be read")
	}
	query := u.Query()
	query.Del("require_auth")
	u.RawQuery = query.Encode()
	return u.String()
}

// mustSQL runs SQL on a database.
func mustSQL(t testing.TB, address, statement string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// mustMigrate runs macrowatch migrate.
func mustMigrate(t testing.TB, address string) {
	t.Helper()
	if r := run(t, []string{"DATABASE_URL=" + address}, "migrate"); r.status != 0 {
		t.Fatalf("%+v", r)
	}
}

// pgProgram returns the path of a client program that has the server's version.
func pgProgram(t testing.TB, address, name string) string {
	t.Helper()
	bin := scalar[string](t, address, "SELECT setting FROM pg_config WHERE name = 'BINDIR'")
	path := filepath.Join(bin, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("there is no %s", path)
	}
	return path
}
