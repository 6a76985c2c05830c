package spool

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/disk"
)

const (
	newPrefix = ".new-" // begins the name of a file that is being written
	// maxRecordBytes is far more than any record has. A message is 4 KiB at most, and JSON writes one byte as
	// six at worst.
	maxRecordBytes = 64 << 10
	// unfinishedAge is how old an unfinished file must be to be removed. A younger one may belong to a process
	// that has made it and is about to lock it.
	unfinishedAge = time.Hour
)

// writeLocked writes a run to its file, whole or not at all, and returns the open file, locked. If only the
// folder could not be synced, it returns both the file and an error.
func (d folder) writeLocked(path string, run desk.Run, why string) (*os.File, error) {
	text, err := d.encode(run, why)
	if err != nil {
		return nil, err
	}
	return d.writeLockedText(path, text)
}

// writeLockedText does the same as writeLocked, for a record that is encoded already.
func (d folder) writeLockedText(path string, text []byte) (*os.File, error) {
	f, err := os.CreateTemp(d.dir, newPrefix)
	if err != nil {
		return nil, err
	}
	_, err = disk.TryLock(f, disk.Exclusive) // nobody else has it
	if err == nil {
		_, err = f.Write(text)
	}
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		_ = f.Close()
		return nil, err
	}
	return f, disk.SyncDir(d.dir)
}

// openLocked opens and locks the file at a path. It returns nil if another process holds the lock, or has
// removed or replaced the file meanwhile.
func openLocked(path string) (*os.File, error) {
	f, err := openFile(path, os.O_RDWR)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	free, err := disk.TryLock(f, disk.Exclusive)
	if err == nil && free && isAt(f, path) {
		return f, nil
	}
	_ = f.Close()
	return nil, err
}

// openFile opens an existing file. It does not follow a symbolic link.
func openFile(path string, how int) (*os.File, error) {
	// O_NONBLOCK: without it, opening a named pipe would wait for a writer.
	return os.OpenFile(path, how|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
}

// isAt reports whether the path still leads to the open file, and whether it is an ordinary file.
func isAt(f *os.File, path string) bool {
	this, err := f.Stat()
	if err != nil || !this.Mode().IsRegular() {
		return false
	}
	there, err := os.Lstat(path)
	return err == nil && os.SameFile(this, there)
}

// readContent reads a file, but no more than the longest record has. A longer file is therefore cut, and is
// not read as a whole record.
func readContent(f *os.File) ([]byte, error) { return io.ReadAll(io.LimitReader(f, maxRecordBytes)) }

// listNames returns the names in a folder, in no particular order.
func listNames(dir string) ([]string, error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.Readdirnames(-1)
}

// removeUnfinished removes a file that a process died in the middle of writing.
func (d folder) removeUnfinished(name string) {
	path := filepath.Join(d.dir, name)
	info, err := os.Lstat(path)
	if err != nil || d.opts.Now().Sub(info.ModTime()) < unfinishedAge {
		return
	}
	f, err := openLocked(path)
	if f == nil || err != nil {
		return
	}
	defer f.Close()
	_ = os.Remove(path)
}

func isRecord(name string) bool {
	return strings.HasSuffix(name, recordSuffix) && !strings.HasPrefix(name, ".")
}
