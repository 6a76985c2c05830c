//go:build linux || darwin

package privatepg

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"macrowatch/internal/record/disk"
)

// guardVariable, set to an order in JSON, makes this executable a guard.
const guardVariable = "MACROWATCH_PRIVATE_POSTGRES_GUARD"

// How long a guard waits. It must stop the server in less than five seconds.
const (
	rivalPatience = 2 * time.Second        // for another guard to end, if it is about to
	guardPatience = 30 * time.Second       // for the processes of a server before this one to end
	orphanAfter   = 2 * time.Second        // before an earlier server gets the signal to end; see endOrphan
	fastShutdown  = 2 * time.Second        // for the server to end after SIGINT
	hardShutdown  = 800 * time.Millisecond // for the server to end after SIGQUIT
	strayPatience = 500 * time.Millisecond // for the processes of a killed server to end
	soonAfter     = 10 * time.Second       // a server that ends before this counts as a failure
	maxFailures   = 5                      // after as many in a row, the guard gives up
	firstBackoff  = 100 * time.Millisecond
	logCheck      = time.Minute           // how often the log is capped
	lookAgain     = 20 * time.Millisecond // between two looks whether a process has ended
)

// RunGuardIfAsked makes this process a guard if Open has started it to be one. It does not return then.
//
// Every program that calls Open must call RunGuardIfAsked first in main, and its tests in TestMain, because Open
// starts the running executable once more to be the guard.
func RunGuardIfAsked() {
	text, asked := os.LookupEnv(guardVariable)
	if !asked {
		return
	}
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		fmt.Fprintf(os.Stderr, "%s is set, but is not an order to a guard: %v\n", guardVariable, err)
		os.Exit(2)
	}
	if err := guard(o); err != nil {
		guardLog("gave up: %v", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// guardLog writes a line to the server's log, which is a guard's standard error.
func guardLog(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s macrowatch guard [%d] %s\n",
		time.Now().UTC().Format("2006-01-02 15:04:05.000 UTC"), os.Getpid(), fmt.Sprintf(format, args...))
}

// guardian is the state of a guard.
type guardian struct {
	order
	serverLock  *lockFile
	usersGone   chan error     // gets a value when nobody else holds users.lock
	askedToStop chan os.Signal // SIGTERM: stop, although there are users
}

// guard keeps a server running for as long as the server has users.
func guard(o order) error {
	runtime.LockOSThread() // the server dies with the thread that started it, so this one must stay
	g := guardian{order: o, usersGone: make(chan error, 1), askedToStop: make(chan os.Signal, 1)}
	signal.Ignore(syscall.SIGHUP, syscall.SIGINT)
	signal.Notify(g.askedToStop, syscall.SIGTERM)
	if err := adoptStrays(); err != nil {
		return fmt.Errorf("adopt the server's processes: %w", err)
	}
	l := layout{dir: o.DataDir}
	guardLock, serverLock, err := takeGuardLocks(l)
	if err != nil {
		return err
	}
	defer guardLock.close()
	defer serverLock.closeHere() // a process of the server that is left still holds it
	g.serverLock = serverLock
	users, err := openLock(l.usersLock())
	if err != nil {
		return err
	}
	defer users.close()
	go func() { g.usersGone <- disk.WaitForLockForever(users.f, disk.Exclusive) }()
	go keepLogCapped(l)
	return g.keepServer()
}

// keepServer starts the server, and starts it again when it ends by itself. It returns when the server has no more
// users, or when the guard was asked to stop.
func (g *guardian) keepServer() error {
	for failures := 0; ; {
		began := time.Now()
		unwanted, ending, err := g.runServer(failures == 0)
		if unwanted || err != nil {
			return err
		}
		if time.Since(began) > soonAfter {
			failures = 0
		}
		if failures++; failures >= maxFailures {
			return fmt.Errorf("the server ended %d times in a row, the last time with %s", failures, ending)
		}
		guardLog("the server ended with %s; starting it again", ending)
		select {
		case err := <-g.usersGone:
			return errors.Join(err, removeEphemeral(g.order))
		case <-g.askedToStop:
			return nil
		case <-time.After(firstBackoff << failures):
		}
	}
}

// runServer starts a server and waits until it has ended. unwanted says that runServer itself stopped it, because
// it has no more users or because the guard was asked to. Otherwise ending says how the server ended.
func (g *guardian) runServer(first bool) (unwanted bool, ending string, err error) {
	server, err := startPostmaster(g.order, g.serverLock, os.Stderr)
	if err != nil {
		return false, "", err
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	if first {
		if err := reportStarted(); err != nil {
			stop(server, ended)
			return false, "", err
		}
	}
	select {
	case err := <-g.usersGone:
		stop(server, ended)
		return true, "", errors.Join(err, removeEphemeral(g.order))
	case <-g.askedToStop:
		stop(server, ended)
		return true, "", nil
	case <-ended:
		endStrays()
		return false, server.ProcessState.String(), nil
	}
}

// takeGuardLocks makes this process the only guard, and waits until all processes of an earlier server have ended.
func takeGuardLocks(l layout) (guardLock, serverLock *lockFile, err error) {
	ctx, cancel := context.WithTimeoutCause(context.Background(), guardPatience,
		errors.New("processes of the server before this one are still running"))
	defer cancel()
	if guardLock, err = openLock(l.guardLock()); err != nil {
		return nil, nil, err
	}
	rival, cancelRival := context.WithTimeoutCause(ctx, rivalPatience, errors.New("another guard keeps the server"))
	defer cancelRival()
	if err := guardLock.wait(rival, disk.Exclusive); err != nil {
		return nil, nil, err
	}
	if serverLock, err = openLock(l.serverLock()); err != nil {
		return nil, nil, err
	}
	soon, cancelSoon := context.WithTimeout(ctx, orphanAfter)
	defer cancelSoon()
	err = serverLock.wait(soon, disk.Exclusive)
	if errors.Is(err, context.DeadlineExceeded) {
		endOrphan(l)
		err = serverLock.wait(ctx, disk.Exclusive)
	}
	return guardLock, serverLock, err
}

// stop ends the server. It begins with the gentlest signal, and uses a stronger one when the server takes too long.
func stop(server *exec.Cmd, ended <-chan error) {
	for _, step := range []struct {
		sig  syscall.Signal
		wait time.Duration
	}{{syscall.SIGINT, fastShutdown}, {syscall.SIGQUIT, hardShutdown}} {
		_ = server.Process.Signal(step.sig) // it fails if the server has ended, which is the aim
		select {
		case <-ended:
			return
		case <-time.After(step.wait):
		}
	}
	_ = server.Process.Kill()
	<-ended
	endStrays()
}

// endStrays waits for the processes of a dead server to end, and kills those that take too long. None may run when
// the next server starts. Each of them notices by itself that its server is dead, but one that runs a long query
// notices only at the query's end.
func endStrays() {
	deadline := time.Now().Add(strayPatience)
	for {
		left := 0
		for _, pid := range children() {
			if done, err := syscall.Wait4(pid, nil, syscall.WNOHANG, nil); err != nil || done == pid {
				continue
			}
			left++
			if time.Now().After(deadline) {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
		if left == 0 {
			return
		}
		time.Sleep(lookAgain)
	}
}

// keepLogCapped caps the log again and again.
func keepLogCapped(l layout) {
	for range time.Tick(logCheck) {
		if err := capLog(l); err != nil {
			guardLog("shorten the log: %v", err)
		}
	}
}

// removeEphemeral removes the data of a server that was started with Config.Ephemeral, after its last user has
// gone.
func removeEphemeral(o order) error {
	if !o.Ephemeral {
		return nil
	}
	if err := errors.Join(os.RemoveAll(o.DataDir), os.RemoveAll(o.SocketDir)); err != nil {
		return fmt.Errorf("remove the data: %w", err)
	}
	return nil
}
