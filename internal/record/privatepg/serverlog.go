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

// maxLog is the size in bytes beyond which the server's log is begun anew; the last one is kept.
const maxLog = 8 << 20

// openLog opens the log for appending.
func openLog(l layout) (*os.File, error) {
	f, err := os.OpenFile(l.log(), os.O_RDWR|os.O_CREATE|os.O_APPEND|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the server's log: %w", err)
	}
	return f, nil
}

// capLog begins a long log anew. The file stays the same one, since the server writes to it.
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

// logReason gives the reason for a failure that the log names after an offset, and where the log is.
func logReason(l layout, from int64) string {
	reason := reasonIn(logTail(l, from))
	if reason == "" {
		return "it gives no reason in its log, " + l.log()
	}
	return reason + " (its log: " + l.log() + ")"
}

// logTail gives the end of what the log got after an offset, "" if it cannot be read.
func logTail(l layout, from int64) string {
	const most = 64 << 10
	f, err := os.Open(l.log())
	if err != nil {
		return ""
	}
	defer f.Close()
	size := logSize(l)
	if size < from { // it was begun anew
		from = 0
	}
	text, err := io.ReadAll(io.NewSectionReader(f, max(from, size-most), most))
	if err != nil {
		return ""
	}
	return string(text)
}

// reasonIn picks from what a server program said what it failed for: the last line that is fatal,
// with its detail and hint, or else the last lines.
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
