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

// usualPlaces are patterns of directories that installers put server programs in. Those that
// name a version come several at a time.
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
		"/usr/bin", "/usr/local/bin", // Fedora, Arch, FreeBSD: even when PATH is short
	}
	if home, err := os.UserHomeDir(); err == nil {
		places = append(places,
			filepath.Join(home, ".nix-profile/bin"),
			filepath.Join(home, ".local/state/nix/profile/bin"))
	}
	return places
}

// installedDirs lists the directories that hold server programs: those on PATH, then the usual
// places.
func installedDirs() []string {
	dirs := filepath.SplitList(os.Getenv("PATH"))
	for _, pattern := range usualPlaces() {
		found, err := filepath.Glob(pattern)
		if err == nil { // the patterns are constants but for the home directory
			dirs = append(dirs, found...)
		}
	}
	return dirs
}

// usable gives the programs in the directories that the account can run and that are new enough,
// the newest first and among equals in the order given. tooOld are the majors that were not.
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
		case err != nil: // not one that we can run
		case major < oldestMajor:
			tooOld = append(tooOld, major)
		default:
			found = append(found, binaries{Dir: dir, Major: major})
		}
	}
	slices.SortStableFunc(found, func(a, b binaries) int { return b.Major - a.Major })
	return found, tooOld
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// majorPattern finds the version in "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)".
var majorPattern = regexp.MustCompile(`^postgres \(PostgreSQL\) (\d+)`)

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

// chooseBinaries gives the programs for the data in the data directory, whose version must be
// theirs, or the newest if there are no data yet. Programs fetched earlier count; where there are
// none at all, or none that fit but those to be fetched would, they are fetched.
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
	if err != nil { // the directory's name reads as a malformed pattern
		fetched = []string{fetchedDir(cfg.binariesDir(l))}
	}
	found, tooOld := usable(ctx, append(find(), fetched...), as)
	for _, b := range found {
		if wanted == 0 || b.Major == wanted {
			return b, nil
		}
	}
	if wanted != 0 && wanted != fetchedMajor && len(found) > 0 {
		return binaries{}, fmt.Errorf("the data in %s are of PostgreSQL %d, but the server programs here (%s) are of PostgreSQL %d; install PostgreSQL %d, or name another directory with --data-dir",
			l.pgdata(), wanted, found[0].Dir, found[0].Major, wanted)
	}
	b, err := fetchBinaries(ctx, cfg, l, as)
	switch {
	case err != nil && len(tooOld) > 0:
		return binaries{}, fmt.Errorf("the PostgreSQL installed here is version %d, older than %d, and a newer one could not be fetched (%w); install one (on Debian or Ubuntu: apt-get install postgresql)", slices.Max(tooOld), oldestMajor, err)
	case err != nil:
		return binaries{}, fmt.Errorf("no PostgreSQL server programs were found on this machine, and they could not be fetched (%w); install them (on Debian or Ubuntu: apt-get install postgresql; with Homebrew: brew install postgresql@17)", err)
	case wanted != 0 && b.Major != wanted:
		return binaries{}, fmt.Errorf("the data in %s are of PostgreSQL %d, but the server programs fetched are of PostgreSQL %d; install PostgreSQL %d", l.pgdata(), wanted, b.Major, wanted)
	}
	return b, nil
}
