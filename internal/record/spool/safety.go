package spool

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"macrowatch/internal/record/disk"
)

const (
	othersWrite = 0o022
	sticky      = fs.ModeSticky // in such a directory, only the owner of a file may rename or remove it
)

// checkSafe refuses a folder into which another user could put runs, which would then be recorded, or from
// which another user could take some. A folder that is missing is safe if no other user can make it.
func (d folder) checkSafe() error {
	root := filepath.Dir(d.dir)
	info, err := os.Lstat(root)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("%s is a symbolic link, which could lead anywhere: name the directory itself with --spool-dir", root)
	}
	if owner, _, known := disk.OwnerOf(info); known && int(owner) != os.Geteuid() && owner != 0 {
		return fmt.Errorf("%s belongs to another user (%d), who could replace what is in it: name another directory with --spool-dir", root, owner)
	}
	if info.Mode().Perm()&othersWrite != 0 && info.Mode()&sticky == 0 {
		return fmt.Errorf("other users can write into %s: type chmod go-w %[1]s, or name another directory with --spool-dir", root)
	}
	info, err = os.Lstat(d.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("%s is a symbolic link, which could lead anywhere: remove it, or name another directory with --spool-dir", d.dir)
	case !info.IsDir():
		return fmt.Errorf("%s is not a directory: remove it, or name another directory with --spool-dir", d.dir)
	case info.Mode().Perm()&othersWrite != 0:
		return fmt.Errorf("other users can write into %s: type chmod go-w %[1]s, once you know what is in it", d.dir)
	}
	if owner, _, known := disk.OwnerOf(info); known && int(owner) != os.Geteuid() {
		return fmt.Errorf("%s belongs to another user (%d): remove it, or name another directory with --spool-dir", d.dir, owner)
	}
	return nil
}
