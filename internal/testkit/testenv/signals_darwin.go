package testenv

import "golang.org/x/sys/unix"

// unblockSignals has nothing to call on macOS without C; Go starts programs with the mask that it
// was itself started with.
func unblockSignals() error { return nil }

func replaceInput(file int) error { return unix.Dup2(file, 0) }
