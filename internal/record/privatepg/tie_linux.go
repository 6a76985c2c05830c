package privatepg

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// tieToParent has the kernel end the child when the thread that starts it ends. SIGQUIT is a
// postmaster's immediate shutdown: it takes every process of the server along and cannot be held
// up by a client; what was committed is recovered at the next start.
func tieToParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGQUIT }

// ownProgram is how to start this program anew. The link works even if the file was replaced or
// removed since, by an upgrade or by go run.
func ownProgram() (string, error) { return "/proc/self/exe", nil }

// adoptStrays makes processes whose parent dies children of this one, so that they can be found.
func adoptStrays() error { return unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// children lists this process's children, ended ones that nobody has waited for included.
func children() []int {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil
	}
	var pids []int
	self := strconv.Itoa(os.Getpid())
	for _, stat := range stats {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue // it has ended meanwhile
		}
		// "pid (name) state parent …", where the name may hold anything.
		_, rest, _ := strings.Cut(string(text[strings.LastIndexByte(string(text), ')')+1:]), " ")
		if fields := strings.Fields(rest); len(fields) > 1 && fields[1] == self {
			if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(stat))); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// commandLine gives the words that a process was started with, "" if there is none of that id.
func commandLine(pid int) string {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline"))
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(string(text), "\x00", " ")
}
