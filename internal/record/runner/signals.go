package runner

import (
	"os"
	"os/signal"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// passedSignals are the signals that are passed on to the command. stopSignals has some more.
func passedSignals() []os.Signal {
	return []os.Signal{
		syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGABRT, syscall.SIGALRM,
		syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGWINCH, syscall.SIGCONT,
	}
}

// signals catches signals. It begins before the command starts, so that none is lost.
type signals struct {
	caught  chan os.Signal
	done    chan struct{}
	passing sync.WaitGroup
}

// catchSignals begins to catch signals. A signal that was ignored when this process started, as SIGHUP is under
// nohup, stays ignored, also in the command. SIGPIPE is caught, so that this process does not end before the
// command when nobody reads its standard error any more.
func catchSignals() *signals {
	s := &signals{caught: make(chan os.Signal, 64), done: make(chan struct{})}
	for _, sig := range append(append(passedSignals(), stopSignals()...), syscall.SIGPIPE) {
		if !signal.Ignored(sig) {
			signal.Notify(s.caught, sig)
		}
	}
	return s
}

// passTo passes on the signals that were caught already, and the signals that are caught later. A signal that
// the terminal sends is not passed on: the command is in our process group, so it has this signal already.
func (s *signals) passTo(p *os.Process) {
	s.passing.Go(func() {
		for {
			select {
			case <-s.done:
				return
			case sig := <-s.caught:
				if sig == syscall.SIGPIPE {
					continue
				}
				if !(inOurGroup(p) && fromTerminal(sig)) {
					_ = p.Signal(sig) // it fails if the command has ended
				}
				stopWithCommand(p, sig, s.done)
			}
		}
	})
}

// stop ends the catching of signals.
func (s *signals) stop() {
	signal.Stop(s.caught)
	close(s.done)
	s.passing.Wait()
}

// inOurGroup reports whether the command is still in our process group, in which it started.
func inOurGroup(p *os.Process) bool {
	group, err := unix.Getpgid(p.Pid)
	return err == nil && group == unix.Getpgrp()
}

// fromTerminal reports whether a terminal seems to have sent a signal to our whole process group. It seems so if
// the signal is one that terminals send to the group in their foreground, and our group is there now.
//
// A signal does not tell who sent it. So if somebody sends one of these signals to exec alone by kill(1), while
// exec is in the foreground of a terminal, fromTerminal wrongly reports true. SIGHUP is not among these signals,
// because a terminal sends it only to the leader of the session.
func fromTerminal(sig os.Signal) bool {
	switch sig {
	case syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTSTP, syscall.SIGWINCH:
	default:
		return false
	}
	tty, err := os.OpenFile("/dev/tty", os.O_RDONLY|syscall.O_NOCTTY, 0)
	if err != nil {
		return false // no terminal, or one that has gone
	}
	defer tty.Close()
	group, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}
