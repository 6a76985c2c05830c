//go:build linux || darwin

package testenv

import (
	"os"
	"os/signal"
	"syscall"
)

// resetSignals gives every signal that a process may have been told to ignore its default, and
// unblocks all on this thread. Signals that are caught have their default again after an exec.
func resetSignals() error {
	caught := make(chan os.Signal, 1)
	for _, sig := range []os.Signal{
		syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGABRT, syscall.SIGALRM,
		syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGPIPE, syscall.SIGCHLD, syscall.SIGWINCH, syscall.SIGCONT,
		syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU,
	} {
		signal.Notify(caught, sig)
	}
	return unblockSignals()
}
