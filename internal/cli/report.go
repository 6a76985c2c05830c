package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/desk"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/server"
)

// reportFlags are the report command's own flags.
type reportFlags struct {
	dashboards []string
	daily      bool
	from, to   string
	output     string
	pdf        string
	asOf       viewerFlags // only its --as-of
}

func (a *app) reportCommand() *cobra.Command {
	var db databaseFlags
	var f reportFlags
	c := &cobra.Command{
		Use:   "report -o FILE",
		Short: "Write dashboards as one file for mail or paper",
		Long: `Writes dashboards as they are at one moment into a single HTML file. The file opens in any
browser without a server and without a network. Tooltips, legends, full screen, the panels' data
and both themes work as on the page; the time range and the variables are fixed.

The file holds the figures of the dashboards, the rows of their panels and their SQL. Nobody has to
log in to read it.

With --pdf, or if FILE ends with .pdf, an installed Chromium or Chrome prints the dashboards
on A4. The command changes nothing in the database.

With --daily the file has two printed pages about the desk's day: a sentence for each thing that is not
as it should be, then the book, what made the day, its risk, the pipeline and the signals.`,
		Example: `  macrowatch report -o desk.html
  macrowatch report --dashboard risk --dashboard portfolio --from now-90d -o book.html --pdf book.pdf
  macrowatch report --dashboard pipeline --as-of 2026-01-31 -o january.pdf
  macrowatch report --daily -o today.html --pdf today.pdf`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("dashboard") && len(f.dashboards) == 0 {
				return usagef("--dashboard needs a part of a dashboard's name, such as risk")
			}
			if err := f.checkDaily(c); err != nil {
				return err
			}
			if f.daily {
				return a.writeDaily(c.Context(), db, f)
			}
			return a.writeReports(c.Context(), db, f)
		},
	}
	db.register(c)
	a.deskFlag(c)
	db.registerSpool(c)
	c.Flags().BoolVar(&f.daily, "daily", false, "write the desk's day on two pages, in place of dashboards")
	c.Flags().StringSliceVar(&f.dashboards, "dashboard", nil, "write only the `DASHBOARD`: a part of its name, such as risk (may be repeated)")
	c.Flags().StringVar(&f.from, "from", "", "begin of the `TIME` range, such as now-30d, now/M or 2026-01-31T18:00:00-03:00 (default: each dashboard's own)")
	c.Flags().StringVar(&f.to, "to", "", "end of the `TIME` range (default: each dashboard's own); with --daily the moment that the pages are about")
	c.Flags().StringVar(&f.asOf.asOf, "as-of", "", "take this `TIME` for now (2026-01-31, or 2026-01-31T18:00:00-03:00)")
	c.Flags().StringVarP(&f.output, "output", "o", "", "write this `FILE`, which ends with .html or .pdf")
	c.Flags().StringVar(&f.pdf, "pdf", "", "print the dashboards into this `FILE`, which ends with .pdf")
	_ = c.RegisterFlagCompletionFunc("dashboard", completeDashboards(a.reportedDashboards))
	return c
}

// outputs returns the files to write. Either is "" if it is not wanted.
func (f reportFlags) outputs() (html, pdf string, err error) {
	ends := func(path string, endings ...string) bool {
		for _, e := range endings {
			if len(path) > len(e) && strings.EqualFold(path[len(path)-len(e):], e) {
				return true
			}
		}
		return false
	}
	switch {
	case f.output == "" && f.pdf == "":
		return "", "", usagef("report needs a file to write, such as: macrowatch report -o desk.html")
	case f.output != "" && !ends(f.output, ".html", ".htm", ".pdf"):
		return "", "", usagef("--output %q must end with .html or .pdf", f.output)
	case f.pdf != "" && !ends(f.pdf, ".pdf"):
		return "", "", usagef("--pdf %q must end with .pdf", f.pdf)
	}
	html, pdf = f.output, f.pdf
	if ends(f.output, ".pdf") {
		if f.pdf != "" && f.pdf != f.output {
			return "", "", usagef("--output %s and --pdf %s both name a PDF: give one of them", f.output, f.pdf)
		}
		html, pdf = "", f.output
	}
	for _, path := range []string{html, pdf} {
		if path == "" {
			continue
		}
		if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
			return "", "", usagef("%s can't be written: there is no directory %s", path, filepath.Dir(path))
		}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			return "", "", usagef("%s is a directory: name a file", path)
		}
	}
	return html, pdf, nil
}

// checkRange refuses a range that one of the dashboards can't show.
func (f reportFlags) checkRange(rules desk.Rules, boards []server.Dashboard, now time.Time) error {
	for _, b := range boards {
		parsed, err := model.Parse(b.JSON)
		if err != nil {
			return fmt.Errorf("read dashboard %s: %w", b.UID, err)
		}
		from, to := f.from, f.to
		if from == "" {
			from = parsed.From
		}
		if to == "" {
			to = parsed.To
		}
		if _, err := parsed.Clock(now, rules.Location()).Range(from, to); err != nil {
			return usageError{fmt.Errorf("--%w", err)}
		}
	}
	return nil
}
