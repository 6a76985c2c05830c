//go:build linux || darwin

package privatepg

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestReplaceDatabase(t *testing.T) {
	t.Parallel()
	l := closedDir(t)
	s := open(t, testConfig(l.dir))
	run(t, s.OwnerURL(), "create table old (n int)")
	databases := func() string {
		return query(t, s.SuperuserURL(), "select string_agg(datname, ' ' order by datname) from pg_database where not datistemplate")
	}
	tables := func() string {
		return query(t, s.OwnerURL(), "select coalesce(string_agg(tablename, ' ' order by 1), '') from pg_tables where schemaname = 'public'")
	}
	fails := errors.New("the backup is broken")
	err := s.ReplaceDatabase(t.Context(), func(url string) error {
		run(t, url, "create table half (n int)")
		return fails
	})
	if !errors.Is(err, fails) || tables() != "old" || databases() != "macrowatch postgres" {
		t.Errorf("%v: tables %s, databases %s", err, tables(), databases())
	}

	// What a killed process can leave: the coming database, the former one, and the desk's closed to everybody.
	super, err := pgx.Connect(t.Context(), socketURL(s.socketDir, superuser, s.secrets.Superuser, "postgres", URLForm{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"create database " + comingName, "create database " + formerName, "alter database macrowatch allow_connections false"} {
		if _, err := super.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := super.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again := open(t, testConfig(l.dir)); query(t, again.OwnerURL(), "select 'open'::text") != "open" {
		t.Error("the database is closed")
	}

	// Sessions of the old database end.
	session, err := pgx.Connect(t.Context(), s.OwnerURL())
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close(t.Context())
	if _, err := session.Exec(t.Context(), "begin; insert into old values (1)"); err != nil {
		t.Fatal(err)
	}
	err = s.ReplaceDatabase(t.Context(), func(url string) error {
		run(t, url, "create table new (n int)")
		return nil
	})
	if err != nil || tables() != "new" || databases() != "macrowatch postgres" {
		t.Errorf("%v: tables %s, databases %s", err, tables(), databases())
	}
	if _, err := session.Exec(t.Context(), "commit"); err == nil {
		t.Error("a session of the old database goes on")
	}
	checkInOrder(t, s)
	if got := query(t, s.SuperuserURL(), "select has_database_privilege('public', 'macrowatch', 'temporary, connect')::text"); got != "false" {
		t.Error("every login can make temporary tables, or connect")
	}
}

// A data directory of an older PostgreSQL, whose programs are gone, is refused. Its data stay as they are.
func TestADirectoryOfAnOlderPostgreSQLSaysHowToUpgradeIt(t *testing.T) {
	t.Parallel()
	l := layout{dir: newDir(t)}
	version := filepath.Join(l.pgdata(), "PG_VERSION")
	write(t, version, "15\n")
	if err := serverOwns(l); err != nil {
		t.Fatal(err)
	}
	newer := fakePrograms(t, "postgres (PostgreSQL) 18.3")
	cfg := testConfig(l.dir)
	cfg.find = func() []string { return []string{newer} }
	refused(t, cfg, l.pgdata(), "are of PostgreSQL 15", newer, "are of PostgreSQL 18", "install PostgreSQL 15 beside it", "macrowatch database backup")
	if text, err := os.ReadFile(version); err != nil || string(text) != "15\n" {
		t.Errorf("%v: %q", err, text)
	}
}

// Data of another major version are refused, and the sentence fits that version.
func TestDataOfAnotherMajorVersion(t *testing.T) {
	t.Parallel()
	l, b := layout{dir: "/desk"}, binaries{Dir: "/usr/lib/postgresql/17/bin", Major: 17}
	for wanted, words := range map[int][]string{
		15: {"of PostgreSQL 15", "are of PostgreSQL 17", "install PostgreSQL 15 beside it", "macrowatch database backup"},
		16: {"install PostgreSQL 16 beside it"},
		18: {"install PostgreSQL 18, or name another directory"},
		14: {"macrowatch needs PostgreSQL 15 or newer", "pg_upgrade"},
	} {
		err := otherMajor(l, wanted, b)
		checkSentence(t, err.Error(), words...)
		if wanted != 15 && wanted != 16 && strings.Contains(err.Error(), "database backup") {
			t.Errorf("%d: %v", wanted, err)
		}
	}
}
