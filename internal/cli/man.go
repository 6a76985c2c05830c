package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func (a *app) manCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "man --dir DIR",
		Short: "Write the manual pages",
		Long: `Writes a manual page for macrowatch and for each of its commands into DIR, such as
macrowatch-import.1. It creates DIR if there is none, and prints the paths of the pages.`,
		Example: "  macrowatch man --dir ~/.local/share/man/man1\n  man macrowatch-import",
		Args:    noArguments,

		PersistentPreRunE: noSettings,
		RunE: func(c *cobra.Command, _ []string) error {
			if dir == "" {
				return usagef("man needs --dir DIR, such as: macrowatch man --dir ~/.local/share/man/man1")
			}
			return a.writeManual(c.Root(), dir)
		},
	}
	c.Flags().StringVar(&dir, "dir", "", "`DIR` into which the pages are written")
	return c
}

// writeManual writes the manual pages. It changes the texts of the commands, so it must be the last that a process
// does with them.
func (a *app) writeManual(root *cobra.Command, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("the directory %s can't be created: %w", dir, cause(err))
	}
	prepareManual(root)
	date := a.Now().UTC()
	if built, err := time.Parse(time.RFC3339, a.build.Time); err == nil {
		date = built
	}
	header := &doc.GenManHeader{Section: "1", Date: &date, Source: "macrowatch " + a.build.Version, Manual: "macrowatch"}
	if err := doc.GenManTree(root, header, dir); err != nil {
		return fmt.Errorf("write the manual pages: %w", err)
	}
	return a.printManual(root, dir)
}

// printManual prints the paths of the pages of a command and of all below it.
func (a *app) printManual(c *cobra.Command, dir string) error {
	page := strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1"
	if _, err := fmt.Fprintln(a.Out, filepath.Join(dir, page)); err != nil {
		return err
	}
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			if err := a.printManual(sub, dir); err != nil {
				return err
			}
		}
	}
	return nil
}

// prepareManual turns the texts of a command, and of all below it, into the Markdown from which cobra makes manual
// pages. There, a block that begins with two spaces needs four more to keep its lines.
func prepareManual(c *cobra.Command) {
	c.DisableAutoGenTag = true
	var s strings.Builder
	for line := range strings.Lines(c.Long) {
		if strings.HasPrefix(line, "  ") && !strings.HasPrefix(line, "  * ") && !strings.HasPrefix(line, "    ") {
			line = "    " + line
		}
		s.WriteString(line)
	}
	c.Long = s.String()
	for _, sub := range c.Commands() {
		prepareManual(sub)
	}
}
