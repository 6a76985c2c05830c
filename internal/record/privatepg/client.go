//go:build linux || darwin

package privatepg

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// clientVersion finds the version in "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)".
var clientVersion = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// FindClient finds a program that PostgreSQL has beside its server, such as pg_dump, on this machine. Of those whose
// major version is at least `oldest`, it chooses the oldest one.
func FindClient(ctx context.Context, name string, oldest int) (string, error) {
	type client struct {
		path  string
		major int
	}
	var found, tooOld []client
	for _, dir := range installedDirs() {
		path := filepath.Join(dir, name)
		if !filepath.IsAbs(dir) || !isProgram(path) {
			continue
		}
		if major := clientMajor(ctx, path); major >= oldest {
			found = append(found, client{path, major})
		} else if major > 0 {
			tooOld = append(tooOld, client{path, major})
		}
	}
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	byMajor := func(a, b client) int { return cmp.Compare(a.major, b.major) }
	slices.SortStableFunc(found, byMajor)
	switch {
	case len(found) > 0:
		return found[0].path, nil
	case len(tooOld) > 0:
		newest := slices.MaxFunc(tooOld, byMajor)
		return "", fmt.Errorf("%s is of PostgreSQL %d, but the server is of PostgreSQL %d: install the client programs of PostgreSQL %[3]d (on Debian or Ubuntu: apt-get install postgresql-client-%[3]d)", newest.path, newest.major, oldest)
	}
	return "", fmt.Errorf("%s was not found on this machine: install the client programs of PostgreSQL %d or newer (on Debian or Ubuntu: apt-get install postgresql-client)", name, oldest)
}

// clientMajor asks a program for its major version. It returns 0 if the program does not say.
func clientMajor(ctx context.Context, path string) int {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "--version")
	cmd.Env = append(serverEnviron(), "HOME="+os.Getenv("HOME"))
	out, err := cmd.Output()
	if err != nil {
		return 0
	}
	m := clientVersion.FindSubmatch(out)
	if m == nil {
		return 0
	}
	major, err := strconv.Atoi(string(m[1]))
	if err != nil {
		return 0
	}
	return major
}
