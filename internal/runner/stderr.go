package runner

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// stderrCopy copies a command's standard error to ours and keeps its end.
type stderrCopy struct {
	from   *os.File // our end of the pipe
	to     *os.File
	broken bool // to takes no more
	tail   tail
	done   chan struct{} // closed when the copying has ended
}

func newStderrCopy(from, to *os.File) *stderrCopy {
	return &stderrCopy{from: from, to: to, done: make(chan struct{})}
}

const (
	// leftBehind is how long, after the command, what processes that it left behind write to its
	// standard error is still copied: those that are about to end, such as the last of a pipeline,
	// get their last words in.
	leftBehind = 500 * time.Millisecond
	// pipeMost is the most that a pipe holds, unless a system is set up otherwise.
	pipeMost = 1 << 20
	copyStep = 64 << 10
)

// copy copies until the pipe has no writer left, or until finish ends it.
func (c *stderrCopy) copy() {
	defer close(c.done)
	defer c.from.Close()
	buffer := make([]byte, copyStep)
	for {
		n, err := c.from.Read(buffer)
		c.pass(buffer[:n])
		if errors.Is(err, os.ErrDeadlineExceeded) {
			c.drain(buffer)
			return
		}
		if err != nil {
			return
		}
	}
}

// pass writes to our standard error. Where nobody reads that any more the command still runs on,
// and what it says is still kept for the record.
func (c *stderrCopy) pass(p []byte) {
	c.tail.add(p)
	if c.broken || len(p) == 0 {
		return
	}
	_, err := c.to.Write(p)
	c.broken = err != nil
}

// drain copies what is in the pipe already, and no more than a pipe holds: a slow reader of our
// standard error may have kept us from it, and the command's last words must not be lost. What a
// process that was left behind goes on writing would have no end.
func (c *stderrCopy) drain(buffer []byte) {
	if err := c.from.SetReadDeadline(time.Time{}); err != nil {
		return
	}
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

// finish waits for the copying to end, not much longer than the command's own output takes, and
// gives the end of what was copied. The pipe stays open as long as any process holds it, which may
// be long after the command: such a one is not waited for.
func (c *stderrCopy) finish() string {
	// A pipe that has been read to its end is closed by now, and needs no deadline.
	_ = c.from.SetReadDeadline(time.Now().Add(leftBehind))
	<-c.done
	return c.tail.message()
}
