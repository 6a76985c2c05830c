package cli

import (
	"errors"
	"io"
	"log/slog"

	"macrowatch/internal/redact"
)

// logFormat is the form of the lines of the log: a flag that takes only the forms that exist.
type logFormat string

// The forms of the log.
const (
	logText logFormat = "text" // key=value, for people
	logJSON logFormat = "json" // an object a line, for programs that collect logs
)

// String returns the name of the form.
func (f *logFormat) String() string { return string(*f) }

// Set takes the name of a form.
func (f *logFormat) Set(name string) error {
	switch form := logFormat(name); form {
	case logText, logJSON:
		*f = form
		return nil
	}
	return errors.New("give text or json")
}

// Type is the flag's type in a list of flags.
func (f *logFormat) Type() string { return "string" }

// newLogger returns the program's logger. It masks secrets. Without verbose it writes only warnings and errors.
func newLogger(w io.Writer, format logFormat, verbose bool) *slog.Logger {
	opts := &slog.HandlerOptions{Level: slog.LevelWarn}
	if verbose {
		opts.Level = slog.LevelDebug
	}
	if format == logJSON {
		return slog.New(redact.LogHandler(slog.NewJSONHandler(w, opts)))
	}
	return slog.New(redact.LogHandler(slog.NewTextHandler(w, opts)))
}
