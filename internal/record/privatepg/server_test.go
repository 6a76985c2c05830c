//go:build linux || darwin

package privatepg

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/record/disk"
)

func TestFirstOpenMakesAServerThatOnlyItsURLOpens(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	s := open(t, testConfig(dir))
	got := query(t, s.OwnerURL(), `select concat_ws(' ', current_user, current_database(),
		(select rolsuper from pg_roles where rolname = current_user), inet_server_addr(),
		current_setting('timezone'), current_setting('server_encoding'), current_setting('max_wal_senders'),
		(select datcollate from pg_database where datname = current_database()))`)
	if want := "macrowatch macrowatch f UTC UTF8 0 C"; got != want { // no address, because the connection came by the socket
		t.Errorf("the server is %q, want %q", got, want)
	}
	if got := query(t, s.SuperuserURL(), "select current_setting('listen_addresses')"); got != "" {
		t.Errorf("the server listens on %q too", got)
	}
	if _, err := tryQuery(t.Context(), strings.Replace(s.OwnerURL(), s.secrets.Owner, "wrong", 1), "select 'in'"); err == nil {
		t.Error("a wrong password was let in")
	}
	info, err := os.Stat(layout{dir: dir}.passwords())
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the password's file has mode %o", info.Mode().Perm())
	}
	if uid, _, _ := disk.OwnerOf(info); int(uid) != os.Geteuid() {
		t.Errorf("the password belongs to user %d", uid)
	}
}

func TestDataAndAddressSurviveClosing(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	s := open(t, testConfig(dir))
	url := s.OwnerURL()
	run(t, url, "create table kept as select 'still here' as word")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !ended(t, dir) {
		t.Error("Close returned before the server had ended")
	}
	again := open(t, testConfig(dir))
	if again.OwnerURL() != url {
		t.Errorf("the URL was %s and is %s", url, again.OwnerURL())
	}
	if got := query(t, again.OwnerURL(), "select word from kept"); got != "still here" {
		t.Errorf("kept %q", got)
	}
}

func TestServerEndsWithTheLastOfItsUsers(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	first := startUser(t, userOrder{DataDir: dir}, nil)
	url := first.ready(t)
	pid := serverPID(dir)
	second := startUser(t, userOrder{DataDir: dir}, nil)
	if got := second.ready(t); got != url {
		t.Errorf("the second user got %s, the first %s", got, url)
	}
	first.leave(t)
	query(t, url, "select 'the second user still has it'")
	if serverPID(dir) != pid {
		t.Error("the server was started again")
	}
	second.leave(t)
	if !ended(t, dir) {
		t.Error("the last user left before the server had ended")
	}
}

func TestUserWhoArrivesWhileTheServerStopsGetsANewOne(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	first := startUser(t, userOrder{DataDir: dir}, nil)
	url := first.ready(t)
	for range 5 {
		first.kill() // the next user comes at once: before, while or after the guard stops the server
		next := startUser(t, userOrder{DataDir: dir}, nil)
		if got := next.ready(t); got != url {
			t.Errorf("the next user got %s, the first %s", got, url)
		}
		query(t, url, "select 'answers'")
		first = next
	}
	first.leave(t)
}

func TestManyUsersAtOnceShareOneServer(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	users := make([]*userProcess, 6)
	for i := range users {
		users[i] = startUser(t, userOrder{DataDir: dir}, nil)
	}
	urls := map[string]bool{}
	for _, u := range users {
		urls[u.ready(t)] = true
	}
	if len(urls) != 1 {
		t.Errorf("they got %d servers", len(urls))
	}
	for _, u := range users {
		u.leave(t)
	}
	if !ended(t, dir) {
		t.Error("the last user left before the server had ended")
	}
}

func TestSecondInstanceIsToldWhoHoldsTheDirectory(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	cfg := testConfig(dir)
	cfg.Instance = &InstanceInfo{Command: "macrowatch demo"}
	s := open(t, cfg)
	second := startUser(t, userOrder{DataDir: dir, Command: "macrowatch serve"}, nil)
	word, sentence := second.said(t)
	if word != "failed" {
		t.Fatalf("the second instance is %s", word)
	}
	checkSentence(t, sentence, dir, "macrowatch demo", "process", "--data-dir")

	if err := s.SetAddress("http://127.0.0.1:3002"); err != nil {
		t.Fatal(err)
	}
	cfg.Instance = &InstanceInfo{Command: "macrowatch serve"}
	refused(t, cfg, dir, "macrowatch demo", "http://127.0.0.1:3002")

	joined := startUser(t, userOrder{DataDir: dir}, nil)
	query(t, joined.ready(t), "select 'a process that only joins is let in'")
	joined.leave(t)
}

func TestInstanceThatWasKilledKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	first := startUser(t, userOrder{DataDir: dir, Command: "macrowatch demo"}, nil)
	first.ready(t)
	first.kill()
	cfg := testConfig(dir)
	cfg.Instance = &InstanceInfo{Command: "macrowatch demo"}
	open(t, cfg)
}

func TestLookupFindsTheServerAndLeavesItAlone(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	_, err := Lookup(dir)
	if err == nil {
		t.Fatal("it found a server where there is none")
	}
	checkSentence(t, err.Error(), dir, "macrowatch demo")
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it made the directory: %v", err)
	}
	s := open(t, testConfig(dir))
	checkFound(t, dir, s, true)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	checkFound(t, dir, s, false)
}

// checkFound expects that Lookup finds the server's URLs.
func checkFound(t *testing.T, dir string, s *Server, running bool) {
	t.Helper()
	found, err := Lookup(dir)
	if err != nil {
		t.Fatal(err)
	}
	if found.Running != running {
		t.Errorf("it is said to run: %t", found.Running)
	}
	for role, want := range map[Role]string{Owner: s.OwnerURL(), Reader: s.readerURL()} {
		if got, err := found.URL(role, URLForm{}); err != nil || got != want {
			t.Errorf("found %s, %v; want %s", got, err, want)
		}
	}
}

func TestOpenEndsWithItsContext(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	l, err := prepareDataDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	stopping, err := openLock(l.usersLock()) // a guard that is stopping the server holds it so
	if err != nil {
		t.Fatal(err)
	}
	defer stopping.close()
	if ok, err := stopping.try(disk.Exclusive); !ok || err != nil {
		t.Fatal(ok, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Open(ctx, testConfig(dir)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Open ended with %v", err)
	}
}

func TestEphemeralServerLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	cfg := testConfig(dir)
	cfg.Ephemeral = true
	s := open(t, cfg)
	query(t, s.OwnerURL(), "select 'used'")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, patience, "the data directory is gone", func() bool {
		_, err := os.Stat(dir)
		return errors.Is(err, os.ErrNotExist)
	})
}
