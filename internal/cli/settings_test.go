package cli

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// everyFlag calls a function for each flag of a command and of all commands below it.
func everyFlag(c *cobra.Command, do func(c *cobra.Command, f *pflag.Flag)) {
	c.LocalFlags().VisitAll(func(f *pflag.Flag) { do(c, f) })
	for _, sub := range c.Commands() {
		everyFlag(sub, do)
	}
}

// A flag that says what a single call is to do (--owner, --tcp, --reader-role, --kind, --private) counts on the
// command line only. No environment variable sets it.
func TestEnvironmentSetsOnlyTheFlagsThatAreDocumented(t *testing.T) {
	checked := 0
	everyFlag(newApp(Streams{}).rootCommand(), func(c *cobra.Command, f *pflag.Flag) {
		if slices.Contains(settingKeys(), f.Name) {
			return
		}
		checked++
		for _, value := range []string{"true", "1", "2026-01-31", "macrowatch_reader"} {
			err := applySettings(c.LocalFlags(), func(name string) string {
				if name == envName(f.Name) && name != "MACROWATCH_CONFIG" {
					return value
				}
				return ""
			})
			if err != nil || f.Value.String() != f.DefValue {
				t.Errorf("%s: %s=%s sets --%s to %s, %v", c.CommandPath(), envName(f.Name), value, f.Name, f.Value, err)
			}
		}
	})
	if checked < 20 {
		t.Errorf("only %d flags were looked at", checked)
	}
}

func TestSettableFlagsAreThoseOfTheConfigurationPage(t *testing.T) {
	text, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, row := range regexp.MustCompile("(?m)^\\| `--([a-z-]+)` \\| ([^|]+) \\|").FindAllStringSubmatch(string(text), -1) {
		documented = append(documented, row[1])
		if !regexp.MustCompile("`" + envName(row[1]) + "`").MatchString(row[2]) {
			t.Errorf("the page gives --%s the variables %s", row[1], row[2])
		}
	}
	slices.Sort(documented)
	if keys := slices.Sorted(slices.Values(settingKeys())); !slices.Equal(documented, keys) {
		t.Errorf("the page documents %v, and what can be set is %v", documented, keys)
	}
	known := map[string]bool{}
	everyFlag(newApp(Streams{}).rootCommand(), func(_ *cobra.Command, f *pflag.Flag) { known[f.Name] = true })
	for _, key := range settingKeys() {
		if !known[key] {
			t.Errorf("no command has a flag --%s", key)
		}
	}
}

// The page of the settings must say of each setting what the help of every command that has it says.
func TestSettingsAreThoseOfTheHelp(t *testing.T) {
	uses := map[string]map[string]Use{}
	for _, s := range Settings() {
		uses[s.Flag] = map[string]Use{}
		for _, u := range s.Uses {
			for _, c := range u.Commands {
				uses[s.Flag][c] = u
			}
		}
		if commands := s.Commands(); len(commands) != len(uses[s.Flag]) || len(commands) == 0 {
			t.Errorf("--%s has the commands %v", s.Flag, commands)
		}
	}
	for _, want := range []struct{ flag, command, value, meaning string }{
		{"listen", "serve", "`127.0.0.1:3002`", "`HOST:PORT` to listen on"},
		{"listen", "doctor", "`127.0.0.1:3002`", "`HOST:PORT` that serve would listen on"},
		{"postgres-port", "demo", "no port", "for clients that can't use its Unix socket"},
		{"allowed-host", "serve", "none", "also answer requests for this host"},
		{"database-url", "demo", "the private PostgreSQL", "leave the password out"},
		{"database-url", "spool retry", "$DATABASE_URL, else what PGSERVICE", "connection `URL` of the database. If you give it"},
		{"log-format", "all", "`text`", "text or json"},
		{"verbose", "all", "`false`", "log each action to standard error"},
	} {
		u, found := uses[want.flag][want.command]
		if !found || !strings.HasPrefix(u.Default, want.value) || !strings.Contains(u.Meaning, want.meaning) {
			t.Errorf("--%s of %s: %v %+v", want.flag, want.command, found, u)
		}
	}
	everyFlag(newApp(Streams{}).rootCommand(), func(c *cobra.Command, f *pflag.Flag) {
		name := strings.TrimPrefix(c.CommandPath(), "macrowatch ")
		if c.Hidden || !c.HasParent() || c.InheritedFlags().Lookup(f.Name) != nil || !settable(f.Name) {
			return
		}
		u := uses[f.Name][name]
		if missing := !strings.HasPrefix(f.Usage, u.Meaning[:min(len(u.Meaning), 20)]); u.Meaning == "" || missing {
			t.Errorf("--%s of %s is not among the settings", f.Name, name)
		}
	})
}

// A --data-dir on the command line chooses the private PostgreSQL there, whatever database the environment names. So
// an import into a desk for practice does not reach the desk's own database.
func TestDataDirOnTheCommandLineOverridesTheDatabaseOfTheEnvironment(t *testing.T) {
	for _, c := range []struct{ command, typed, variable, want string }{
		{"import", "--data-dir=/x", "DATABASE_URL", ""},
		{"import", "--data-dir=/x", "MACROWATCH_DATABASE_URL", ""},
		{"import", "--data-dir=/x", "PGHOST", ""},
		{"import", "--verbose", "DATABASE_URL", "there"},
		{"serve", "--data-dir=/x", "DATABASE_URL", "there"}, // it chooses by --private
	} {
		command, _, err := (&app{}).rootCommand().Find([]string{c.command})
		if err != nil {
			t.Fatal(err)
		}
		flags := command.Flags()
		flags.AddFlagSet(command.InheritedFlags())
		if err := flags.Parse([]string{c.typed}); err != nil {
			t.Fatal(err)
		}
		err = applySettings(flags, func(name string) string {
			if name == c.variable {
				return "there"
			}
			return ""
		})
		if got := flags.Lookup(databaseURLName).Value.String(); err != nil || got != c.want {
			t.Errorf("%s %s with %s: the database is %q, %v", c.command, c.typed, c.variable, got, err)
		}
	}
}
