package cli

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestReflow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"one paragraph":  {"a b\nc d e\n", "a b c\nd e\n"},
		"two paragraphs": {"a b\n\nc d", "a b\n\nc d\n"},
		"a long word":    {"a bcdefghijk l", "a\nbcdefghijk\nl\n"},
		"an item":        {"a:\n\n  * b c d\n  * e\n\nf", "a:\n\n  * b\n    c\n    d\n  * e\n\nf\n"},
		"a long item":    {"  * b\n    c", "  * b\n    c\n"},
		"lines to keep":  {"a\n  b   c   d\n  e\n", "a\n  b   c   d\n  e\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := reflow(c.text, 6); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// A command that nobody can read about in two minutes, or that has no example, is not finished.
func TestEveryCommandExplainsItself(t *testing.T) {
	t.Parallel()
	root := newApp(Streams{}).rootCommand()
	for _, path := range everyCommand(root) {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			c, _, err := root.Find(strings.Fields(path)[1:])
			if err != nil {
				t.Fatal(err)
			}
			if c.Short == "" || strings.HasSuffix(c.Short, ".") || len(c.Short) > 65 {
				t.Errorf("its short description is %q", c.Short)
			}
			if !strings.Contains(c.Example, "macrowatch") {
				t.Errorf("its examples are %q", c.Example)
			}
		})
	}
}

// everyCommand returns the words that call a command, and those of all commands below it that the help shows.
func everyCommand(c *cobra.Command) []string {
	all := []string{c.CommandPath()}
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			all = append(all, everyCommand(sub)...)
		}
	}
	return all
}
