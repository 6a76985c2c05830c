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
	stderr *relayed // nil where the command has our own standard error
}

// start starts the command, in our process group. Where standard error is a terminal the command
// gets it, so that it writes as it would to a person; elsewhere it gets a pipe to a relay.
func start(opts Options) (*command, error) {
	path, err := lookUp(opts.Command[0])
	if err != nil {
		return nil, startError(opts.Command[0], err)
	}
	c := &command{}
	stderr := opts.Stderr
	if !term.IsTerminal(int(opts.Stderr.Fd())) {
		if pipe := c.relayStderr(opts); pipe != nil {
			stderr = pipe
			defer pipe.Close() // the command has its own by then
		}
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
			_ = stderr.Close() // nobody writes to the pipe, so the relay ends
			c.stderr.finish()
		}
		return nil, startError(opts.Command[0], err)
	}
	return c, nil
}

// relayStderr starts a relay and gives the pipe to it. Where there can't be one it gives nil, and the
// command gets our own standard error: the end of that is not recorded then, but nothing is done to
// the command.
func (c *command) relayStderr(opts Options) *os.File {
	read, write, err := relayPipe()
	if err == nil {
		if c.stderr, err = startRelay(opts.RelayArgs, read, opts.Stderr); err == nil {
			return write
		}
		_ = read.Close()
		_ = write.Close()
	}
	opts.Logger.Warn("the process that copies standard error did not start, so a failure is recorded without the command's words", "error", err)
	return nil
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
