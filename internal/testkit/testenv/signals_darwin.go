package testenv

import "golang.org/x/sys/unix"

// unblockSignals does nothing: on macOS, only C code can change which signals are blocked. So a test process blocks
// the signals that it was started with.
func unblockSignals() error { return nil }

// replaceInput makes a file standard input.
func replaceInput(file int) error { return unix.Dup2(file, 0) }
