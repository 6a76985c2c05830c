package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"macrowatch/internal/record/intake"
)

// helpOnKinds makes the help of import say more about a kind that is named with it.
func (a *app) helpOnKinds(c *cobra.Command) {
	c.SetHelpFunc(func(c *cobra.Command, _ []string) {
		kind := slices.IndexFunc(c.Flags().Args(), func(arg string) bool { return slices.Contains(intake.Kinds(), arg) })
		if kind < 0 {
			fmt.Fprint(c.OutOrStdout(), helpText(c, textWidth(a.Out.File), colorsFor(a.Out.File)))
			return
		}
		fmt.Fprint(c.OutOrStdout(), kindHelp(c.Flags().Args()[kind], colorsFor(a.Out.File)))
	})
}

// kindHelp returns the help of a kind: its columns with their units, and a file as an example.
func kindHelp(kind string, color colors) string {
	about, _ := intake.About(kind) // the kind is known
	var s strings.Builder
	fmt.Fprintf(&s, "macrowatch import %s FILE… writes rows into the table %s.\n\n%s\n", kind, about.Table, color.bold("Columns"))
	table := [][]string{}
	for _, column := range about.Columns {
		name := column.Name
		if column.Alias != "" {
			name += " (or " + column.Alias + ")"
		}
		needed := "optional"
		if column.Required {
			needed = "required"
		}
		table = append(table, []string{name, needed, column.Unit, column.About})
	}
	s.WriteString(indented(aligned(table)))
	fmt.Fprintf(&s, "\n%s\n", color.bold("An example"))
	for line := range strings.Lines(about.Example) {
		s.WriteString("  " + line)
	}
	s.WriteString("\nmacrowatch import --help says what else a file may be, and lists the flags.\n")
	return s.String()
}
