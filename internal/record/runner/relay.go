package runner

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// A relay inherits two files beside its standard ones.
//
// relayEnding is a pipe that tells it when to copy. One byte in it is the turn: the relay copies once it has read that byte.
// If the command ends before, exec takes the byte back and copies by itself, so that it need not wait until the
// relay is up. The end of the pipe tells the relay that the command has ended: exec closes the other end then. If exec is
// killed, the kernel closes it, and the relay copies whatever is left.
//
// relayTo is the standard error of exec. The relay's own standard error is /dev/null, so that a relay that
// crashes does not write into the command's log.
const (
	relayEnding = 3 + iota
	relayTo
	relayFiles // how many files a relay has
)

// usualPercent is Go's own default of GOGC. See collectNothing.
const usualPercent = 100

// errNotStartedByExec says that a person, and not Run, started a relay.
var errNotStartedByExec = errors.New("macrowatch exec starts this command by itself; it does nothing for anybody else")

// Relay is all that a relay process does. If standard error is not a terminal, Run starts one relay for its
// command, by running this same program with Options.RelayArgs. The package comment says why the relay outlives
// Run.
//
// The relay reads the pipe, its standard input, and copies it to the standard error of exec for as long as any
// process can write to the pipe. When the command has ended, the relay writes the last part of the copied text
// to `report`, which is its standard output.
func Relay(from, report *os.File) error {
	// Signals are for the command, and a write that fails is no reason to end.
	signal.Ignore(append(passedSignals(), syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU, syscall.SIGPIPE)...)
	if !isPipe(int(from.Fd())) || !isPipe(relayEnding) {
		return errNotStartedByExec
	}
	debug.SetGCPercent(usualPercent)
	to := os.NewFile(relayTo, "standard error of exec")
	closeInherited(relayFiles)
	ending, err := withDeadlines(relayEnding)
	if err != nil {
		return err
	}
	pipe, err := withDeadlines(int(from.Fd()))
	if err != nil {
		return err
	}
	_, _ = ending.Read(make([]byte, 1)) // the turn, or the end of exec
	c := &stderrCopy{from: pipe, to: to}
	go func() {
		_, _ = io.Copy(io.Discard, ending)
		c.commandEnded()
	}()
	noWriterLeft := c.copy()
	_, _ = report.WriteString(relayReport(c.tail.message(), noWriterLeft)) // exec may have been killed
	_ = report.Close()
	if !noWriterLeft {
		c.copy()
	}
	return nil
}

// isPipe reports whether a file descriptor belongs to a pipe.
func isPipe(fd int) bool {
	var stat unix.Stat_t
	return unix.Fstat(fd, &stat) == nil && stat.Mode&unix.S_IFMT == unix.S_IFIFO
}

// withDeadlines returns a file for a pipe that another process opened. Deadlines work on this file.
func withDeadlines(fd int) (*os.File, error) {
	duplicate, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(duplicate, true); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(duplicate), "pipe"), nil
}

// closeInherited closes the files, from the number first on, that exec inherited itself. The lock file of
// flock(1) is such a file: whoever waits for the lock must not wait for the relay. Go marks the files that it
// opens as close-on-exec, so an inherited file is one without this mark.
func closeInherited(first int) {
	for _, fd := range openFiles() {
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil && fd >= first && flags&unix.FD_CLOEXEC == 0 {
			_ = unix.Close(fd)
		}
	}
}

// maxFiles is how many file descriptors openFiles returns if the system has no list of the open ones.
const maxFiles = 1 << 16

// openFiles returns the file descriptors that may be open.
func openFiles() []int {
	var fds []int
	if dir, err := os.Open("/dev/fd"); err == nil {
		defer dir.Close()
		names, _ := dir.Readdirnames(-1)
		for _, name := range names {
			if fd, err := strconv.Atoi(name); err == nil {
				fds = append(fds, fd)
			}
		}
	}
	if len(fds) == 0 { // a container without /proc
		for fd := range maxFiles {
			fds = append(fds, fd)
		}
	}
	return fds
}
