package cli

import (
	"context"
	"errors"
	"fmt"
)

// The exit statuses of every command. exec is the exception: it passes on the status of the command that it ran.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// usageError is a mistake in how a command was called. The exit status is then exitUsage.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// exitStatusError is a failure about which a message has been printed already, for example by the command
// that exec ran. macrowatch prints nothing more and only passes on the exit status.
type exitStatusError int

func (e exitStatusError) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// report prints an error as one sentence and returns the exit status.
func (a *app) report(err error) int {
	var status exitStatusError
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &status):
		return int(status)
	case errors.As(err, &usage):
		a.fail(err)
		return exitUsage
	case errors.Is(err, context.Canceled):
		return exitFailed // the user has interrupted the command, and knows it
	}
	a.fail(err)
	return exitFailed
}
