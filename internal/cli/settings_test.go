package cli

import (
	"os"
	"regexp"
	"slices"
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
	everyFlag((&app{}).rootCommand(), func(c *cobra.Command, f *pflag.Flag) {
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

func TestSettableFlagsAreThoseOfTheREADME(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, row := range regexp.MustCompile("(?m)^\\| `--([a-z-]+)` \\| ([^|]+) \\|").FindAllStringSubmatch(string(text), -1) {
		documented = append(documented, row[1])
		if !regexp.MustCompile("`" + envName(row[1]) + "`").MatchString(row[2]) {
			t.Errorf("the README gives --%s the variables %s", row[1], row[2])
		}
	}
	slices.Sort(documented)
	if keys := slices.Sorted(slices.Values(settingKeys())); !slices.Equal(documented, keys) {
		t.Errorf("the README documents %v, and what can be set is %v", documented, keys)
	}
	known := map[string]bool{}
	everyFlag((&app{}).rootCommand(), func(_ *cobra.Command, f *pflag.Flag) { known[f.Name] = true })
	for _, key := range settingKeys() {
		if !known[key] {
			t.Errorf("no command has a flag --%s", key)
		}
	}
}
