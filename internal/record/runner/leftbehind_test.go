package runner_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for something before it fails. A test that passes does not wait for it.
const patience = time.Minute

// until waits until something has happened.
func until(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !happened(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it did not happen that %s", what)
		}
	}
}

func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// logged is an exec whose standard error is a log file. Its command has the test's folder as $0. It waits for a
// file "go" there, and makes a file "done" when it is through.
type logged struct {
	*process
	dir, log string
}

// waitGo makes a script wait until the test lets it go on.
const waitGo = `while [ ! -e "$0/go" ]; do sleep 0.02; done; `

func execWithLog(t *testing.T, script string) *logged {
	t.Helper()
	dir := t.TempDir()
	l := &logged{process: execOf(t, "sh", "-c", script, dir), dir: dir, log: filepath.Join(dir, "log")}
	log, err := os.Create(l.log)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	file, err := syscall.Dup(int(log.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	l.Stdout, l.Stderr = nil, os.NewFile(uintptr(file), l.log)
	t.Cleanup(func() { _ = os.WriteFile(filepath.Join(dir, "go"), nil, 0o600) }) // no process outlives the test
	return l
}

func (l *logged) goOn(t *testing.T) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(l.dir, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

// through waits until the processes that exec has left behind are through.
func (l *logged) through(t *testing.T) {
	t.Helper()
	until(t, "what exec left behind comes through", func() bool { return there(filepath.Join(l.dir, "done")) })
}

// logs waits until the log has as much as wanted, and compares it.
func (l *logged) logs(t *testing.T, want string) {
	t.Helper()
	until(t, fmt.Sprintf("the log says %q", want), func() bool { return len(content(t, l.log)) >= len(want) })
	if got := content(t, l.log); got != want {
		t.Errorf("the log says %q, want %q", got, want)
	}
}

const tenLines = "for i in 1 2 3 4 5 6 7 8 9 10; do echo late $i >&2; sleep 0.02; done; "

const tenLinesSaid = "late 1\nlate 2\nlate 3\nlate 4\nlate 5\nlate 6\nlate 7\nlate 8\nlate 9\nlate 10\n"

// The children that a command leaves behind write to the log as they would without exec, and no signal ends them.
func TestWhatACommandLeavesBehindGoesOnAfterExec(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"a child":                 `(` + waitGo + tenLines + `: >"$0/done") & `,
		"a child without output":  `(` + waitGo + tenLines + `: >"$0/done") <&- >&- & `,
		"another session":         `setsid sh -c '` + waitGo + tenLines + `: >"$0/done"' "$0" & `,
		"a grandchild":            `( ( (` + waitGo + tenLines + `: >"$0/done") & ) & ) & `,
		"a pipeline":              `(` + waitGo + tenLines + `: >"$0/done") 2>&1 | cat >&2 & `,
		"a child that opens anew": `(` + waitGo + `exec 2>>/dev/stderr; ` + tenLines + `: >"$0/done") & `,
		"with set -e":             `set -e; (set -e; ` + waitGo + tenLines + `: >"$0/done") & `,
	} {
		for end, want := range map[string]struct {
			status  int
			message string
		}{"exit 0": {0, ""}, "exit 3": {3, "first"}, "kill -9 $$": {137, "first"}} {
			t.Run(name+", "+end, func(t *testing.T) {
				t.Parallel()
				l := execWithLog(t, `echo first >&2; `+script+end)
				if status := l.exitStatus(t); status != want.status {
					t.Errorf("exit status %d, want %d", status, want.status)
				}
				if message := l.end(t).ErrorMessage; message != want.message {
					t.Errorf("recorded %q, want %q", message, want.message)
				}
				l.goOn(t)
				l.through(t)
				l.logs(t, "first\n"+tenLinesSaid)
			})
		}
	}
}

// A command whose exec is killed runs to its end, and all of its lines are in the log.
func TestACommandGoesOnWhenExecIsKilled(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"a shell":            tenLines + `: >"$0/done"`,
		"with set -e":        `set -e; ` + tenLines + `: >"$0/done"`,
		"another program":    `exec awk 'BEGIN { for (i = 1; i <= 10; i++) { print "late " i > "/dev/stderr"; fflush(); system("sleep 0.02") } system(": >" ARGV[1] "/done") }' "$0"`,
		"a child of its own": `(` + tenLines + `: >"$0/done") & wait`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := execWithLog(t, `echo first >&2; echo ready; `+waitGo+script)
			l.startAndWaitForLine(t)
			if err := l.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = l.Wait()
			l.goOn(t)
			l.through(t)
			l.logs(t, "first\n"+tenLinesSaid)
		})
	}
}

// If nobody reads standard error any more, or the disk of the log is full, the command still runs to its end, and
// so do the children that it leaves behind.
func TestACommandWhoseLogTakesNoMoreRunsToItsEnd(t *testing.T) {
	t.Parallel()
	const script = `echo first >&2; echo second >&2; (` + waitGo + tenLines + `: >"$0/done") & exit 3`
	closed := func(t *testing.T, l *logged) {
		read, write := pipe(t)
		_ = read.Close()
		l.Stderr = write
	}
	for name, prepare := range map[string]func(*testing.T, *logged){
		"closed pipe": closed,
		"closed pipe, exec killed": func(t *testing.T, l *logged) {
			closed(t, l)
			l.Args[3] = `echo ready; ` + waitGo + tenLines + `: >"$0/done"`
		},
		"full disk": func(t *testing.T, l *logged) {
			full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
			if err != nil {
				t.Skip("there is no /dev/full here")
			}
			t.Cleanup(func() { _ = full.Close() })
			l.Stderr = full
		},
		"largest file": func(t *testing.T, l *logged) {
			if err := os.Truncate(l.log, 64<<10); err != nil {
				t.Fatal(err)
			}
			if _, err := l.Stderr.(*os.File).Seek(0, io.SeekEnd); err != nil {
				t.Fatal(err)
			}
			l.Args = append([]string{"sh", "-c", `ulimit -f 64; exec "$@"`, "sh", l.Path}, l.Args[1:]...)
			l.Path = "/bin/sh"
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := execWithLog(t, script)
			prepare(t, l)
			if strings.HasSuffix(name, "killed") {
				l.startAndWaitForLine(t)
				_ = l.Process.Kill()
				_ = l.Wait()
			} else {
				if status := l.exitStatus(t); status != 3 {
					t.Errorf("exit status %d, want 3", status)
				}
				if message := l.end(t).ErrorMessage; message != "first\nsecond" {
					t.Errorf("recorded %q", message)
				}
			}
			l.goOn(t)
			l.through(t)
		})
	}
}

// All of a large output arrives, even from a command that has outlived its exec.
func TestALargeOutputArrivesWhole(t *testing.T) {
	t.Parallel()
	const size = 50 << 20
	for _, killed := range []bool{false, true} {
		t.Run(fmt.Sprintf("killed %v", killed), func(t *testing.T) {
			t.Parallel()
			l := execWithLog(t, `echo ready; `+waitGo+fmt.Sprintf(`yes 'a line of the log' | head -c %d >&2; : >"$0/done"; exit 3`, size))
			l.startAndWaitForLine(t)
			if killed {
				_ = l.Process.Kill()
				_ = l.Wait()
			}
			l.goOn(t)
			if !killed {
				_ = l.Wait() // when exec ends, all is in the log
				if message := l.end(t).ErrorMessage; len(message) < 4000 || !strings.HasPrefix(strings.SplitN(message, "\n", 2)[1], "a line of the log\n") {
					t.Errorf("recorded %d bytes: %.100q", len(message), message)
				}
			} else {
				l.through(t)
				until(t, "the log has all", func() bool {
					info, err := os.Stat(l.log)
					return err == nil && info.Size() >= size
				})
			}
			if log := content(t, l.log); log != strings.Repeat("a line of the log\n", size/18+1)[:size] {
				t.Errorf("%d bytes in the log are not the command's %d", len(log), size)
			}
		})
	}
}

// A process that waits for the end of the command's output, or of another file that exec was given, does not
// wait for the relay. The child that the command leaves behind here holds standard error alone.
func TestNothingButStandardErrorIsHeldOpen(t *testing.T) {
	t.Parallel()
	l := execWithLog(t, `(exec <&- >&- 3>&-; `+waitGo+`echo late >&2; : >"$0/done") & echo words; exit 3`)
	input, keyboard := pipe(t)
	output, out := pipe(t)
	third, inherited := pipe(t)
	l.Stdin, l.Stdout, l.ExtraFiles = input, out, []*os.File{inherited}
	if err := l.Start(); err != nil {
		t.Fatal(err)
	}
	for _, f := range []*os.File{input, out, inherited} {
		_ = f.Close()
	}
	if said, err := io.ReadAll(output); err != nil || string(said) != "words\n" {
		t.Errorf("output %q, %v", said, err)
	}
	if said, err := io.ReadAll(third); err != nil || len(said) > 0 {
		t.Errorf("inherited: %q, %v", said, err)
	}
	_ = l.Wait()
	if status := l.ProcessState.ExitCode(); status != 3 {
		t.Errorf("exit status %d", status)
	}
	if _, err := keyboard.WriteString("more\n"); err == nil {
		t.Error("the input is still held open")
	}
	l.goOn(t)
	l.through(t)
	l.logs(t, "late\n")
}

// A command that catches a signal writes its last words, and they arrive, even if the signal goes to the whole job.
func TestASignalToTheWholeJobLosesNoLastWords(t *testing.T) {
	t.Parallel()
	for name, sig := range map[string]syscall.Signal{
		"HUP": syscall.SIGHUP, "INT": syscall.SIGINT, "QUIT": syscall.SIGQUIT, "TERM": syscall.SIGTERM,
		"USR1": syscall.SIGUSR1, "ALRM": syscall.SIGALRM,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := execWithLog(t, `trap ':' `+name+`; echo ready; `+waitGo+`echo last words >&2; : >"$0/done"; exit 4`)
			l.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
			l.startAndWaitForLine(t)
			for range 3 {
				if err := syscall.Kill(-l.Process.Pid, sig); err != nil {
					t.Fatal(err)
				}
			}
			l.goOn(t)
			_ = l.Wait()
			// Before that, the shell may write that the signal ended its sleep.
			if status := l.ProcessState.ExitCode(); status != 4 || !strings.HasSuffix(content(t, l.log), "last words\n") {
				t.Errorf("exit status %d, log %q", status, content(t, l.log))
			}
			if message := l.end(t).ErrorMessage; !strings.HasSuffix(message, "last words") {
				t.Errorf("recorded %q", message)
			}
		})
	}
}
