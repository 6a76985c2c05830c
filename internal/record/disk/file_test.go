package disk_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"macrowatch/internal/record/disk"
)

func TestReplaceFile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		prepare func(t *testing.T, dir string)
		wantErr error // nil: the file is replaced
	}{
		{"a file that is not there yet", func(*testing.T, string) {}, nil},
		{"a file that others could read", func(t *testing.T, dir string) { write(t, filepath.Join(dir, "note"), 0o644) }, nil},
		{"a directory that is missing", func(t *testing.T, dir string) { must(t, os.Remove(dir)) }, fs.ErrNotExist},
		{"a directory that is read-only", func(t *testing.T, dir string) {
			if os.Geteuid() == 0 {
				t.Skip("root can write anywhere")
			}
			must(t, os.Chmod(dir, 0o500))
		}, fs.ErrPermission},
		{"a directory that is a file", func(t *testing.T, dir string) {
			must(t, os.Remove(dir))
			write(t, dir, 0o600)
		}, errAny},
		{"a directory in the file's place", func(t *testing.T, dir string) { must(t, os.Mkdir(filepath.Join(dir, "note"), 0o700)) }, errAny},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "dir")
			must(t, os.Mkdir(dir, 0o700))
			c.prepare(t, dir)
			path := filepath.Join(dir, "note")
			err := disk.ReplaceFile(path, ".new-", []byte("new"))
			if left, globErr := filepath.Glob(filepath.Join(dir, ".new-*")); len(left) > 0 || globErr != nil {
				t.Errorf("left behind: %v, %v", left, globErr)
			}
			if c.wantErr != nil {
				if err == nil || c.wantErr != errAny && !errors.Is(err, c.wantErr) {
					t.Errorf("got %v, want %v", err, c.wantErr)
				}
				return
			}
			content, readErr := os.ReadFile(path)
			info, statErr := os.Stat(path)
			if err := errors.Join(err, readErr, statErr); err != nil {
				t.Fatal(err)
			}
			if string(content) != "new" || info.Mode() != 0o600 {
				t.Errorf("the file has %q and the mode %v", content, info.Mode())
			}
		})
	}
}

// errAny means any error, for cases in which the error differs from system to system.
var errAny = errors.New("an error")

func TestSyncDir(t *testing.T) {
	t.Parallel()
	if err := disk.SyncDir(t.TempDir()); err != nil {
		t.Error(err)
	}
	if err := disk.SyncDir(filepath.Join(t.TempDir(), "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing directory: %v", err)
	}
}

func TestOwnerOf(t *testing.T) {
	t.Parallel()
	info, err := os.Stat(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if uid, _, known := disk.OwnerOf(info); !known || int(uid) != os.Geteuid() {
		t.Errorf("a directory of this process belongs to user %d (known: %v)", uid, known)
	}
}

func write(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	must(t, os.WriteFile(path, []byte("old"), mode))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
