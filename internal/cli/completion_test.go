package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/record/intake"
)

// completed returns what a shell would offer after some words, without descriptions.
func completed(t *testing.T, words ...string) []string {
	t.Helper()
	r := runMain(t, append([]string{"__complete"}, words...)...)
	if r.status != exitOK {
		t.Fatalf("%d %s", r.status, r.errout)
	}
	var offered []string
	for line := range strings.Lines(r.out) {
		word, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
		offered = append(offered, word)
	}
	return offered
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	const noFiles, files, yaml, directories = ":4", ":0", ":8", ":16"
	for name, c := range map[string]struct {
		words []string
		want  string // the first word, or a few of them; then what the shell does besides
		kind  string
	}{
		"commands":               {[]string{""}, "alert completion dashboards database demo", noFiles},
		"a command":              {[]string{"imp"}, "import", noFiles},
		"a command of a command": {[]string{"spool", ""}, "drop list retry", noFiles},
		"kinds of import":        {[]string{"import", ""}, strings.Join(intake.Kinds(), " "), noFiles},
		"files of import":        {[]string{"import", "prices", ""}, "", files},
		"kinds of instrument":    {[]string{"import", "--kind", ""}, "price yield", noFiles},
		"presets":                {[]string{"import", "--preset", ""}, "fred bcb-sgs yfinance tesouro b3 investing", noFiles},
		"orders of dates":        {[]string{"import", "--date-order", ""}, "dmy mdy ymd", noFiles},
		"kinds of help import":   {[]string{"help", "import", ""}, strings.Join(intake.Kinds(), " "), noFiles},
		"units of yields":        {[]string{"import", "--quoted-in", ""}, "percent bp", noFiles},
		"steps":                  {[]string{"exec", "--step", ""}, "health_check bcb_sgs fred yahoo", noFiles},
		"a command under exec":   {[]string{"exec", "--step", "fred", "--", "./"}, "", files},
		"a risk file":            {[]string{"risk", "--risk-file", ""}, "yaml yml", yaml},
		"an alerts file":         {[]string{"serve", "--alerts-file", ""}, "yaml yml", yaml},
		"a configuration file":   {[]string{"serve", "--config", ""}, "yaml yml", yaml},
		"a directory":            {[]string{"demo", "--data-dir", ""}, "", directories},
		"no argument":            {[]string{"demo", ""}, "", noFiles},
		"a command to help with": {[]string{"help", "desk", ""}, "apply check print run", noFiles},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			offered := completed(t, c.words...)
			words, kind := offered[:len(offered)-1], offered[len(offered)-1]
			if got := strings.Join(words, " "); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
				t.Errorf("%q is offered, want %q", got, c.want)
			}
			if kind != c.kind {
				t.Errorf("the shell is told %s, want %s", kind, c.kind)
			}
		})
	}
}

func TestKeptRunsAreCompleted(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("MACROWATCH_DATA_DIR", filepath.Join(dir, "data"))
	t.Setenv("MACROWATCH_SPOOL_DIR", dir)
	if r := runMain(t, "exec", "--step", "fred", "--", "no-such-command"); !strings.Contains(r.errout, "it is kept in") {
		t.Fatalf("%d %s", r.status, r.errout)
	}
	for _, command := range []string{"retry", "drop"} {
		offered := completed(t, "spool", command, "")
		if len(offered) != 2 || len(offered[0]) != 36 {
			t.Fatalf("%q is offered", offered)
		}
		if again := completed(t, "spool", command, offered[0], ""); len(again) != 1 {
			t.Errorf("%q is offered again", again)
		}
	}
}

// A shell runs the command as often as somebody presses a key, so a wrong setting must not show there.
func TestCompletionWorksWithWrongSettings(t *testing.T) {
	t.Setenv("MACROWATCH_CONFIG", filepath.Join(t.TempDir(), "none.yaml"))
	t.Setenv("MACROWATCH_VERBOSE", "perhaps")
	if offered := completed(t, "import", ""); len(offered) != len(intake.Kinds())+1 {
		t.Errorf("%q is offered", offered)
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if r := runMain(t, "completion", shell); r.status != exitOK || len(r.out) < 1000 {
			t.Errorf("%s: %d %s", shell, r.status, r.errout)
		}
	}
}
