//go:build linux || darwin

package privatepg

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// fakePrograms makes a directory of server programs that can do no more than tell their version.
func fakePrograms(t *testing.T, version string) (dir string) {
	t.Helper()
	dir = newDir(t)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	script := fmt.Sprintf("#!/bin/sh\necho '%s'\n", version)
	for _, name := range []string{"postgres", "initdb"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestNewestProgramsThatRunAreChosen(t *testing.T) {
	t.Parallel()
	as, err := serverAccount(layout{dir: newDir(t)})
	if err != nil {
		t.Fatal(err)
	}
	old := fakePrograms(t, "postgres (PostgreSQL) 14.22 (Debian 14.22-1)")
	fifteen := fakePrograms(t, "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)")
	seventeen := fakePrograms(t, "postgres (PostgreSQL) 17.5")
	another := fakePrograms(t, "postgres (PostgreSQL) 17.2 (Homebrew)")
	beta := fakePrograms(t, "postgres (PostgreSQL) 19beta1")
	impostor := fakePrograms(t, "bash: libpq.so.5: not found")
	clientOnly := fakePrograms(t, "postgres (PostgreSQL) 20.1")
	if err := os.Remove(filepath.Join(clientOnly, "initdb")); err != nil {
		t.Fatal(err)
	}
	dirs := []string{"", "relative/bin", "/nonexistent", old, impostor, fifteen, clientOnly, seventeen, another, fifteen, beta}
	found, tooOld := usable(t.Context(), dirs, as)
	want := []binaries{{beta, 19}, {seventeen, 17}, {another, 17}, {fifteen, 15}}
	if !slices.Equal(found, want) {
		t.Errorf("found %v\nwant  %v", found, want)
	}
	if !slices.Equal(tooOld, []int{14}) {
		t.Errorf("too old are %v", tooOld)
	}
}

func TestProgramsOfTheDatasVersionArePreferredToNewerOnes(t *testing.T) {
	t.Parallel()
	l, err := prepareDataDir(newDir(t))
	if err != nil {
		t.Fatal(err)
	}
	as, err := serverAccount(l)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(l.pgdata(), "PG_VERSION"), "16\n")
	sixteen := fakePrograms(t, "postgres (PostgreSQL) 16.9")
	newer := fakePrograms(t, "postgres (PostgreSQL) 18.3")
	cfg := testConfig(l.dir)
	cfg.find = func() []string { return []string{newer, sixteen} }
	got, err := chooseBinaries(t.Context(), cfg, l, as)
	if want := (binaries{sixteen, 16}); err != nil || got != want {
		t.Errorf("chose %v, %v", got, err)
	}
}

func TestTooOldProgramsAreNamed(t *testing.T) {
	t.Parallel()
	cfg := noneInstalled(testConfig(newDir(t)), "http://127.0.0.1:1")
	old := fakePrograms(t, "postgres (PostgreSQL) 13.4")
	cfg.find = func() []string { return []string{old} }
	refused(t, cfg, "version 13", "older than 15", "apt-get install postgresql")
}
