//go:build linux || darwin

package privatepg

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// maxLog is the size in bytes at which the server's log is begun anew. The end of the log before it is kept.
const maxLog = 8 << 20

// openLog opens the log for appending.
func openLog(l layout) (*os.File, error) {
	f, err := os.OpenFile(l.log(), os.O_RDWR|os.O_CREATE|os.O_APPEND|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the server's log: %w", err)
	}
	return f, nil
}

// capLog begins a log anew that has grown too long. It empties the file and does not replace it, because the server
// has the file open.
func capLog(l layout) error {
	f, err := openLog(l)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() <= maxLog {
		return err
	}
	old, err := os.OpenFile(l.log()+".old", os.O_WRONLY|os.O_CREATE|os.O_TRUNC|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(old, io.NewSectionReader(f, info.Size()-maxLog, maxLog))
	return errors.Join(err, old.Close(), f.Truncate(0))
}

// logSize is where the next line of the log will begin.
func logSize(l layout) int64 {
	info, err := os.Stat(l.log())
	if err != nil {
		return 0
	}
	return info.Size()
}

// logReason returns the reason that the log names for a failure, and the log's path. It looks at what was
// written after an offset.
func logReason(l layout, from int64) string {
	reason := reasonIn(logTail(l, from))
	if reason == "" {
		return "it gives no reason in its log, " + l.log()
	}
	return reason + " (its log: " + l.log() + ")"
}

// logTail returns the end of what was written to the log after an offset. It is "" if the log can't be read.
func logTail(l layout, from int64) string {
	const most = 64 << 10
	f, err := os.Open(l.log())
	if err != nil {
		return ""
	}
	defer f.Close()
	size := logSize(l)
	if size < from { // the log was begun anew
		from = 0
	}
	text, err := io.ReadAll(io.NewSectionReader(f, max(from, size-most), most))
	if err != nil {
		return ""
	}
	return string(text)
}

// reasonIn finds in the output of a server program why it failed. That is the last line with a fatal error, with its
// detail and hint. If there is no such line, it is the last three lines.
func reasonIn(said string) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	marks := []string{"PANIC:", "FATAL:", "error:", "could not"}
	for i := len(lines) - 1; i >= 0; i-- {
		for _, mark := range marks {
			at := strings.Index(lines[i], mark)
			if at < 0 {
				continue
			}
			if mark != "could not" {
				at += len(mark)
			}
			reason := strings.TrimSpace(lines[i][at:])
			for _, next := range lines[i+1:] {
				for _, kind := range []string{"DETAIL:", "HINT:", "detail:", "hint:"} {
					if _, more, ok := strings.Cut(next, kind); ok {
						reason += "; " + strings.TrimSpace(more)
					}
				}
			}
			return reason
		}
	}
	return strings.Join(lines[max(0, len(lines)-3):], "; ")
}
