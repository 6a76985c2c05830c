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

// checkPort checks that the server could listen on a TCP port. 0 is none, which is no error.
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

// hba makes clients prove that they know a password, without telling it to the server.
const hba = `# Written by macrowatch at each start of the server, which reads no other file of this kind.
local  all  all                scram-sha-256
host   all  all  127.0.0.1/32  scram-sha-256
`

// writeHBA writes the file, so that the account can read it.
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

// order says what a guard is to do.
type order struct {
	DataDir   string
	BinDir    string
	SocketDir string
	Port      int // on 127.0.0.1; 0 is none
	Account   account
	Settings  map[string]string
	Ephemeral bool
}

// startPostmaster starts the server as a child process. The child dies with this thread, and holds serverLock too.
func startPostmaster(o order, serverLock *lockFile, log *os.File) (*exec.Cmd, error) {
	l := layout{dir: o.DataDir}
	if err := clearForStart(o, l); err != nil {
		return nil, err
	}
	port, addresses := socketPort, ""
	if err := checkPort(o.Port); err != nil { // another program has taken the port meanwhile
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
	// No context ends the server: stop ends it step by step.
	cmd := o.Account.command(context.Background(), binaries{Dir: o.BinDir}.postgres(), args...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{serverLock.f}
	tieToParent(cmd.SysProcAttr)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	return cmd, nil
}

// clearForStart removes what an earlier server left and what would keep a new one from starting. It checks that
// nobody else can put a socket where the server's will be.
func clearForStart(o order, l layout) error {
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

// clearStalePID removes a postmaster.pid that outlived its server. PostgreSQL does that by itself, unless another
// process of the same user has the process id meanwhile: PostgreSQL takes that process for the earlier server. The
// caller holds server.lock, so no server of ours is alive. If a person started a server on these data by hand, its
// file stays.
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

// postmasterPID returns the process id that the server wrote into its data, or 0 if there is none.
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

// endOrphan ends a server whose guard has died, on a system where the kernel does not do that. The caller must have
// found server.lock held, which shows that there is such a server.
func endOrphan(l layout) {
	if pid := postmasterPID(l); pid != 0 && isPostmaster(l, pid) {
		_ = syscall.Kill(pid, syscall.SIGQUIT) // it fails if the server has ended meanwhile
	}
}
