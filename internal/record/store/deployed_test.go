package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

func TestTextsAreUTF8WhateverTheDatabaseIs(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"LATIN1", "SQL_ASCII", "WIN1252", "UTF8"} {
		t.Run(encoding, func(t *testing.T) {
			t.Parallel()
			address := pgtest.EncodedURL(t, encoding)
			s := openStore(t, address, store.Options{})
			if err := store.Migrate(t.Context(), s.Pool()); err != nil {
				t.Fatal(err)
			}
			const step = "câmbio: São Paulo, é ü ß"
			started := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
			for _, id := range []string{"first", "zweité"} {
				if err := s.RunUpsert(t.Context(), desk.Run{ID: id, Step: step, Status: desk.Running, StartedAt: started}); err != nil {
					t.Fatal(err)
				}
			}
			if run, found := latest(t, s, step); !found || run.ID != "zweité" {
				t.Errorf("%+v, %v", run, found)
			}
			var stored int
			if err := s.Pool().QueryRow(t.Context(), `SELECT octet_length(step_name) FROM pipeline_runs LIMIT 1`).Scan(&stored); err != nil {
				t.Fatal(err)
			}
			want := len(step) // UTF-8, which SQL_ASCII keeps as it is
			if encoding == "LATIN1" || encoding == "WIN1252" {
				want = len([]rune(step))
			}
			if stored != want {
				t.Errorf("the step takes %d bytes in a %s database, want %d", stored, encoding, want)
			}
		})
	}
}

func TestClientEncodingBeatsTheRoleAndTheURL(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	limited := pgtest.LimitedURL(t, address, 20)
	cfg, err := pgxpool.ParseConfig(limited)
	if err != nil {
		t.Fatal(err)
	}
	admin := openStore(t, address, store.Options{})
	if _, err := admin.Pool().Exec(t.Context(), "ALTER ROLE "+cfg.ConnConfig.User+" SET client_encoding = 'LATIN1'"); err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{limited, limited + separator(limited) + "client_encoding=SQL_ASCII", limited + separator(limited) + "options=-cclient_encoding%3DWIN1252"} {
		s := openStore(t, url, store.Options{})
		var encoding, text string
		if err := s.Pool().QueryRow(t.Context(), `SELECT current_setting('client_encoding'), chr(8364)`).Scan(&encoding, &text); err != nil || encoding != "UTF8" || text != "€" {
			t.Errorf("client_encoding %q, text %q, %v", encoding, text, err)
		}
	}
}

// separator returns the character before another parameter of a URL.
func separator(url string) string {
	if strings.Contains(url, "?") {
		return "&"
	}
	return "?"
}

func TestThePoolFitsTheConnectionsThatTheLoginMayHave(t *testing.T) {
	t.Parallel()
	address := pgtest.MigratedURL(t)
	for _, c := range []struct {
		limit int
		want  int32
	}{{1, 1}, {2, 1}, {3, 1}, {5, 3}, {9, 7}, {50, 8}} {
		t.Run(fmt.Sprintf("%d allowed", c.limit), func(t *testing.T) {
			s := openStore(t, pgtest.LimitedURL(t, address, c.limit), store.Options{})
			if got := s.Pool().Config().MaxConns; got != c.want {
				t.Errorf("the pool has %d connections, want %d", got, c.want)
			}
		})
	}
}

func TestHealthIsApartFromLoad(t *testing.T) {
	t.Parallel()
	s := openStore(t, pgtest.MigratedURL(t), store.Options{MaxConns: 2})
	health := s.Health()
	defer health.Close()
	busy, end := context.WithCancel(t.Context())
	var all sync.WaitGroup
	defer all.Wait()
	defer end()
	for range 4 { // more than the pool has
		all.Go(func() { _, _ = s.Pool().Exec(busy, `SELECT pg_sleep(600)`) })
	}
	for s.Pool().Stat().AcquiredConns() < 2 {
		time.Sleep(time.Millisecond)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for range 3 {
		if err := health.Ping(ctx); err != nil {
			t.Errorf("the database answers, but its health is %v", err)
		}
	}
}

// Other tests write into the same PostgreSQL, so the snapshot may change without a write of this test too.
func TestTheSnapshotChangesWithEveryCommit(t *testing.T) {
	t.Parallel()
	address := pgtest.MigratedURL(t)
	s := openStore(t, address, store.Options{})
	for name, health := range map[string]*store.Health{
		"with a connection of its own":  s.Health(),
		"without a connection to spare": oneConnection(t, address).Health(),
	} {
		defer health.Close()
		before, err := health.Snapshot(t.Context())
		if err != nil || before == "" {
			t.Fatalf("%s: %q, %v", name, before, err)
		}
		for _, statement := range []string{
			`CREATE TABLE IF NOT EXISTS elsewhere (n int)`, `INSERT INTO elsewhere VALUES (1)`, `UPDATE elsewhere SET n = 2`,
			`DELETE FROM elsewhere`, `TRUNCATE elsewhere`, `DROP TABLE elsewhere`,
		} {
			if _, err := s.Pool().Exec(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
			after, err := health.Snapshot(t.Context())
			if err != nil || after == before {
				t.Errorf("%s: after %s it is still %q, %v", name, statement, after, err)
			}
			before = after
		}
	}
}

// oneConnection opens a store whose login may have a single connection, which the pool takes.
func oneConnection(t *testing.T, address string) *store.Store {
	t.Helper()
	s := openStore(t, pgtest.LimitedURL(t, address, 1), store.Options{})
	if err := s.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestHealthOfALoginWithoutAConnectionToSpare(t *testing.T) {
	t.Parallel()
	s := oneConnection(t, pgtest.MigratedURL(t))
	health := s.Health()
	defer health.Close()
	if err := health.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestHealthComesBackAfterItsConnectionWasEnded(t *testing.T) {
	t.Parallel()
	s := openStore(t, pgtest.MigratedURL(t), store.Options{})
	health := s.Health()
	defer health.Close()
	for range 2 {
		if err := health.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
		const end = `SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
		if _, err := s.Pool().Exec(t.Context(), end); err != nil {
			t.Fatal(err)
		}
	}
	if err := health.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAStandbyIsReadAndItsChangesAreNoticed(t *testing.T) {
	t.Parallel()
	primary, standby := pgtest.Replicated(t)
	s := openStore(t, standby, store.Options{})
	followChanges(t, s, primary)
	err := writeRun(t.Context(), s, "on the standby")
	var said *store.Error
	if !errors.As(err, &said) || said.Kind != store.Forbidden || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("writing on a standby: %v", err)
	}
	if _, err := store.MigrationStatus(t.Context(), s.Pool()); err != nil {
		t.Error(err)
	}
}

func TestWhatIsWrongWithAURLIsSaidWithoutItsPassword(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing.pem")
	noCertificate := filepath.Join(dir, "empty.pem")
	services := filepath.Join(dir, "services.conf")
	for path, text := range map[string]string{noCertificate: "", services: "[known]\nhost=127.0.0.1\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const secret, base = "hunter2", "postgres://user:hunter2@127.0.0.1:1/db"
	for _, c := range []struct {
		name, url, says string
		env             map[string]string
	}{
		{"missing certificate", base + "?sslmode=verify-full&sslrootcert=" + missing, missing + ", which the database URL or a PG… variable names, can't be read", nil},
		{"missing client key", base + "?sslmode=require&sslcert=" + missing + "&sslkey=" + missing, missing, nil},
		{"empty certificate", base + "?sslmode=verify-full&sslrootcert=" + noCertificate, "TLS settings", nil},
		{"missing service file", base + "?service=x", "service file " + missing, map[string]string{"PGSERVICEFILE": missing}},
		{"unknown service", base + "?service=nowhere", "names a service", map[string]string{"PGSERVICEFILE": services}},
		{"service of the environment", base, "names a service", map[string]string{"PGSERVICEFILE": services, "PGSERVICE": "nowhere"}},
		{"PGPORT", "postgres://user:hunter2@127.0.0.1/db", `PGPORT is "abc"`, map[string]string{"PGPORT": "abc"}},
		{"PGPORT zero", "postgres://user:hunter2@127.0.0.1/db", `PGPORT is "0"`, map[string]string{"PGPORT": "0"}},
		{"PGSSLMODE", base, "sslmode", map[string]string{"PGSSLMODE": "perhaps"}},
		{"port", "postgres://user:hunter2@host:99999/db", "its port is not a number", nil},
		{"slash in the password", "postgres://user:hun/hunter2@host/db", "percent code", nil},
		{"digits, then a slash", "postgres://user:12/hunter2@host/db", "percent code", nil},
		{"question mark in the password", "postgres://user:hun?hunter2@host/db", "percent code", nil},
		{"hash in the password", "postgres://user:hun#hunter2@host/db", "percent code", nil},
		{"at sign in the password", "postgres://user:hun@hunter2@host/db", "percent code", nil},
		{"at sign, then a slash", "postgres://user:hun@ter/hunter2@host/db", "percent code", nil},
		{"at sign, then a question mark", "postgres://user:hun@ter?hunter2@host/db", "percent code", nil},
		{"at sign, then a hash", "postgres://user:hun@ter#hunter2@host/db", "percent code", nil},
		{"at sign and slashes", "postgres://user:hun@/x/hunter2@host:5432/db?sslmode=require", "percent code", nil},
		{"colon in the password", "postgres://user:hun:hunter2@host/db", "percent code", nil},
		{"percent sign in the password", "postgres://user:%hunter2@host/db", "% itself as %25", nil},
		{"space in the password", "postgres://user:hun hunter2@host/db", "a space as %20", nil},
		{"bracket in the password", "postgres://user:hun[hunter2@host/db", "percent code", nil},
		{"connect_timeout", base + "?connect_timeout=soon", "connect_timeout", nil},
		{"pool size", base + "?pool_max_conns=many", "pool_max_conns", nil},
		{"keywords", "host=localhost password=hunter2 port", "keywords", nil},
		{"require_auth", base + "?require_auth=kisses", "require_auth", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, value := range c.env {
				t.Setenv(name, value)
			}
			s, err := store.Open(t.Context(), c.url, store.Options{})
			var said *store.Error
			if !errors.As(err, &said) || said.Kind != store.BadURL || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("%v (%v)", err, s)
			}
			for _, part := range []string{secret, "hun", ":12"} {
				if strings.Contains(err.Error(), part) {
					t.Errorf("%q stands in %q", part, err)
				}
			}
		})
	}
}

func TestGoodURLsAreNotTakenForBadOnes(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"postgres://user:p%40ss%2Fword@127.0.0.1:1/db", "postgres://127.0.0.1:1/db?user=me@example&password=x",
		"postgresql://user@127.0.0.1:1/db", "host=127.0.0.1 port=1 user=x password='p@ss/word'", "postgres://user:@127.0.0.1:1/db",
		"postgres://user@127.0.0.1:1/db?application_name=me@example", "postgres://user:x@127.0.0.1:1/me%40example",
		"postgres://[::1]:1/db", "postgres://user:password@127.0.0.1:1,127.0.0.1:1/db",
	} {
		_, err := store.Open(t.Context(), url, store.Options{})
		var said *store.Error
		if !errors.As(err, &said) || said.Kind != store.Unreachable {
			t.Errorf("%s: %v", url, err)
		}
	}
}
