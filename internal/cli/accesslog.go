package cli

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/spf13/cobra"
)

// watchFlags say where others can watch the server itself.
type watchFlags struct {
	accessLog     string
	metricsListen string
}

func (f *watchFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.accessLog, "access-log", "", "append a line of JSON to this `FILE` for each request, or with - to standard output; SIGHUP opens the file anew")
	c.Flags().StringVar(&f.metricsListen, "metrics-listen", "", "serve /metrics, /livez and /readyz at this `HOST:PORT` without a login, and no longer at --listen")
}

// openAccessLog opens the access log, and opens its file anew at each SIGHUP. Without the flag it returns nil.
func (a *app) openAccessLog(f watchFlags) (out io.Writer, closeLog func(), err error) {
	switch f.accessLog {
	case "":
		return nil, func() {}, nil
	case "-":
		return &lockedWriter{to: a.Out}, func() {}, nil
	}
	log := &logFile{path: f.accessLog}
	if err := log.open(); err != nil {
		return nil, nil, fmt.Errorf("open the access log: %w", err)
	}
	signal.Reset(syscall.SIGHUP) // the signal ends commands otherwise
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	go func() {
		for range hangups {
			if err := log.open(); err != nil {
				a.log.Error("the access log can't be opened anew, and its old file is still written", "error", err)
			}
		}
	}()
	return log, func() {
		signal.Stop(hangups)
		close(hangups)
		_ = log.file.Close()
	}, nil
}

// logFile is a file to which lines are appended.
type logFile struct {
	path string
	mu   sync.Mutex
	file *os.File
}

// open opens the file of the path. If that fails, the file of before is kept.
func (l *logFile) open() error {
	file, err := os.OpenFile(l.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		_ = l.file.Close()
	}
	l.file = file
	return nil
}

// Write appends a line.
func (l *logFile) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.file.Write(line)
}

// lockedWriter writes one text after another.
type lockedWriter struct {
	mu sync.Mutex
	to io.Writer
}

// Write writes a text.
func (w *lockedWriter) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(text)
}
