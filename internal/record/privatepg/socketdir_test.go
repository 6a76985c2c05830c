//go:build linux || darwin

package privatepg

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// longDir returns the path of a data directory, so long that a socket in it would not fit.
func longDir(t *testing.T) string {
	t.Helper()
	return filepath.Join(newDir(t), strings.Repeat("long", 30))
}

// elsewhere returns the directory in which the socket of such a data directory will be. The test's end removes it.
func elsewhere(t *testing.T, dir string) string {
	t.Helper()
	if err := MakeDataDir(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	resolved, err := checkDataDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	place, err := placeElsewhere(layout{dir: resolved})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(place) })
	return place
}

func TestSocketOfALongPathIsElsewhereAndFound(t *testing.T) {
	t.Parallel()
	dir := longDir(t)
	place := elsewhere(t, dir)
	s := open(t, testConfig(dir))
	if s.socketDir != place {
		t.Errorf("the socket is in %s, want %s", s.socketDir, place)
	}
	info, err := os.Lstat(place)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != fs.ModeDir|0o700 {
		t.Errorf("its directory has mode %v", info.Mode())
	}
	joined := startUser(t, userOrder{DataDir: dir}, nil)
	if got := joined.ready(t); got != s.OwnerURL() {
		t.Errorf("a process that joins got %s, want %s", got, s.OwnerURL())
	}
	joined.leave(t)
	checkFound(t, dir, s, true)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, testConfig(dir))
	if again.OwnerURL() != s.OwnerURL() {
		t.Errorf("the URL was %s and is %s", s.OwnerURL(), again.OwnerURL())
	}
}

func TestSocketsDirectoryThatIsNotItsOwnIsRefused(t *testing.T) {
	t.Parallel()
	harmless := filepath.Dir(newDir(t))
	for name, squat := range map[string]struct {
		do    func(place string) error
		words []string
	}{
		"a link":            {func(p string) error { return os.Symlink(harmless, p) }, []string{"symbolic link", "rm "}},
		"a link to nothing": {func(p string) error { return os.Symlink("/nonexistent/x", p) }, []string{"symbolic link", "rm "}},
		"a file":            {func(p string) error { return os.WriteFile(p, nil, 0o600) }, []string{"not a directory", "rm "}},
		"open to all":       {func(p string) error { return makeWithMode(p, 0o777) }, []string{"can enter", "chmod 700 "}},
		"open to its group": {func(p string) error { return makeWithMode(p, 0o710) }, []string{"can enter", "chmod 700 "}},
		"another user's":    {func(p string) error { return makeOwned(p, 54321) }, []string{"belongs to user 54321", "rm -r ", "--data-dir"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if strings.HasPrefix(name, "another") {
				rootOnly(t)
			}
			dir := longDir(t)
			place := elsewhere(t, dir)
			if err := squat.do(place); err != nil {
				t.Fatal(err)
			}
			refused(t, testConfig(dir), append(squat.words, place)...)
			if !ended(t, dir) {
				t.Error("a guard was left behind")
			}
		})
	}
}

func makeWithMode(path string, mode fs.FileMode) error {
	if err := os.Mkdir(path, mode); err != nil {
		return err
	}
	if os.Geteuid() == 0 { // the directory must belong to the server's user
		if as, err := serverAccount(layout{}); err != nil || as.giveFile(path) != nil {
			return os.ErrInvalid
		}
	}
	return os.Chmod(path, mode)
}

func makeOwned(path string, uid int) error {
	if err := os.Mkdir(path, 0o700); err != nil {
		return err
	}
	return os.Lchown(path, uid, uid)
}

// A cleaner of /tmp may remove the socket's directory while the server runs, and another user may then make one.
func TestNothingIsSentOnceTheSocketsDirectoryIsAnothers(t *testing.T) {
	t.Parallel()
	dir := longDir(t)
	place := elsewhere(t, dir)
	s := open(t, testConfig(dir))
	if err := s.CheckSocket(); err != nil {
		t.Fatal(err)
	}
	aside := place + "-aside"
	if err := os.Rename(place, aside); err != nil {
		t.Fatal(err)
	}
	restore := func() { _ = os.Remove(place); _ = os.Rename(aside, place) }
	t.Cleanup(restore)
	if err := os.Symlink(aside, place); err != nil {
		t.Fatal(err)
	}
	if err := s.CheckSocket(); err == nil {
		t.Error("the link was taken for the directory")
	} else {
		checkSentence(t, err.Error(), place, "symbolic link")
	}
	if _, err := Lookup(dir); err == nil {
		t.Error("Lookup took the link for the directory")
	}
	joining := startUser(t, userOrder{DataDir: dir}, nil)
	if word, sentence := joining.said(t); word != "failed" {
		t.Errorf("a process that joins is %s", word)
	} else {
		checkSentence(t, sentence, place, "symbolic link")
	}
	restore()
	query(t, s.OwnerURL(), "select 'up'")
}

func TestDataDirectoryThatWasMovedIsFound(t *testing.T) {
	t.Parallel()
	l := closedDir(t)
	moved := filepath.Join(filepath.Dir(newDir(t)), "moved")
	if err := os.Rename(l.dir, moved); err != nil {
		t.Fatal(err)
	}
	s := open(t, testConfig(moved))
	query(t, s.readerURL(), "select 'up'")
	checkFound(t, moved, s, true)
}

// PostgreSQL refuses to start while a socket's lock file names a living process, whatever process that is.
func TestSocketsLeftBehindAreNotInTheWay(t *testing.T) {
	t.Parallel()
	l := closedDir(t)
	for _, name := range []string{".s.PGSQL.5432", ".s.PGSQL.26001", ".s.PGSQL.5432.lock"} {
		write(t, filepath.Join(l.ownSocket(), name), "1\n")
	}
	s := open(t, testConfig(l.dir))
	query(t, s.OwnerURL(), "select 'up'")
	if _, err := os.Lstat(filepath.Join(l.ownSocket(), ".s.PGSQL.26001")); !os.IsNotExist(err) {
		t.Errorf("an old socket is there still: %v", err)
	}
}

func TestSocketPathsThatFit(t *testing.T) {
	for length, want := range map[int]bool{10: true, longestSocket() - len("/.s.PGSQL.65535"): true, longestSocket() - len("/.s.PGSQL.65535") + 1: false} {
		t.Run(fmt.Sprint(length, " bytes"), func(t *testing.T) {
			if got := socketFits("/" + strings.Repeat("x", length-1)); got != want {
				t.Errorf("it fits: %t", got)
			}
		})
	}
}
