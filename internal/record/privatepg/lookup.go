//go:build linux || darwin

package privatepg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Lookup finds the private PostgreSQL of a data directory. It does not use, start or make the server. It is an error
// if there is none, or if another user could have tampered with it.
func Lookup(dataDir string) (Found, error) {
	dir, err := filepath.Abs(dataDir)
	if err != nil {
		return Found{}, fmt.Errorf("find the data directory: %w", err)
	}
	none := fmt.Errorf("there is no private PostgreSQL in %s yet; macrowatch demo makes one", dir)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return Found{}, none
	}
	resolved, err := checkDataDir(dir)
	if err != nil {
		return Found{}, err
	}
	l := layout{dir: resolved}
	secrets, err := readPasswords(l)
	if errors.Is(err, fs.ErrNotExist) {
		if err := refuseOlderServer(l); err != nil {
			return Found{}, err
		}
		if _, err := os.Lstat(l.formerPassword()); err == nil {
			return Found{}, fmt.Errorf("the private PostgreSQL in %s was last used by an older macrowatch, with one password for everybody; start macrowatch demo or macrowatch serve --private once, which gives each role its own", dir)
		}
		return Found{}, none
	}
	if err != nil {
		return Found{}, err
	}
	found := Found{formerPort: l.readFormerPort(), owner: secrets.Owner, reader: secrets.Reader}
	if found.socketDir, err = socketDir(l); errors.Is(err, fs.ErrNotExist) {
		return Found{}, none // a kill came before the first start
	} else if err != nil {
		return Found{}, err
	}
	if found.Running, err = isHeld(l.guardLock()); err != nil {
		return Found{}, err
	}
	if err := checkFoundSocket(l, found.socketDir); err != nil {
		return Found{}, err
	}
	if found.Running {
		found.Port = serverPort(l)
	}
	return found, nil
}

// Exists reports whether a private PostgreSQL was ever made in a data directory, by this version or an older one.
// It does not check whether the server can be used, and changes nothing.
func Exists(dataDir string) (bool, error) {
	_, err := os.Stat(layout{dir: dataDir}.pgdata())
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return false, nil
	}
	return false, dataDirError("look into", dataDir, err)
}

// checkFoundSocket checks that the directory of a server's socket is the server's own. It does so even if the
// server does not run, because clients would connect there all the same. A missing directory is made later.
func checkFoundSocket(l layout, dir string) error {
	as, err := serverAccount(l)
	if err != nil {
		return err
	}
	if err := checkSocketDir(dir, as.UID); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
