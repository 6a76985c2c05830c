package runner

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// relayed is a relay as the process that started it sees it.
type relayed struct {
	cmd *exec.Cmd
	// from is the end of the pipe that the relay reads. It is open here too, so that this process can go
	// on copying if somebody kills the relay.
	from    *os.File
	to      *os.File
	report  *os.File      // the relay writes to the other end
	ending  *os.File      // closed when the command has ended
	ended   chan struct{} // closed then too
	done    chan struct{} // closed when message is there
	message string
}

// startRelay starts a relay that copies from, the reading end of a pipe, and takes from over.
func startRelay(arguments []string, from, to *os.File) (*relayed, error) {
	program, err := ownProgram()
	if err != nil {
		return nil, err
	}
	report, reporting, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer reporting.Close()
	atEnd, ending, err := os.Pipe()
	if err != nil {
		_ = report.Close()
		return nil, err
	}
	defer atEnd.Close()
	cmd := &exec.Cmd{
		Path: program, Args: append([]string{os.Args[0]}, arguments...), Dir: "/",
		Stdin: from, Stdout: reporting, ExtraFiles: []*os.File{atEnd, to}, // as relayEnding and relayTo
		// A process group of its own keeps the signals to the job away. So would a session of its own, but
		// Linux divides the processor between sessions: on a busy machine the copy took three times as long.
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true},
	}
	if err := cmd.Start(); err != nil {
		_ = report.Close()
		_ = ending.Close()
		return nil, err
	}
	r := &relayed{
		cmd: cmd, from: from, to: to, report: report, ending: ending,
		ended: make(chan struct{}), done: make(chan struct{}),
	}
	go r.listen()
	return r, nil
}

// relayPipe is a pipe whose reading end Go does not watch in this process: it would wake up at each
// write of the command, and so halve the speed of the copy.
func relayPipe() (read, write *os.File, err error) {
	watched, write, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	defer watched.Close()
	fd, err := unix.FcntlInt(watched.Fd(), unix.F_DUPFD_CLOEXEC, 0) // Fd makes it one that blocks
	if err != nil {
		_ = write.Close()
		return nil, nil, err
	}
	return os.NewFile(uintptr(fd), watched.Name()), write, nil
}

// listen waits for the relay's report. If the relay dies before that, this process copies in its place.
func (r *relayed) listen() {
	defer close(r.done)
	defer r.from.Close()
	text, _ := io.ReadAll(r.report)
	_ = r.report.Close()
	message, over, whole := readRelayReport(string(text))
	switch {
	case !whole:
		_ = r.cmd.Process.Kill()
		_ = r.cmd.Wait()
		r.message = r.takeOver()
	case over:
		r.message = message
		_ = r.cmd.Wait() // it ends now, and nothing of exec is left
	default:
		r.message = message
		_ = r.cmd.Process.Release()
	}
}

// takeOver does the relay's work until the command has ended.
func (r *relayed) takeOver() (message string) {
	pipe, err := withDeadlines(int(r.from.Fd()))
	if err != nil {
		return ""
	}
	defer pipe.Close()
	c := &stderrCopy{from: pipe, to: r.to}
	copied := make(chan struct{})
	go func() {
		select {
		case <-r.ended:
			c.commandEnded()
		case <-copied:
		}
	}()
	c.copy()
	close(copied)
	return c.tail.message()
}

// finish is to be called when the command has ended. It returns when all that the command wrote has
// been passed on, and gives the end of it.
func (r *relayed) finish() string {
	close(r.ended)
	_ = r.ending.Close()
	<-r.done
	return r.message
}

// A relay's report is the message and a NUL, which no message has in it, so that a report that was
// broken off is known by the lack of one. A relay that has more to copy adds relayGoesOn.
const relayGoesOn = "more"

func relayReport(message string, over bool) string {
	if over {
		return message + "\x00"
	}
	return message + "\x00" + relayGoesOn
}

func readRelayReport(text string) (message string, over, whole bool) {
	message, rest, whole := strings.Cut(text, "\x00")
	return message, rest != relayGoesOn, whole
}

// ownProgram is how to start this program anew. Linux has a link to it, which still works when the
// file was replaced or removed since.
func ownProgram() (string, error) {
	const link = "/proc/self/exe"
	if runtime.GOOS == "linux" {
		if _, err := os.Stat(link); err == nil {
			return link, nil
		}
	}
	if path, err := os.Executable(); err == nil {
		return path, nil
	}
	path, err := exec.LookPath(os.Args[0]) // a container without /proc
	if err != nil {
		return "", err
	}
	return filepath.Abs(path)
}
