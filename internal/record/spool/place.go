package spool

import (
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
)

// StateDir is where a user's programs keep what must outlive them: the spool directory of databases
// that are given by a URL stands in it. For root it is rootDir whatever the environment says, so that
// root's cron jobs and root's terminal have the same.
func StateDir(rootDir string) (string, error) {
	if os.Geteuid() == 0 {
		return rootDir, nil
	}
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) { // its specification says to ignore others
		return filepath.Join(dir, "macrowatch"), nil
	}
	home, err := homeDir()
	if err != nil {
		return "", errors.New("there is no home directory to keep runs in (HOME is not set, and the list of users names none); name a directory with --spool-dir")
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Application Support", "macrowatch"), nil
	}
	return filepath.Join(home, ".local", "state", "macrowatch"), nil
}

// homeDir is the user's home, also where the environment does not name it.
func homeDir() (string, error) {
	home, err := os.UserHomeDir()
	if err == nil {
		return home, nil
	}
	known, userErr := user.Current()
	if userErr != nil || !filepath.IsAbs(known.HomeDir) {
		return "", err
	}
	return known.HomeDir, nil
}
