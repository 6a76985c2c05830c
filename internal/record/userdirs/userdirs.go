// Package userdirs says in which of a user's directories macrowatch keeps its files. It makes none of them.
//
// If HomeVariable is set, all of them are in the directory that it names. Otherwise macrowatch follows the XDG Base
// Directory Specification, and on macOS Apple's rules. Root is the exception: root's files are then in ForRoot, whatever
// XDG's variables say, so that root's cron jobs and root's terminal use the same files.
package userdirs

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
)

// HomeVariable is the environment variable that names one directory for all files that macrowatch keeps on a machine. It is
// for a second desk on the same machine, and for containers in which root can't write to ForRoot. Its value must be an
// absolute path.
const HomeVariable = "MACROWATCH_HOME"

// ForRoot is the directory in which macrowatch keeps root's files. The private PostgreSQL's own user can reach
// into it, and could not reach into root's home.
const ForRoot = "/var/lib/macrowatch"

// ErrNoHome says that a user has no home directory: HOME is not set, and the user's account has none.
var ErrNoHome = errors.New("there is no home directory")

// Data is the directory for what a user wants to keep: the private PostgreSQL and its spool.
func Data() (string, error) { return directory("XDG_DATA_HOME", ".local/share") }

// State is the directory for what must outlive a process, and is worth nothing on another machine: the spool
// of databases given by their URLs.
func State() (string, error) { return directory("XDG_STATE_HOME", ".local/state") }

// directory is the directory that a variable of the environment names. Where it names none, it is a folder of
// the user's home.
func directory(variable, inHome string) (string, error) {
	if dir := os.Getenv(HomeVariable); filepath.IsAbs(dir) {
		return filepath.Clean(dir), nil
	} else if dir != "" {
		return "", fmt.Errorf("%s is %q, which is not an absolute path", HomeVariable, dir)
	}
	if os.Geteuid() == 0 {
		return ForRoot, nil
	}
	if dir := os.Getenv(variable); filepath.IsAbs(dir) { // the specification says to ignore a relative path
		return filepath.Join(dir, "macrowatch"), nil
	}
	home, err := homeDir()
	if err != nil {
		return "", err
	}
	if runtime.GOOS == "darwin" {
		inHome = "Library/Application Support"
	}
	return filepath.Join(home, filepath.FromSlash(inHome), "macrowatch"), nil
}

// homeDir is the user's home directory. It is found even if HOME is not set, as in some cron jobs.
func homeDir() (string, error) {
	if home, err := os.UserHomeDir(); err == nil {
		return home, nil
	}
	known, err := user.Current()
	if err != nil || !filepath.IsAbs(known.HomeDir) {
		return "", ErrNoHome
	}
	return known.HomeDir, nil
}
