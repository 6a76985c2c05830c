package runner

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// stderrCopy copies a command's standard error to ours, and keeps the last part of it.
type stderrCopy struct {
	from *os.File // our end of the pipe, on which deadlines work
	to   *os.File
	tail tail
}

const (
	// lastWords is how long standard error is still read for the message when the command has ended. Some of the
	// command's children may be about to end too, such as the last one of a pipeline, and what they write last
	// belongs into the message.
	lastWords = 500 * time.Millisecond
	// pipeBytes is how much a pipe can hold on a system with the usual limits.
	pipeBytes = 1 << 20
	copyBytes = 64 << 10
)

// copy copies until no process can write to the pipe any more. It returns true then. If the command has ended
// before that (see commandEnded), it returns false as soon as it has copied all that the command itself wrote,
// and can be called again.
func (c *stderrCopy) copy() (noWriterLeft bool) {
	buffer := make([]byte, copyBytes)
	for {
		n, err := c.from.Read(buffer)
		c.pass(buffer[:n])
		if errors.Is(err, os.ErrDeadlineExceeded) {
			c.copyWhatIsInThePipe(buffer)
			return false
		}
		if err != nil {
			return true
		}
	}
}

// commandEnded makes copy return soon. Without it, copy would wait for processes that the command left behind,
// for as long as they hold the pipe open.
func (c *stderrCopy) commandEnded() {
	_ = c.from.SetReadDeadline(time.Now().Add(lastWords))
}

// pass writes to our standard error. If that fails, because nobody reads it or the disk is full, the command
// still runs on, and what it writes is still kept for the record.
func (c *stderrCopy) pass(p []byte) {
	if len(p) == 0 {
		return
	}
	c.tail.add(p)
	_, _ = c.to.Write(p) // an error does not stop the copy: a full disk may have room again later
}

// copyWhatIsInThePipe copies what is in the pipe already. If our standard error has a slow reader, the last
// words of the command may still be there, and they must be in the message. It copies no more than a pipe can
// hold, because processes that the command left behind may write without end.
func (c *stderrCopy) copyWhatIsInThePipe(buffer []byte) {
	_ = c.from.SetReadDeadline(time.Time{})
	raw, err := c.from.SyscallConn()
	if err != nil {
		return
	}
	for left := pipeBytes; left > 0; {
		n := 0
		err := raw.Read(func(fd uintptr) bool {
			n, _ = unix.Read(int(fd), buffer[:min(left, len(buffer))])
			return true // do not wait for more
		})
		if err != nil || n <= 0 {
			return
		}
		c.pass(buffer[:n])
		left -= n
	}
}
