//go:build linux || darwin

package testenv

import (
	"os"
	"os/signal"
	"syscall"
)

// resetSignals makes sure that, after an exec, no signal is ignored or blocked. It catches every signal that may be
// ignored, because an exec gives caught signals their default again.
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
