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
	stderr *relayProcess // nil if the command writes to our own standard error
}

// start starts the command in our process group. If our standard error is a terminal, the command gets it, so
// that it writes as it would to a person. Otherwise it gets a pipe, and a relay copies what it writes.
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
			defer pipe.Close() // once the command has started, it has the pipe open itself
		}
	}
	c.cmd = prepare(opts, stderr, path, opts.Command)
	err = c.cmd.Start()
	if errors.Is(err, syscall.ENOEXEC) {
		// This is a script without #!. Shells and execvp have sh run such a script, and so do we.
		c.cmd = prepare(opts, stderr, "/bin/sh", append([]string{"/bin/sh", path}, opts.Command[1:]...))
		err = c.cmd.Start()
	}
	if err != nil {
		if c.stderr != nil {
			_ = stderr.Close() // the relay ends when nobody can write to the pipe
			c.stderr.finish()
		}
		return nil, startError(opts.Command[0], err)
	}
	return c, nil
}

// relayStderr starts a relay and returns the pipe to it. If the relay does not start, it returns nil, and the command
// gets our own standard error. The command then runs as usual, but the end of its standard error is not recorded.
func (c *command) relayStderr(opts Options) *os.File {
	read, write, err := relayPipe()
	if err == nil {
		if c.stderr, err = startRelay(opts.RelayArgs, read, opts.Stderr); err == nil {
			return write
		}
		_ = read.Close()
		_ = write.Close()
	}
	opts.Logger.Warn("the process that copies standard error did not start, so a failure is recorded without what the command wrote", "error", err)
	return nil
}

func prepare(opts Options, stderr *os.File, path string, args []string) *exec.Cmd {
	cmd := &exec.Cmd{Path: path, Args: args, Stderr: stderr}
	// A nil *os.File in an io.Reader is not a nil io.Reader.
	if opts.Stdin != nil {
		cmd.Stdin = opts.Stdin
	}
	if opts.Stdout != nil {
		cmd.Stdout = opts.Stdout
	}
	return cmd
}

// wait waits for the end of the command. It returns the exit status, as a number and in words.
func (c *command) wait() (exitStatus int, words string) {
	_ = c.cmd.Wait() // ProcessState says more than its error
	state, known := c.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if known && state.Signaled() {
		return statusSignalBase + int(state.Signal()), "killed by signal " + signalName(state.Signal())
	}
	exitStatus = c.cmd.ProcessState.ExitCode()
	return exitStatus, fmt.Sprintf("exit status %d", exitStatus)
}

// lastMessage returns the end of what the command wrote to standard error, without secrets. It is "" if the
// command wrote to a terminal, or wrote nothing. It is called when the command has ended.
func (c *command) lastMessage() string {
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
