//go:build linux || darwin

package privatepg

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestDataThatOthersCanReadAreRefused(t *testing.T) {
	t.Parallel()
	l := closedDir(t)
	for _, mode := range []fs.FileMode{0o755, 0o770, 0o705, 0o701, 0o720} {
		if err := os.Chmod(l.pgdata(), mode); err != nil {
			t.Fatal(err)
		}
		refused(t, testConfig(l.dir), "can read or change", "chmod 700 '"+l.pgdata()+"'")
	}
	for _, mode := range []fs.FileMode{0o750, 0o700} { // PostgreSQL takes both
		if err := os.Chmod(l.pgdata(), mode); err != nil {
			t.Fatal(err)
		}
		if err := open(t, testConfig(l.dir)).Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDamagedPasswordFileSaysWhatToType(t *testing.T) {
	t.Parallel()
	l := closedDir(t)
	for name, text := range map[string]string{
		"empty": "", "broken off": "{", "null": "null", "a password missing": `{"superuser":"1","owner":"2"}`,
		"a number": `{"superuser":1}`, "zeroes": "\x00\x00\x00", "a list": "[]",
	} {
		t.Run(name, func(t *testing.T) {
			write(t, l.passwords(), text)
			refusedEverywhere(t, l.dir, l.passwords(), "is damaged", "mv '"+l.pgdata()+"' '"+l.pgdata()+".old'")
		})
	}
	if err := os.Rename(l.pgdata(), l.pgdata()+".old"); err != nil { // as the message says
		t.Fatal(err)
	}
	open(t, testConfig(l.dir))
}

func TestASocketDirectoryThatIsNotThisServersIsRefused(t *testing.T) {
	t.Parallel()
	l := closedDir(t)
	for _, word := range []string{"/tmp", "/", filepath.Dir(l.dir), "/tmp/macrowatch-0123456789abcdef", "relative", ""} {
		t.Run(word, func(t *testing.T) {
			write(t, l.socketIn(), word)
			if found, err := Lookup(l.dir); err == nil {
				t.Errorf("%q is taken: %+v", word, found)
			} else {
				checkSentence(t, err.Error(), l.socketIn(), "macrowatch demo")
			}
		})
	}
	open(t, testConfig(l.dir))
}

func TestTheSocketDirectoryIsCheckedWhileTheServerIsDown(t *testing.T) {
	t.Parallel()
	dir := longDir(t)
	place := elsewhere(t, dir)
	if err := open(t, testConfig(dir)).Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(place); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/tmp", place); err != nil {
		t.Fatal(err)
	}
	if _, err := Lookup(dir); err == nil {
		t.Error("the link was taken for the directory")
	} else {
		checkSentence(t, err.Error(), place, "symbolic link")
	}
}
