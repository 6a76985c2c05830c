//go:build linux || darwin

package testenv

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// dropped are variables that change what macrowatch, PostgreSQL, a browser or a shell does. A name
// that ends with * stands for all that begin so.
var dropped = []string{
	"MACROWATCH_*", "DATABASE_URL", "PG*", "XDG_*", "LC_*", "LANG", "LANGUAGE", "TZ", "TERM", "COLUMNS", "LINES",
	"NO_COLOR", "CLICOLOR*", "FORCE_COLOR", "BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "PAGER", "EDITOR", "VISUAL",
	"ENV", "BASH_ENV", "CDPATH", "POSIXLY_CORRECT", "NODE_OPTIONS", "USER", "LOGNAME", "HOME", "TMPDIR",
}

// kept are those among them that are meant for the tests.
var kept = []string{"MACROWATCH_TEST_*", "MACROWATCH_SCREENSHOTS", "MACROWATCH_POSTGRES_URL"}

// surroundings gives the environment of a test process: the one that it was started with, without
// what changes the outcome of a test, and with what every test has. Its home is a directory of its
// own that nobody has made yet.
func surroundings(given []string, temp, home string) []string {
	var env []string
	has := map[string]bool{}
	for _, entry := range given {
		name, value, _ := strings.Cut(entry, "=")
		if !named(name, dropped) || named(name, kept) {
			env = append(env, entry)
			has[name] = value != ""
		}
	}
	for _, place := range [][2]string{ // in the home that it was started with
		{"GOCACHE", below(os.UserCacheDir, "go-build")},
		{"GOENV", below(os.UserConfigDir, "go/env")},
		{"GOPATH", below(os.UserHomeDir, "go")},
		{downloadsVariable, below(os.UserCacheDir, "macrowatch-test")},
	} {
		if !has[place[0]] && place[1] != "" {
			env = append(env, place[0]+"="+place[1])
		}
	}
	return append(env, "HOME="+home, "TMPDIR="+temp, "TZ=UTC", "LANG=C.UTF-8", "TERM=dumb")
}

// ForGo is the environment of a go command that a test runs. It has no home, or the command would keep
// counts of its own use there, still after the test has ended.
func ForGo() []string { return append(os.Environ(), "HOME=") }

// named reports whether a list has a name.
func named(name string, list []string) bool {
	return slices.ContainsFunc(list, func(pattern string) bool {
		prefix, many := strings.CutSuffix(pattern, "*")
		return name == pattern || many && strings.HasPrefix(name, prefix)
	})
}

// below gives a place in one of the user's directories, "" where the user has none.
func below(directory func() (string, error), name string) string {
	dir, err := directory()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, name)
}

// longestTemp leaves room for the path of a Unix socket, of which a system takes about 100 bytes.
const longestTemp = 40

// tempDir gives a directory for temporary files: the one that was asked for, or else the first of
// the system's that can be written and whose path is short enough.
func tempDir(asked string) string {
	for _, dir := range []string{asked, "/tmp", "/var/tmp"} {
		if len(dir) > longestTemp || !filepath.IsAbs(dir) {
			continue
		}
		probe, err := os.MkdirTemp(dir, "macrowatch-probe-")
		if err == nil && os.Remove(probe) == nil {
			return dir
		}
	}
	return asked
}
