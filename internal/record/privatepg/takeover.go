//go:build linux || darwin

package privatepg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"macrowatch/internal/record/disk"
)

// ensurePasswords checks that the passwords of existing data are there. If an older macrowatch made the data, it
// makes the passwords. The caller holds start.lock.
func ensurePasswords(l layout) error {
	_, err := completePasswords(l)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, ferr := readSecret(l.formerPassword()); ferr == nil {
		return keepPasswords(l, newPasswords())
	} else if !errors.Is(ferr, fs.ErrNotExist) {
		return ferr
	}
	return fmt.Errorf("the passwords of the private PostgreSQL are gone (%s); put them back, or move %s away to begin anew", l.passwords(), l.pgdata())
}

// readFormerPassword returns the one password that an older macrowatch gave to all roles, or "" if there is none.
func readFormerPassword(l layout) (string, error) {
	text, err := readSecret(l.formerPassword())
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return strings.TrimSpace(string(text)), err
}

// removeFormerPassword removes the file with that password. No role has it any more.
func removeFormerPassword(l layout) error {
	err := os.Remove(l.formerPassword())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = disk.SyncDir(l.dir)
	}
	if err != nil {
		return fmt.Errorf("remove the old password: %w", err)
	}
	return nil
}

// refuseOlderServer returns an error if an older macrowatch runs the server. The server's data tell: such a server has
// a TCP port and no socket.
func refuseOlderServer(l layout) error {
	pid := postmasterPID(l)
	if pid == 0 || !isPostmaster(l, pid) {
		return nil
	}
	if socket, host, _, ok := listensOn(l); !ok || socket != "" || host == "" {
		return nil
	}
	who := "it"
	if there, err := isHeld(l.instanceLock()); err == nil && there {
		who = readHolder(l).String()
	}
	return refuse("the private PostgreSQL in %s is run by an older macrowatch (server process %d); end %s, then try again", l.dir, pid, who)
}

// serverPort is the TCP port of the running server, or 0 if it has none.
func serverPort(l layout) int {
	_, host, port, ok := listensOn(l)
	if !ok || host == "" {
		return 0
	}
	return port
}

// listensOn reads what the server wrote into its data: the first directory of its sockets, its first address and its
// port. ok is false as long as the server has not written them.
func listensOn(l layout) (socket, host string, port int, ok bool) {
	text, err := os.ReadFile(pidFile(l))
	if err != nil {
		return "", "", 0, false
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) < 8 || lines[7] == "" { // the server's state, which it writes last
		return "", "", 0, false
	}
	port, err = strconv.Atoi(lines[3])
	return lines[4], lines[5], port, err == nil
}
