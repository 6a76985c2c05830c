//go:build linux || darwin

package privatepg

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// closedTemplate is made once and then copied, because to initialise a server takes long.
var closedTemplate struct {
	once sync.Once
	dir  string
}

// closedDir makes the data directory of a server that was used and does not run now.
func closedDir(t *testing.T) layout {
	t.Helper()
	closedTemplate.once.Do(func() {
		dir := newDir(t)
		if err := open(t, testConfig(dir)).Close(); err != nil {
			t.Fatal(err)
		}
		closedTemplate.dir = dir
	})
	l := layout{dir: newDir(t)}
	copyDir(t, closedTemplate.dir, l.dir)
	return l
}

// refusedEverywhere expects that Open and Lookup refuse a data directory with these words.
func refusedEverywhere(t *testing.T, dir string, words ...string) {
	t.Helper()
	refused(t, testConfig(dir), words...)
	_, err := Lookup(dir)
	if err == nil {
		t.Fatal("Lookup succeeded")
	}
	checkSentence(t, err.Error(), words...)
}

func TestDataDirectoryThatOthersCanReadOrChangeIsRefused(t *testing.T) {
	t.Parallel()
	l := closedDir(t)
	for _, mode := range []fs.FileMode{0o755, 0o750, 0o704, 0o770, 0o777, 0o720, 0o702, 0o777 | fs.ModeSticky} {
		t.Run("refused with mode "+mode.String(), func(t *testing.T) {
			if err := os.Chmod(l.dir, mode); err != nil {
				t.Fatal(err)
			}
			refusedEverywhere(t, l.dir, "can read or change the data directory", "chmod go-rw '"+l.dir+"'")
		})
	}
	for _, mode := range []fs.FileMode{0o711, 0o710, 0o701} { // others may pass through
		t.Run("used with mode "+mode.String(), func(t *testing.T) {
			if err := os.Chmod(l.dir, mode); err != nil {
				t.Fatal(err)
			}
			if _, err := prepareDataDir(l.dir); err != nil {
				t.Error(err)
			}
			if _, err := Lookup(l.dir); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestPasswordFileThatOthersCanReadOrChangeIsRefused(t *testing.T) {
	t.Parallel()
	l := closedDir(t)
	for _, mode := range []fs.FileMode{0o644, 0o640, 0o604, 0o620, 0o602, 0o666, 0o610} {
		t.Run(mode.String(), func(t *testing.T) {
			if err := os.Chmod(l.passwords(), mode); err != nil {
				t.Fatal(err)
			}
			refusedEverywhere(t, l.dir, "can read or change the password file", "chmod 600 '"+l.passwords()+"'")
		})
	}
}

func TestFormerPasswordFileThatOthersCanReadIsRefused(t *testing.T) {
	t.Parallel()
	f := makeFormer(t)
	if err := os.Chmod(f.l.formerPassword(), 0o644); err != nil {
		t.Fatal(err)
	}
	refused(t, testConfig(f.l.dir), "can read or change the password file", "chmod 600 '"+f.l.formerPassword()+"'")
	if err := os.Chmod(f.l.formerPassword(), 0o600); err != nil {
		t.Fatal(err)
	}
	f.checkTakenOver(t)
}

func TestPasswordFileThatIsALinkIsRefused(t *testing.T) {
	t.Parallel()
	l := closedDir(t)
	elsewhere := filepath.Join(filepath.Dir(l.dir), "elsewhere")
	if err := os.Rename(l.passwords(), elsewhere); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, l.passwords()); err != nil {
		t.Fatal(err)
	}
	refusedEverywhere(t, l.dir, l.passwords(), "symbolic link")
}

func TestDataDirectoryThatAnybodyCanReplaceIsRefused(t *testing.T) {
	t.Parallel()
	l := closedDir(t)
	above := filepath.Dir(l.dir)
	if err := os.Chmod(above, 0o777); err != nil {
		t.Fatal(err)
	}
	refusedEverywhere(t, l.dir, l.dir, "chmod o-w "+above)
	link := filepath.Join(filepath.Dir(newDir(t)), "link") // the link's own path is safe, but the path to which it leads is not
	if err := os.Symlink(l.dir, link); err != nil {
		t.Fatal(err)
	}
	refusedEverywhere(t, link, "chmod o-w "+above)
	if err := os.Chmod(above, 0o777|fs.ModeSticky); err != nil { // as /tmp is
		t.Fatal(err)
	}
	open(t, testConfig(l.dir))
}

func TestDataDirectoryBehindOnesOwnLinkIsUsed(t *testing.T) {
	t.Parallel()
	l := closedDir(t)
	link := filepath.Join(filepath.Dir(newDir(t)), "link")
	if err := os.Symlink(l.dir, link); err != nil {
		t.Fatal(err)
	}
	s := open(t, testConfig(link))
	query(t, s.OwnerURL(), "select 'up'")
	if !strings.HasPrefix(s.socketDir, l.dir) {
		t.Errorf("the socket is in %s, which leads through the link", s.socketDir)
	}
}

func TestWhatAnotherUserOwnsIsRefused(t *testing.T) {
	t.Parallel()
	rootOnly(t) // only root can give files to another user
	l := closedDir(t)
	const other = 54321
	give := func(path string, uid int) {
		if err := os.Lchown(path, uid, -1); err != nil {
			t.Fatal(err)
		}
	}
	give(l.passwords(), other)
	refusedEverywhere(t, l.dir, l.passwords(), "belongs to user 54321", "chown")
	give(l.passwords(), 0)
	give(l.dir, other)
	refusedEverywhere(t, l.dir, l.dir, "belongs to user 54321", "chown", "--data-dir")
	give(l.dir, 0)
	link := filepath.Join(filepath.Dir(l.dir), "link")
	if err := os.Symlink(l.dir, link); err != nil {
		t.Fatal(err)
	}
	give(link, other)
	refusedEverywhere(t, link, link, "symbolic link that user 54321 made", "--data-dir")
	open(t, testConfig(l.dir))
}

func TestPathsInAdviceCanBePasted(t *testing.T) {
	for path, want := range map[string]string{
		"/home/ana/.local/share": "/home/ana/.local/share", "/a b": "'/a b'", "/it's": `'/it'\''s'`, "/x;rm": "'/x;rm'",
	} {
		t.Run(path, func(t *testing.T) {
			if got := shellWord(path); got != want {
				t.Errorf("it is written %s, want %s", got, want)
			}
		})
	}
}
