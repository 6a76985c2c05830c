//go:build linux || darwin

package privatepg

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"macrowatch/internal/record/disk"
)

// layout names what is in a data directory.
type layout struct{ dir string }

func (l layout) pgdata() string       { return filepath.Join(l.dir, "postgres") }
func (l layout) passwords() string    { return filepath.Join(l.dir, "passwords") }
func (l layout) hba() string          { return filepath.Join(l.dir, "pg_hba.conf") }
func (l layout) socketIn() string     { return filepath.Join(l.dir, "socket-dir") }
func (l layout) ownSocket() string    { return filepath.Join(l.dir, ownSocketName) }
func (l layout) log() string          { return filepath.Join(l.dir, "postgres.log") }
func (l layout) usersLock() string    { return filepath.Join(l.dir, "users.lock") }
func (l layout) guardLock() string    { return filepath.Join(l.dir, "guard.lock") }
func (l layout) serverLock() string   { return filepath.Join(l.dir, "server.lock") }
func (l layout) startLock() string    { return filepath.Join(l.dir, "start.lock") }
func (l layout) instanceLock() string { return filepath.Join(l.dir, "instance.lock") }

// Versions before the socket wrote these two files: the one password of all roles, and the TCP port.
func (l layout) formerPassword() string { return filepath.Join(l.dir, "password") }
func (l layout) formerPort() string     { return filepath.Join(l.dir, "port") }

// dataMajor is the major version of the server's data, or 0 if there are none.
func (l layout) dataMajor() (int, error) {
	text, err := readSmall(filepath.Join(l.pgdata(), "PG_VERSION"))
	if os.IsNotExist(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the version of %s: %w", l.pgdata(), err)
	}
	major, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("%s says that its version is %q, which is not a version of PostgreSQL",
			filepath.Join(l.pgdata(), "PG_VERSION"), text)
	}
	return major, nil
}

// readFormerPort returns the TCP port that the server had in a version before the socket, or 0 if it had none.
func (l layout) readFormerPort() int {
	text, err := readSmall(l.formerPort())
	if err != nil {
		return 0
	}
	port, err := strconv.Atoi(text)
	if err != nil || port < 1 || port > 65535 {
		return 0
	}
	return port
}

// readSmall reads a small file, and leaves out the white space around its text.
func readSmall(path string) (string, error) {
	b, err := os.ReadFile(path)
	return strings.TrimSpace(string(b)), err
}

// writeWhole writes a line into a file that only its owner can read. A reader sees the old line or the new one.
func writeWhole(path, line string) error {
	return disk.ReplaceFile(path, "."+filepath.Base(path)+"-", []byte(line+"\n"))
}
