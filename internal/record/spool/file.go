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
	newPrefix = ".new-" // files that are being written
	// recordMost is far above any record: a message is 4 KiB at most, and JSON makes six bytes of
	// one at worst.
	recordMost = 64 << 10
	// leftoverAge is how old a file that was never finished must be to be removed. One that has just
	// been made is not locked yet.
	leftoverAge = time.Hour
)

// place writes a run to its file, whole or not at all, and gives the file, locked. With an error the
// file is nil, unless it is in place and only the folder could not be synced.
func (d folder) place(path string, run desk.Run, why string) (*os.File, error) {
	text, err := d.encode(run, why)
	if err != nil {
		return nil, err
	}
	return d.placeText(path, text)
}

// placeText is place for a record that is written out already.
func (d folder) placeText(path string, text []byte) (*os.File, error) {
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

// openLocked opens and locks the file at a path. It returns nil where another process holds the lock, or
// has removed or replaced the file.
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

// openFile opens a file that is there, and no link.
func openFile(path string, how int) (*os.File, error) {
	// O_NONBLOCK: opening something that is no file must not hang.
	return os.OpenFile(path, how|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
}

// isAt reports whether an open file is still the one at the path.
func isAt(f *os.File, path string) bool {
	this, err := f.Stat()
	if err != nil || !this.Mode().IsRegular() {
		return false
	}
	there, err := os.Lstat(path)
	return err == nil && os.SameFile(this, there)
}

// content reads a file; what is too long to be a record is cut, and then is none.
func content(f *os.File) ([]byte, error) { return io.ReadAll(io.LimitReader(f, recordMost)) }

// listNames gives the names in a folder, in no order.
func listNames(dir string) ([]string, error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.Readdirnames(-1)
}

// removeLeftover removes a file that its writer, dead by now, never finished.
func (d folder) removeLeftover(name string) {
	path := filepath.Join(d.dir, name)
	info, err := os.Lstat(path)
	if err != nil || d.opts.Now().Sub(info.ModTime()) < leftoverAge {
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
	return strings.HasSuffix(name, suffix) && !strings.HasPrefix(name, ".")
}
