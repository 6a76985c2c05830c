//go:build linux || darwin

package privatepg

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// Lookup finds the private PostgreSQL of a data directory without using, starting or making it.
// Where there is none, its error says so.
func Lookup(dataDir string) (Found, error) {
	dir, err := filepath.Abs(dataDir)
	if err != nil {
		return Found{}, fmt.Errorf("find the data directory: %w", err)
	}
	l := layout{dir: dir}
	password, err := readSmall(l.password())
	port := l.readPort()
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && port == 0:
		return Found{}, fmt.Errorf("there is no private PostgreSQL in %s yet; macrowatch demo makes one", dir)
	case err != nil:
		return Found{}, dataDirError("read", dir, err)
	}
	running, err := held(l.guardLock())
	if err != nil {
		return Found{}, err
	}
	return Found{URL: connectionURL(port, roleName, password, databaseName), Running: running}, nil
}
