//go:build linux || darwin

package privatepg

import (
	"os"
	"runtime"
	"testing"
)

func TestDefaultDataDirectoryIsTheUsers(t *testing.T) {
	t.Setenv("HOME", "/home/ana")
	t.Setenv("XDG_DATA_HOME", "")
	want := "/home/ana/.local/share/macrowatch"
	switch {
	case os.Geteuid() == 0:
		want = RootDataDir
	case runtime.GOOS == "darwin":
		want = "/home/ana/Library/Application Support/macrowatch"
	}
	if got, err := DefaultDataDir(); err != nil || got != want {
		t.Errorf("it is %q, %v; want %q", got, err, want)
	}
}
