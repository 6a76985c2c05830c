package runner

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// command is a command that has started.
type command struct {
	cmd    *exec.Cmd
	stderr *stderrCopy // nil where the command has our own standard error
}

// start starts the command, in our process group. Where standard error is a terminal the command
// gets it, so that it writes as it would to a person; elsewhere it gets a pipe, copied from the
// other end.
func start(opts Options) (*command, error) {
	path, err := lookUp(opts.Command[0])
	if err != nil {
		return nil, startError(opts.Command[0], err)
	}
	c := &command{}
	stderr := opts.Stderr
	if !term.IsTerminal(int(opts.Stderr.Fd())) {
		read, write, err := os.Pipe()
		if err != nil {
			return nil, startError(opts.Command[0], err)
		}
		defer write.Close() // the command has its own by then
		stderr = write
		c.stderr = newStderrCopy(read, opts.Stderr)
	}
	c.cmd = prepare(opts, stderr, path, opts.Command)
	err = c.cmd.Start()
	if errors.Is(err, syscall.ENOEXEC) {
		// A script without #!: shells and execvp run it by sh, and so does whoever ran it before.
		c.cmd = prepare(opts, stderr, "/bin/sh", append([]string{"/bin/sh", path}, opts.Command[1:]...))
		err = c.cmd.Start()
	}
	if err != nil {
		if c.stderr != nil {
			_ = c.stderr.from.Close()
		}
		return nil, startError(opts.Command[0], err)
	}
	if c.stderr != nil {
		go c.stderr.copy()
	}
	return c, nil
}

func prepare(opts Options, stderr *os.File, path string, args []string) *exec.Cmd {
	cmd := &exec.Cmd{Path: path, Args: args, Stderr: stderr}
	// An *os.File that is nil would not be a nil io.Reader.
	if opts.Stdin != nil {
		cmd.Stdin = opts.Stdin
	}
	if opts.Stdout != nil {
		cmd.Stdout = opts.Stdout
	}
	return cmd
}

// wait waits for the end of the command and gives its exit status and that in words.
func (c *command) wait() (exitStatus int, words string) {
	_ = c.cmd.Wait() // what it says is in the state
	state, known := c.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if known && state.Signaled() {
		return statusSignalBase + int(state.Signal()), "killed by signal " + signalName(state.Signal())
	}
	exitStatus = c.cmd.ProcessState.ExitCode()
	return exitStatus, fmt.Sprintf("exit status %d", exitStatus)
}

// said gives the end of what the command wrote to standard error, once it has ended and without
// secrets; "" where the command kept a terminal, or said nothing.
func (c *command) said() string {
	if c.stderr == nil {
		return ""
	}
	return c.stderr.finish()
}

func signalName(s syscall.Signal) string {
	if name := unix.SignalName(s); name != "" {
		return name
	}
	return fmt.Sprint(int(s))
}
