//go:build linux || darwin

package privatepg

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"macrowatch/internal/record/disk"
)

// TestAClosedLockIsFree holds a copy of the lock's open file, as a child process does between its fork and the start of its
// program. Only the locks that such a process is meant to keep are still held after that.
func TestAClosedLockIsFree(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		release func(*lockFile)
		held    bool
	}{
		"closed":      {(*lockFile).close, false},
		"closed here": {(*lockFile).closeHere, true},
	} {
		path := filepath.Join(t.TempDir(), "a.lock")
		lock, err := openLock(path)
		if err != nil {
			t.Fatal(err)
		}
		if locked, err := lock.try(disk.Exclusive); !locked {
			t.Fatalf("the lock was not taken: %v", err)
		}
		inherited, err := syscall.Dup(int(lock.f.Fd()))
		if err != nil {
			t.Fatal(err)
		}
		child := os.NewFile(uintptr(inherited), path)
		c.release(lock)
		if held, err := isHeld(path); held != c.held || err != nil {
			t.Errorf("%s: held %v, want %v (%v)", name, held, c.held, err)
		}
		if err := child.Close(); err != nil {
			t.Fatal(err)
		}
		if held, err := isHeld(path); held || err != nil {
			t.Errorf("%s, and the child has ended: held %v (%v)", name, held, err)
		}
	}
}
