package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// LockKind says who else may hold a lock on the same file.
type LockKind int

const (
	// Shared can be held by any number of processes, as long as none holds Exclusive.
	Shared LockKind = syscall.LOCK_SH
	// Exclusive is held by one process, and by nobody else in any way.
	Exclusive LockKind = syscall.LOCK_EX
)

// lockPoll is how often WaitForLock tries. The kernel could wait instead, but such a wait can't be broken off
// when a context ends.
const lockPoll = 20 * time.Millisecond

// TryLock takes the lock of an open file if that is possible at once, and reports whether it did. It replaces
// a lock of the other kind that the file has already.
//
// The lock belongs to the open file and not to the process. It ends when the file is closed, and so when the
// process dies, however that happens. A child process that inherits the open file holds the lock too.
func TryLock(f *os.File, kind LockKind) (bool, error) {
	err := flock(f, int(kind)|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// WaitForLock takes the lock of an open file as TryLock does, and waits for it until the context ends.
func WaitForLock(ctx context.Context, f *os.File, kind LockKind) error {
	ticks := time.NewTicker(lockPoll)
	defer ticks.Stop()
	for {
		if locked, err := TryLock(f, kind); locked || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", f.Name(), context.Cause(ctx))
		case <-ticks.C:
		}
	}
}

// WaitForLockForever takes the lock of an open file, however long that takes. It occupies a thread while it
// waits.
func WaitForLockForever(f *os.File, kind LockKind) error { return flock(f, int(kind)) }

// Unlock gives up the lock of an open file, for all processes that have inherited that open file too. Closing the file is
// not enough: a child process that this process is just starting has a copy of it, until it runs its program.
func Unlock(f *os.File) error { return flock(f, syscall.LOCK_UN) }

func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil {
			return &fs.PathError{Op: "lock", Path: f.Name(), Err: err}
		}
		return nil
	}
}
