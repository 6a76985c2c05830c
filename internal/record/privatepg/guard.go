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

// How a guard behaves in time. Stopping must take less than five seconds in all.
const (
	rivalPatience = 2 * time.Second        // for another guard to end; one that keeps the server does not
	guardPatience = 30 * time.Second       // for the processes of a server before this one to end
	orphanAfter   = 2 * time.Second        // when to help them
	fastShutdown  = 2 * time.Second        // for SIGINT to stop the server
	hardShutdown  = 800 * time.Millisecond // for SIGQUIT
	strayPatience = 500 * time.Millisecond // for what a killed server left behind
	soonAfter     = 10 * time.Second       // a server that ends earlier has failed to run
	maxFailures   = 5                      // in a row, then the guard gives up
	firstBackoff  = 100 * time.Millisecond
	logCheck      = time.Minute           // how often a long log is looked for
	lookAgain     = 20 * time.Millisecond // how often it is asked whether a process has ended
)

// RunGuardIfAsked turns this process into the guard of a private server if it was started as one,
// and then does not return. Call it first thing in main and in TestMain of every program that
// calls Open: Open starts the running executable anew to be the guard.
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

// guardLog writes a line to the server's log, which a guard has for its standard error.
func guardLog(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s macrowatch guard [%d] %s\n",
		time.Now().UTC().Format("2006-01-02 15:04:05.000 UTC"), os.Getpid(), fmt.Sprintf(format, args...))
}

// guardian is the state of a guard.
type guardian struct {
	order
	serverLock *lockFile
	usersGone  chan error     // gets users.lock's answer once nobody else holds it
	asked      chan os.Signal // to stop although there are users
}

// guard keeps one server for as long as it has users.
func guard(o order) error {
	runtime.LockOSThread() // the server dies with the thread that started it; never unlocked
	g := guardian{order: o, usersGone: make(chan error, 1), asked: make(chan os.Signal, 1)}
	signal.Ignore(syscall.SIGHUP, syscall.SIGINT)
	signal.Notify(g.asked, syscall.SIGTERM)
	if err := adoptStrays(); err != nil {
		return fmt.Errorf("adopt strays: %w", err)
	}
	l := layout{dir: o.DataDir}
	guardLock, serverLock, err := takeGuardLocks(l)
	if err != nil {
		return err
	}
	defer guardLock.close()
	defer serverLock.close()
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

// keepServer starts the server, and starts it again whenever it ends by itself, until it is no
// longer wanted.
func (g *guardian) keepServer() error {
	for failures := 0; ; {
		began := time.Now()
		unwanted, ending, err := g.oneServer(failures == 0)
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
			return errors.Join(err, tidy(g.order))
		case <-g.asked:
			return nil
		case <-time.After(firstBackoff << failures):
		}
	}
}

// oneServer starts a server and stays until that has ended, by itself or because it was unwanted.
func (g *guardian) oneServer(first bool) (unwanted bool, ending string, err error) {
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
		return true, "", errors.Join(err, tidy(g.order))
	case <-g.asked:
		stop(server, ended)
		return true, "", nil
	case <-ended:
		killStrays()
		return false, server.ProcessState.String(), nil
	}
}

// takeGuardLocks makes this process the only guard, and sees that no process of an earlier server
// is left.
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

// stop ends the server, more rudely the longer it takes.
func stop(server *exec.Cmd, ended <-chan error) {
	for _, step := range []struct {
		sig  syscall.Signal
		wait time.Duration
	}{{syscall.SIGINT, fastShutdown}, {syscall.SIGQUIT, hardShutdown}} {
		_ = server.Process.Signal(step.sig) // fails if it has ended, which is what is wanted
		select {
		case <-ended:
			return
		case <-time.After(step.wait):
		}
	}
	_ = server.Process.Kill()
	<-ended
	killStrays()
}

// killStrays sees that no process of a dead server is left: each would notice by itself, but one
// in the middle of a long query only at its end, and none may run when the next server starts.
func killStrays() {
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

// keepLogCapped keeps the log from growing without end.
func keepLogCapped(l layout) {
	for range time.Tick(logCheck) {
		if err := capLog(l); err != nil {
			guardLog("cap the log: %v", err)
		}
	}
}

// tidy is what remains to be done once the last user has gone.
func tidy(o order) error {
	if !o.Ephemeral {
		return nil
	}
	if err := errors.Join(os.RemoveAll(o.DataDir), os.RemoveAll(o.SocketDir)); err != nil {
		return fmt.Errorf("remove the data: %w", err)
	}
	return nil
}
