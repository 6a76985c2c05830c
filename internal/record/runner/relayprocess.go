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

// relayProcess is a relay, as seen by the exec that started it.
type relayProcess struct {
	cmd *exec.Cmd
	// from is the end of the pipe that the relay reads. It stays open here, so that this process can go on copying
	// if somebody kills the relay.
	from    *os.File
	to      *os.File
	report  *os.File      // the reading end of a pipe to which the relay writes
	ending  *os.File      // is closed when the command has ended
	ended   chan struct{} // is closed then too
	done    chan struct{} // is closed when message is set
	message string
}

// collectNothing is the environment in which a relay starts: Go collects no garbage while the packages of the whole program are made
// ready, since nearly all of that stays in use. It would take a quarter of the processor time of the relay's start. Relay lets Go
// collect garbage again.
const collectNothing = "GOGC=off"

// startRelay starts a relay that copies from the file `from`, the reading end of a pipe, to the file `to`.
// When the relay is done, the relayProcess closes `from`.
func startRelay(arguments []string, from, to *os.File) (*relayProcess, error) {
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
		Env:   append(os.Environ(), collectNothing),
		Stdin: from, Stdout: reporting, ExtraFiles: []*os.File{atEnd, to}, // as relayEnding and relayTo
		// A process group of its own keeps away the signals to the job. A session of its own would do so too,
		// but Linux shares the processor out between sessions: on a busy machine, the copy took three times as
		// long.
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true},
	}
	if err := cmd.Start(); err != nil {
		_ = report.Close()
		_ = ending.Close()
		return nil, err
	}
	r := &relayProcess{
		cmd: cmd, from: from, to: to, report: report, ending: ending,
		ended: make(chan struct{}), done: make(chan struct{}),
	}
	go r.listen()
	return r, nil
}

// relayPipe makes a pipe whose reading end Go does not watch in this process. If it did, this process would wake
// up whenever the command writes, which halved the speed of the copy.
func relayPipe() (read, write *os.File, err error) {
	watched, write, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	defer watched.Close()
	fd, err := unix.FcntlInt(watched.Fd(), unix.F_DUPFD_CLOEXEC, 0) // Fd makes reads block, so that Go does not watch the file
	if err != nil {
		_ = write.Close()
		return nil, nil, err
	}
	return os.NewFile(uintptr(fd), watched.Name()), write, nil
}

// listen waits for the relay's report. If the relay dies before it has reported, this process goes on copying.
func (r *relayProcess) listen() {
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
		_ = r.cmd.Wait() // the relay is about to end, and exec leaves no process behind
	default:
		r.message = message
		_ = r.cmd.Process.Release()
	}
}

// takeOver does the relay's work until the command has ended.
func (r *relayProcess) takeOver() (message string) {
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

// finish is called when the command has ended. It waits until everything that the command wrote has been
// copied, and returns the last part of it.
func (r *relayProcess) finish() string {
	close(r.ended)
	_ = r.ending.Close()
	<-r.done
	return r.message
}

// relayGoesOn ends the report of a relay that has more to copy.
//
// A report consists of the message, a NUL, and this word if the relay has more to copy. A message never
// contains a NUL, so a report without a NUL was broken off.
const relayGoesOn = "more"

// relayReport writes a report. If `over` is true, the relay has no more to copy.
func relayReport(message string, over bool) string {
	if over {
		return message + "\x00"
	}
	return message + "\x00" + relayGoesOn
}

// readRelayReport reads a report. The result `whole` is false if the report was broken off.
func readRelayReport(text string) (message string, over, whole bool) {
	message, rest, whole := strings.Cut(text, "\x00")
	return message, rest != relayGoesOn, whole
}

// ownProgram is a path by which this program can be started again. On Linux it is a link in /proc, which works
// even if the program's file was replaced or removed meanwhile.
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
