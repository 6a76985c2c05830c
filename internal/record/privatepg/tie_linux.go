package privatepg

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// tieToParent makes the kernel send SIGQUIT to the child when the thread that started it ends. SIGQUIT makes a
// postmaster end at once, with every process of the server. No client can delay that. What was committed is
// recovered at the next start.
func tieToParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGQUIT }

// ownProgram is a path by which this program can be started again. The link works even if an upgrade has replaced
// the program's file, or go run has removed it.
func ownProgram() (string, error) { return "/proc/self/exe", nil }

// adoptStrays makes this process the new parent of its descendants whose parent dies, so that children finds them.
func adoptStrays() error { return unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// children lists the children of this process, including those that have ended and were not waited for.
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
			continue // the process has ended meanwhile
		}
		// The text is "pid (name) state parent …". The name can have any characters.
		_, rest, _ := strings.Cut(string(text[strings.LastIndexByte(string(text), ')')+1:]), " ")
		if fields := strings.Fields(rest); len(fields) > 1 && fields[1] == self {
			if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(stat))); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// commandLine returns the words with which a process was started, or "" if there is no such process.
func commandLine(pid int) string {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline"))
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(string(text), "\x00", " ")
}
