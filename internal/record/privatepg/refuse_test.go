//go:build linux || darwin

package privatepg

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o711); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestDataDirectoryThatIsAFileIsRefused(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	write(t, dir, "not a directory")
	refused(t, testConfig(dir), dir, "is a file", "--data-dir")
	refused(t, testConfig(filepath.Join(dir, "below")), filepath.Join(dir, "below"), "is a file", "--data-dir")
}

func TestForeignFilesInPlaceOfTheDataAreLeftAlone(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	thesis := filepath.Join(dir, "postgres", "thesis.txt")
	write(t, thesis, "years of work")
	refused(t, testConfig(dir), filepath.Join(dir, "postgres"), "move it away")
	if _, err := os.Stat(thesis); err != nil {
		t.Error(err)
	}
}

func TestEmptyDirectoryInPlaceOfTheDataIsUsed(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	if err := os.MkdirAll(filepath.Join(dir, "postgres"), 0o711); err != nil {
		t.Fatal(err)
	}
	open(t, testConfig(dir))
}

func TestDataOfAnotherMajorVersionAreRefused(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	l := layout{dir: dir}
	write(t, filepath.Join(l.pgdata(), "PG_VERSION"), "9999\n")
	if err := serverOwns(l); err != nil {
		t.Fatal(err)
	}
	as, err := serverAccount(l)
	if err != nil {
		t.Fatal(err)
	}
	found, _ := usable(t.Context(), installedDirs(), as)
	if len(found) == 0 {
		t.Skip("no server programs are installed")
	}
	refused(t, testConfig(dir), "PostgreSQL 9999", "PostgreSQL "+strconv.Itoa(found[0].Major), l.pgdata())
}

func TestLostPasswordIsNamed(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	if err := open(t, testConfig(dir)).Close(); err != nil {
		t.Fatal(err)
	}
	l := layout{dir: dir}
	if err := os.Remove(l.passwords()); err != nil {
		t.Fatal(err)
	}
	refused(t, testConfig(dir), l.passwords(), "move")
}

func TestServerThatCannotStartSaysWhy(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	cfg := testConfig(dir)
	cfg.Settings["max_connections"] = "none"
	refused(t, cfg, "max_connections", layout{dir: dir}.log())
	if !ended(t, dir) {
		t.Error("a guard was left behind")
	}
}

func TestDamagedDataSayWhy(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	if err := open(t, testConfig(dir)).Close(); err != nil {
		t.Fatal(err)
	}
	control := filepath.Join(layout{dir: dir}.pgdata(), "global", "pg_control")
	if err := os.Remove(control); err != nil {
		t.Fatal(err)
	}
	refused(t, testConfig(dir), "pg_control", layout{dir: dir}.log())
}
