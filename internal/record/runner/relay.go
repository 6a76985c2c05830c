package runner

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// A relay has two more files than any process. On relayEnding it is told that the command has ended:
// whoever started it closes the other end then, and so does the kernel when that process is killed.
// relayTo is the standard error of exec. It is not the relay's own, which is nothing: a relay that
// crashes must not write into the log of the command.
const (
	relayEnding = 3 + iota
	relayTo
	relayFiles // how many there are
)

// errNoRelay is a relay that nobody asked for.
var errNoRelay = errors.New("macrowatch exec starts this by itself; there is nothing to do for it here")

// Relay is all that the relay process does. Run starts one for each command whose standard error is
// not a terminal, by the arguments Options.RelayArgs of this same program. The relay outlives Run: what
// the command leaves behind, or the command itself when exec is killed, goes on writing to a pipe
// that has a reader.
//
// It copies from, which is the pipe, to the standard error of exec for as long as any process can
// write to the pipe. When the command has ended it writes the end of what was copied to report, once;
// relayReport says in what form. The two are its standard input and output.
func Relay(from, report *os.File) error {
	// Signals to exec are for the command, and a write that fails is no reason to end.
	signal.Ignore(append(passed(), syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU, syscall.SIGPIPE)...)
	if !isPipe(int(from.Fd())) || !isPipe(relayEnding) {
		return errNoRelay
	}
	ending, to := os.NewFile(relayEnding, "the command's end"), os.NewFile(relayTo, "standard error of exec")
	closeInherited(relayFiles)
	pipe, err := withDeadlines(int(from.Fd()))
	if err != nil {
		return err
	}
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

func isPipe(fd int) bool {
	var stat unix.Stat_t
	return unix.Fstat(fd, &stat) == nil && stat.Mode&unix.S_IFMT == unix.S_IFIFO
}

// withDeadlines gives a file on a pipe that another process opened.
func withDeadlines(fd int) (*os.File, error) {
	duplicate, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(duplicate, true); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(duplicate), "standard error of the command"), nil
}

// closeInherited closes what exec was itself given open, such as the lock file of flock: nobody
// must wait for a relay. Go opens everything of its own to be closed in new programs, so what was
// handed down is told by the lack of that mark.
func closeInherited(first int) {
	for _, fd := range openFiles() {
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil && fd >= first && flags&unix.FD_CLOEXEC == 0 {
			_ = unix.Close(fd)
		}
	}
}

// mostFiles is how many file descriptors are looked at where the system has no list of the open ones.
const mostFiles = 1 << 16

// openFiles gives the numbers that may be open file descriptors.
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
		for fd := range mostFiles {
			fds = append(fds, fd)
		}
	}
	return fds
}
