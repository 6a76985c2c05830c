package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
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

// exitStatusError is a failure that the user has been told of already, for example by the command that exec
// ran. Only the exit status is left to pass on.
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
		fmt.Fprintf(a.Err, "macrowatch: %v\n", err)
		return exitUsage
	case errors.Is(err, context.Canceled):
		return exitFailed // the user has interrupted the command, and knows it
	}
	fmt.Fprintf(a.Err, "macrowatch: %v\n", err)
	return exitFailed
}

// plainFlagError returns the text of a flag parser's error, with plain words in place of Go's own:
// "not a whole number" for "strconv.ParseInt: parsing …".
func plainFlagError(err error) string {
	text := err.Error()
	if before, _, found := strings.Cut(text, ": strconv.ParseBool"); found {
		return before + ": neither true nor false"
	}
	if before, _, found := strings.Cut(text, ": strconv.ParseInt"); found {
		return before + ": not a whole number"
	}
	return text
}

// wrapArgErrors turns wrong arguments into usage errors, for a command and all below it.
func wrapArgErrors(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return usagef("%v (see '%s --help')", err, c.CommandPath())
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		wrapArgErrors(sub)
	}
}
