package backup_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/record/backup"
	"macrowatch/internal/record/privatepg"
	"macrowatch/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

var made = time.Date(2026, 3, 2, 18, 0, 0, 0, time.UTC)

func database(url string) backup.Database {
	return backup.Database{URL: url, FindProgram: privatepg.FindClient}
}

func execSQL(t testing.TB, url, statement string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func text(t testing.TB, url, query string) (value string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), query).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// filled returns the URL of a database with tables of several kinds.
func filled(t testing.TB) string {
	url := pgtest.URL(t)
	execSQL(t, url, `CREATE TABLE numbers (n int PRIMARY KEY, t text); INSERT INTO numbers SELECT n, repeat(md5(n::text), 20) FROM generate_series(1, 5000) n;
		CREATE SCHEMA "Other desk"; CREATE TABLE "Other desk"."Odd name" (at timestamptz); INSERT INTO "Other desk"."Odd name" VALUES ('2026-03-02T12:00:00Z'), (NULL);
		CREATE TABLE days (day date NOT NULL) PARTITION BY RANGE (day); CREATE TABLE days_2026 PARTITION OF days FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
		INSERT INTO days VALUES ('2026-03-02'); CREATE TABLE empty (x int); CREATE VIEW seen AS SELECT count(*) FROM numbers`)
	return url
}

func written(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "desk.dump")
	if _, err := backup.Write(t.Context(), database(filled(t)), path, made); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestARestoredDatabaseIsTheOneThatWasBackedUp(t *testing.T) {
	t.Parallel()
	url, path := filled(t), filepath.Join(t.TempDir(), "desk.dump")
	s, err := backup.Write(t.Context(), database(url), path, made)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, mode %v", err, info.Mode())
	}
	if s.RowCount() != 5003 || s.Rows[`"Other desk"."Odd name"`] != 2 || !s.MadeAt.Equal(made) {
		t.Errorf("%+v", s)
	}
	to := pgtest.URL(t)
	got, err := backup.Restore(t.Context(), database(to), path)
	if err != nil || got.RowCount() != 5003 || got.PostgreSQL != s.PostgreSQL {
		t.Fatalf("%v: %+v", err, got)
	}
	for _, query := range []string{
		"SELECT md5(string_agg(n::text, ',' ORDER BY n)) FROM numbers n", `SELECT count(at)::text || ' of ' || count(*) FROM "Other desk"."Odd name"`,
		"SELECT string_agg(d::text, ',') FROM days_2026 d", "SELECT count::text FROM seen", "SELECT string_agg(conname, ',' ORDER BY conname) FROM pg_constraint WHERE conrelid = 'numbers'::regclass",
	} {
		if before, after := text(t, url, query), text(t, to, query); before != after {
			t.Errorf("%s: %q, was %q", query, after, before)
		}
	}
	if _, err := backup.Restore(t.Context(), database(to), path); !errors.Is(err, backup.ErrNotEmpty) {
		t.Errorf("into a database with tables: %v", err)
	}
	// PostgreSQL's own program can restore the file too.
	program, err := privatepg.FindClient(t.Context(), "pg_restore", 15)
	if err != nil {
		t.Fatal(err)
	}
	again := pgtest.URL(t)
	if out, err := exec.Command(program, "--no-owner", "--exit-on-error", "--dbname="+regexp.MustCompile(`require_auth=[a-z0-9-]+&?`).ReplaceAllString(again, ""), path).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if n := text(t, again, "SELECT count(*)::text FROM numbers"); n != "5000" {
		t.Errorf("pg_restore restored %s rows", n)
	}
}

func TestABrokenBackupIsRefusedAndNothingIsRestored(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(written(t))
	if err != nil {
		t.Fatal(err)
	}
	flipped := func(at int) []byte {
		b := bytes.Clone(whole)
		b[at] ^= 0x40
		return b
	}
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"empty":                        {nil, "is not a backup"},
		"another file":                 {[]byte("date,instrument,price\n"), "is not a backup"},
		"the first bytes alone":        {whole[:7], "is not complete"},
		"half":                         {whole[:len(whole)/2], "is not complete"},
		"without the last byte":        {whole[:len(whole)-1], "is not complete"},
		"without the summary":          {whole[:len(whole)-200], "is not complete"},
		"a byte of the rows changed":   {flipped(len(whole) / 2), "is damaged"},
		"a byte of the catalogue":      {flipped(40), "is damaged"},
		"a byte of the summary":        {flipped(len(whole) - 150), "is damaged"},
		"a digit of the checksum":      {flipped(len(whole) - 10), "is damaged"},
		"the summary's length":         {flipped(len(whole) - 70), "is damaged"},
		"a piece missing in between":   {append(bytes.Clone(whole[:1000]), whole[2000:]...), "is damaged"},
		"something written after it":   {append(bytes.Clone(whole), "more\n"...), "is not complete"},
		"zeros where the end had been": {append(bytes.Clone(whole[:len(whole)-500]), make([]byte, 500)...), "is not complete"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "broken.dump")
			if err := os.WriteFile(path, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			to := pgtest.URL(t)
			_, err := backup.Restore(t.Context(), database(to), path)
			if err == nil || !strings.HasPrefix(err.Error(), path+" "+c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v", err)
			}
			if n := text(t, to, "SELECT count(*)::text FROM pg_tables WHERE schemaname = 'public'"); n != "0" {
				t.Errorf("%s tables were restored", n)
			}
		})
	}
	for _, path := range []string{t.TempDir(), filepath.Join(t.TempDir(), "missing")} {
		if _, err := backup.Read(path); err == nil {
			t.Errorf("%s was read", path)
		}
	}
}

// A backup that fails or is interrupted leaves no file under any name.
func TestABackupIsCompleteOrNotThere(t *testing.T) {
	t.Parallel()
	url := filled(t)
	program := func(script string) func(context.Context, string, int) (string, error) {
		path := filepath.Join(t.TempDir(), "pg_dump")
		if err := os.WriteFile(path, []byte("#!/bin/sh\nfor a; do case $a in --file=*) f=${a#--file=};; esac; done\n"+script), 0o755); err != nil {
			t.Fatal(err)
		}
		return func(context.Context, string, int) (string, error) { return path, nil }
	}
	soon, cancel := context.WithCancel(t.Context())
	for name, c := range map[string]struct {
		ctx  context.Context
		url  string
		find func(context.Context, string, int) (string, error)
		want string
	}{
		"pg_dump dies halfway":  {t.Context(), url, program("echo PGDMP >$f; kill -9 $$"), "killed"},
		"pg_dump finds no room": {t.Context(), url, program("echo PGDMP >$f; echo 'No space left on device' >&2; exit 1"), "No space left on device"},
		"no pg_dump":            {t.Context(), url, func(context.Context, string, int) (string, error) { return "", errors.New("no program") }, "no program"},
		"no database":           {t.Context(), "postgres://127.0.0.1:1/none", privatepg.FindClient, "connect"},
		"the user interrupts it": {soon, url, func(ctx context.Context, n string, o int) (string, error) {
			cancel()
			return privatepg.FindClient(ctx, n, o)
		}, "cancel"},
		"a server that is too new": {t.Context(), url, func(ctx context.Context, n string, _ int) (string, error) { return privatepg.FindClient(ctx, n, 999) }, "install the client programs of PostgreSQL 999"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			_, err := backup.Write(c.ctx, backup.Database{URL: c.url, FindProgram: c.find}, filepath.Join(dir, "desk.dump"), made)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v", err)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
	path := filepath.Join(t.TempDir(), "desk.dump")
	if err := os.WriteFile(path, []byte("yesterday's"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Write(t.Context(), database(url), path, made); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("%v", err)
	}
	if content, err := os.ReadFile(path); err != nil || string(content) != "yesterday's" {
		t.Errorf("%v: %q", err, content)
	}
	if _, err := backup.Write(t.Context(), database(url), filepath.Join(t.TempDir(), "none", "desk.dump"), made); err == nil || !strings.Contains(err.Error(), "can't be written") {
		t.Errorf("%v", err)
	}
}
