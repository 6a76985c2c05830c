//go:build linux || darwin

package privatepg

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Ports are chosen below those that Linux and macOS hand out by themselves, so that no outgoing
// connection sits on the remembered port when the server wants it back.
const (
	lowestPort  = 15000
	highestPort = 32000
)

// choosePort gives the remembered port if it is free, else another, and remembers it.
func choosePort(l layout) (int, error) {
	port := l.readPort()
	for range 200 {
		if port != 0 {
			listener, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
			if err == nil {
				if err := listener.Close(); err != nil {
					return 0, fmt.Errorf("try port %d: %w", port, err)
				}
				return port, writeWhole(l.port(), strconv.Itoa(port))
			}
		}
		port = lowestPort + rand.IntN(highestPort-lowestPort)
	}
	return 0, errors.New("find a free port on 127.0.0.1: 200 were tried")
}

// order is what a guard is told to do.
type order struct {
	DataDir   string
	BinDir    string
	Account   account
	Settings  map[string]string
	Ephemeral bool
}

// startPostmaster starts the server as a child that dies with this thread, holding the lock too.
func startPostmaster(o order, serverLock *lockFile, log *os.File) (*exec.Cmd, error) {
	l := layout{dir: o.DataDir}
	if err := clearStalePID(l); err != nil {
		return nil, err
	}
	port, err := choosePort(l)
	if err != nil {
		return nil, err
	}
	args := []string{"-D", l.pgdata(), "-p", strconv.Itoa(port)}
	settings := map[string]string{
		"listen_addresses":        "127.0.0.1",
		"unix_socket_directories": "",
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
