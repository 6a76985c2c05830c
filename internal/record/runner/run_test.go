package runner_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/runner"
)

func TestExitStatusAndRecordAreTheCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	tests := map[string]struct {
		command []string
		status  int
		message string // of the record
		err     string
		rows    string
	}{
		"success":                    {sh("echo words >&2; exit 0"), 0, "", "", "RUNNING SUCCESS"},
		"failure with words":         {sh("echo one >&2; echo HTTP 503 from upstream >&2; exit 7"), 7, "one\nHTTP 503 from upstream", "", "RUNNING FAILED"},
		"failure without words":      {sh("exit 7"), 7, "exit status 7", "", "RUNNING FAILED"},
		"failure with blanks only":   {sh("printf '\\n \\0\\n' >&2; exit 7"), 7, "exit status 7", "", "RUNNING FAILED"},
		"exit status 255":            {sh("exit 255"), 255, "exit status 255", "", "RUNNING FAILED"},
		"ended by SIGTERM":           {sh("kill -TERM $$"), 143, "killed by signal SIGTERM", "", "RUNNING FAILED"},
		"ended by SIGKILL":           {sh("kill -KILL $$"), 137, "killed by signal SIGKILL", "", "RUNNING FAILED"},
		"ended by SIGKILL, words":    {sh("echo out of memory >&2; kill -KILL $$"), 137, "out of memory", "", "RUNNING FAILED"},
		"not in PATH":                {[]string{"no-such-command-anywhere"}, 127, "run no-such-command-anywhere: command not found", "run no-such-command-anywhere: command not found", "FAILED"},
		"no such file":               {[]string{"/nowhere/command"}, 127, "run /nowhere/command: command not found", "run /nowhere/command: command not found", "FAILED"},
		"a file where a folder goes": {[]string{"/dev/null/command"}, 127, "run /dev/null/command: command not found", "run /dev/null/command: command not found", "FAILED"},
		"not executable":             {[]string{file("plain", "#!/bin/sh\n", 0o600)}, 126, "run " + dir + "/plain: permission denied", "run " + dir + "/plain: permission denied", "FAILED"},
		"a folder":                   {[]string{dir}, 126, "run " + dir + ": is a directory", "run " + dir + ": is a directory", "FAILED"},
		"no such interpreter":        {[]string{file("odd", "#!/nowhere/sh\n", 0o700)}, 127, "run " + dir + "/odd: its interpreter was not found", "run " + dir + "/odd: its interpreter was not found", "FAILED"},
		"a script without #!":        {[]string{file("bare", "echo \"$1\" >&2; exit 3\n", 0o700), "as sh does"}, 3, "as sh does", "", "RUNNING FAILED"},
		"arguments with blanks":      {sh(`test "$#" = 2 && test "$1" = " a  b" && test "$2" = ""`, " a  b", ""), 0, "", "", "RUNNING SUCCESS"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := &record{}
			got := run(t, runner.Options{Command: test.command, Open: rec.open})
			if got.status != test.status {
				t.Errorf("exit status %d, want %d", got.status, test.status)
			}
			errText := ""
			if got.err != nil {
				errText = got.err.Error()
			}
			if errText != test.err {
				t.Errorf("error %q, want %q", errText, test.err)
			}
			rows := rec.all(t)
			if s := statuses(t, rows); s != test.rows {
				t.Fatalf("recorded %q, want %q", s, test.rows)
			}
			if last := rows[len(rows)-1]; last.ErrorMessage != test.message {
				t.Errorf("message %q, want %q", last.ErrorMessage, test.message)
			}
		})
	}
}

// This test changes PATH, so it does not run in parallel with others.
func TestProgramIsFoundAsAShellFindsIt(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "step"), []byte("#!/bin/sh\nexit 5\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+other)
	rec := &record{}
	opts := runner.Options{Command: []string{"step"}, Open: rec.open}
	if got := run(t, opts); got.status != 126 || got.err.Error() != "run step: permission denied" {
		t.Errorf("in PATH, not executable: exit status %d, error %v; want 126, permission denied", got.status, got.err)
	}
	if err := os.WriteFile(filepath.Join(other, "step"), []byte("#!/bin/sh\nexit 6\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if got := run(t, opts); got.status != 6 {
		t.Errorf("further on in PATH: exit status %d (%v), want 6", got.status, got.err)
	}
	t.Chdir(other)
	t.Setenv("PATH", ".")
	if got := run(t, opts); got.status != 6 {
		t.Errorf("in a PATH of the working directory: exit status %d (%v), want 6", got.status, got.err)
	}
}

func TestDurationIsByTheMonotonicClockAndEndIsNotBeforeStart(t *testing.T) {
	t.Parallel()
	start := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		end      time.Time
		finished time.Time
		seconds  float64
	}{
		"ordinary":       {start.Add(90500 * time.Millisecond), start.Add(90500 * time.Millisecond), 90.5},
		"no time at all": {start, start, 0},
		"clock set back": {start.Add(-time.Hour), start, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := &record{}
			times := []time.Time{start, test.end}
			got := run(t, runner.Options{
				Command: sh("exit 0"), Open: rec.open, NewID: func() string { return "the id" },
				Now: func() time.Time { now := times[0]; times = times[1:]; return now },
			})
			if got.status != 0 || got.err != nil {
				t.Fatalf("exit status %d, error %v", got.status, got.err)
			}
			want := []desk.Run{
				{ID: "the id", Step: "fred", Status: desk.Running, StartedAt: start},
				{ID: "the id", Step: "fred", Status: desk.Success, StartedAt: start, FinishedAt: test.finished, DurationSeconds: test.seconds},
			}
			if diff := cmp.Diff(want, rec.all(t)); diff != "" {
				t.Errorf("recorded (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEachRunHasItsOwnID(t *testing.T) {
	t.Parallel()
	rec := &record{}
	for range 2 {
		run(t, runner.Options{Command: sh("exit 0"), Open: rec.open})
	}
	rows := rec.all(t)
	if len(rows) != 4 || rows[0].ID == rows[2].ID || len(rows[0].ID) != 36 {
		t.Errorf("rows %+v, want two runs with a UUID each", rows)
	}
}

func TestEndOfContextEndsNeitherCommandNorRecord(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	rec := &record{}
	in, feed := pipe(t)
	rec.upsert = func(ctx context.Context, row desk.Run) error {
		if row.Status == desk.Running {
			cancel()
			_ = feed.Close() // lets the command go on
		}
		return ctx.Err()
	}
	status, err := runner.Run(ctx, runner.Options{
		Step: "fred", Command: sh("cat; exit 4"), Stdin: in, Stderr: tempFile(t), RelayArgs: []string{relayArgument}, Open: rec.open,
	})
	if status != 4 || err != nil {
		t.Errorf("exit status %d, error %v; want 4, none", status, err)
	}
	if s := statuses(t, rec.all(t)); s != "RUNNING FAILED" {
		t.Errorf("recorded %q", s)
	}
}
