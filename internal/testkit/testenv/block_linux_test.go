package testenv_test

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// block blocks signals on this thread until they are restored.
func block(signals ...syscall.Signal) (restore func()) {
	var before, blocked unix.Sigset_t
	for _, sig := range signals {
		blocked.Val[0] |= 1 << (sig - 1)
	}
	_ = unix.PthreadSigmask(unix.SIG_BLOCK, &blocked, &before)
	return func() { _ = unix.PthreadSigmask(unix.SIG_SETMASK, &before, nil) }
}
