package runner

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// stopSignals are the signals that stop a process and can be caught on the way.
func stopSignals() []os.Signal { return []os.Signal{syscall.SIGTSTP} }

const (
	stopLook = 5 * time.Millisecond
	stopWait = 500 * time.Millisecond
)

// stopWith stops this process if the signal is one to stop and the command has stopped by it, so
// that the shell sees the whole job stopped. It returns when this process is continued. A command
// that goes on (it catches the signal, or there is no shell to continue it, in which case the
// kernel drops the signal) is gone on with.
func stopWith(p *os.Process, sig os.Signal, done <-chan struct{}) {
	if sig != syscall.SIGTSTP {
		return
	}
	look := time.NewTicker(stopLook)
	defer look.Stop()
	for range stopWait / stopLook {
		if stopped(p.Pid) {
			// Go has no way back to a signal's default, once caught; this one can't be caught.
			_ = unix.Kill(unix.Getpid(), unix.SIGSTOP)
			return
		}
		select {
		case <-done:
			return
		case <-look.C:
		}
	}
}

// stopped reports whether our child is stopped. It leaves its state to be waited for.
func stopped(pid int) bool {
	var info unix.Siginfo
	err := unix.Waitid(unix.P_PID, pid, &info, unix.WSTOPPED|unix.WNOWAIT|unix.WNOHANG, nil)
	return err == nil && info.Signo == int32(unix.SIGCHLD)
}
