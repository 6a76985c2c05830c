package cli

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// Every user of the machine can read a password on the command line. So no help text may recommend it, and each says
// what to do instead.
func TestEveryHelpSaysWhoReadsTheDatabaseURL(t *testing.T) {
	t.Parallel()
	recommended := regexp.MustCompile(`--database-url[ =]\S*:\S*@`)
	seen := 0
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		var help strings.Builder
		c.SetOut(&help)
		if err := c.Help(); err != nil {
			t.Fatal(err)
		}
		if recommended.MatchString(help.String()) {
			t.Errorf("%s --help shows a password on the command line", c.CommandPath())
		}
		if c.Flags().Lookup("database-url") != nil {
			seen++
			for _, word := range []string{"in ps", "DATABASE_URL", "--config", "0600", "PGPASSWORD", "~/.pgpass", "service file"} {
				if !strings.Contains(help.String(), word) {
					t.Errorf("%s --help does not say %s", c.CommandPath(), word)
				}
			}
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit((&app{}).rootCommand())
	if seen < 8 {
		t.Errorf("only %d commands have the flag", seen)
	}
}
