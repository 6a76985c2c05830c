package cli

import (
	"errors"
	"fmt"
	"os"
)

// readFile reads a file that the user named.
func readFile(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, readError(path, err)
	}
	return text, nil
}

// readError says that a file can't be read, and why. It takes the path out of Go's own error, so that the
// sentence names it only once.
func readError(path string, err error) error {
	return fmt.Errorf("read %s: %w", path, cause(err))
}

// cause returns an error without the path and the system call that Go's own errors about files name.
func cause(err error) error {
	var why *os.PathError
	if errors.As(err, &why) {
		return why.Err
	}
	return err
}
