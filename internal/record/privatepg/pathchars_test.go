//go:build linux || darwin

package privatepg

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// movedTo moves a data directory that was used to another path.
func movedTo(t *testing.T, path string) string {
	t.Helper()
	l := closedDir(t)
	dir := filepath.Join(filepath.Dir(l.dir), path)
	if above := filepath.Dir(dir); above != filepath.Dir(l.dir) {
		if err := os.Mkdir(above, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(above, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Rename(l.dir, dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if socket, err := socketDir(layout{dir: dir}); err == nil {
			_ = os.RemoveAll(socket)
		}
	})
	return dir
}

// If the path can't be written into a connection URL, the socket is outside the data directory. Every other path can
// be written into a URL that both pgx and libpq understand.
func TestPathsOfAnyPrintableCharactersAreUsed(t *testing.T) {
	t.Parallel()
	psql, _ := exec.LookPath("psql")
	for path, elsewhere := range map[string]bool{
		"a,b": true, ",": true, "a,": true, ",/tmp,": true, "x,y/data": true, "@a,b": true,
		"@a": false, `a"b`: false, "it's": false, `a\b`: false, "a%2Cb": false, "a;b=c&d?e#f+g": false,
		"São Paulo 世": false, " a ": false, "$HOME": false, "*": false,
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			dir := movedTo(t, path)
			s := open(t, testConfig(dir))
			if own := s.socketDir == (layout{dir: dir}).ownSocket(); own == elsewhere {
				t.Errorf("the socket is in %s", s.socketDir)
			}
			checkFound(t, dir, s, true)
			if got := query(t, s.OwnerURL(), "select current_user"); got != ownerName {
				t.Errorf("the owner is %s", got)
			}
			if psql == "" {
				return
			}
			found, err := Lookup(dir)
			if err != nil {
				t.Fatal(err)
			}
			url, err := found.URL(Reader, URLForm{AnyAuth: true}) // an older psql refuses require_auth
			if err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command(psql, "--no-psqlrc", "-Atc", "select current_user", url).CombinedOutput(); err != nil || string(out) != readerName+"\n" {
				t.Errorf("psql: %v %s", err, out)
			}
		})
	}
}

// A path with a line break or another control character, or one that is not UTF-8, can't be written into the
// server's settings and files.
func TestPathsThatAreNotPrintableTextAreRefused(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"a\nb", "a\rb", "a\tb", "\x1b[31m", "a\x7fb", "a\xffb", "\xc3", "a\u0085b"} {
		t.Run(strconv.Quote(path), func(t *testing.T) {
			dir := filepath.Join(filepath.Dir(newDir(t)), path)
			refused(t, testConfig(dir), "character", "--data-dir")
			if _, err := os.Stat(dir); !os.IsNotExist(err) {
				t.Errorf("%q was made: %v", path, err)
			}
			moved := movedTo(t, path)
			refusedEverywhere(t, moved, "character", "--data-dir")
			link := filepath.Join(filepath.Dir(newDir(t)), "link")
			if err := os.Symlink(moved, link); err != nil {
				t.Fatal(err)
			}
			refusedEverywhere(t, link, "character", "--data-dir")
		})
	}
}

func TestSocketIsNotPutIntoADirectoryWithAComma(t *testing.T) {
	comma := filepath.Join(filepath.Dir(newDir(t)), "tmp,dir")
	if err := os.Mkdir(comma, 0o700); err != nil {
		t.Fatal(err)
	}
	dir := longDir(t)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", comma)
	place, err := placeElsewhere(layout{dir: dir})
	if err != nil || strings.Contains(place, ",") {
		t.Errorf("the socket is in %s, %v", place, err)
	}
}
