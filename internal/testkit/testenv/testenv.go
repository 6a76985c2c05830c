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
	// restartedVariable is set in a process that has its surroundings, and in all that it starts: a
	// test may give these what surroundings it likes.
	restartedVariable = "MACROWATCH_TEST_SETTLED"
	// longVariable asks for the tests at full length; see Long.
	longVariable = "MACROWATCH_TEST_LONG"
	// downloadsVariable names the place that Downloads gives.
	downloadsVariable = "MACROWATCH_TEST_DOWNLOADS"
	// guardVariable is privatepg's: a guard has the surroundings that it was given.
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

// restartInKnownSurroundings starts this program again, in the same process, in known surroundings.
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
	runtime.LockOSThread() // the thread that starts the program hands on its blocked signals
	if err := resetSignals(); err != nil {
		return fmt.Errorf("reset signals: %w", err)
	}
	return syscall.Exec(self, os.Args, append(env, restartedVariable+"=yes"))
}

// unused gives a path at which there is nothing, and never was for another process.
func unused(dir, prefix string) (string, error) {
	path, err := os.MkdirTemp(dir, prefix)
	if err != nil {
		return "", err
	}
	return path, os.Remove(path)
}

// Clean takes away the home of this test process, where something made one. It is for TestMain.
func Clean() {
	if home := os.Getenv("HOME"); strings.HasPrefix(filepath.Base(home), homePrefix) {
		_ = os.RemoveAll(home)
	}
}

// Downloads is where an ordinary user's tests keep the server programs that they had to fetch, so
// that each process need not fetch them anew; "" if the user has no such place.
func Downloads() string { return os.Getenv(downloadsVariable) }

// emptyInput makes standard input /dev/null: a test reads nothing from whoever started it.
func emptyInput() error {
	null, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer null.Close()
	return replaceInput(int(null.Fd()))
}

// Long reports whether tests run at full length: more kills, more rows, more days, all of a judge's
// cases. make test-long asks for it by MACROWATCH_TEST_LONG=1. Go's test cache heeds the variable.
func Long() bool { return os.Getenv(longVariable) != "" }

// Scaled gives the number of something that a test does: the first in an ordinary run, the second
// at full length.
func Scaled(ordinary, long int) int {
	if Long() {
		return long
	}
	return ordinary
}
