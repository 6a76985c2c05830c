package cli

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// update makes TestGolden write the golden files: go test ./internal/cli -run TestGolden -update
var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// TestGolden compares the help of every command, and what the command says to ten wrong calls or more, with the golden
// files in testdata. Read each changed line as somebody who has just typed the call: it must say what is wrong, and
// what to do.
func TestGolden(t *testing.T) {
	files, dir := map[string]string{}, testFiles(t)
	for command, calls := range wrongCalls() {
		if len(calls) < 10 {
			t.Errorf("%s has only %d wrong calls", command, len(calls))
		}
		var text strings.Builder
		for _, call := range append([]string{command + " --help"}, calls...) {
			fmt.Fprintf(&text, "$ %s\n%s\n", call, runCall(t, call, dir))
		}
		files[strings.ReplaceAll(command, " ", "_")+".txt"] = text.String()
	}
	for _, command := range everyCommand(newApp(Streams{}).rootCommand()) {
		if _, ok := files[strings.ReplaceAll(command, " ", "_")+".txt"]; !ok {
			t.Errorf("%s has no wrong calls: add ten to wrongCalls", command)
		}
	}
	for name, got := range files {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("it differs from testdata/%s (go test ./internal/cli -run TestGolden -update writes it):\n%s", name, diff)
			}
		})
	}
	written, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for i := range written {
		written[i] = filepath.Base(written[i])
	}
	if want := slices.Sorted(maps.Keys(files)); !slices.Equal(written, want) {
		t.Errorf("testdata has the golden files %v, want %v", written, want)
	}
}

// unstable are the parts of an output that differ between two runs, and what a golden file has instead.
var unstable = map[*regexp.Regexp]string{
	regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`): "RUN",
	regexp.MustCompile(`go1\.[0-9.]+, \w+/\w+`):                                        "GO, PLATFORM",
}

// runCall runs a call that is written as in a shell: VARIABLE=value …, macrowatch, arguments; ” is an empty argument.
// TMP is an empty directory, and FILES is files. runCall returns what the call writes to standard output, to standard error, and the exit status.
func runCall(t *testing.T, call, files string) string {
	t.Helper()
	words := strings.Fields(strings.NewReplacer("TMP", t.TempDir(), "FILES", files).Replace(call))
	// The user's own directories must play no part: the tests may run as root, whose directories are the machine's.
	defer setEnv(t, "MACROWATCH_DATA_DIR", filepath.Join(os.TempDir(), "none", "data"))()
	defer setEnv(t, "MACROWATCH_SPOOL_DIR", filepath.Join(os.TempDir(), "none", "spool"))()
	for len(words) > 0 && words[0] != "macrowatch" {
		name, value, _ := strings.Cut(words[0], "=")
		defer setEnv(t, name, value)()
		words = words[1:]
	}
	for i, word := range words {
		words[i] = strings.ReplaceAll(word, "''", "")
	}
	r := runMain(t, words[1:]...)
	text := strings.NewReplacer(os.Getenv("HOME"), "HOME", os.TempDir(), "TMPDIR").Replace(r.out + r.errout)
	text = regexp.MustCompile(`TMPDIR/Test[^/ ]*/\d+`).ReplaceAllString(text, "TMP")
	for part, stable := range unstable {
		text = part.ReplaceAllString(text, stable)
	}
	return text + fmt.Sprintf("= %d\n", r.status)
}

// testFiles returns a directory with configuration files that have mistakes.
func testFiles(t *testing.T) string {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"misspelled.yaml": "lisen: 127.0.0.1:1\n", "list.yaml": "listen: [a, b]\n", "broken.yaml": "listen: [\n", "maybe.yaml": "verbose: perhaps\n",
		"desk-alerts.yaml": "name: Ours\nalerts:\n  targets:\n    chat: {service_env: DESK_CHAT}\n  routes:\n    - {to: chat}\n",
		"alerts.yaml":      "targets:\n  chat: {service_env: DESK_CHAT}\nroutes:\n  - {to: chat}\n",
		"open-order.csv":   "date;instrument;price\n02/03/2026;A;1,5\n",
		"empty.csv":        "", "password.txt": "correct horse\n", "words.yaml": "statuses:\n  DONE: GREAT\n", "risk.yaml": "limits:\n  var_95_pct: much\n",
		"limits.yaml": "limits: {var_95_pct: 3}\n", "spoken.yaml": "words: {statuses: {fine: SUCCESS}}\n",
		"desk.yaml": "name: Gilts\nzone: Europe/Londn\nsteps:\n  - {name: ons, group: connector, schedule: daily}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// setEnv sets a variable of the environment until the function that it returns is called.
func setEnv(t *testing.T, name, value string) (restore func()) {
	t.Helper()
	before, was := os.LookupEnv(name)
	if err := os.Setenv(name, value); err != nil {
		t.Fatal(err)
	}
	return func() {
		if was {
			_ = os.Setenv(name, before)
		} else {
			_ = os.Unsetenv(name)
		}
	}
}
