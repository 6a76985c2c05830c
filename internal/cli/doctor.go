package cli

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/clipperhouse/displaywidth"
	"github.com/spf13/cobra"

	"macrowatch/internal/doctor"
	"macrowatch/internal/record/privatepg"
)

// doctorLimit bounds how long the database may take to answer all questions.
const doctorLimit = 2 * time.Minute

func (a *app) doctorCommand() *cobra.Command {
	var db databaseFlags
	var listen, dir string
	var asJSON bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Look for what goes wrong, and say what to do about it",
		Long: `Looks at the database (can it be reached, its version, clock and free connections), at the desk's
tables (missing, made by another tool, words and rows that can't be read, rights, how new the rows
are, whether summaries agree with the runs), at the logins that only read, and at this machine (disk,
the viewer's port, runs that exec kept, Grafana's files). Each line says what was found and, where
something is to be done, what.

It changes nothing. The exit status is 0 if all is well, 1 if there are warnings, 2 if something does
not work.`,
		Example: "  macrowatch doctor\n  macrowatch doctor --json\n  DATABASE_URL=postgres://user@host/macro_trading macrowatch doctor",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if _, _, err := net.SplitHostPort(listen); err != nil {
				return usagef("--listen %q is not HOST:PORT", listen)
			}
			findings := a.examine(c.Context(), db, c, listen, dir)
			var err error
			if asJSON {
				err = printFindingsJSON(a.Out.File, findings)
			} else {
				_, err = fmt.Fprint(a.Out, findingsText(findings, colorsFor(a.Out.File)))
			}
			if err != nil {
				return err
			}
			if worst := doctor.Worst(findings); worst != doctor.OK {
				return exitStatusError(int(worst))
			}
			return nil
		},
	}
	db.register(c)
	db.registerReplica(c, "doctor looks whether serve could read it, and how far it is behind")
	a.deskFlag(c)
	db.registerSpool(c)
	c.Flags().StringVar(&listen, "listen", defaultListen, "`HOST:PORT` that serve would listen on")
	c.Flags().StringVar(&dir, "dir", ".", "`DIR` under which Grafana's files are")
	jsonFlag(c, &asJSON)
	return c
}

// examine makes every check. If a check itself fails, that is a finding too.
func (a *app) examine(ctx context.Context, f databaseFlags, c *cobra.Command, listen, dir string) []doctor.Finding {
	ctx, cancel := context.WithTimeout(ctx, doctorLimit)
	defer cancel()
	findings := []doctor.Finding{{Check: "macrowatch", Text: a.build.Version}}
	findings = append(findings, a.examineDatabase(ctx, f, cmp.Or(sourceOf(c.Flags(), databaseURLName), sourceOf(c.Flags(), "data-dir")))...)
	if data, err := f.directory(); err == nil && f.url == "" {
		if made, err := privatepg.Exists(data); err == nil && made {
			findings = append(findings, doctor.Disk("the private PostgreSQL", data))
		}
	}
	if dirs, err := f.spoolDirs(); err != nil {
		findings = append(findings, doctor.Finding{Check: "spool", Severity: doctor.Problem, Text: err.Error(), Do: "Give a folder with --spool-dir."})
	} else {
		keptHere := dirs[0]
		if f.url == "" {
			keptHere = dirs[len(dirs)-1] // exec keeps the runs for the private PostgreSQL beside it
		}
		findings = append(findings, doctor.Disk("kept runs", keptHere))
		findings = append(findings, doctor.Spool(dirs, a.Now())...)
	}
	findings = append(findings, doctor.Port(ctx, listen))
	return append(findings, doctor.GrafanaFiles(dir, a.rules(), a.alerts())...)
}

// examineDatabase opens the database and looks at it.
func (a *app) examineDatabase(ctx context.Context, f databaseFlags, source string) []doctor.Finding {
	which := doctor.Finding{Check: "database", Text: f.describe() + ", given by " + f.givenBy(source)}
	f.quiet = true
	db, err := a.openDatabaseAsIs(ctx, f)
	if err != nil {
		if f.namesNone() {
			which.Text = "none"
		}
		which.Severity, which.Text, which.Do = doctor.Problem, which.Text+": "+err.Error(), "See docs/postgresql.md, When something is wrong."
		return []doctor.Finding{which}
	}
	defer db.Close()
	found := append([]doctor.Finding{which}, doctor.Database(ctx, db.Store, a.Now)...)
	if f.replicaURL == "" {
		return found
	}
	return append(found, a.examineReplica(ctx, db, f))
}

// findingsText writes findings as a table. What to do stands below its finding.
func findingsText(findings []doctor.Finding, c colors) string {
	width := 0
	for _, f := range findings {
		width = max(width, displaywidth.String(f.Check))
	}
	var s strings.Builder
	counts := map[doctor.Severity]int{}
	for _, f := range findings {
		counts[f.Severity]++
		fmt.Fprintf(&s, "%s  %s  %s\n", c.doctorWord(f.Severity), padded(plain(f.Check), width), plain(f.Text))
		if f.Do != "" {
			fmt.Fprintf(&s, "%*s→ %s\n", doctorWidth+width+4, "", plain(f.Do))
		}
	}
	fmt.Fprintf(&s, "\n%s, %s\n", counted(counts[doctor.Problem], "problem", "problems"), counted(counts[doctor.Warning], "warning", "warnings"))
	return s.String()
}

// doctorWidth is the width of the longest word for a finding's severity.
const doctorWidth = len("PROBLEM")

// doctorWord writes the word for a finding's severity in its colour.
func (c colors) doctorWord(s doctor.Severity) string {
	switch s {
	case doctor.Warning:
		return c.yellow(fmt.Sprintf("%-*s", doctorWidth, "WARNING"))
	case doctor.Problem:
		return c.red(fmt.Sprintf("%-*s", doctorWidth, "PROBLEM"))
	}
	return c.green(fmt.Sprintf("%-*s", doctorWidth, "OK"))
}

// findingJSON is a finding as doctor --json writes it.
type findingJSON struct {
	Check    string `json:"check"`
	Severity string `json:"severity"` // ok, warning or problem
	Text     string `json:"text"`
	Do       string `json:"do,omitempty"`
}

func printFindingsJSON(out *os.File, findings []doctor.Finding) error {
	all := make([]findingJSON, len(findings))
	for i, f := range findings {
		word := map[doctor.Severity]string{doctor.OK: "ok", doctor.Warning: "warning", doctor.Problem: "problem"}[f.Severity]
		all[i] = findingJSON{f.Check, word, f.Text, f.Do}
	}
	return printJSON(out, all)
}
