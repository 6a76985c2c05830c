package privatepg

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// tieToParent does nothing: macOS can't end a child together with its parent. The next guard ends a server whose
// guard has died; see endOrphan.
func tieToParent(*syscall.SysProcAttr) {}

// ownProgram is a path by which this program can be started again.
func ownProgram() (string, error) { return os.Executable() }

// adoptStrays does nothing: on macOS, launchd adopts processes whose parent dies.
func adoptStrays() error { return nil }

// children finds none, because this process adopts none.
func children() []int { return nil }

// commandLine returns the words with which a process was started, or "" if there is no such process.
func commandLine(pid int) string {
	out, err := exec.Command("/bin/ps", "-o", "args=", "-ww", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
