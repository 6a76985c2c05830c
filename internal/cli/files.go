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

// readError says that a file can't be read, and why. Go's own error says the path a second time.
func readError(path string, err error) error {
	var why *os.PathError
	if errors.As(err, &why) {
		err = why.Err
	}
	return fmt.Errorf("read %s: %w", path, err)
}
