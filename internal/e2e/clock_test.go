package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/cli"
	"macrowatch/internal/desk"
	"macrowatch/internal/sample/sampledesk"
)

// clockVariable makes this test binary macrowatch itself, with a clock that is ahead of the machine's by the
// variable's value, or by what the file holds that the value names. In this way, a test with a running clock chooses
// its own day and hour, and can set the clock.
const clockVariable = "MACROWATCH_TEST_CLOCK"

// beProgram runs macrowatch with such a clock.
func beProgram(ahead string) int {
	if path, named := strings.CutPrefix(ahead, clockFile); named {
		return mainWithClock(func() time.Time {
			text, err := os.ReadFile(path)
			if err != nil {
				panic(err)
			}
			offset, err := time.ParseDuration(string(text))
			if err != nil {
				panic(err)
			}
			return time.Now().Round(0).Add(offset) // the time of the wall clock alone
		})
	}
	offset, err := time.ParseDuration(ahead)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	return mainWithClock(func() time.Time { return time.Now().Add(offset) })
}

// clockFile begins a value that names a file.
const clockFile = "file:"

func mainWithClock(now func() time.Time) int {
	return cli.Main(os.Args[1:], cli.Streams{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Now: now,
	})
}

// clock is a running clock. Its value is how far it is ahead of the machine's clock.
type clock time.Duration

// clockAt is a clock that shows an instant now. The instant must be in the past: PostgreSQL uses the machine's
// clock, and no panel shows what is later than that.
func clockAt(t time.Time) clock { return clock(time.Until(t)) }

func (c clock) now() time.Time { return time.Now().Add(time.Duration(c)) }

// env is the environment with which run uses the clock.
func (c clock) env() []string { return []string{clockVariable + "=" + time.Duration(c).String()} }

// command prepares to run macrowatch with the clock.
func (c clock) command(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(self(t), args...)
	cmd.Env = append(ownEnv(t), c.env()...)
	return cmd
}

// self is the path of this test binary.
func self(t testing.TB) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// quietMoment is in the afternoon of a workday, hours away from the sample desk's daily pipeline, and at least a
// quarter of an hour before the sample desk next refreshes FRED.
func quietMoment() time.Time {
	n := sampledesk.Tick(time.Date(2026, time.November, 12, 13, 0, 0, 0, desk.BuiltInRules().Location()))
	for d := (sampledesk.Desk{Seed: 20}); ; n++ {
		quiet := true
		for k := range 5 {
			quiet = quiet && d.LiveStep(n+k).Step != "fred"
		}
		if quiet {
			return sampledesk.TickTime(n).Add(time.Second)
		}
	}
}
