package runner

import (
	"os"
	"os/signal"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// passed are the signals that are the command's and not ours, but for those that stop a process:
// see stopSignals.
func passed() []os.Signal {
	return []os.Signal{
		syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGABRT, syscall.SIGALRM,
		syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGWINCH, syscall.SIGCONT,
	}
}

// signals catches signals from before the command starts, so that none is lost in between.
type signals struct {
	caught  chan os.Signal
	done    chan struct{}
	passing sync.WaitGroup
}

// catchSignals begins to catch. A signal that was ignored when we were started (SIGHUP under nohup)
// stays ignored, for the command too. SIGPIPE is caught, so that a standard error that nobody reads
// any more does not end us before the command.
func catchSignals() *signals {
	s := &signals{caught: make(chan os.Signal, 64), done: make(chan struct{})}
	for _, sig := range append(append(passed(), stopSignals()...), syscall.SIGPIPE) {
		if !signal.Ignored(sig) {
			signal.Notify(s.caught, sig)
		}
	}
	return s
}

// passTo passes on what was caught and what comes. The command is in our process group, so it has a
// signal that the terminal sends already, and gets it once.
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
					_ = p.Signal(sig) // a command that has ended needs none
				}
				stopWith(p, sig, s.done)
			}
		}
	})
}

// stop ends the catching.
func (s *signals) stop() {
	signal.Stop(s.caught)
	close(s.done)
	s.passing.Wait()
}

// inOurGroup reports whether the command has stayed in our process group, as it began.
func inOurGroup(p *os.Process) bool {
	group, err := unix.Getpgid(p.Pid)
	return err == nil && group == unix.Getpgrp()
}

// fromTerminal reports whether a signal is one that a terminal sends to its foreground group, and
// that is ours now. A signal doesn't tell who sent it, so one of these that is sent by kill to us
// alone, in the foreground of a terminal, is taken for the terminal's. Any other is passed on: a
// hangup too, which a terminal sends to the session's leader alone.
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
