package runner_test

import (
	"bufio"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// onTerminal starts a command in the foreground of a terminal of its own.
func onTerminal(t *testing.T, c *process) (keyboard *os.File, lines *bufio.Scanner) {
	t.Helper()
	keyboard, err := pty.Start(c.Cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = keyboard.Close() })
	lines = bufio.NewScanner(keyboard)
	return keyboard, lines
}

// countInterrupts, as the only argument, makes this test binary a command that counts interrupts until it gets
// SIGUSR1. A shell can't do that, because it takes two interrupts in a row for one.
const countInterrupts = "count-interrupts"

func init() {
	if len(os.Args) != 2 || os.Args[1] != countInterrupts {
		return
	}
	caught := make(chan os.Signal, 64)
	signal.Notify(caught, syscall.SIGINT, syscall.SIGUSR1)
	fmt.Println("ready")
	n := 0
	for sig := range caught {
		if sig == syscall.SIGUSR1 {
			fmt.Printf("total %d\n", n)
			os.Exit(0)
		}
		n++
		fmt.Printf("interrupt %d\n", n)
	}
}

func TestEachCtrlCReachesTheCommandOnce(t *testing.T) {
	t.Parallel()
	c := execCommand(t, os.Args[0], countInterrupts)
	keyboard, lines := onTerminal(t, c)
	expectLine(t, lines, "ready")
	const keys = 20 // the kernel may merge two interrupts into one, but it does not do so each time
	for n := 1; n <= keys; n++ {
		write(keyboard, []byte{3})
		// The terminal shows the key as ^C before the command's line.
		for want := fmt.Sprintf("interrupt %d", n); lines.Scan() && !strings.HasSuffix(lines.Text(), want); {
		}
	}
	// exec passes signals on in order. If it had passed on an interrupt too, the command would have counted it by
	// now.
	if err := c.Process.Signal(unix.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	expectLine(t, lines, fmt.Sprintf("total %d", keys))
	if err := c.Wait(); err != nil {
		t.Error(err)
	}
	if s := statuses(t, c.rows(t)); s != "RUNNING SUCCESS" {
		t.Errorf("recorded %q", s)
	}
}

func TestCtrlCEndsACommandThatDoesNotCatchIt(t *testing.T) {
	t.Parallel()
	c := execCommand(t, sh("echo ready; exec sleep 300")...)
	keyboard, lines := onTerminal(t, c)
	expectLine(t, lines, "ready")
	write(keyboard, []byte{3})
	_ = c.Wait()
	if status := c.ProcessState.ExitCode(); status != 130 {
		t.Errorf("exit status %d, want 130", status)
	}
	rows := c.rows(t)
	if s := statuses(t, rows); s != "RUNNING FAILED" || rows[1].ErrorMessage != "killed by signal SIGINT" {
		t.Errorf("recorded %+v", rows)
	}
}

func TestCtrlZAndForegroundUnderAShell(t *testing.T) {
	t.Parallel()
	c := execCommand(t, sh(`echo ready; read line; echo "read $line"; exit 5`)...)
	// This shell has job control. It sees that the job is stopped, and brings it back with fg.
	c.Path, c.Args = "/bin/sh", append([]string{"sh", "-c", `set -m; "$0" "$@"; echo stopped $?; fg >/dev/null; echo ended $?`}, c.Args...)
	keyboard, lines := onTerminal(t, c)
	expectLine(t, lines, "ready")
	write(keyboard, []byte{26})
	for lines.Scan() && !strings.Contains(lines.Text(), "stopped 1") {
	}
	write(keyboard, []byte("on\n"))
	expectLine(t, lines, "read on")
	expectLine(t, lines, "ended 5")
	_ = c.Wait()
	if s := statuses(t, c.rows(t)); s != "RUNNING FAILED" {
		t.Errorf("recorded %q", s)
	}
}

func TestTerminationIsPassedOnUnderATerminalToo(t *testing.T) {
	t.Parallel()
	c := execCommand(t, sh(trap, "TERM")...)
	_, lines := onTerminal(t, c)
	expectLine(t, lines, "ready")
	if err := c.Process.Signal(unix.SIGTERM); err != nil {
		t.Fatal(err)
	}
	expectLine(t, lines, "got TERM")
	_ = c.Wait()
	if status := c.ProcessState.ExitCode(); status != 9 {
		t.Errorf("exit status %d, want 9", status)
	}
}
