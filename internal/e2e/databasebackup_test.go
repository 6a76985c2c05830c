package e2e

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// fingerprints returns a text for each table of a database that changes when any value of any row does.
func fingerprints(t testing.TB, address string) map[string]string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	found, err := conn.Query(t.Context(), "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil || len(tables) < 15 {
		t.Fatalf("%v: %v", err, tables)
	}
	prints := map[string]string{}
	for _, table := range tables {
		var print string
		rows := "true"
		if table == "macrowatch_settings" { // serve writes there when it evaluates the alerts
			rows = "key <> 'alerts_evaluated'"
		}
		query := "SELECT count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') FROM " + pgx.Identifier{table}.Sanitize() + " t WHERE " + rows
		if err := conn.QueryRow(t.Context(), query).Scan(&print); err != nil {
			t.Fatal(err)
		}
		prints[table] = print
	}
	return prints
}

// backedUp makes a backup, and returns the file's path.
func backedUp(t testing.TB, dir, to string) string {
	t.Helper()
	r := run(t, nil, "database", "backup", to, "--data-dir", dir)
	if r.status != 0 || !strings.Contains(r.errout, "backed up ") {
		t.Fatalf("%+v", r)
	}
	return strings.TrimSpace(r.out)
}

// Every value of every table is as it was when the backup was made.
func TestARestoredDeskIsTheOneThatWasBackedUp(t *testing.T) {
	t.Parallel()
	dir, folder := deskDir(t), t.TempDir()
	s := servePrivate(t, dir)
	owner := databaseURL(t, dir)
	madeToken(t, owner, "airflow")
	path := backedUp(t, dir, folder)
	if info, err := os.Stat(path); filepath.Dir(path) != folder || err != nil || info.Mode() != 0o600 {
		t.Errorf("%s: %v, %v", path, info, err)
	}
	want := fingerprints(t, owner)
	if strings.HasPrefix(want["instrument_prices"], "0 ") || strings.HasPrefix(want["pipeline_runs"], "0 ") || !strings.HasPrefix(want["macrowatch_tokens"], "1 ") {
		t.Fatalf("the desk has no rows: %v", want)
	}

	// A new directory, and the same one after something has changed.
	fresh := dataDir(t)
	if r := run(t, nil, "database", "restore", path, "--data-dir", fresh); r.status != 0 || !strings.Contains(r.out, "restored ") {
		t.Fatalf("%+v", r)
	}
	mustRefuse(t, run(t, nil, "database", "restore", path, "--replace", "--data-dir", dir), 1, "is in use by macrowatch serve")
	mustSQL(t, owner, "DELETE FROM instrument_prices; DELETE FROM macrowatch_tokens; CREATE TABLE strangers (x int)")
	s.stop(t)
	mustRefuse(t, run(t, nil, "database", "restore", path, "--data-dir", dir), 1, "has rows already", "--replace")
	if r := run(t, nil, "database", "restore", path, "--replace", "--data-dir", dir); r.status != 0 {
		t.Fatalf("%+v", r)
	}
	for _, restored := range []string{fresh, dir} {
		s := servePrivate(t, restored)
		if got := fingerprints(t, databaseURL(t, restored)); !maps.Equal(got, want) {
			for table := range want {
				if got[table] != want[table] {
					t.Errorf("%s: %s, want %s", table, got[table], want[table])
				}
			}
			t.Errorf("%d tables, want %d", len(got), len(want))
		}
		checkRestoredLogins(t, restored, s)
		s.stop(t)
	}
}

// checkRestoredLogins expects that a restored database is as closed as any: the reader reads, and nothing else.
func checkRestoredLogins(t testing.TB, dir string, s *service) {
	t.Helper()
	reader := strings.TrimSpace(run(t, nil, "database", "url", "--data-dir", dir).out)
	if n := scalar[int](t, reader, "SELECT count(*) FROM instrument_prices"); n == 0 {
		t.Error("the reader sees no prices")
	}
	closed := scalar[bool](t, reader, `SELECT NOT has_database_privilege(current_database(), 'TEMP') AND NOT has_table_privilege('macrowatch_tokens', 'SELECT')
		AND NOT has_function_privilege('pg_catalog.pg_advisory_lock(bigint)', 'EXECUTE')`)
	if !closed {
		t.Error("the reader has rights that it should not have")
	}
	for _, p := range panelsOf(t, s.url, "risk-dashboard", "") {
		if p.Error != "" {
			t.Errorf("a panel of the restored desk: %s", p.Error)
		}
	}
	if n := scalar[int](t, reader, "SELECT count(*) FROM pg_database WHERE datname LIKE 'macrowatch%'"); n != 1 {
		t.Errorf("%d databases", n)
	}
}

// While programs write, a backup has what was committed at one moment.
func TestABackupIsOfOneMoment(t *testing.T) {
	t.Parallel()
	dir := emptyDir(t)
	s := servePrivate(t, dir)
	owner := databaseURL(t, dir)
	mustSQL(t, owner, "CREATE TABLE ours (n int); CREATE TABLE theirs (n int)")
	ctx, cancel := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for range 3 {
		writers.Go(func() {
			conn, err := pgx.Connect(ctx, owner)
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close(context.WithoutCancel(ctx))
			for n := 0; ctx.Err() == nil; n++ { // each transaction writes one row into either table
				_, err := conn.Exec(ctx, fmt.Sprintf("BEGIN; INSERT INTO ours VALUES (%[1]d); INSERT INTO theirs VALUES (%[1]d); COMMIT", n))
				if err != nil && ctx.Err() == nil {
					t.Error(err)
					return
				}
			}
		})
	}
	eventually(t, "the writers write", func() (bool, string) {
		n := scalar[int](t, owner, "SELECT count(*) FROM ours")
		return n > 100, fmt.Sprint(n)
	})
	before := scalar[int](t, owner, "SELECT count(*) FROM ours")
	path := backedUp(t, dir, filepath.Join(t.TempDir(), "desk.dump"))
	after := scalar[int](t, owner, "SELECT count(*) FROM ours")
	cancel()
	writers.Wait()
	s.stop(t)
	if r := run(t, nil, "database", "restore", path, "--replace", "--data-dir", dir); r.status != 0 {
		t.Fatalf("%+v", r)
	}
	servePrivate(t, dir)
	ours, theirs := scalar[int](t, owner, "SELECT count(*) FROM ours"), scalar[int](t, owner, "SELECT count(*) FROM theirs")
	t.Logf("%d rows before the backup, %d in it, %d after it", before, ours, after)
	if ours != theirs || ours < before || ours > after {
		t.Errorf("%d and %d rows", ours, theirs)
	}
}

// What is refused leaves the database and the disk as they were.
func TestRefusedRestoresChangeNothing(t *testing.T) {
	t.Parallel()
	dir := emptyDir(t)
	s := servePrivate(t, dir)
	owner := databaseURL(t, dir)
	mustExec(t, []string{"DATABASE_URL=" + owner}, "kept")
	path := backedUp(t, dir, filepath.Join(t.TempDir(), "desk.dump"))
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cut := path + ".cut"
	writeText(t, cut, string(whole[:len(whole)-100]))
	mustRefuse(t, run(t, nil, "database", "backup", path, "--data-dir", dir), 1, "exists already")
	mustRefuse(t, run(t, []string{"DATABASE_URL=" + owner}, "database", "restore", path), 1, "has tables already")
	mustRefuse(t, run(t, []string{"DATABASE_URL=" + owner}, "database", "restore", "--replace", path), 2, "--replace is for the private PostgreSQL")
	s.stop(t)
	mustRefuse(t, run(t, nil, "database", "restore", cut, "--replace", "--data-dir", dir), 1, cut, "is not complete")
	mustRefuse(t, run(t, nil, "database", "restore", path+".none", "--replace", "--data-dir", dir), 1, "no such file")
	unmade := dataDir(t)
	mustRefuse(t, run(t, nil, "database", "restore", cut, "--data-dir", unmade), 1, "is not complete")
	mustRefuse(t, run(t, nil, "database", "backup", t.TempDir(), "--data-dir", unmade), 1, "no private PostgreSQL")
	if _, err := os.Stat(unmade); !os.IsNotExist(err) {
		t.Errorf("a data directory was made: %v", err)
	}
	s = servePrivate(t, dir)
	if got := runsOf(t, owner, "kept"); got != "SUCCESS" {
		t.Errorf("the run is now %q", got)
	}
	s.stop(t)
}
