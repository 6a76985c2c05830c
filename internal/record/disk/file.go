package disk

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// ReplaceFile gives a file a new content. Another process that reads the file sees the old content or the new
// one, never a part. The content is written to another file of the same directory first, whose name begins
// with prefix. Only the user can read the file.
//
// The new content outlasts a power cut only after a call of SyncDir.
func ReplaceFile(path, prefix string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), prefix)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// SyncDir makes what was renamed, made or removed in a directory outlast a power cut.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// OwnerOf returns the user and the group that a file belongs to, if the system tells.
func OwnerOf(info fs.FileInfo) (uid, gid uint32, known bool) {
	stat, known := info.Sys().(*syscall.Stat_t)
	if !known {
		return 0, 0, false
	}
	return stat.Uid, stat.Gid, true
}
