package runner

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// stopSignals are the signals that stop a process and that can be caught.
func stopSignals() []os.Signal { return []os.Signal{syscall.SIGTSTP} }

const (
	stopPoll = 5 * time.Millisecond
	stopWait = 500 * time.Millisecond
)

// stopWithCommand stops this process if the signal was one to stop and has stopped the command, so that the shell
// sees the whole job as stopped. It returns when this process is continued.
//
// The signal may not stop the command: the command may catch it, or the kernel may drop it because there is no
// shell that could continue the job. Then this process goes on as well.
func stopWithCommand(p *os.Process, sig os.Signal, done <-chan struct{}) {
	if sig != syscall.SIGTSTP {
		return
	}
	look := time.NewTicker(stopPoll)
	defer look.Stop()
	for range stopWait / stopPoll {
		if stopped(p.Pid) {
			// Go can't give a signal its default effect back once it was caught. SIGSTOP can't be caught.
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

// stopped reports whether a child is stopped. It leaves the child's state for others to wait for.
func stopped(pid int) bool {
	var info unix.Siginfo
	err := unix.Waitid(unix.P_PID, pid, &info, unix.WSTOPPED|unix.WNOWAIT|unix.WNOHANG, nil)
	return err == nil && info.Signo == int32(unix.SIGCHLD)
}
