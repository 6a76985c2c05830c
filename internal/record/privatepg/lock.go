//go:build linux || darwin

package privatepg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// lockPoll is how often a lock is tried that cannot be waited for in the kernel, because the
// wait must end with a context.
const lockPoll = 20 * time.Millisecond

// Kinds of lock.
const (
	shared    = syscall.LOCK_SH
	exclusive = syscall.LOCK_EX
)

// lockFile is a file whose flock means something. The lock belongs to the open file, not to the
// process: closing it, or dying, releases it; a child that inherits it holds it too.
type lockFile struct {
	f *os.File
}

func openLock(path string) (*lockFile, error) {
	// O_NOFOLLOW: root may be asked to use a directory that somebody else can write.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	return &lockFile{f: f}, nil
}

// try takes the lock if that is possible at once.
func (l *lockFile) try(kind int) (bool, error) {
	err := l.flock(kind | syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// wait takes the lock, or gives up with the context.
func (l *lockFile) wait(ctx context.Context, kind int) error {
	tick := time.NewTicker(lockPoll)
	defer tick.Stop()
	for {
		if ok, err := l.try(kind); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", l.f.Name(), context.Cause(ctx))
		case <-tick.C:
		}
	}
}

// waitForever takes the lock, however long that takes; it costs a thread while it waits.
func (l *lockFile) waitForever(kind int) error { return l.flock(kind) }

func (l *lockFile) flock(how int) error {
	for {
		err := syscall.Flock(int(l.f.Fd()), how)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil {
			return fmt.Errorf("lock %s: %w", l.f.Name(), err)
		}
		return nil
	}
}

// close releases the lock. It may be called on nil and more than once.
func (l *lockFile) close() {
	if l != nil {
		_ = l.f.Close() // nothing was written through it that could be lost
	}
}

// held reports whether somebody holds the lock exclusively. A file that is not there is not held.
func held(path string) (bool, error) {
	l, err := openExisting(path)
	if l == nil || err != nil {
		return false, err
	}
	defer l.close()
	free, err := l.try(shared)
	return !free && err == nil, err
}

// openExisting is openLock for a file that is not made if it is missing; it gives nil then.
func openExisting(path string) (*lockFile, error) {
	f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOFOLLOW, 0)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("open lock: %w", err)
	}
	return &lockFile{f: f}, nil
}
