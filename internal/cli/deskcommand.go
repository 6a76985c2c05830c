package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"macrowatch/internal/desk"
	"macrowatch/internal/deskfile"
	"macrowatch/internal/yamlnode"
)

// deskCommand holds the commands about the desk that macrowatch works for.
func (a *app) deskCommand() *cobra.Command {
	return group("desk", "Describe your desk to macrowatch, or run the sample desk",
		"  macrowatch desk print > desk.yaml\n  macrowatch desk check desk.yaml\n  macrowatch desk apply --desk-file desk.yaml\n  macrowatch desk run --from 2024-01-01 --to 2024-12-31",
		a.deskPrintCommand(), a.deskCheckCommand(), a.deskApplyCommand(), a.deskRunCommand())
}

func (a *app) deskPrintCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "print",
		Short: "Print the desk file of the built-in desk",
		Long: `Writes the desk file of the built-in desk to standard output, with comments. It is the beginning of a
file of your own: change what is different at your desk, and leave out what is not.`,
		Example: "  macrowatch desk print > desk.yaml",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := a.Out.Write(deskfile.Print(desk.BuiltInRules()))
			return err
		},
	}
}

func (a *app) deskCheckCommand() *cobra.Command {
	var against string
	var asJSON bool
	c := &cobra.Command{
		Use:   "check FILE",
		Short: "Say what is wrong with a desk file, and what it changes",
		Long: `Reads a desk file. If anything is wrong with it, the command names every fault with its line and column
and with what is allowed, and ends with status 1. Otherwise it lists what differs from the built-in
desk, or from the desk file of --against.`,
		Example: `  macrowatch desk check desk.yaml
  macrowatch desk check desk.yaml --against /etc/macrowatch/desk.yaml
  macrowatch desk check desk.yaml --json`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return usagef("desk check needs a file, such as: macrowatch desk check desk.yaml")
			case len(args) > 1:
				return usagef("desk check takes one file: %q is one too many", args[1])
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.checkDesk(args[0], against, asJSON) },
	}
	c.Flags().StringVar(&against, "against", "", "desk `FILE` to compare with (default: the built-in desk)")
	jsonFlag(c, &asJSON)
	return c
}

// deskCheckJSON is the JSON of desk check.
type deskCheckJSON struct {
	File    string   `json:"file"`
	Right   bool     `json:"right"`
	Faults  []string `json:"faults"`
	Against string   `json:"against"`
	Changes []string `json:"changes"`
}

func (a *app) checkDesk(path, against string, asJSON bool) error {
	before, err := deskfile.Default()
	if err == nil && against != "" {
		before, err = readDeskFile(against)
	}
	if err != nil {
		return err
	}
	file, err := readDeskFile(path)
	if faults := faultsOf(err); asJSON && (err == nil || faults != nil) {
		j := deskCheckJSON{File: path, Right: err == nil, Faults: append([]string{}, faults...), Against: against, Changes: []string{}}
		if err == nil {
			j.Changes = append(j.Changes, deskfile.Changes(before, file)...)
		}
		if wrong := printJSON(a.Out, j); wrong != nil {
			return wrong
		}
		if err != nil {
			return exitStatusError(1)
		}
		return nil
	}
	if err != nil {
		return err
	}
	return a.printDeskCheck(path, against, file, deskfile.Changes(before, file))
}

func (a *app) printDeskCheck(path, against string, file deskfile.File, changes []string) error {
	other := "the built-in desk"
	if against != "" {
		other = against
	}
	fmt.Fprintf(a.Out, "%s is right: %s, %s, %s\n", path, counted(len(file.Rules.Steps), "step", "steps"),
		counted(len(file.Rules.Connectors()), "connector", "connectors"), counted(len(file.Rules.AssetClasses), "asset class", "asset classes"))
	for _, warning := range file.Risk.Warnings {
		fmt.Fprintln(a.Out, warning)
	}
	if len(changes) == 0 {
		fmt.Fprintf(a.Out, "It is the same as %s.\n", other)
		return nil
	}
	fmt.Fprintf(a.Out, "What differs from %s:\n", other)
	for _, change := range changes {
		fmt.Fprintf(a.Out, "  %s\n", change)
	}
	return nil
}

func readDeskFile(path string) (deskfile.File, error) {
	text, err := readFile(path)
	if err != nil {
		return deskfile.File{}, err
	}
	return deskfile.Read(path, text, nil)
}

// faultsOf returns the faults of a desk file that was refused.
func faultsOf(err error) []string {
	var refused *yamlnode.FaultsError
	if errors.As(err, &refused) {
		return refused.Lines()
	}
	return nil
}
