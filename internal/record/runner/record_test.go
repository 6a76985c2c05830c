package runner_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/runner"
)

const notRecorded = "macrowatch: the run of step fred (FAILED) was not recorded: "

func TestCommandRunsWhileOpeningIsSlow(t *testing.T) {
	t.Parallel()
	rec := &record{}
	in, feed := pipe(t)
	answers, out := pipe(t)
	got := run(t, runner.Options{
		Command: sh("echo started; read line; exit 7"), Stdin: in, Stdout: out,
		RecordTimeout: time.Minute,
		Open: func(ctx context.Context) (runner.Recorder, error) {
			// The command ends only after this returns, and this returns only after the command has started.
			if _, err := answers.Read(make([]byte, 16)); err != nil {
				return nil, err
			}
			write(feed, []byte("go on\n"))
			return rec.open(ctx)
		},
	})
	if got.status != 7 || got.stderr != "" {
		t.Errorf("exit status %d, standard error %q; want 7, none", got.status, got.stderr)
	}
	if s := statuses(t, rec.all(t)); s != "RUNNING FAILED" {
		t.Errorf("recorded %q", s)
	}
}

func TestRecordThatHangsIsGivenUpWithAWarning(t *testing.T) {
	t.Parallel()
	hang := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	tests := map[string]func(rec *record) func(context.Context) (runner.Recorder, error){
		"opening": func(*record) func(context.Context) (runner.Recorder, error) {
			return func(ctx context.Context) (runner.Recorder, error) { return nil, hang(ctx) }
		},
		"writing": func(rec *record) func(context.Context) (runner.Recorder, error) {
			rec.upsert = func(ctx context.Context, _ desk.Run) error { return hang(ctx) }
			return rec.open
		},
		"the end of the run": func(rec *record) func(context.Context) (runner.Recorder, error) {
			rec.upsert = func(ctx context.Context, row desk.Run) error {
				if row.Status == desk.Running {
					return nil
				}
				return hang(ctx)
			}
			return rec.open
		},
	}
	for name, open := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := &record{}
			begun := time.Now()
			got := run(t, runner.Options{Command: sh("echo words >&2; exit 7"), Open: open(rec), RecordTimeout: short})
			if took := time.Since(begun); took < short || took > time.Minute {
				t.Errorf("took %v, want a little more than %v", took, short)
			}
			if got.status != 7 || got.err != nil {
				t.Errorf("exit status %d, error %v; want 7, none", got.status, got.err)
			}
			if lines := strings.SplitAfter(got.stderr, "\n"); len(lines) != 3 || lines[0] != "words\n" || !strings.HasPrefix(lines[1], notRecorded) {
				t.Errorf("standard error %q, want the command's words and one line of warning", got.stderr)
			}
			rec.all(t)
		})
	}
}

func TestRecordThatIgnoresItsContextIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	got := run(t, runner.Options{
		Command: sh("exit 7"), RecordTimeout: short,
		Open: func(context.Context) (runner.Recorder, error) { <-release; return nil, errors.New("released") },
	})
	if want := notRecorded + "the database did not answer within 200ms\n"; got.status != 7 || got.stderr != want {
		t.Errorf("exit status %d, standard error %q; want 7, %q", got.status, got.stderr, want)
	}
}

func TestRecordIsTriedAgain(t *testing.T) {
	t.Parallel()
	rec := &record{}
	in, feed := pipe(t)
	var opening, running int
	rec.upsert = func(_ context.Context, row desk.Run) error {
		if row.Status == desk.Running {
			if running++; running < 3 {
				return failure{text: "the connection broke"}
			}
			_ = feed.Close() // now the command may end
		}
		return nil
	}
	got := run(t, runner.Options{
		Command: sh("cat; exit 7"), Stdin: in,
		Open: func(ctx context.Context) (runner.Recorder, error) {
			if opening++; opening < 3 {
				return nil, failure{text: "no connection"}
			}
			return rec.open(ctx)
		},
	})
	if got.status != 7 || got.stderr != "" {
		t.Errorf("exit status %d, standard error %q", got.status, got.stderr)
	}
	if s := statuses(t, rec.all(t)); s != "RUNNING FAILED" || opening != 3 || running != 3 {
		t.Errorf("recorded %q after opening %d and writing RUNNING %d times; want both, 3 and 3", s, opening, running)
	}
}

func TestEndOfRunIsRecordedWithoutItsBeginning(t *testing.T) {
	t.Parallel()
	rec := &record{}
	rec.upsert = func(_ context.Context, row desk.Run) error {
		if row.Status == desk.Running {
			return failure{text: "the database is away"}
		}
		return nil
	}
	got := run(t, runner.Options{Command: sh("exit 7"), Open: rec.open, RecordTimeout: time.Minute})
	if got.status != 7 || got.stderr != "" {
		t.Errorf("exit status %d, standard error %q", got.status, got.stderr)
	}
	if s := statuses(t, rec.all(t)); s != "FAILED" {
		t.Errorf("recorded %q", s)
	}
}

func TestDatabaseThatStaysAwayIsWarnedOfOnce(t *testing.T) {
	t.Parallel()
	var tries atomic.Int32
	got := run(t, runner.Options{
		Command: sh("exit 7"), RecordTimeout: 2 * short,
		Open: func(context.Context) (runner.Recorder, error) {
			tries.Add(1)
			return nil, failure{text: "no PostgreSQL at 127.0.0.1:5432"}
		},
	})
	if want := notRecorded + "no PostgreSQL at 127.0.0.1:5432\n"; got.status != 7 || got.stderr != want {
		t.Errorf("exit status %d, standard error %q; want 7, %q", got.status, got.stderr, want)
	}
	if n := tries.Load(); n < 2 {
		t.Errorf("opened %d times, want again after a failure", n)
	}
}

func TestPermanentFailureIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	got := run(t, runner.Options{
		Command: sh("exit 7"), RecordTimeout: time.Hour, // the test ends long before
		Open: func(context.Context) (runner.Recorder, error) {
			return nil, failure{text: "the password is wrong", permanent: true}
		},
	})
	if want := notRecorded + "the password is wrong\n"; got.status != 7 || got.stderr != want {
		t.Errorf("exit status %d, standard error %q; want 7, %q", got.status, got.stderr, want)
	}
}

// This test looks at all goroutines, so it does not run in parallel with others.
func TestNothingIsLeftRunning(t *testing.T) {
	rec := &record{}
	for _, command := range [][]string{sh("exit 0"), sh("echo words >&2; exit 7"), {"/nowhere"}} {
		run(t, runner.Options{Command: command, Open: rec.open})
	}
	run(t, runner.Options{
		Command: sh("exit 0"), RecordTimeout: short,
		Open: func(ctx context.Context) (runner.Recorder, error) { <-ctx.Done(); return nil, ctx.Err() },
	})
	rec.all(t)
	var stacks string
	for until := time.Now().Add(time.Minute); time.Now().Before(until); time.Sleep(time.Millisecond) {
		buffer := make([]byte, 1<<20)
		stacks = string(buffer[:runtime.Stack(buffer, true)])
		if !strings.Contains(stacks, "/runner.(*") && !strings.Contains(stacks, "/runner.startDelivery") {
			return
		}
	}
	t.Errorf("these still run:\n%s", stacks)
}
