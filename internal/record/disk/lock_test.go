package disk_test

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/record/disk"
	_ "macrowatch/internal/testkit/testenv" // the same surroundings for every run
)

// holderVariable makes the test binary a process that locks the file it names, until somebody kills it.
const holderVariable = "DISK_TEST_LOCK"

// patience ends a test that waits for something that should have happened.
const patience = time.Minute

func TestMain(m *testing.M) {
	if path, asked := os.LookupEnv(holderVariable); asked {
		holdLock(path)
	}
	os.Exit(m.Run())
}

// holdLock takes a lock, says so, and waits until standard input ends.
func holdLock(path string) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err == nil {
		err = disk.WaitForLock(context.Background(), f, disk.Exclusive)
	}
	if err != nil {
		os.Stdout.WriteString(err.Error())
		os.Exit(1)
	}
	os.Stdout.WriteString("locked\n")
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

func lockFile(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "lock")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.Open(path) // a lock needs no right to write
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// tryLock expects that a lock can be taken at once, or that it can't.
func tryLock(t *testing.T, f *os.File, kind disk.LockKind, want bool) {
	t.Helper()
	if got, err := disk.TryLock(f, kind); got != want || err != nil {
		t.Errorf("locked: %v, %v; want %v", got, err, want)
	}
}

func TestTryLock(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		held, asked disk.LockKind
		want        bool
	}{
		{"two shared ones", disk.Shared, disk.Shared, true},
		{"an exclusive one while a shared one is held", disk.Shared, disk.Exclusive, false},
		{"a shared one while an exclusive one is held", disk.Exclusive, disk.Shared, false},
		{"two exclusive ones", disk.Exclusive, disk.Exclusive, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := lockFile(t)
			holder, other := open(t, path), open(t, path)
			tryLock(t, holder, c.held, true)
			tryLock(t, other, c.asked, c.want)
			if err := holder.Close(); err != nil {
				t.Fatal(err)
			}
			tryLock(t, other, c.asked, true)
		})
	}
}

func TestALockOfOneKindReplacesTheOther(t *testing.T) {
	t.Parallel()
	path := lockFile(t)
	f, other := open(t, path), open(t, path)
	tryLock(t, f, disk.Exclusive, true)
	tryLock(t, f, disk.Shared, true)
	tryLock(t, other, disk.Shared, true)
	tryLock(t, f, disk.Exclusive, false)
}

func TestALockEndsWithItsProcess(t *testing.T) {
	t.Parallel()
	path := lockFile(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	holder := exec.Command(self)
	holder.Env = append(os.Environ(), holderVariable+"="+path)
	if _, err := holder.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = holder.Process.Kill(); _ = holder.Wait() })
	said := make([]byte, len("locked\n"))
	if _, err := io.ReadFull(out, said); err != nil {
		t.Fatalf("the other process said %q: %v", said, err)
	}
	f := open(t, path)
	tryLock(t, f, disk.Exclusive, false)
	waited := make(chan error, 1)
	go func() { waited <- disk.WaitForLockForever(f, disk.Exclusive) }()
	if err := holder.Process.Kill(); err != nil { // kill -9
		t.Fatal(err)
	}
	select {
	case err := <-waited:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Fatal("the lock outlived its process")
	}
	tryLock(t, open(t, path), disk.Shared, false)
}

func TestAChildThatInheritsTheFileHoldsTheLock(t *testing.T) {
	t.Parallel()
	path := lockFile(t)
	f := open(t, path)
	tryLock(t, f, disk.Exclusive, true)
	child := exec.Command("cat")
	child.ExtraFiles = []*os.File{f}
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	other := open(t, path)
	tryLock(t, other, disk.Exclusive, false)
	if err := errors.Join(in.Close(), child.Wait()); err != nil {
		t.Fatal(err)
	}
	tryLock(t, other, disk.Exclusive, true)
}

func TestWaitForLock(t *testing.T) {
	t.Parallel()
	path := lockFile(t)
	holder, waiter := open(t, path), open(t, path)
	tryLock(t, holder, disk.Exclusive, true)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("somebody else keeps it"))
	err := disk.WaitForLock(ctx, waiter, disk.Shared)
	if err == nil || !strings.HasSuffix(err.Error(), "/lock: somebody else keeps it") {
		t.Errorf("got %v, want the reason for which the context ended", err)
	}
	waited := make(chan error, 1)
	go func() { waited <- disk.WaitForLock(t.Context(), waiter, disk.Shared) }()
	if err := holder.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-waited; err != nil {
		t.Error(err)
	}
}

func TestAClosedFileHasNoLock(t *testing.T) {
	t.Parallel()
	f := open(t, lockFile(t))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if locked, err := disk.TryLock(f, disk.Shared); locked || err == nil {
		t.Errorf("locked: %v, %v", locked, err)
	}
}
