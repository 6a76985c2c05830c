package spool_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/spool"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/testkit/testlog"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

var start = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func running(id string) desk.Run {
	return desk.Run{ID: id, Step: "fred", Status: desk.Running, StartedAt: start}
}

func success(id string) desk.Run {
	r := running(id)
	r.Status, r.FinishedAt, r.DurationSeconds = desk.Success, start.Add(time.Minute), 60
	return r
}

func newStore(t *testing.T) *store.Store { return store.New(pgtest.Migrated(t), nil) }

// counting counts how often each run is written. It writes into a real database.
type counting struct {
	*store.Store
	mu    sync.Mutex
	times map[string]int
}

func (c *counting) count(runs []desk.Run) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range runs {
		c.times[r.ID]++
	}
}

func (c *counting) RunUpsert(ctx context.Context, runs ...desk.Run) error {
	c.count(runs)
	return c.Store.RunUpsert(ctx, runs...)
}

func keep(t *testing.T, s *spool.Spool, run desk.Run) *spool.Entry {
	t.Helper()
	begun := run
	begun.Status, begun.FinishedAt, begun.DurationSeconds, begun.ErrorMessage = desk.Running, time.Time{}, 0, ""
	e, err := s.Begin(begun)
	if err == nil && run.Status.Terminal() {
		err = e.End(run)
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func deliver(t *testing.T, s *spool.Spool, to spool.Database, want int) {
	t.Helper()
	if n, err := s.Deliver(t.Context(), to); n != want || err != nil {
		t.Errorf("delivered %d, %v; want %d", n, err, want)
	}
}

// stored returns the runs in the database as "ID STATUS message".
func stored(t *testing.T, s *store.Store) []string {
	t.Helper()
	runs, err := s.RunsBetween(t.Context(), time.Time{}, start.AddDate(10, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, r := range runs {
		all = append(all, strings.TrimSpace(fmt.Sprint(r.ID, " ", r.Status, " ", r.ErrorMessage)))
	}
	slices.Sort(all)
	return all
}

func files(t *testing.T, s *spool.Spool) []string {
	t.Helper()
	all, err := os.ReadDir(s.Dir())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range all {
		names = append(names, f.Name())
	}
	return names
}

func equal(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestWhatWaitsIsDeliveredOnceAndIsGone(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	s := spool.New(t.TempDir(), "db", spool.Options{})
	keep(t, s, success("a")).Release()
	keep(t, s, success("b")).Release()
	deliver(t, s, db, 2)
	equal(t, "stored", stored(t, db), "a SUCCESS", "b SUCCESS")
	equal(t, "files", files(t, s))
	deliver(t, s, db, 0)
}

func TestManyDeliverersDeliverEachRecordOnce(t *testing.T) {
	t.Parallel()
	db := &counting{Store: newStore(t), times: map[string]int{}}
	dir := t.TempDir()
	const records = 250
	for n := range records {
		keep(t, spool.New(dir, "db", spool.Options{}), success(fmt.Sprintf("run-%03d", n))).Release()
	}
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if _, err := spool.New(dir, "db", spool.Options{}).Deliver(t.Context(), db); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(stored(t, db.Store)); n != records {
		t.Errorf("%d runs are stored, want %d", n, records)
	}
	for id, n := range db.times {
		if n != 1 {
			t.Errorf("run %s was delivered %d times", id, n)
		}
	}
}

func TestARunIsInterruptedOnlyOnceItsRecorderIsGone(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	seen := start.Add(90 * time.Second)
	dir := t.TempDir()
	alive := keep(t, spool.New(dir, "db", spool.Options{Now: func() time.Time { return seen }}), running("a"))
	// The process that delivers finds out an hour later.
	s := spool.New(dir, "db", spool.Options{Now: func() time.Time { return seen.Add(time.Hour) }})
	deliver(t, s, db, 0)
	equal(t, "stored", stored(t, db))
	alive.Release() // as if its recorder had died
	deliver(t, s, db, 1)
	equal(t, "stored", stored(t, db), "a FAILED interrupted")
	runs, err := db.RunsBetween(t.Context(), start, seen)
	if err != nil || len(runs) != 1 || !runs[0].FinishedAt.Equal(seen) || runs[0].DurationSeconds != 90 {
		t.Errorf("%+v, %v; want it to end when its recorder was last seen, at %v", runs, err, seen)
	}
}

func TestTheRecorderShowsThatItIsAlive(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := start
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); now = now.Add(time.Second); return now }
	s := spool.New(t.TempDir(), "db", spool.Options{Heartbeat: time.Millisecond, Now: clock})
	e := keep(t, s, running("a"))
	deadline := time.Now().Add(time.Minute)
	for {
		info, err := os.Stat(filepath.Join(s.Dir(), "a.json"))
		if err != nil {
			t.Fatal(err)
		}
		if info.ModTime().After(start.Add(5 * time.Second)) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the file's time stays %v", info.ModTime())
		}
	}
	e.Release()
}

func TestAnInterruptionBeforeItsStartEndsAtItsStart(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	s := spool.New(t.TempDir(), "db", spool.Options{Now: func() time.Time { return start.Add(-time.Hour) }})
	keep(t, s, running("a")).Release()
	deliver(t, s, db, 1)
	runs, err := db.RunsBetween(t.Context(), start, start.Add(time.Second))
	if err != nil || len(runs) != 1 || !runs[0].FinishedAt.Equal(start) || runs[0].DurationSeconds != 0 {
		t.Errorf("%+v, %v", runs, err)
	}
}

func TestNoRecordGoesToAnotherDatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := newStore(t)
	mine, other := spool.New(dir, "mine", spool.Options{}), spool.New(dir, "other", spool.Options{})
	keep(t, other, success("a")).Release()
	deliver(t, mine, db, 0)
	// It does not go there even if somebody moves its file into the other folder.
	keep(t, mine, success("b")).Release()
	if err := os.Rename(filepath.Join(other.Dir(), "a.json"), filepath.Join(mine.Dir(), "a.json")); err != nil {
		t.Fatal(err)
	}
	deliver(t, mine, db, 1)
	equal(t, "stored", stored(t, db), "b SUCCESS")
	equal(t, "files", files(t, mine), "a.json.bad")
}

func TestWhatIsNoRecordIsSetAsideAndHoldsUpNothing(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	var log testlog.Log
	s := spool.New(t.TempDir(), "db", spool.Options{Logger: log.Logger(slog.LevelWarn)})
	keep(t, s, success("m")).Release()
	whole, err := func() ([]byte, error) {
		defer keep(t, s, success("whole")).Delivered()
		keep(t, s, success("whole")).Release()
		return os.ReadFile(filepath.Join(s.Dir(), "whole.json"))
	}()
	if err != nil {
		t.Fatal(err)
	}
	_, whole, _ = bytes.Cut(whole, []byte("\n")) // the end of the run, without its beginning
	bad := map[string]string{
		"a-empty":   "",
		"b-half":    string(whole[:len(whole)/2]),
		"c-zeroes":  strings.Repeat("\x00", 4096),
		"d-text":    "not JSON at all",
		"e-version": strings.Replace(string(whole), `"version":1`, `"version":0`, 1),
		"f-invalid": strings.Replace(string(whole), `"SUCCESS"`, `"DONE"`, 1),
		"z-huge":    `{"version":1,"error_message":"` + strings.Repeat("x", 1<<20) + `"}`,
	}
	for name, text := range bad {
		put(t, s, name+".json", text)
	}
	put(t, s, "later.json", strings.Replace(string(whole), `"version":1`, `"version":2`, 1))
	put(t, s, "README", "somebody's")
	if err := os.Mkdir(filepath.Join(s.Dir(), "folder.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(s.Dir(), "fifo.json"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("README", filepath.Join(s.Dir(), "link.json")); err != nil {
		t.Fatal(err)
	}
	deliver(t, s, db, 1)
	deliver(t, s, db, 0)
	equal(t, "stored", stored(t, db), "m SUCCESS")
	want := []string{"README", "fifo.json", "folder.json", "later.json", "link.json"}
	for name := range bad {
		want = append(want, name+".json.bad")
		if n := strings.Count(log.String(), name+".json.bad"); n != 1 {
			t.Errorf("%s was warned of %d times", name, n)
		}
	}
	slices.Sort(want)
	equal(t, "files", files(t, s), want...)
}

func put(t *testing.T, s *spool.Spool, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.Dir(), name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestRecordsThatTheDatabaseRefusesAreSetAside(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	if _, err := pool.Exec(t.Context(), `ALTER TABLE pipeline_runs ADD CONSTRAINT not_bad CHECK (run_id NOT LIKE '%bad')`); err != nil {
		t.Fatal(err)
	}
	db := store.New(pool, nil)
	s := spool.New(t.TempDir(), "db", spool.Options{})
	for n := range 130 {
		keep(t, s, success(fmt.Sprintf("%03d", n))).Release()
	}
	bad := []desk.Run{success("007bad"), success("064bad"), success("065bad"), running("129bad")}
	var want []string
	for _, r := range bad {
		keep(t, s, r).Release()
		want = append(want, r.ID+".json.bad")
	}
	deliver(t, s, db, 130)
	equal(t, "files", files(t, s), want...)
}

func TestADatabaseThatIsAwayLosesNothing(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	s := spool.New(t.TempDir(), "db", spool.Options{})
	keep(t, s, success("a")).Release()
	keep(t, s, running("b")).Release()
	away, err := store.Open(t.Context(), "postgres://u@127.0.0.1:1/d", store.Options{Lazy: true})
	if err != nil {
		t.Fatal(err)
	}
	defer away.Close()
	empty := store.New(pgtest.New(t), nil) // it has no tables yet
	for _, failing := range []*store.Store{away, empty} {
		if n, err := s.Deliver(t.Context(), failing); n != 0 || err == nil {
			t.Errorf("delivered %d, %v", n, err)
		}
	}
	equal(t, "files", files(t, s), "a.json", "b.json")
	deliver(t, s, db, 2)
	equal(t, "stored", stored(t, db), "a SUCCESS", "b FAILED interrupted")
}

func TestAFullFolderTakesNoMore(t *testing.T) {
	t.Parallel()
	s := spool.New(t.TempDir(), "db", spool.Options{MaxWaiting: 2})
	keep(t, s, success("a")).Release()
	keep(t, s, success("b")).Release()
	if _, err := s.Begin(running("c")); err == nil || !strings.Contains(err.Error(), "2 records wait there already") {
		t.Errorf("%v", err)
	}
	equal(t, "files", files(t, s), "a.json", "b.json")
}

func TestAFolderThatCannotBeWrittenIsNamed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{
		"the directory is a file": file, "a directory above is a file": filepath.Join(file, "below"), "read-only": "/proc/nowhere",
	} {
		t.Run(name, func(t *testing.T) {
			s := spool.New(dir, "db", spool.Options{})
			if _, err := s.Begin(running("a")); err == nil || !strings.HasPrefix(err.Error(), "keep the run in "+s.Dir()+": ") {
				t.Errorf("%s: %v", dir, err)
			}
		})
	}
	s := spool.New(filepath.Join(t.TempDir(), "never", "made"), "db", spool.Options{})
	deliver(t, s, nil, 0)
	if _, err := os.Stat(s.Dir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("delivering made the folder: %v", err)
	}
}

func TestUnfinishedFilesOfDeadProcessesAreRemoved(t *testing.T) {
	t.Parallel()
	s := spool.New(t.TempDir(), "db", spool.Options{})
	keep(t, s, success("a")).Delivered()
	put(t, s, ".new-old", "half")
	put(t, s, ".new-fresh", "half")
	hours := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(filepath.Join(s.Dir(), ".new-old"), hours, hours); err != nil {
		t.Fatal(err)
	}
	deliver(t, s, nil, 0)
	equal(t, "files", files(t, s), ".new-fresh")
}

func TestAnyIDHasAFileOfItsOwn(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	s := spool.New(t.TempDir(), "db", spool.Options{})
	ids := []string{"../../etc/passwd", ".hidden", "a/b", "a b", "é", strings.Repeat("é", 199), strings.Repeat("é", 200), "run_1"}
	for _, id := range ids {
		keep(t, s, success(id)).Release()
	}
	deliver(t, s, db, len(ids))
	if n := len(stored(t, db)); n != len(ids) {
		t.Errorf("%d runs are stored, want %d", n, len(ids))
	}
}

// What was kept for a database under a former name is delivered to it too.
func TestRunsKeptUnderFormerNamesAreDelivered(t *testing.T) {
	t.Parallel()
	to := newStore(t)
	dirs := []string{t.TempDir(), t.TempDir()}
	former := []*spool.Spool{
		spool.New(dirs[0], "d at 127.0.0.1:15001 as u", spool.Options{}),
		spool.New(dirs[1], "d at 127.0.0.1:15002 as u", spool.Options{}),
		spool.New(filepath.Join(dirs[0], "never made"), "d at 127.0.0.1:15003 as u", spool.Options{}),
	}
	other := spool.New(dirs[0], "d at 127.0.0.1:15002 as somebody", spool.Options{})
	now := spool.New(dirs[0], "d now", spool.Options{FormerSpools: former})
	keep(t, former[0], success("1")).Release()
	keep(t, former[1], success("2")).Release()
	keep(t, now, success("3")).Release()
	keep(t, other, success("4")).Release()
	deliver(t, now, to, 3)
	deliver(t, now, to, 0)
	deliver(t, other, to, 1) // it was not delivered together with the runs of the former names
}
