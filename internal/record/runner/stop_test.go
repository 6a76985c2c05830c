package runner_test

import (
	"bufio"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// trap is a script that waits for a signal, prints its name and ends with status 9.
const trap = `trap 'kill $p; echo "got $1"; exit 9' "$1"; sleep 300 & p=$!; echo ready; wait $p`

// startExec starts exec, and gives what it writes line by line.
func startExec(t *testing.T, c *process, attr *syscall.SysProcAttr) *bufio.Scanner {
	t.Helper()
	c.SysProcAttr = attr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	return bufio.NewScanner(out)
}

func TestSignalToExecAloneReachesTheCommand(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{
		unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT, unix.SIGABRT, unix.SIGALRM,
		unix.SIGUSR1, unix.SIGUSR2, unix.SIGWINCH, unix.SIGCONT, unix.SIGTSTP,
	} {
		name := strings.TrimPrefix(unix.SignalName(sig), "SIG")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := execCommand(t, sh(trap, name)...)
			lines := startExec(t, c, &syscall.SysProcAttr{Setsid: true})
			expectLine(t, lines, "ready")
			if err := c.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			expectLine(t, lines, "got "+name)
			_ = c.Wait()
			if status := c.ProcessState.ExitCode(); status != 9 {
				t.Errorf("exit status %d, want 9", status)
			}
			rows := c.rows(t)
			if s := statuses(t, rows); s != "RUNNING FAILED" || rows[1].ErrorMessage != "exit status 9" {
				t.Errorf("recorded %+v", rows)
			}
		})
	}
}

func TestStopAndContinueReachTheCommandAndExec(t *testing.T) {
	t.Parallel()
	c := execCommand(t, sh(`echo $$; `+trap, "TERM")...)
	// In a process group of its own, under this process, exec can be stopped. In an orphaned group, the kernel
	// would drop the signal.
	lines := startExec(t, c, &syscall.SysProcAttr{Setpgid: true})
	if !lines.Scan() {
		t.Fatal(lines.Err())
	}
	command, err := strconv.Atoi(lines.Text())
	if err != nil {
		t.Fatal(err)
	}
	expectLine(t, lines, "ready")
	if err := c.Process.Signal(unix.SIGTSTP); err != nil {
		t.Fatal(err)
	}
	// This waits until exec is stopped. The command was stopped before that.
	var status unix.WaitStatus
	if _, err := unix.Wait4(c.Process.Pid, &status, unix.WUNTRACED, nil); err != nil || !status.Stopped() {
		t.Fatalf("exec came to %v (%v), want it stopped", status, err)
	}
	if s := processState(t, command); s != "T" {
		t.Errorf("the command's state is %s, want T", s)
	}
	if err := c.Process.Signal(unix.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if err := c.Process.Signal(unix.SIGTERM); err != nil {
		t.Fatal(err)
	}
	expectLine(t, lines, "got TERM")
	_ = c.Wait()
	if status := c.ProcessState.ExitCode(); status != 9 {
		t.Errorf("exit status %d, want 9", status)
	}
}

func processState(t *testing.T, pid int) string {
	t.Helper()
	stat := content(t, "/proc/"+strconv.Itoa(pid)+"/stat")
	return strings.Fields(stat[strings.LastIndex(stat, ")")+1:])[0]
}

func TestStopThatTheKernelDropsStopsNobody(t *testing.T) {
	t.Parallel()
	c := execCommand(t, sh(trap, "TERM")...)
	lines := startExec(t, c, &syscall.SysProcAttr{Setsid: true}) // an orphaned group
	expectLine(t, lines, "ready")
	for _, sig := range []syscall.Signal{unix.SIGTSTP, unix.SIGTERM} {
		if err := c.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
	}
	expectLine(t, lines, "got TERM")
	_ = c.Wait()
}

func TestCommandOutlivesAnExecThatIsKilled(t *testing.T) {
	t.Parallel()
	c := execCommand(t, sh("echo ready; read line; echo \"$line\"")...)
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	lines := startExec(t, c, &syscall.SysProcAttr{Setsid: true})
	expectLine(t, lines, "ready")
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Process.Wait(); err != nil {
		t.Fatal(err)
	}
	write(in, []byte("still here\n"))
	expectLine(t, lines, "still here")
}
