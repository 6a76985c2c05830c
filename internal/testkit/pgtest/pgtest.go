// Package pgtest gives tests a real PostgreSQL. Each test process that asks for a database gets a
// private server of its own. The server starts at the first call and ends with the process. Each call
// returns a database of its own, so tests can run in parallel.
//
// MACROWATCH_TEST_DATABASE_URL names another server on which the databases are created, for example one
// with TimescaleDB. Its role must be a superuser or have CREATEDB. Every database contains what that
// server's template1 contains: if TimescaleDB is created there, every test runs on it.
package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/record/privatepg"
	"macrowatch/internal/testkit/testenv"
)

// ServerVariable is the environment variable that names another server than the private one.
const ServerVariable = "MACROWATCH_TEST_DATABASE_URL"

// startLimit is long, because a busy machine may start many servers at once.
const startLimit = 3 * time.Minute

// The guard of a private server is this test binary, started again. init makes the new process a guard before it
// can run any test. So no package needs a TestMain for that, and none can forget it.
func init() { privatepg.RunGuardIfAsked() }

// process is what all tests of one process share. It is a global variable because a test binary has no other place for
// it: TestMain is optional, and nothing else sees all tests.
var process struct {
	server   lazyServer
	template lazyTemplate
	counter  atomic.Int64
}

// lazyServer is a server that starts when it is first needed.
type lazyServer struct {
	once  sync.Once
	owned *privatepg.Server // nil if the environment named another
	url   string
	err   error
}

func (s *lazyServer) get() (string, error) {
	s.once.Do(func() { s.err = s.start() })
	return s.url, s.err
}

func (s *lazyServer) start() error {
	if s.url = os.Getenv(ServerVariable); s.url != "" {
		return nil
	}
	return s.startOwned()
}

// startOwned starts a private server that ends with the process.
func (s *lazyServer) startOwned() error {
	dir, err := os.MkdirTemp("", "macrowatch-pgtest-")
	if err != nil {
		return fmt.Errorf("make room for the test server: %w", err)
	}
	if err := os.Chmod(dir, 0o711); err != nil { // root's server runs as another user
		return fmt.Errorf("make room for the test server: %w", err)
	}
	fetched, err := programs()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	s.owned, err = privatepg.Open(ctx, privatepg.Config{
		DataDir: dir, Ephemeral: true, DownloadURL: os.Getenv("MACROWATCH_POSTGRES_URL"),
		BinariesDir: fetched,
		Settings: map[string]string{
			"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off",
			"shared_buffers": "64MB", "max_connections": "200", "autovacuum_naptime": "10min",
		},
	})
	if err != nil {
		_ = os.RemoveAll(dir) // there is no guard that would remove it
		return fmt.Errorf("start the test server: %w", err)
	}
	s.url = s.owned.SuperuserURL()
	return nil
}

// programs returns the directory for server programs that have to be downloaded, so that they are downloaded once
// and not by each process. For root it must be a directory that the server's user can enter.
func programs() (string, error) {
	if dir := testenv.Downloads(); dir != "" && os.Geteuid() != 0 {
		return filepath.Join(dir, "binaries"), nil
	}
	dir, err := privatepg.DefaultDataDir()
	return filepath.Join(dir, "binaries"), err
}

// Main runs the tests and then waits until their server has ended. It is for TestMain, which is optional: without
// it, the server ends by itself soon after the process.
func Main(m *testing.M) {
	code := m.Run()
	if owned := process.server.owned; owned != nil {
		if err := owned.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "pgtest:", err)
			code = max(code, 1)
		}
	}
	testenv.Clean()
	os.Exit(code)
}

// New returns a pool on a database without tables. The database is dropped when the test ends.
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return open(t, URL(t))
}

// URL returns the address of a database without tables. The database is dropped when the test ends. The address has
// the server's superuser, or the role that the environment names.
func URL(t testing.TB) string {
	t.Helper()
	if os.Getenv(ServerVariable) != "" {
		return create(t, "")
	}
	return create(t, "template0")
}

// open makes a pool that is closed when the test ends.
func open(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatalf("pgtest: open a pool: %v", err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// create makes a database from a template, and drops it when the test ends. "" means template1, which must not be
// named in SQL: TimescaleDB would restart its workers in it, and their connections would keep it from being copied.
func create(t testing.TB, template string) string {
	t.Helper()
	if template != "" {
		template = " template " + template
	}
	return createWith(t, template)
}

// createWith does what create does, with any options of CREATE DATABASE.
func createWith(t testing.TB, options string) string {
	t.Helper()
	name, address, err := makeDatabase(t.Context(), options)
	if err != nil {
		t.Fatalf("pgtest: create a database: %v", err)
	}
	t.Cleanup(func() {
		if err := dropDatabase(name); err != nil {
			t.Errorf("pgtest: drop a database: %v", err)
		}
	})
	return address
}

func makeDatabase(ctx context.Context, options string) (name, address string, err error) {
	server, err := process.server.get()
	if err != nil {
		return "", "", err
	}
	name = newName("t")
	if err := execOn(ctx, server, "create database "+name+options); err != nil {
		return "", "", err
	}
	address, err = withDatabase(server, name)
	return name, address, err
}

func dropDatabase(name string) error {
	server, err := process.server.get()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // the test's context has ended
	defer cancel()
	return execOn(ctx, server, "drop database "+name+" with (force)")
}

// newName returns the name of a database that no other test process uses, even on a shared server.
func newName(kind string) string {
	return fmt.Sprintf("macrowatch_%s_%d_%d", kind, os.Getpid(), process.counter.Add(1))
}

// withDatabase returns the address of another database of the same server.
func withDatabase(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("%s is not a postgres:// address", ServerVariable) // the error would show the password
	}
	u.Path = "/" + name
	return u.String(), nil
}

// execOn runs one statement on a connection of its own.
func execOn(ctx context.Context, url, statement string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}
