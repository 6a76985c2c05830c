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

// RootDataDir is where root keeps the private PostgreSQL unless told otherwise.
const RootDataDir = userdirs.ForRoot

// DefaultDataDir is where a user keeps the private PostgreSQL unless told otherwise.
func DefaultDataDir() (string, error) {
	dir, err := userdirs.Data()
	if err != nil {
		return "", errors.New("there is no home directory to keep the private PostgreSQL in (HOME is not set, and the list of users names none); name a directory with --data-dir")
	}
	return dir, nil
}

// prepareDataDir makes the directory and sees that it can be written, and that nobody else can get at
// what is in it.
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

// MakeDataDir makes a data directory, if it is missing, as the private PostgreSQL needs it: for a
// program that keeps something of its own there before the server is made.
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
		return fmt.Errorf("the data directory %s cannot be: part of that path is a file; name another with --data-dir", dir)
	case !errors.Is(err, fs.ErrNotExist):
		return dataDirError("look at", dir, err)
	}
	// Root's server runs as somebody else, who must be able to pass through (but not to list).
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
	if err := os.Chmod(dir, mode); err != nil { // Mkdir's mode went through the umask
		return dataDirError("make", dir, err)
	}
	return nil
}

// checkPath refuses a path that the server's settings and files can't hold: one with line breaks or other
// control characters, or that is no text.
func checkPath(dir string) error {
	if utf8.ValidString(dir) && !strings.ContainsFunc(dir, unicode.IsControl) {
		return nil
	}
	return refuse("the path of the data directory, %q, has a control character, or one that is not UTF-8; name another with --data-dir", dir)
}

// dataDirError puts what went wrong with the data directory in one sentence.
func dataDirError(verb, dir string, err error) error {
	hint := ""
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		hint = "; name another with --data-dir"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		hint = "; make room there or name another with --data-dir"
	}
	var path *fs.PathError
	if errors.As(err, &path) { // its path is a temporary file's, or the directory's again
		err = path.Err
	}
	return fmt.Errorf("cannot %s the data directory %s: %w%s", verb, dir, err, hint)
}
