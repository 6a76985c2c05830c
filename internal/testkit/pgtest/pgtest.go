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

// ServerVariable names another server than the private one.
const ServerVariable = "MACROWATCH_TEST_DATABASE_URL"

// startLimit is generous: a busy machine starts many of these at once.
const startLimit = 3 * time.Minute

// A guard is this same test binary started anew. Being one before any test can run spares every
// package a TestMain, and makes it impossible to forget one and have the guard run the tests.
func init() { privatepg.RunGuardIfAsked() }

// process is what the tests of one process share. A test binary has no other place to keep it
// between tests: TestMain is optional, and nothing else sees them all.
var process struct {
	server   lazyServer
	template lazyTemplate
	counter  atomic.Int64
}

// lazyServer is a server that is started when it is first asked for.
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
		_ = os.RemoveAll(dir) // no guard has it
		return fmt.Errorf("start the test server: %w", err)
	}
	s.url = s.owned.SuperuserURL()
	return nil
}

// programs is where server programs are kept that have to be fetched: once, not by each process.
// Those of root must be where the server's own user can reach them.
func programs() (string, error) {
	if dir := testenv.Downloads(); dir != "" && os.Geteuid() != 0 {
		return filepath.Join(dir, "binaries"), nil
	}
	dir, err := privatepg.DefaultDataDir()
	return filepath.Join(dir, "binaries"), err
}

// Main runs the tests and then waits until the server they used has ended. It is for TestMain,
// which is optional: without it the server ends by itself soon after the process.
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

// New gives a pool on a database without tables, which is dropped when the test ends.
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return open(t, URL(t))
}

// URL gives the address of a database without tables, which is dropped when the test ends. The role
// is the server's superuser, or the one that the environment named.
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

// create makes a database from a template and drops it when the test ends. "" stands for template1:
// TimescaleDB restarts its workers in a template that is named, and they keep it from being copied.
func create(t testing.TB, template string) string {
	t.Helper()
	if template != "" {
		template = " template " + template
	}
	return createWith(t, template)
}

// createWith is create with what CREATE DATABASE is told in SQL.
func createWith(t testing.TB, options string) string {
	t.Helper()
	server, err := process.server.get()
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	name := newName("t")
	if err := execOn(t.Context(), server, "create database "+name+options); err != nil {
		t.Fatalf("pgtest: create a database: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // t.Context has ended
		defer cancel()
		if err := execOn(ctx, server, "drop database "+name+" with (force)"); err != nil {
			t.Errorf("pgtest: drop a database: %v", err)
		}
	})
	address, err := withDatabase(server, name)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	return address
}

// newName gives a database name that no other test process uses, on a shared server either.
func newName(kind string) string {
	return fmt.Sprintf("macrowatch_%s_%d_%d", kind, os.Getpid(), process.counter.Add(1))
}

// withDatabase gives the address of another database of the same server.
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
