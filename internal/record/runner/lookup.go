package runner

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// Exit statuses that shells use.
const (
	statusUsage         = 2
	statusNotExecutable = 126
	statusNotFound      = 127
	statusSignalBase    = 128
)

// errInterpreter says that a program exists, but the interpreter that its first line names does not.
var errInterpreter = errors.New("its interpreter was not found")

// lookUp finds the program of a command as a shell does. A name with a slash is a path; any other name is looked
// up in PATH. The working directory counts only if PATH names it.
func lookUp(name string) (string, error) {
	path, err := lookPath(name)
	switch {
	case err == nil, errors.Is(err, exec.ErrDot): // Go refuses a PATH that names the working directory; shells don't
		return path, nil
	case !errors.Is(err, exec.ErrNotFound) || strings.Contains(name, "/"):
		return "", err
	}
	for _, dir := range searchPath() {
		if info, statErr := os.Stat(filepath.Join(dir, name)); statErr == nil && info.Mode().IsRegular() {
			return "", fs.ErrPermission // the file exists, but may not be executed
		}
	}
	return "", err
}

// lookPath is exec.LookPath, except that without a PATH it looks where shells look then.
func lookPath(name string) (string, error) {
	if _, set := os.LookupEnv("PATH"); set || strings.Contains(name, "/") {
		return exec.LookPath(name)
	}
	for _, dir := range searchPath() {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path, nil
		}
	}
	return "", &exec.Error{Name: name, Err: exec.ErrNotFound}
}

// searchPath is PATH or, if that is not set, the default of execvp.
func searchPath() []string {
	if path, set := os.LookupEnv("PATH"); set {
		return filepath.SplitList(path)
	}
	return []string{"/bin", "/usr/bin"}
}

// startError says in one sentence why a command did not start.
func startError(name string, err error) error {
	if why := (*os.PathError)(nil); errors.As(err, &why) {
		err = why.Err
		if errors.Is(err, fs.ErrNotExist) && why.Op == "fork/exec" {
			err = errInterpreter // lookUp has found the file itself
		}
	}
	if why := (*exec.Error)(nil); errors.As(err, &why) {
		err = why.Err
	}
	if notFound(err) && err != errInterpreter {
		return fmt.Errorf("run %s: %w", name, commandNotFoundError{err})
	}
	return fmt.Errorf("run %s: %w", name, err)
}

// commandNotFoundError has the words that shells use.
type commandNotFoundError struct{ cause error }

func (e commandNotFoundError) Error() string { return "command not found" }
func (e commandNotFoundError) Unwrap() error { return e.cause }

// notFound reports whether a command did not start because a file was missing.
func notFound(err error) bool {
	return errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) ||
		errors.Is(err, errInterpreter)
}

// startStatus is the exit status for a startError.
func startStatus(err error) int {
	if notFound(err) {
		return statusNotFound
	}
	return statusNotExecutable
}
