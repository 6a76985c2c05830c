package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/dashboard"
	"macrowatch/internal/viewer/headline"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/query"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/server"
)

// Exit statuses of the status command beside exitOK. Nagios plugins use the same ones.
const (
	statusWarning  = 1
	statusCritical = 2
)

// statusFlags are the status command's own flags.
type statusFlags struct {
	only     []string
	asJSON   bool
	watch    bool
	interval time.Duration
	asOf     viewerFlags // only its --as-of
}

// statusLimit bounds how long the dashboards may take. A check that cron or a prompt runs must end.
const statusLimit = 30 * time.Second

func (a *app) statusCommand() *cobra.Command {
	var db databaseFlags
	var f statusFlags
	c := &cobra.Command{
		Use:   "status",
		Short: "Print the dashboards' main numbers and how serious they are",
		Long: `Prints the values of the dashboards' tiles, dials and bars as a table, with the words and
digits that the page shows. Each line begins with OK, WARNING or CRITICAL where the dashboard has
thresholds or colours for the value: green is OK, yellow and orange are WARNING, red is CRITICAL.
The second line says how the desk's day stands, as the header of every page does.

The exit status is that of the most serious line: 0 for OK, 1 for WARNING, 2 for CRITICAL. It is
also 2 if the database does not answer or a panel can't be computed. So cron, Nagios or a shell prompt
can use the command. It changes nothing in the database.`,
		Example: `  macrowatch status
  macrowatch status --only risk --watch
  macrowatch status --json
  macrowatch status --only pipeline > /dev/null || echo "look at the pipeline"`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("interval") && !f.watch {
				return usagef("--interval needs --watch")
			}
			if f.interval < time.Second {
				return usagef("--interval %s is too short: 1s is the least", f.interval)
			}
			if f.watch && f.asJSON {
				return usagef("--watch and --json exclude each other")
			}
			if c.Flags().Changed("only") && len(f.only) == 0 {
				return usagef("--only needs a part of a dashboard's name, such as risk")
			}
			all, err := a.mainDashboards()
			if err != nil {
				return err
			}
			boards, err := chosenDashboards(all, "--only", f.only)
			if err != nil {
				return err
			}
			return a.status(c.Context(), db, f, boards)
		},
	}
	db.register(c)
	a.deskFlag(c)
	c.Flags().StringSliceVar(&f.only, "only", nil, "print only the `DASHBOARD`: a part of its name, such as risk (may be repeated)")
	jsonFlag(c, &f.asJSON)
	c.Flags().BoolVarP(&f.watch, "watch", "w", false, "print the table again and again, until interrupted")
	c.Flags().DurationVar(&f.interval, "interval", 15*time.Second, "`TIME` between two tables of --watch")
	c.Flags().StringVar(&f.asOf.asOf, "as-of", "", "take this `TIME` for now (2026-01-31, or 2026-01-31T18:00:00-03:00)")
	_ = c.RegisterFlagCompletionFunc("only", completeDashboards(a.mainDashboards))
	return c
}

// completeDashboards returns a function that completes the names of dashboards.
func completeDashboards(defined func() ([]dashboard.Definition, error)) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		defs, err := defined()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		var names []cobra.Completion
		for _, d := range defs {
			names = append(names, cobra.CompletionWithDesc(d.Slug, d.Title))
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}

// chosenDashboards returns the dashboards whose slug or title contains one of the names. Without names it returns all.
// flag is the flag that names them.
func chosenDashboards(all []dashboard.Definition, flag string, names []string) ([]dashboard.Definition, error) {
	if len(names) == 0 {
		return all, nil
	}
	chosen := map[string]bool{}
	var slugs []string
	for _, d := range all {
		slugs = append(slugs, d.Slug)
	}
	for _, name := range names {
		found := ""
		for _, d := range all {
			if part := strings.ToLower(strings.TrimSpace(name)); part != "" &&
				(strings.Contains(d.Slug, part) || strings.Contains(strings.ToLower(d.Title), part)) {
				if found != "" {
					return nil, usagef("%s %q is a part of %s and of %s; name one of them", flag, name, found, d.Slug)
				}
				found = d.Slug
			}
		}
		if found == "" {
			return nil, usagef("%s %q is no part of a dashboard's name; there are %s", flag, name, strings.Join(slugs, ", "))
		}
		chosen[found] = true
	}
	var out []dashboard.Definition
	for _, d := range all {
		if chosen[d.Slug] {
			out = append(out, d)
		}
	}
	return out, nil
}

// statusReport is what the status command found: the headlines of each dashboard at one moment.
type statusReport struct {
	At         time.Time
	Severity   headline.Severity
	Verdict    statusVerdict
	Dashboards []dashboardStatus
}

// statusVerdict is how the desk stands, whichever dashboards are printed. Both fields are empty if there is nothing to judge.
type statusVerdict struct {
	*headline.Verdict
	// Problem says why it could not be read.
	Problem string
}

// dashboardStatus are the headlines of one dashboard.
type dashboardStatus struct {
	UID, Slug, Title string
	Headlines        []headline.Headline
}

// status prints the headlines once, or with --watch until ctx ends, and returns the exit status.
func (a *app) status(ctx context.Context, dbFlags databaseFlags, f statusFlags, boards []dashboard.Definition) error {
	asOf, err := f.asOf.instant(a.rules(), a.Now())
	if err != nil {
		return err
	}
	readable, err := readableDashboards(boards)
	if err != nil {
		return err
	}
	judging, err := a.verdictDefinition()
	if err != nil {
		return err
	}
	judged, err := readableDashboards([]dashboard.Definition{judging})
	if err != nil {
		return err
	}
	judge := func(ctx context.Context, q request.Querier, o headline.Options) (*headline.Verdict, error) {
		return headline.ReadVerdict(ctx, q, judged[0].parsed, judging.VerdictPanel, o)
	}
	read := func() (statusReport, error) {
		now := asOf
		if now.IsZero() {
			now = a.Now()
		}
		return a.readStatus(ctx, dbFlags, readable, judge, now)
	}
	if f.watch {
		return a.watchStatus(ctx, f.interval, read)
	}
	report, err := read()
	if err != nil {
		fmt.Fprintf(a.Err, "macrowatch: %v\n", err)
		return exitStatusError(statusCritical)
	}
	if f.asJSON {
		err = printStatusJSON(a.Out.File, report)
	} else {
		_, err = fmt.Fprint(a.Out, statusText(a.rules(), report, colorsFor(a.Out.File)))
	}
	if err != nil {
		return err
	}
	return statusExit(report.Severity)
}

// readableDashboard is a dashboard as it is served, and what the viewer reads in it.
type readableDashboard struct {
	server.Dashboard
	parsed *model.Dashboard
}

// readableDashboards reads dashboards once, however often --watch computes them.
func readableDashboards(boards []dashboard.Definition) ([]readableDashboard, error) {
	all, err := served(boards)
	if err != nil {
		return nil, err
	}
	out := make([]readableDashboard, len(all))
	for i, d := range all {
		parsed, err := model.Parse(d.JSON)
		if err != nil {
			return nil, fmt.Errorf("read dashboard %s: %w", d.UID, err)
		}
		out[i] = readableDashboard{d, parsed}
	}
	return out, nil
}

// statusExit turns the worst severity into an exit status.
func statusExit(s headline.Severity) error {
	switch s {
	case headline.Warning:
		return exitStatusError(statusWarning)
	case headline.Critical:
		return exitStatusError(statusCritical)
	}
	return nil
}

// judge reads how the desk stands.
type judge func(context.Context, request.Querier, headline.Options) (*headline.Verdict, error)

// readStatus reads how the desk stands, and the headlines of some dashboards. It opens the database each time, so that --watch goes on
// after the database was away.
func (a *app) readStatus(ctx context.Context, f databaseFlags, boards []readableDashboard, judge judge, now time.Time) (statusReport, error) {
	ctx, cancel := context.WithTimeout(ctx, statusLimit)
	defer cancel()
	f.quiet = true
	db, err := a.openDatabaseAsIs(ctx, f)
	if err != nil {
		return statusReport{}, err
	}
	defer db.Close()
	if err := db.requireSchema(ctx); err != nil {
		return statusReport{}, err
	}
	runner := query.NewRunner(db.viewerStore().Pool(), query.Options{})
	report, options := statusReport{At: now}, headline.Options{Now: now, Location: a.rules().Location()}
	if report.Verdict.Verdict, err = judge(ctx, runner, options); err != nil {
		report.Verdict.Problem = err.Error()
	}
	for _, b := range boards {
		lines, err := headline.Read(ctx, runner, b.parsed, options)
		if err != nil {
			return report, err
		}
		report.Dashboards = append(report.Dashboards, dashboardStatus{b.UID, b.Slug, b.Title, lines})
		report.Severity = max(report.Severity, headline.Worst(lines))
	}
	return report, nil
}

// clearScreen moves the cursor home and erases what is below it, in every terminal that knows ANSI.
const clearScreen = "\x1b[H\x1b[2J"

// watchStatus prints the headlines, waits and prints them again until ctx ends. If the database is away, it prints
// that in place of the table. Users end it with an interrupt, so an interrupt is no error.
func (a *app) watchStatus(ctx context.Context, interval time.Duration, read func() (statusReport, error)) error {
	for {
		report, err := read()
		if ctx.Err() != nil {
			return nil
		}
		text := ""
		if colorsFor(a.Out.File).on {
			text = clearScreen
		}
		if err != nil {
			text += fmt.Sprintf("%s  %v\n", statusClock(a.rules(), a.Now()), err)
		} else {
			text += statusText(a.rules(), report, colorsFor(a.Out.File))
		}
		if _, err := fmt.Fprint(a.Out, text); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(interval):
		}
	}
}
