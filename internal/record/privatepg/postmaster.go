//go:build linux || darwin

package privatepg

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// checkPort sees that the server can have a TCP port; 0 is none.
func checkPort(port int) error {
	if port == 0 {
		return nil
	}
	listener, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	switch {
	case err == nil:
		return listener.Close()
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("port %d of 127.0.0.1 is in use by another program; choose another with --postgres-port, or leave that out", port)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("this user may not listen on port %d; choose one above 1023 with --postgres-port, or leave that out", port)
	}
	return fmt.Errorf("listen on port %d of 127.0.0.1: %w", port, err)
}

// hba says how clients prove who they are: by a password that they know, without telling it.
const hba = `# Written by macrowatch at each start of the server, which reads no other file of this kind.
local  all  all                scram-sha-256
host   all  all  127.0.0.1/32  scram-sha-256
`

// writeHBA writes the file for the account to read.
func writeHBA(l layout, as account) error {
	err := writeWhole(l.hba(), strings.TrimSpace(hba))
	if err == nil && as.Switch {
		if err = os.Chown(l.hba(), -1, int(as.GID)); err == nil {
			err = os.Chmod(l.hba(), 0o640)
		}
	}
	if err != nil {
		return fmt.Errorf("write who may connect to the private PostgreSQL: %w", err)
	}
	return nil
}

// order is what a guard is told to do.
type order struct {
	DataDir   string
	BinDir    string
	SocketDir string
	Port      int // on 127.0.0.1; 0 is none
	Account   account
	Settings  map[string]string
	Ephemeral bool
}

// startPostmaster starts the server as a child that dies with this thread, holding the lock too.
func startPostmaster(o order, serverLock *lockFile, log *os.File) (*exec.Cmd, error) {
	l := layout{dir: o.DataDir}
	if err := makeWay(o, l); err != nil {
		return nil, err
	}
	port, addresses := socketPort, ""
	if err := checkPort(o.Port); err != nil { // taken since it was asked for
		guardLog("starting the server without its TCP port: %v", err)
	} else if o.Port != 0 {
		port, addresses = o.Port, "127.0.0.1"
	}
	if err := linkSocket(o.SocketDir, port); err != nil {
		return nil, err
	}
	args := []string{"-D", l.pgdata(), "-p", strconv.Itoa(port)}
	settings := map[string]string{
		"listen_addresses":        addresses,
		"unix_socket_directories": quoteDirectory(o.SocketDir),
		"unix_socket_permissions": "0700",
		"hba_file":                l.hba(),
		"password_encryption":     requireSCRAM,
		"log_destination":         "stderr",
		"logging_collector":       "off",
	}
	maps.Copy(settings, o.Settings)
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		args = append(args, "-c", name+"="+settings[name])
	}
	// Not bound to a context: it must be stopped in steps, never just killed.
	cmd := o.Account.command(context.Background(), binaries{Dir: o.BinDir}.postgres(), args...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{serverLock.f}
	tieToParent(cmd.SysProcAttr)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	return cmd, nil
}

// makeWay prepares the start of a server: nothing that is left of an earlier one is in its way, and its
// socket will be where nobody else can put one.
func makeWay(o order, l layout) error {
	if err := clearStalePID(l); err != nil {
		return err
	}
	if err := makeSocketDir(o.SocketDir, o.Account); err != nil {
		return err
	}
	if err := clearSockets(o.SocketDir); err != nil {
		return err
	}
	return writeHBA(l, o.Account)
}

// clearStalePID removes a postmaster.pid that outlived its server. PostgreSQL does that itself
// unless the number has meanwhile gone to another process of the same user, whom it takes for its
// predecessor; but server.lock, which the caller holds, tells that no server of ours is alive. A
// server that somebody started on these data by hand keeps its file.
func clearStalePID(l layout) error {
	if pid := postmasterPID(l); pid == 0 || isPostmaster(l, pid) {
		return nil
	}
	if err := os.Remove(pidFile(l)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove what the last server left: %w", err)
	}
	return nil
}

func pidFile(l layout) string { return filepath.Join(l.pgdata(), "postmaster.pid") }

// postmasterPID gives the process id that the server left in its data, 0 if there is none.
func postmasterPID(l layout) int {
	text, err := readSmall(pidFile(l))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(text, "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 0 {
		return 0
	}
	return pid
}

// isPostmaster reports whether a process was started as a server of these data.
func isPostmaster(l layout, pid int) bool {
	words := commandLine(pid)
	return strings.Contains(words, "postgres") && strings.Contains(words, "-D "+l.pgdata()+" ")
}

// endOrphan ends a server that lost its guard, on systems where that does not happen by itself.
// Only a caller that found server.lock held may do that: then there is such a server.
func endOrphan(l layout) {
	if pid := postmasterPID(l); pid != 0 && isPostmaster(l, pid) {
		_ = syscall.Kill(pid, syscall.SIGQUIT) // it may end by itself meanwhile
	}
}
