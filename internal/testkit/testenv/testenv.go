//go:build linux || darwin

// Package testenv gives every test process the same environment, whatever started it: a shell, a cron
// job, nohup, a container without a home directory. The tests of a package import testenv or pgtest,
// which imports it. testenv acts before the first test: the process starts itself again in the known
// environment.
package testenv

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	_ "time/tzdata" // a test may name any zone, on a machine without zone files too
)

const (
	// restartedVariable is set in a process that has the known environment, and in all processes that it starts.
	// These do not restart themselves: a test may give them another environment.
	restartedVariable = "MACROWATCH_TEST_SETTLED"
	// longVariable asks for tests at full length. See Long.
	longVariable = "MACROWATCH_TEST_LONG"
	// downloadsVariable names the directory that Downloads gives.
	downloadsVariable = "MACROWATCH_TEST_DOWNLOADS"
	// guardVariable is set in a guard of privatepg, which keeps the environment that it was given.
	guardVariable = "MACROWATCH_PRIVATE_POSTGRES_GUARD"
	homePrefix    = "macrowatch-home-"
)

func init() {
	if os.Getenv(restartedVariable) != "" || os.Getenv(guardVariable) != "" {
		return
	}
	if err := restartInKnownSurroundings(); err != nil {
		fmt.Fprintln(os.Stderr, "testenv:", err)
		os.Exit(2)
	}
}

// restartInKnownSurroundings starts this program again, in the same process, in the known environment.
func restartInKnownSurroundings() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := emptyInput(); err != nil {
		return err
	}
	syscall.Umask(0o022)
	temp := tempDir(os.Getenv("TMPDIR"))
	home, err := unused(temp, homePrefix)
	if err != nil {
		return err
	}
	env := surroundings(os.Environ(), temp, home)
	runtime.LockOSThread() // the restarted program blocks the signals that this thread blocks
	if err := resetSignals(); err != nil {
		return fmt.Errorf("reset signals: %w", err)
	}
	return syscall.Exec(self, os.Args, append(env, restartedVariable+"=yes"))
}

// unused returns a path at which there is nothing, and which no other process gets.
func unused(dir, prefix string) (string, error) {
	path, err := os.MkdirTemp(dir, prefix)
	if err != nil {
		return "", err
	}
	return path, os.Remove(path)
}

// Clean removes the home of this test process, if a test has made it. TestMain calls it at the end.
func Clean() {
	if home := os.Getenv("HOME"); strings.HasPrefix(filepath.Base(home), homePrefix) {
		_ = os.RemoveAll(home)
	}
}

// Downloads is the directory in which an ordinary user's tests keep the server programs that they had to fetch, so
// that not every process fetches them. It is "" if the user has no cache directory.
func Downloads() string { return os.Getenv(downloadsVariable) }

// emptyInput makes /dev/null standard input, so that a test reads nothing from the terminal.
func emptyInput() error {
	null, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer null.Close()
	return replaceInput(int(null.Fd()))
}

// Long reports whether tests run at full length, with more kills, more rows, more days and all of a judge's cases.
// MACROWATCH_TEST_LONG=1 asks for it; make test-long sets that. Go's test cache knows the variable.
func Long() bool { return os.Getenv(longVariable) != "" }

// Scaled returns how often a test does something: ordinary in an ordinary run, long at full length.
func Scaled(ordinary, long int) int {
	if Long() {
		return long
	}
	return ordinary
}
