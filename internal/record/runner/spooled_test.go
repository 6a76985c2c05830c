package runner_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/runner"
	"macrowatch/internal/record/spool"
)

// keptFiles returns the contents of a spool's files.
func keptFiles(t *testing.T, s *spool.Spool) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(s.Dir(), "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, path := range paths {
		texts = append(texts, content(t, path))
	}
	return texts
}

// leaveBehind keeps a run, as an earlier exec that has ended would.
func leaveBehind(t *testing.T, s *spool.Spool, run desk.Run) {
	t.Helper()
	begun := run
	begun.Status, begun.FinishedAt = desk.Running, time.Time{}
	e, err := s.Begin(begun)
	if err == nil && run.Status.Terminal() {
		err = e.End(run)
	}
	if err != nil {
		t.Fatal(err)
	}
	e.Postpone(errors.New("the database was away"))
}

func TestTheRunIsKeptBeforeItsCommandStarts(t *testing.T) {
	t.Parallel()
	s := spool.New(t.TempDir(), "db", spool.Options{})
	rec := &record{}
	got := run(t, runner.Options{Command: sh(`cat "$1"/*.json`, s.Dir()), Open: rec.open, Spool: s})
	if got.status != 0 || got.stderr != "" || !strings.Contains(got.stdout, `"status":"RUNNING"`) {
		t.Errorf("the command found %q: %+v", got.stdout, got)
	}
	if left := keptFiles(t, s); len(left) != 0 {
		t.Errorf("kept although it was recorded: %q", left)
	}
}

func TestAKeptRunIsNotWaitedForLong(t *testing.T) {
	t.Parallel()
	s := spool.New(t.TempDir(), "db", spool.Options{})
	got := run(t, runner.Options{
		Command: sh("echo words >&2; exit 7"), Spool: s, RecordTimeout: time.Hour, KeptTimeout: short,
		Open: func(ctx context.Context) (runner.Recorder, error) { <-ctx.Done(); return nil, ctx.Err() },
	})
	want := "words\nmacrowatch: the run of step fred (FAILED) was not recorded yet: the database did not answer within 200ms; it is kept in " +
		s.Dir() + ", and the next macrowatch exec or serve delivers it\n"
	if got.status != 7 || got.stderr != want {
		t.Errorf("exit status %d, standard error %q; want 7, %q", got.status, got.stderr, want)
	}
	left := keptFiles(t, s)
	if len(left) != 1 || !strings.Contains(left[0], `"status":"FAILED"`) || !strings.Contains(left[0], `"error_message":"words"`) {
		t.Errorf("kept: %q", left)
	}
}

func TestEarlierRunsAreDeliveredWhileTheCommandRuns(t *testing.T) {
	t.Parallel()
	s := spool.New(t.TempDir(), "db", spool.Options{})
	start := time.Now().Add(-time.Hour)
	earlier := desk.Run{ID: "a", Step: "fred", Status: desk.Success, StartedAt: start, FinishedAt: start.Add(time.Minute), DurationSeconds: 60}
	leaveBehind(t, s, earlier)
	in, feed := pipe(t)
	rec := &record{}
	rec.upsert = func(_ context.Context, row desk.Run) error {
		if row.ID == earlier.ID {
			_ = feed.Close() // now the command may end
		}
		return nil
	}
	if got := run(t, runner.Options{Command: sh("cat"), Stdin: in, Open: rec.open, Spool: s}); got.status != 0 || got.stderr != "" {
		t.Errorf("%+v", got)
	}
	if rows := rec.all(t); len(rows) != 3 || rows[1].ID != earlier.ID || len(keptFiles(t, s)) != 0 {
		t.Errorf("recorded %+v", rows)
	}
}

func TestEarlierRunsAreDeliveredAfterTheEndOfTheRun(t *testing.T) {
	t.Parallel()
	s := spool.New(t.TempDir(), "db", spool.Options{})
	leaveBehind(t, s, desk.Run{ID: "a", Step: "fred", Status: desk.Running, StartedAt: time.Now().Add(-time.Minute)})
	rec := &record{}
	rec.upsert = func(_ context.Context, row desk.Run) error {
		if row.Status == desk.Running {
			return failure{text: "not yet"}
		}
		return nil
	}
	if got := run(t, runner.Options{Command: sh("exit 0"), Open: rec.open, Spool: s, KeptTimeout: time.Minute}); got.status != 0 || got.stderr != "" {
		t.Errorf("%+v", got)
	}
	rows := rec.all(t)
	if len(rows) != 2 || rows[0].Status != desk.Success || rows[1].ID != "a" || rows[1].ErrorMessage != spool.Interrupted {
		t.Errorf("recorded %+v", rows)
	}
}

// refusal is an error of the database about a row.
type refusal struct{ error }

func (refusal) Permanent() bool  { return true }
func (refusal) RefusesRow() bool { return true }

func TestARunThatTheDatabaseRefusesIsSetAside(t *testing.T) {
	t.Parallel()
	s := spool.New(t.TempDir(), "db", spool.Options{})
	rec := &record{upsert: func(context.Context, desk.Run) error { return refusal{errors.New("a constraint is broken")} }}
	got := run(t, runner.Options{Command: sh("exit 7"), Open: rec.open, Spool: s, NewID: func() string { return "a" }})
	aside := filepath.Join(s.Dir(), "a.json.bad")
	if want := notRecorded + "a constraint is broken; it is kept in " + aside + "\n"; got.status != 7 || got.stderr != want {
		t.Errorf("exit status %d, standard error %q; want 7, %q", got.status, got.stderr, want)
	}
	if text := content(t, aside); !strings.Contains(text, `"status":"FAILED"`) {
		t.Errorf("set aside: %s", text)
	}
}

func TestARunThatCannotBeKeptIsRecordedWithAWarning(t *testing.T) {
	t.Parallel()
	file := tempFile(t).Name()
	s := spool.New(file, "db", spool.Options{})
	rec := &record{}
	got := run(t, runner.Options{Command: sh("exit 7"), Open: rec.open, Spool: s})
	want := "macrowatch: the run of step fred (FAILED) was recorded, but would have been lost if the database had been away: keep the run in " + s.Dir() + ": not a directory\n"
	if got.status != 7 || got.stderr != want || statuses(t, rec.all(t)) != "RUNNING FAILED" {
		t.Errorf("exit status %d, standard error %q; want 7, %q", got.status, got.stderr, want)
	}
	reason := errors.New("there is no home directory")
	rec = &record{}
	got = run(t, runner.Options{Command: sh("exit 0"), Open: rec.open, WhyNoSpool: reason})
	if got.status != 0 || !strings.HasSuffix(got.stderr, reason.Error()+"\n") || statuses(t, rec.all(t)) != "RUNNING SUCCESS" {
		t.Errorf("%+v", got)
	}
	if _, err := os.Stat(s.Dir()); err == nil {
		t.Error("the folder is there")
	}
}
