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
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

func TestTheCommandRunsWhateverStateTheDatabaseIsIn(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{
		"hung":         silentServer(t),
		"down":         "postgres://u:p@127.0.0.1:1/db?sslmode=disable",
		"not migrated": pgtest.URL(t),
		"not a URL":    "postgres://u:hunter2@host:port/",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := execOf(t, "sh", "-c", "date +%s%N; exit 7")
			p.Env = append(p.Env, recordFile+"=", databaseURL+"="+address)
			status := p.exitStatus(t) // it ends, although a hung database never answers
			warning := p.stderr.String()
			if status != 7 || !strings.Contains(warning, "was not recorded") || strings.Contains(warning, "hunter2") {
				t.Errorf("exit status %d, %s", status, warning)
			}
		})
	}
}

// options runs a command with its standard error on the test's.
func options(rec *record, command ...string) runner.Options {
	return runner.Options{Step: "fred", Command: command, Open: rec.open, Stderr: os.Stderr, RelayArgs: []string{relayArgument}, NewID: func() string { return "id" }}
}

func TestADatabaseThatComesBackInTimeGetsTheEndOfTheRun(t *testing.T) {
	t.Parallel()
	rec := &record{}
	rec.upsert = func(context.Context, desk.Run) error {
		if rec.tried < 4 {
			return errors.New("starting up")
		}
		return nil
	}
	if status, err := runner.Run(t.Context(), options(rec, "true")); status != 0 || err != nil {
		t.Fatalf("%d, %v", status, err)
	}
	if len(rec.rows) == 0 || rec.rows[len(rec.rows)-1].Status != desk.Success {
		t.Errorf("%+v after %d attempts", rec.rows, rec.tried)
	}
}

func TestAPermanentErrorIsMetOncePerRow(t *testing.T) {
	t.Parallel()
	rec := &record{upsert: func(context.Context, desk.Run) error { return failure{text: "run macrowatch migrate", permanent: true} }}
	opts := options(rec, "true")
	stderr, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer stderr.Close()
	opts.Stderr = stderr
	if status, err := runner.Run(t.Context(), opts); status != 0 || err != nil {
		t.Fatalf("%d, %v", status, err)
	}
	warning, err := os.ReadFile(stderr.Name())
	if err != nil || rec.tried != 2 || !strings.Contains(string(warning), "run macrowatch migrate") {
		t.Errorf("%d attempts, %q, %v", rec.tried, warning, err)
	}
}

func TestARecorderThatIgnoresItsDeadlineIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	stuck := make(chan struct{})
	t.Cleanup(func() { close(stuck) })
	opts := options(nil, "true")
	opts.RecordTimeout = 10 * time.Millisecond
	opts.Open = func(context.Context) (runner.Recorder, error) { <-stuck; return nil, errors.New("late") }
	if status, err := runner.Run(t.Context(), opts); status != 0 || err != nil {
		t.Errorf("%d, %v", status, err)
	}
}

func TestARunNeverEndsBeforeItBegan(t *testing.T) {
	t.Parallel()
	rec := &record{}
	opts := options(rec, "true")
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	times := []time.Time{noon, noon.Add(-time.Hour)} // the clock is set back while it runs
	opts.Now = func() time.Time { now := times[0]; times = times[1:]; return now }
	if _, err := runner.Run(t.Context(), opts); err != nil {
		t.Fatal(err)
	}
	for _, row := range rec.rows {
		if err := row.Validate(); err != nil {
			t.Errorf("%+v: %v", row, err)
		}
	}
	if len(rec.rows) != 2 {
		t.Errorf("%+v", rec.rows)
	}
}

func TestTheEndOfTheCallersContextDoesNotEndTheCommand(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	rec := &record{}
	if status, err := runner.Run(ctx, options(rec, "sh", "-c", "exit 3")); status != 3 || err != nil || len(rec.rows) != 2 {
		t.Errorf("%d, %v, %+v", status, err, rec.rows)
	}
}

func TestMisuseRunsNothing(t *testing.T) {
	t.Parallel()
	rec := &record{}
	for name, change := range map[string]func(*runner.Options){
		"no relay":     func(o *runner.Options) { o.RelayArgs = nil },
		"no step":      func(o *runner.Options) { o.Step = "" },
		"no command":   func(o *runner.Options) { o.Command = nil },
		"no recorder":  func(o *runner.Options) { o.Open = nil },
		"no error out": func(o *runner.Options) { o.Stderr = nil },
	} {
		t.Run(name, func(t *testing.T) {
			opts := options(rec, "true")
			change(&opts)
			if status, err := runner.Run(t.Context(), opts); status != 2 || err == nil {
				t.Errorf("exit status %d, %v", status, err)
			}
		})
	}
	if len(rec.rows) != 0 {
		t.Errorf("%+v", rec.rows)
	}
}

func TestTheRunIsInTheDatabaseOnce(t *testing.T) {
	t.Parallel()
	address := pgtest.MigratedURL(t)
	p := execOf(t, "sh", "-c", "echo broken >&2; exit 7")
	p.Env = append(p.Env, recordFile+"=", databaseURL+"="+address)
	if status := p.exitStatus(t); status != 7 || p.stderr.String() != "broken\n" {
		t.Errorf("exit status %d, %s", status, &p.stderr)
	}
	s, err := store.Open(t.Context(), address, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	runs, err := s.RunsBetween(t.Context(), time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	if err != nil || len(runs) != 1 || runs[0].Status != desk.Failed || runs[0].ErrorMessage != "broken" || runs[0].DurationSeconds <= 0 {
		t.Errorf("%+v, %v", runs, err)
	}
}
