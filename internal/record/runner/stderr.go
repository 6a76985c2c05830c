package runner

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// stderrCopy copies a command's standard error to ours and keeps its end.
type stderrCopy struct {
	from *os.File // our end of the pipe, on which deadlines work
	to   *os.File
	tail tail
}

const (
	// leftBehind is how long, after the command, what processes that it left behind write to its
	// standard error is still waited for: those that are about to end, such as the last of a pipeline,
	// get their last words into the message.
	leftBehind = 500 * time.Millisecond
	// pipeMost is the most that a pipe holds, unless a system is set up otherwise.
	pipeMost = 1 << 20
	copyStep = 64 << 10
)

// copy copies until the pipe has no writer left, which it reports, or until the command has ended
// (see commandEnded) and all of its own words have been copied. It may be called again then.
func (c *stderrCopy) copy() (noWriterLeft bool) {
	buffer := make([]byte, copyStep)
	for {
		n, err := c.from.Read(buffer)
		c.pass(buffer[:n])
		if errors.Is(err, os.ErrDeadlineExceeded) {
			c.drain(buffer)
			return false
		}
		if err != nil {
			return true
		}
	}
}

// commandEnded makes copy return soon. The pipe stays open as long as any process holds it, which
// may be long after the command.
func (c *stderrCopy) commandEnded() {
	_ = c.from.SetReadDeadline(time.Now().Add(leftBehind))
}

// pass writes to our standard error. Where that takes no more, because nobody reads it or the disk
// is full, the command still runs on, and what it says is still kept for the record.
func (c *stderrCopy) pass(p []byte) {
	if len(p) == 0 {
		return
	}
	c.tail.add(p)
	_, _ = c.to.Write(p) // a full disk may have room again for what comes next
}

// drain copies what is in the pipe already, and no more than a pipe holds: a slow reader of our
// standard error may have kept us from it, and the command's last words must be in the message. What
// a process that was left behind goes on writing would have no end.
func (c *stderrCopy) drain(buffer []byte) {
	_ = c.from.SetReadDeadline(time.Time{})
	raw, err := c.from.SyscallConn()
	if err != nil {
		return
	}
	for left := pipeMost; left > 0; {
		n := 0
		err := raw.Read(func(fd uintptr) bool {
			n, _ = unix.Read(int(fd), buffer[:min(left, len(buffer))])
			return true // never wait
		})
		if err != nil || n <= 0 {
			return
		}
		c.pass(buffer[:n])
		left -= n
	}
}
