package cli

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"macrowatch/internal/record/intake"
)

// The widths of help and other running text, in columns of a terminal.
const (
	narrowestText = 40
	plainText     = 80 // where the output is no terminal
	widestText    = 100
)

// textWidth returns how wide running text may be in an output.
func textWidth(out *os.File) int {
	if !isTerminal(out) {
		return plainText
	}
	width, _, err := term.GetSize(int(out.Fd()))
	if err != nil || width == 0 {
		return plainText
	}
	return min(max(width-1, narrowestText), widestText)
}

// setHelp makes a command and all below it print helpText as their help.
func (a *app) setHelp(root *cobra.Command) {
	root.SetHelpFunc(func(c *cobra.Command, _ []string) {
		fmt.Fprint(c.OutOrStdout(), helpText(c, textWidth(a.Out.File), colorsFor(a.Out.File)))
	})
	root.SetHelpCommand(&cobra.Command{
		Use:               "help [COMMAND…]",
		Short:             "Print the help of a command",
		Example:           "  macrowatch help import\n  macrowatch help import prices\n  macrowatch help spool list",
		ValidArgsFunction: completeCommands,
		PersistentPreRunE: noSettings,
		RunE: func(c *cobra.Command, args []string) error {
			found, left, err := c.Root().Find(args)
			if err == nil && found.Name() == "import" && len(left) == 1 && slices.Contains(intake.Kinds(), left[0]) {
				fmt.Fprint(c.OutOrStdout(), kindHelp(left[0], colorsFor(a.Out.File)))
				return nil
			}
			if err != nil || len(left) > 0 {
				return noArguments(found, left)
			}
			return found.Help()
		},
	})
}

// helpText returns the help of a command for a width in columns.
func helpText(c *cobra.Command, width int, color colors) string {
	var s strings.Builder
	section := func(title, text string) {
		if text = strings.TrimRight(text, "\n"); text != "" {
			fmt.Fprintf(&s, "\n%s\n%s\n", color.bold(title), text)
		}
	}
	about := c.Long
	if about == "" {
		about = c.Short + "."
	}
	s.WriteString(reflow(about, width))
	section("Usage", usageLines(c))
	for _, group := range c.Groups() {
		section(group.Title, commandLines(c, group.ID))
	}
	others := "Commands"
	if len(c.Groups()) > 0 {
		others = "Other commands"
	}
	section(others, commandLines(c, ""))
	section("Examples", c.Example)
	section("Flags", c.LocalFlags().FlagUsagesWrapped(width))
	section("Flags of every command", c.InheritedFlags().FlagUsagesWrapped(width))
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(&s, "\n%s COMMAND --help says more about a command.\n", c.CommandPath())
	}
	return s.String()
}

// usageLines says how a command is called: one line for itself, and one for the commands that it holds.
func usageLines(c *cobra.Command) string {
	line := "  " + c.UseLine() + "\n"
	switch {
	case !c.HasAvailableSubCommands():
		return line
	case !c.HasParent() || !c.LocalNonPersistentFlags().HasAvailableFlags(): // it does nothing itself
		line = ""
	}
	return line + "  " + c.CommandPath() + " COMMAND\n"
}

// commandLines lists the commands of a group that a command holds, with a short description of each.
func commandLines(c *cobra.Command, group string) string {
	width := 0
	for _, name := range commandNames(c) {
		width = max(width, len(name))
	}
	var s strings.Builder
	for _, sub := range c.Commands() {
		if sub.GroupID == group && sub.IsAvailableCommand() {
			fmt.Fprintf(&s, "  %-*s  %s\n", width, sub.Name(), sub.Short)
		}
	}
	return s.String()
}

// reflow breaks the lines of a text anew for a width. Paragraphs end with an empty line. An item begins with "  * ",
// and its further lines with four spaces. Other lines that begin with spaces stay as they are.
func reflow(text string, width int) string {
	var s strings.Builder
	indent, words := "", []string(nil)
	flush := func() {
		line := indent
		if strings.HasSuffix(indent, "* ") {
			indent = "    "
		}
		for i, word := range words {
			switch {
			case i == 0:
				line += word
			case len([]rune(line))+1+len([]rune(word)) > width:
				s.WriteString(line + "\n")
				line = indent + word
			default:
				line += " " + word
			}
		}
		if len(words) > 0 {
			s.WriteString(line + "\n")
		}
		indent, words = "", nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch item, isItem := strings.CutPrefix(line, "  * "); {
		case isItem:
			flush()
			indent, words = "  * ", strings.Fields(item)
		case strings.HasPrefix(line, "    ") && indent != "":
			words = append(words, strings.Fields(line)...)
		case line == "" || strings.HasPrefix(line, " "):
			flush()
			s.WriteString(line + "\n")
		case indent != "": // an item has ended
			flush()
			words = strings.Fields(line)
		default:
			words = append(words, strings.Fields(line)...)
		}
	}
	flush()
	return s.String()
}
