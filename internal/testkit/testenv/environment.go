//go:build linux || darwin

package testenv

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// dropped are the environment variables that change what macrowatch, PostgreSQL, a browser or a shell does. A name
// that ends with * means all names with this beginning.
var dropped = []string{
	"MACROWATCH_*", "DATABASE_URL", "PG*", "XDG_*", "LC_*", "LANG", "LANGUAGE", "TZ", "TERM", "COLUMNS", "LINES",
	"NO_COLOR", "CLICOLOR*", "FORCE_COLOR", "BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "PAGER", "EDITOR", "VISUAL",
	"ENV", "BASH_ENV", "CDPATH", "POSIXLY_CORRECT", "NODE_OPTIONS", "USER", "LOGNAME", "HOME", "TMPDIR",
}

// kept are exceptions from dropped: variables that are meant for the tests.
var kept = []string{"MACROWATCH_TEST_*", "MACROWATCH_SCREENSHOTS", "MACROWATCH_POSTGRES_URL"}

// surroundings returns the environment variables of a test process. These are the variables with which the
// process was started. Variables that could change the outcome of a test are left out, and variables that
// every test has are added.
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
	for _, place := range [][2]string{ // Go's caches stay in the user's home
		{"GOCACHE", below(os.UserCacheDir, "go-build")},
		{"GOENV", below(os.UserConfigDir, "go/env")},
		{"GOPATH", below(os.UserHomeDir, "go")},
		{downloadsVariable, below(os.UserCacheDir, "macrowatch-test")},
	} {
		if !has[place[0]] && place[1] != "" {
			env = append(env, place[0]+"="+place[1])
		}
	}
	env = append(env, "HOME="+home, "TMPDIR="+temp, "TZ=UTC", "LANG=C.UTF-8", "TERM=dumb")
	if os.Geteuid() == 0 { // root's files would not be in the home, but where root's own macrowatch keeps them
		env = append(env, "MACROWATCH_HOME="+filepath.Join(home, "macrowatch"))
	}
	return env
}

// ForGo is the environment of a go command that a test runs. It has no home, because the command would write counts
// of its use there, even after the test has ended.
func ForGo() []string { return append(os.Environ(), "HOME=") }

// named reports whether a list such as dropped has a name.
func named(name string, list []string) bool {
	return slices.ContainsFunc(list, func(pattern string) bool {
		prefix, many := strings.CutSuffix(pattern, "*")
		return name == pattern || many && strings.HasPrefix(name, prefix)
	})
}

// below returns a path in one of the user's directories, or "" if the user has no such directory.
func below(directory func() (string, error), name string) string {
	dir, err := directory()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, name)
}

// longestTemp leaves room for the path of a Unix socket, which can have about 100 bytes.
const longestTemp = 40

// tempDir returns a directory for temporary files that can be written and has a short path. It takes the directory
// `asked` if that will do, or else one of the system's.
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
