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
		text := strings.Join(strings.Fields(help.String()), " ") // as if it were one line
		if recommended.MatchString(text) {
			t.Errorf("%s --help shows a password on the command line", c.CommandPath())
		}
		if c.Flags().Lookup("database-url") != nil {
			seen++
			words := []string{"in ps", "PGPASSWORD", "~/.pgpass", "service file"}
			if c.Name() != "demo" { // it takes the flag from the command line alone
				words = append(words, "DATABASE_URL", "--config", "0600")
			}
			for _, word := range words {
				if !strings.Contains(text, word) {
					t.Errorf("%s --help does not say %s", c.CommandPath(), word)
				}
			}
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(newApp(Streams{}).rootCommand())
	if seen < 8 {
		t.Errorf("only %d commands have the flag", seen)
	}
}
