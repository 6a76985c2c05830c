//go:build linux || darwin

package privatepg

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// binaries are the server programs of one installed PostgreSQL.
type binaries struct {
	Dir   string // holds initdb and postgres
	Major int
}

func (b binaries) initdb() string   { return filepath.Join(b.Dir, "initdb") }
func (b binaries) postgres() string { return filepath.Join(b.Dir, "postgres") }

// usualPlaces are patterns for the directories into which installers put server programs. A pattern has a * where
// a version stands.
func usualPlaces() []string {
	places := []string{
		"/usr/lib/postgresql/*/bin",                       // Debian, Ubuntu
		"/usr/pgsql-*/bin",                                // PostgreSQL's own RPMs
		"/usr/lib/postgresql*/bin",                        // openSUSE
		"/usr/libexec/postgresql*",                        // Alpine
		"/opt/homebrew/opt/postgresql@*/bin",              // Homebrew on Apple silicon
		"/usr/local/opt/postgresql@*/bin",                 // Homebrew on Intel
		"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin", // Homebrew on Linux
		"/opt/homebrew/opt/postgresql/bin",
		"/usr/local/opt/postgresql/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
		"/Library/PostgreSQL/*/bin", // EnterpriseDB's installer
		"/opt/PostgreSQL/*/bin",
		"/opt/local/lib/postgresql*/bin", // MacPorts
		"/usr/local/pgsql/bin",           // built from source
		"/run/current-system/sw/bin",     // NixOS
		"/nix/var/nix/profiles/default/bin",
		"/usr/bin", "/usr/local/bin", // Fedora, Arch, FreeBSD; PATH may lack them
	}
	if home, err := os.UserHomeDir(); err == nil {
		places = append(places,
			filepath.Join(home, ".nix-profile/bin"),
			filepath.Join(home, ".local/state/nix/profile/bin"))
	}
	return places
}

// installedDirs lists the directories that may hold server programs: first the directories of PATH, then the
// usual places.
func installedDirs() []string {
	dirs := filepath.SplitList(os.Getenv("PATH"))
	for _, pattern := range usualPlaces() {
		found, err := filepath.Glob(pattern)
		if err == nil { // a home directory with a [ in its name can make a bad pattern
			dirs = append(dirs, found...)
		}
	}
	return dirs
}

// usable finds the programs in some directories that the account can run and that are new enough. The newest
// programs come first, and programs of the same version are in the order of the directories. The result `tooOld`
// has the major versions of programs that are too old.
func usable(ctx context.Context, dirs []string, as account) (found []binaries, tooOld []int) {
	seen := map[string]bool{}
	for _, dir := range dirs {
		if !filepath.IsAbs(dir) || seen[dir] {
			continue
		}
		seen[dir] = true
		b := binaries{Dir: dir}
		if !isProgram(b.postgres()) || !isProgram(b.initdb()) {
			continue
		}
		major, err := majorOf(ctx, b.postgres(), as)
		switch {
		case err != nil: // the account can't run it
		case major < oldestMajor:
			tooOld = append(tooOld, major)
		default:
			found = append(found, binaries{Dir: dir, Major: major})
		}
	}
	slices.SortStableFunc(found, func(a, b binaries) int { return b.Major - a.Major })
	return found, tooOld
}

// isProgram reports whether there is an executable file at a path.
func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// majorPattern finds the version in "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)".
var majorPattern = regexp.MustCompile(`^postgres \(PostgreSQL\) (\d+)`)

// majorOf asks a server program for its major version.
func majorOf(ctx context.Context, postgres string, as account) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := as.command(ctx, postgres, "--version").Output()
	if err != nil {
		return 0, fmt.Errorf("ask %s for its version: %w", postgres, err)
	}
	m := majorPattern.FindStringSubmatch(string(out))
	if m == nil {
		return 0, fmt.Errorf("ask %s for its version: it says %q", postgres, strings.TrimSpace(string(out)))
	}
	return strconv.Atoi(m[1])
}

// chooseBinaries chooses the server programs for a data directory. Programs that were fetched earlier count like
// installed ones.
//
// If there are data already, the programs must have the version of the data; otherwise the newest are chosen. If
// there are no such programs, they are fetched, provided that the version to be fetched is the right one or that
// no programs were found at all.
func chooseBinaries(ctx context.Context, cfg Config, l layout, as account) (binaries, error) {
	wanted, err := l.dataMajor()
	if err != nil {
		return binaries{}, err
	}
	find := cfg.find
	if find == nil {
		find = installedDirs
	}
	fetched, err := filepath.Glob(filepath.Join(cfg.binariesDir(l), "*", "bin"))
	if err != nil { // the directory's name has a character such as [, which makes a bad pattern
		fetched = []string{fetchedDir(cfg.binariesDir(l))}
	}
	found, tooOld := usable(ctx, append(find(), fetched...), as)
	for _, b := range found {
		if wanted == 0 || b.Major == wanted {
			return b, nil
		}
	}
	if wanted != 0 && wanted != fetchedMajor && len(found) > 0 {
		return binaries{}, otherMajor(l, wanted, found[0])
	}
	b, err := fetchBinaries(ctx, cfg, l, as)
	switch {
	case err != nil && len(tooOld) > 0:
		return binaries{}, fmt.Errorf("the PostgreSQL installed here is version %d, older than %d, and a newer one could not be fetched (%w); install one (on Debian or Ubuntu: apt-get install postgresql)", slices.Max(tooOld), oldestMajor, err)
	case err != nil:
		return binaries{}, fmt.Errorf("no PostgreSQL server programs were found on this machine, and they could not be fetched (%w); install them (on Debian or Ubuntu: apt-get install postgresql; with Homebrew: brew install postgresql@17)", err)
	case wanted != 0 && b.Major != wanted:
		return binaries{}, otherMajor(l, wanted, b)
	}
	return b, nil
}

// otherMajor says that the server's data are of another major version than the programs, and what to do.
func otherMajor(l layout, wanted int, b binaries) error {
	const upgrade = "then macrowatch can back them up (macrowatch database backup), and restore the backup into a new directory, whose data are of the newest PostgreSQL"
	problem := fmt.Sprintf("the data in %s are of PostgreSQL %d, but the server programs here (%s) are of PostgreSQL %d", l.pgdata(), wanted, b.Dir, b.Major)
	switch {
	case wanted < oldestMajor:
		return fmt.Errorf("%s, and macrowatch needs PostgreSQL %d or newer: name another directory with --data-dir, and move the data by PostgreSQL's own pg_upgrade or pg_dump", problem, oldestMajor)
	case wanted > b.Major:
		return fmt.Errorf("%s: install PostgreSQL %d, or name another directory with --data-dir", problem, wanted)
	}
	return fmt.Errorf("%s: install PostgreSQL %d beside it; %s", problem, wanted, upgrade)
}
