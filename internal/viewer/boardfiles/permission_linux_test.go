package boardfiles_test

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"macrowatch/internal/viewer/boardfiles"
)

func TestFilesWithoutPermissionSayIt(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("/tmp", "boards") // whose parents everybody may enter
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	f := newFolder(t)
	f.dir, f.read = dir, boardfiles.New(dir, boardfiles.Options{})
	f.write("good.json", titled("Good", ""))
	f.write("closed.json", titled("Closed", ""))
	f.write("fx/carry.json", titled("Carry", ""))
	f.does(os.Chmod(dir, 0o755))
	f.does(os.Chmod(filepath.Join(dir, "closed.json"), 0))
	f.does(os.Chmod(filepath.Join(dir, "fx"), 0))
	if os.Geteuid() == 0 { // root may read everything, so this thread becomes somebody else and ends with the test
		runtime.LockOSThread()
		if err := syscall.Setfsuid(65534); err != nil {
			t.Fatal(err)
		}
		defer func() { f.does(syscall.Setfsuid(0)) }()
	}
	f.has("closed.json: It can't be read: macrowatch has no permission.", "fx: The folder can't be read: macrowatch has no permission.", "good.json Good")
}
