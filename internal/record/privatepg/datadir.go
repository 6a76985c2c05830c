//go:build linux || darwin

package privatepg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"

	"macrowatch/internal/record/userdirs"
)

// RootDataDir is root's data directory for the private PostgreSQL, unless another one is given.
const RootDataDir = userdirs.ForRoot

// DefaultDataDir returns the user's data directory for the private PostgreSQL, which is used unless another one is given.
func DefaultDataDir() (string, error) {
	dir, err := userdirs.Data()
	if err != nil {
		if !errors.Is(err, userdirs.ErrNoHome) {
			return "", err
		}
		return "", errors.New("there is no home directory to keep the private PostgreSQL in (HOME is not set, and this user's account has none); name a directory with --data-dir")
	}
	return dir, nil
}

// prepareDataDir makes the data directory if it is missing. It checks that this user can write to it, and that
// nobody else can read or change what is in it.
func prepareDataDir(dir string) (layout, error) {
	if dir == "" {
		return layout{}, errors.New("no data directory was named")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return layout{}, fmt.Errorf("find the data directory: %w", err)
	}
	if err := makeDataDir(dir); err != nil {
		return layout{}, err
	}
	probe, err := os.CreateTemp(dir, ".probe-")
	if err != nil {
		return layout{}, dataDirError("write to", dir, err)
	}
	_ = probe.Close()
	if err := os.Remove(probe.Name()); err != nil {
		return layout{}, dataDirError("write to", dir, err)
	}
	resolved, err := checkDataDir(dir)
	if err != nil {
		return layout{}, err
	}
	return layout{dir: resolved}, nil
}

// MakeDataDir makes a data directory, if it is missing, with the rights that the private PostgreSQL needs. It is
// for a program that keeps something of its own in it before the server is made.
func MakeDataDir(dir string) error { return makeDataDir(dir) }

func makeDataDir(dir string) error {
	if err := checkPath(dir); err != nil {
		return err
	}
	info, err := os.Stat(dir)
	switch {
	case err == nil && info.IsDir():
		return nil
	case err == nil:
		return fmt.Errorf("the data directory %s is a file, not a directory; name another with --data-dir", dir)
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("the data directory %s cannot be made: a part of that path is a file; name another with --data-dir", dir)
	case !errors.Is(err, fs.ErrNotExist):
		return dataDirError("look at", dir, err)
	}
	// Root's server runs as another user, who must be able to pass through the directory, but not to list it.
	mode := fs.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return dataDirError("make", dir, err)
	}
	if err := os.Mkdir(dir, mode); err != nil && !errors.Is(err, fs.ErrExist) {
		return dataDirError("make", dir, err)
	}
	if err := os.Chmod(dir, mode); err != nil { // the umask has changed the mode that Mkdir was given
		return dataDirError("make", dir, err)
	}
	return nil
}

// checkPath refuses a path that can't be written into the server's settings and files: one that has a line break
// or another control character, or that is not UTF-8.
func checkPath(dir string) error {
	if utf8.ValidString(dir) && !strings.ContainsFunc(dir, unicode.IsControl) {
		return nil
	}
	return refuse("the path of the data directory, %q, has a control character or is not UTF-8; name another with --data-dir", dir)
}

// dataDirError says in one sentence what went wrong with the data directory.
func dataDirError(verb, dir string, err error) error {
	hint := ""
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		hint = "; name another with --data-dir"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		hint = "; make room there or name another with --data-dir"
	}
	var path *fs.PathError
	if errors.As(err, &path) { // leave out its path: a temporary file's, or the directory's once more
		err = path.Err
	}
	return fmt.Errorf("cannot %s the data directory %s: %w%s", verb, dir, err, hint)
}
