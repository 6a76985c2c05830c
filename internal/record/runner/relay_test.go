package runner_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"macrowatch/internal/record/runner"
)

// readerOf finds the relay of a command. Its standard input is the pipe that is the command's standard error. It
// returns 0 if there is none.
func readerOf(t *testing.T, pipe string) int {
	t.Helper()
	inputs, err := filepath.Glob("/proc/[0-9]*/fd/0")
	if err != nil {
		t.Fatal(err)
	}
	for _, input := range inputs {
		if link, err := os.Readlink(input); err == nil && link == pipe {
			pid, _ := strconv.Atoi(strings.Split(input, "/")[2])
			return pid
		}
	}
	return 0
}

func TestExecGoesOnCopyingWhenTheRelayIsKilled(t *testing.T) {
	t.Parallel()
	if !there("/proc/self/fd") {
		t.Skip("the relay is found by /proc")
	}
	for name, sig := range map[string]syscall.Signal{"ended by SIGKILL": syscall.SIGKILL, "asked to end": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := execWithLog(t, `echo first >&2; readlink /proc/$$/fd/2 >"$0/pipe"; echo ready; `+waitGo+tenLines+`: >"$0/done"; exit 3`)
			l.startAndWaitForLine(t)
			until(t, "the first line is copied", func() bool { return content(t, l.log) == "first\n" })
			relay := readerOf(t, strings.TrimSpace(content(t, filepath.Join(l.dir, "pipe"))))
			if relay <= 1 || relay == l.Process.Pid {
				t.Fatalf("the relay is process %d", relay)
			}
			if err := syscall.Kill(relay, sig); err != nil {
				t.Fatal(err)
			}
			l.goOn(t)
			_ = l.Wait()
			if status := l.ProcessState.ExitCode(); status != 3 || !there(filepath.Join(l.dir, "done")) {
				t.Errorf("exit status %d", status)
			}
			l.logs(t, "first\n"+tenLinesSaid)
			if message := l.end(t).ErrorMessage; !strings.HasSuffix(message, strings.TrimSpace(tenLinesSaid)) {
				t.Errorf("recorded %q", message)
			}
		})
	}
}

// The program may be another version by now, which does something else when it gets the relay's arguments.
func TestExecCopiesByItselfWhereThereIsNoRelay(t *testing.T) {
	t.Parallel()
	rec := &record{}
	got := run(t, runner.Options{
		Command: sh("echo one >&2; echo two >&2; exit 3"), Open: rec.open, RelayArgs: []string{"-test.run=^$"},
	})
	rows := rec.all(t)
	if got.status != 3 || got.stderr != "one\ntwo\n" || rows[len(rows)-1].ErrorMessage != "one\ntwo" {
		t.Errorf("%+v, recorded %+v", got, rows)
	}
}

// If there is no relay, the command writes to the standard error of exec itself.
func TestARelayThatDoesNotStartIsLoggedAndTheCommandRuns(t *testing.T) {
	t.Parallel()
	var said strings.Builder
	rec := &record{}
	got := run(t, runner.Options{
		Command: sh("echo words >&2; test -f /dev/stderr && exit 3"), Open: rec.open,
		RelayArgs: []string{"not an argument\x00"}, Logger: slog.New(slog.NewTextHandler(&said, nil)),
	})
	rows := rec.all(t)
	if got.status != 3 || got.stderr != "words\n" || rows[len(rows)-1].ErrorMessage != "exit status 3" {
		t.Errorf("%+v, recorded %+v", got, rows)
	}
	if !strings.Contains(said.String(), "did not start") {
		t.Errorf("logged: %s", said.String())
	}
}

// A command may end before its relay is up. exec then copies by itself what the command wrote, and leaves no relay behind.
func TestAShortCommandDoesNotWaitForItsRelay(t *testing.T) {
	t.Parallel()
	rec := &record{}
	never := filepath.Join(t.TempDir(), "never")
	got := run(t, runner.Options{
		Command: sh(`test -p /dev/stderr && readlink /proc/$$/fd/2; echo one >&2; echo two >&2; exit 3`), Open: rec.open,
		RelayArgs: []string{lateRelayArgument, never},
	})
	rows := rec.all(t)
	if got.status != 3 || got.stderr != "one\ntwo\n" || rows[len(rows)-1].ErrorMessage != "one\ntwo" {
		t.Errorf("%+v, recorded %+v", got, rows)
	}
	if relay := readerOf(t, strings.TrimSpace(got.stdout)); relay != 0 {
		t.Errorf("process %d is left", relay)
	}
}

// A relay that is up late takes over what the children of its command write.
func TestALateRelayCopiesWhatTheChildrenWrite(t *testing.T) {
	t.Parallel()
	rec := &record{}
	dir := t.TempDir()
	log, up := filepath.Join(dir, "log"), filepath.Join(dir, "up")
	stderr, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	defer stderr.Close()
	t.Cleanup(func() { _ = os.WriteFile(filepath.Join(dir, "go"), nil, 0o600) })
	status, err := runner.Run(t.Context(), runner.Options{
		Step: "fred", Command: []string{"sh", "-c", `echo first >&2; (` + waitGo + tenLines + `: >"$0/done") & exit 3`, dir}, Open: rec.open,
		Stderr: stderr, RelayArgs: []string{lateRelayArgument, up},
	})
	rows := rec.all(t)
	if status != 3 || err != nil || content(t, log) != "first\n" || rows[len(rows)-1].ErrorMessage != "first" {
		t.Errorf("exit status %d, %v; log %q; recorded %+v", status, err, content(t, log), rows)
	}
	for _, file := range []string{"go", "up"} {
		if err := os.WriteFile(filepath.Join(dir, file), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "all is copied", func() bool { return content(t, log) == "first\n"+tenLinesSaid })
	until(t, "the child comes through", func() bool { return there(filepath.Join(dir, "done")) })
}

// No relay outlives exec, unless the command left a child behind.
func TestARelayEndsWithItsLastWriter(t *testing.T) {
	t.Parallel()
	if !there("/proc/self/fd") {
		t.Skip("the relay is found by /proc")
	}
	pipeOf := func(l *logged) string { return strings.TrimSpace(content(t, filepath.Join(l.dir, "pipe"))) }
	const note = `readlink /proc/$$/fd/2 >"$0/pipe"; `
	for end, script := range []string{"exit 0", "exit 1", "echo words >&2; exit 0", "exec 2>/dev/null; exit 1"} {
		t.Run(script, func(t *testing.T) {
			l := execWithLog(t, note+script)
			if status := l.exitStatus(t); status != end%2 {
				t.Errorf("exit status %d", status)
			}
			if relay := readerOf(t, pipeOf(l)); relay != 0 {
				t.Errorf("process %d is left", relay)
			}
		})
	}
	l := execWithLog(t, note+`(`+waitGo+`: >"$0/done") & exit 0`)
	_ = l.exitStatus(t)
	if readerOf(t, pipeOf(l)) == 0 {
		t.Error("the child that was left behind has no reader")
	}
	l.goOn(t)
	until(t, "the relay ends", func() bool { return readerOf(t, pipeOf(l)) == 0 })
}

// If the reader of exec's standard error is slow, exec waits until all is copied, and the message is the end of
// that.
func TestASlowReaderHasAllWhenExecReturns(t *testing.T) {
	t.Parallel()
	const lines = 20000
	l := execWithLog(t, fmt.Sprintf(`i=0; while [ $i -lt %d ]; do echo line $i of many; i=$((i+1)); done >&2; : >"$0/done"; exit 3`, lines))
	slow, out := pipe(t)
	l.Stderr = out
	if err := l.Start(); err != nil {
		t.Fatal(err)
	}
	_ = out.Close()
	ended := make(chan struct{})
	go func() { _ = l.Wait(); close(ended) }()
	seen := 0
	buffer := make([]byte, 512)
	for {
		n, err := slow.Read(buffer)
		seen += n
		if err != nil {
			break
		}
	}
	<-ended
	want := 0
	for i := range lines {
		want += len(fmt.Sprintf("line %d of many\n", i))
	}
	if seen != want || l.ProcessState.ExitCode() != 3 {
		t.Errorf("%d bytes were copied, want %d: %v", seen, want, l.ProcessState)
	}
	if message := l.end(t).ErrorMessage; !strings.HasSuffix(message, fmt.Sprintf("line %d of many", lines-1)) {
		t.Errorf("recorded %q", message)
	}
}
