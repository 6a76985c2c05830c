package runner_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
)

func TestSignalsReachTheCommandOnceEach(t *testing.T) {
	t.Parallel()
	for name, signal := range map[string]syscall.Signal{
		"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP, "QUIT": syscall.SIGQUIT,
		"USR1": syscall.SIGUSR1, "USR2": syscall.SIGUSR2, "WINCH": syscall.SIGWINCH,
	} {
		t.Run(name, func(t *testing.T) {
			// The command prints a line for each signal, and ends when there is a file. It does not read input
			// instead: a shell runs a trap between two commands, so a signal that comes just before it begins to
			// read would have no effect until there is something to read.
			end := filepath.Join(t.TempDir(), "end")
			p := execOf(t, "sh", "-c", `trap 'echo got >&2' `+name+`; echo ready; while [ ! -e "$0" ]; do sleep 0.02; done; exit 5`, end)
			p.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no terminal, whatever the test has
			seen, stderr, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			p.Stderr = stderr
			p.startAndWaitForLine(t)
			stderr.Close()
			if err := p.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			first := make([]byte, len("got\n"))
			if _, err := io.ReadFull(seen, first); err != nil || string(first) != "got\n" {
				t.Errorf("the signal did not arrive: %q, %v", first, err)
			}
			if err := os.WriteFile(end, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			rest, err := io.ReadAll(seen)
			if err != nil || len(rest) > 0 {
				t.Errorf("after it: %q, %v", rest, err)
			}
			_ = p.Wait()
			if status := p.ProcessState.ExitCode(); status != 5 {
				t.Errorf("exit status %d", status)
			}
			if message := p.end(t).ErrorMessage; message != "got" {
				t.Errorf("recorded %q", message)
			}
			seen.Close()
		})
	}
}

func TestACommandEndedBySIGTERMIsRecordedAsFailed(t *testing.T) {
	t.Parallel()
	p := execOf(t, "sh", "-c", "echo ready; exec sleep 600")
	p.startAndWaitForLine(t)
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = p.Wait()
	if status := p.ProcessState.ExitCode(); status != 128+15 {
		t.Errorf("exit status %d", status)
	}
	if message := p.end(t).ErrorMessage; message != "killed by signal SIGTERM" {
		t.Errorf("recorded %q", message)
	}
}

func TestAHangUpThatIsIgnoredStaysIgnored(t *testing.T) {
	t.Parallel()
	p := execOf(t, "sh", "-c", "kill -HUP $$; echo survived")
	p.Args = append([]string{"nohup", p.Path}, p.Args[1:]...)
	p.Path = "/usr/bin/nohup"
	if status := p.exitStatus(t); status != 0 || p.stdout.String() != "survived\n" {
		t.Errorf("exit status %d, %s%s", status, &p.stdout, &p.stderr)
	}
}

// A signal that was ignored when exec started ends neither exec nor its command, whichever of them gets it.
func TestASignalThatIsIgnoredIsIgnoredByBoth(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"HUP", "INT"} {
		t.Run(name, func(t *testing.T) {
			end := filepath.Join(t.TempDir(), "end")
			p := execOf(t, "sh", "-c", `kill -`+name+` $$; echo ready; while [ ! -e "$0" ]; do sleep 0.02; done; echo survived >&2; exit 5`, end)
			p.Args = append([]string{"sh", "-c", `trap "" ` + name + `; exec "$@"`, "sh", p.Path}, p.Args[1:]...)
			p.Path = "/bin/sh"
			p.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
			p.startAndWaitForLine(t)
			for range 3 {
				if err := p.Process.Signal(map[string]os.Signal{"HUP": syscall.SIGHUP, "INT": syscall.SIGINT}[name]); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(end, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			_ = p.Wait()
			if status := p.ProcessState.ExitCode(); status != 5 || p.stderr.String() != "survived\n" {
				t.Errorf("%v, %s", p.ProcessState, &p.stderr)
			}
			if message := p.end(t).ErrorMessage; message != "survived" {
				t.Errorf("recorded %q", message)
			}
		})
	}
}

// terminal runs a command on a terminal of its own. It types something when the command has written a line, and
// returns all that the command wrote.
func terminal(t *testing.T, p *process, typed string) string {
	t.Helper()
	p.Stdin, p.Stdout, p.Stderr = nil, nil, nil
	tty, err := pty.Start(p.Cmd)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	var seen bytes.Buffer
	buffer := make([]byte, 4096)
	for {
		n, err := tty.Read(buffer)
		seen.Write(buffer[:n])
		if typed != "" && strings.Contains(seen.String(), "\n") {
			if _, err := io.WriteString(tty, typed); err != nil {
				t.Fatal(err)
			}
			typed = ""
		}
		if err != nil { // the terminal's other end is closed
			break
		}
	}
	_ = p.Wait()
	return seen.String()
}

func TestATerminalStaysTheCommands(t *testing.T) {
	t.Parallel()
	p := execOf(t, "sh", "-c", "test -t 0 && test -t 1 && test -t 2 && echo terminal; echo oops >&2; exit 9")
	if seen := terminal(t, p, ""); seen != "terminal\r\noops\r\n" {
		t.Errorf("seen %q", seen)
	}
	if status := p.ProcessState.ExitCode(); status != 9 {
		t.Errorf("exit status %d", status)
	}
	if message := p.end(t).ErrorMessage; message != "exit status 9" {
		t.Errorf("recorded %q", message)
	}
}

func TestControlCReachesTheCommandOnceAndEndsIt(t *testing.T) {
	t.Parallel()
	// The command counts a second SIGINT too, if it comes within the loop.
	p := execOf(t, "sh", "-c", `n=0; trap 'n=$((n+1))' INT; echo ready; while [ $n = 0 ]; do sleep 0.05; done; i=0
		while [ $i -lt 10 ]; do sleep 0.05; i=$((i+1)); done; echo "times $n"; exit 6`)
	seen := terminal(t, p, "\x03")
	if !strings.Contains(seen, "times 1") || p.ProcessState.ExitCode() != 6 {
		t.Errorf("seen %q, exit status %d", seen, p.ProcessState.ExitCode())
	}
}
