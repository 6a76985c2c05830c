//go:build linux || darwin

package privatepg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"

	"macrowatch/internal/record/disk"
)

// lockFile is a file whose lock means something: doc.go says what for each.
type lockFile struct {
	f *os.File
}

// openLock opens the file of a lock, and makes it if it is missing. It takes no lock yet.
func openLock(path string) (*lockFile, error) { return openLockFile(path, os.O_CREATE) }

// openExistingLock opens the file of a lock. It returns nil if the file is missing.
func openExistingLock(path string) (*lockFile, error) {
	l, err := openLockFile(path, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return l, err
}

func openLockFile(path string, create int) (*lockFile, error) {
	// O_NOFOLLOW: root may be asked to use a directory that somebody else can write.
	f, err := os.OpenFile(path, os.O_RDWR|create|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	return &lockFile{f: f}, nil
}

func (l *lockFile) try(kind disk.LockKind) (bool, error) { return disk.TryLock(l.f, kind) }

func (l *lockFile) wait(ctx context.Context, kind disk.LockKind) error {
	return disk.WaitForLock(ctx, l.f, kind)
}

// close releases the lock, also for processes that have inherited it. It may be called on nil and more than once.
func (l *lockFile) close() {
	if l != nil {
		_ = disk.Unlock(l.f) // fails only if the file is closed already
		l.closeHere()
	}
}

// closeHere releases the lock for this process. Processes that have inherited it keep it.
func (l *lockFile) closeHere() { _ = l.f.Close() } // nothing was written through it that could be lost

// isHeld reports whether some process holds a lock exclusively. Nobody holds the lock of a file that is
// missing.
func isHeld(path string) (bool, error) {
	l, err := openExistingLock(path)
	if l == nil || err != nil {
		return false, err
	}
	defer l.close()
	free, err := l.try(disk.Shared)
	return !free && err == nil, err
}
