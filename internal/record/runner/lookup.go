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

// Exit statuses as shells give them.
const (
	statusUsage         = 2
	statusNotExecutable = 126
	statusNotFound      = 127
	statusSignalBase    = 128
)

// errInterpreter is a program that is there, and what its first line names is not.
var errInterpreter = errors.New("its interpreter was not found")

// lookUp finds the program of a command as a shell does: in PATH unless the name holds a slash, and
// in the working directory only where PATH says so.
func lookUp(name string) (string, error) {
	path, err := lookPath(name)
	switch {
	case err == nil, errors.Is(err, exec.ErrDot): // a PATH that holds the working directory is the user's choice
		return path, nil
	case !errors.Is(err, exec.ErrNotFound) || strings.Contains(name, "/"):
		return "", err
	}
	for _, dir := range searchPath() {
		if info, statErr := os.Stat(filepath.Join(dir, name)); statErr == nil && info.Mode().IsRegular() {
			return "", fs.ErrPermission // it is there and must not be run
		}
	}
	return "", err
}

// lookPath is exec.LookPath, but where there is no PATH at all it looks where shells then do.
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

// searchPath is PATH, or where there is none that of execvp.
func searchPath() []string {
	if path, set := os.LookupEnv("PATH"); set {
		return filepath.SplitList(path)
	}
	return []string{"/bin", "/usr/bin"}
}

// startError puts what kept a command from starting in a sentence.
func startError(name string, err error) error {
	if why := (*os.PathError)(nil); errors.As(err, &why) {
		err = why.Err
		if errors.Is(err, fs.ErrNotExist) && why.Op == "fork/exec" {
			err = errInterpreter // the file itself was found
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

// commandNotFoundError says it in a shell's words.
type commandNotFoundError struct{ cause error }

func (e commandNotFoundError) Error() string { return "command not found" }
func (e commandNotFoundError) Unwrap() error { return e.cause }

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
