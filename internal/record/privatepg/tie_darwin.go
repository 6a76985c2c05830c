package privatepg

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// tieToParent does nothing: macOS cannot end a child with its parent. The next guard ends a
// server whose guard has died; see endOrphan.
func tieToParent(*syscall.SysProcAttr) {}

// ownProgram is how to start this program anew.
func ownProgram() (string, error) { return os.Executable() }

// adoptStrays does nothing: macOS gives strays to launchd.
func adoptStrays() error { return nil }

// children finds none, since there are no strays to be found.
func children() []int { return nil }

// commandLine gives the words that a process was started with, "" if there is none of that id.
func commandLine(pid int) string {
	out, err := exec.Command("/bin/ps", "-o", "args=", "-ww", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
