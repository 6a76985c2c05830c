package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"macrowatch/internal/alert"
	"macrowatch/internal/desk"
	"macrowatch/internal/deskfile"
)

// deskFileName is the flag that names the desk file.
const deskFileName = "desk-file"

// ownDesk is the desk that a command works for.
type ownDesk struct {
	path string        // of the desk file; "" for the built-in desk
	text []byte        // of the file
	file deskfile.File // what it says; only set if there is a path
}

// deskFlag gives a command the flag --desk-file.
func (a *app) deskFlag(c *cobra.Command) {
	c.Flags().StringVar(&a.desk.path, deskFileName, "", "desk `FILE` that describes the desk: its steps, calendar, asset classes and limits (default: the built-in desk)")
}

// rules returns the rules of the desk that a command works for.
func (a *app) rules() desk.Rules { return a.desk.file.Rules.OrBuiltIn() }

// alerts returns how the desk that a command works for wants its alerts, without the addresses of the targets.
func (a *app) alerts() alert.Config {
	if a.desk.file.HasAlerts() {
		return a.desk.file.Alerts
	}
	return alert.DefaultConfig()
}

// readDesk reads the desk file of a command that has the flag for it. A desk file that has the sections of a risk file or
// of a file of words excludes that other file: nobody could see which of the two counts.
func (a *app) readDesk(flags *pflag.FlagSet) error {
	if flags.Lookup(deskFileName) == nil || a.desk.path == "" {
		return nil
	}
	var err error
	if a.desk.text, err = readFile(a.desk.path); err != nil {
		return err
	}
	if a.desk.file, err = deskfile.Read(a.desk.path, a.desk.text, nil); err != nil {
		return err
	}
	other := func(name string) string {
		if f := flags.Lookup(name); f == nil || f.Value.String() == "" {
			return ""
		}
		return sourceOf(flags, name)
	}
	if source, sections := other("risk-file"), a.desk.file.RiskSections(); source != "" && len(sections) > 0 {
		return usagef("%s names a risk file, and the desk file %s has %s of its own; keep them in one of the two", source, a.desk.path, strings.Join(sections, ", "))
	}
	if source := other("words-file"); source != "" && a.desk.file.HasWords() {
		return usagef("%s names a file of words, and the desk file %s has words of its own; keep them in one of the two", source, a.desk.path)
	}
	if source := other("alerts-file"); source != "" && a.desk.file.HasAlerts() {
		return usagef("%s names a file of alerts, and the desk file %s has alerts of its own; keep them in one of the two", source, a.desk.path)
	}
	return nil
}
