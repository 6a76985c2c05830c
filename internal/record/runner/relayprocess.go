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
	// if somebody kills the relay, and can copy what a short command wrote before the relay was up.
	from    *os.File
	to      *os.File
	report  *os.File      // the reading end of a pipe to which the relay writes
	ending  *os.File      // the pipe of relayEnding: it is closed when the command has ended
	turn    *os.File      // the reading end of the same pipe, which the relay has too
	ended   chan struct{} // is closed when the command has ended
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
	turn, ending, err := os.Pipe()
	if err != nil {
		_ = report.Close()
		return nil, err
	}
	cmd := &exec.Cmd{
		Path: program, Args: append([]string{os.Args[0]}, arguments...), Dir: "/",
		Env:   append(os.Environ(), collectNothing),
		Stdin: from, Stdout: reporting, ExtraFiles: []*os.File{turn, to}, // as relayEnding and relayTo
		// A process group of its own keeps away the signals to the job. A session of its own would do so too,
		// but Linux shares the processor out between sessions: on a busy machine, the copy took three times as
		// long.
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true},
	}
	r := &relayProcess{
		cmd: cmd, from: from, to: to, report: report, ending: ending, turn: turn,
		ended: make(chan struct{}), done: make(chan struct{}),
	}
	err = cmd.Start()
	if err == nil {
		err = r.giveTurn()
	}
	if err != nil {
		r.kill()
		r.closePipes()
		return nil, err
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

// giveTurn lets the relay copy as soon as it is up. See relayEnding.
func (r *relayProcess) giveTurn() error {
	_, err := r.ending.Write([]byte{0})
	return err
}

// takeTurn reports whether the relay was not up yet and has copied nothing. It will copy nothing either then, unless giveTurn is
// called or this process ends.
func (r *relayProcess) takeTurn() bool {
	raw, err := r.turn.SyscallConn()
	if err != nil {
		return false
	}
	n := 0
	err = raw.Control(func(fd uintptr) {
		if unix.SetNonblock(int(fd), true) == nil { // for the relay too, which expects that
			n, _ = unix.Read(int(fd), make([]byte, 1))
		}
	})
	return err == nil && n == 1
}

// listen waits for the relay's report, or copies what the command wrote if it has ended before the relay was up.
func (r *relayProcess) listen() {
	defer close(r.done)
	defer r.from.Close()
	defer r.closePipes()
	reported := make(chan string, 1)
	go func() {
		text, _ := io.ReadAll(r.report)
		reported <- string(text)
	}()
	select {
	case text := <-reported:
		r.hear(text)
	case <-r.ended:
		if r.takeTurn() {
			r.copyInstead()
			return
		}
		_ = r.ending.Close()
		r.hear(<-reported)
	}
}

// hear takes the report of a relay. If the relay has died before it has reported, this process goes on copying.
func (r *relayProcess) hear(text string) {
	message, over, whole := readRelayReport(text)
	r.message = message
	switch {
	case !whole:
		r.kill()
		r.message, _ = r.takeOver()
	case over:
		_ = r.cmd.Wait() // the relay is about to end, and exec leaves no process behind
	default:
		_ = r.cmd.Process.Release()
	}
}

// copyInstead copies what the command wrote, in place of a relay that is not up yet. The relay is needed only if the
// command has left processes behind. So a command that takes less time than the start of a relay does not wait for it.
func (r *relayProcess) copyInstead() {
	message, over := r.takeOver()
	r.message = message
	if over || r.giveTurn() != nil {
		r.kill()
		return
	}
	_ = r.cmd.Process.Release()
}

// kill ends a relay that has nothing to copy, if it was started at all.
func (r *relayProcess) kill() {
	if r.cmd.Process == nil {
		return
	}
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
}

// closePipes closes the pipes that lead to the relay, and from it.
func (r *relayProcess) closePipes() {
	_ = r.ending.Close()
	_ = r.turn.Close()
	_ = r.report.Close()
}

// takeOver does the relay's work until the command has ended. It reports whether no process can write to the pipe any more.
func (r *relayProcess) takeOver() (message string, over bool) {
	pipe, err := withDeadlines(int(r.from.Fd()))
	if err != nil {
		return "", false
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
	over = c.copy()
	close(copied)
	return c.tail.message(), over
}

// finish is called when the command has ended. It waits until everything that the command wrote has been
// copied, and returns the last part of it.
func (r *relayProcess) finish() string {
	close(r.ended)
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
