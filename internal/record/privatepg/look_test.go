//go:build linux || darwin

package privatepg

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// query runs a query that returns one value.
func query(t *testing.T, url, sql string) string {
	t.Helper()
	value, err := ask(t.Context(), patience, url, sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return value
}

// tryQuery is for a query that is tried again if it fails. It does not wait long for a server that is stuck.
func tryQuery(ctx context.Context, url, sql string) (string, error) {
	return ask(ctx, 5*time.Second, url, sql)
}

func ask(ctx context.Context, limit time.Duration, url, sql string) (value string, err error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, sql).Scan(&value)
	return value, err
}

// run runs statements on the server.
func run(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

// eventually waits until something is true.
func eventually(t *testing.T, within time.Duration, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(within); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", within, what)
		}
	}
}

// serverPID is the process id of the postmaster, or 0 if there is none.
func serverPID(dir string) int { return postmasterPID(layout{dir: dir}) }

// alive reports whether a process runs. A zombie does not.
func alive(pid int) bool {
	if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
		return false
	}
	out, err := exec.Command("ps", "-o", "stat=", "-p", fmt.Sprint(pid)).Output()
	return err == nil && !strings.HasPrefix(strings.TrimSpace(string(out)), "Z")
}

// parentOf returns the process id of a process's parent. A postmaster's parent is its guard.
func parentOf(t *testing.T, pid int) int {
	t.Helper()
	out, err := exec.Command("ps", "-o", "ppid=", "-p", fmt.Sprint(pid)).Output()
	if err != nil {
		t.Fatal(err)
	}
	var ppid int
	if _, err := fmt.Sscan(string(out), &ppid); err != nil {
		t.Fatal(err)
	}
	return ppid
}

// signalTo sends a signal to a process, which must exist.
func signalTo(t *testing.T, pid int, sig syscall.Signal) {
	t.Helper()
	if pid <= 1 {
		t.Fatalf("no process to signal: %d", pid)
	}
	if err := syscall.Kill(pid, sig); err != nil {
		t.Fatal(err)
	}
}

// ended reports whether all processes of a directory's server have ended, its guard included.
func ended(t *testing.T, dir string) bool {
	t.Helper()
	l := layout{dir: dir}
	for _, path := range []string{l.guardLock(), l.serverLock()} {
		is, err := isHeld(path)
		if err != nil {
			t.Fatal(err)
		}
		if is {
			return false
		}
	}
	return true
}
