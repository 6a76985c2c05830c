package testenv

import "golang.org/x/sys/unix"

// unblockSignals unblocks all signals on this thread.
func unblockSignals() error { return unix.PthreadSigmask(unix.SIG_SETMASK, &unix.Sigset_t{}, nil) }

// replaceInput makes a file standard input.
func replaceInput(file int) error { return unix.Dup3(file, 0, 0) }
