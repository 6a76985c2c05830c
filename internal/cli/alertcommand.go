package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"macrowatch/internal/alert"
	"macrowatch/internal/alert/deliver"
	"macrowatch/internal/alert/silence"
	"macrowatch/internal/dashboard"
	"macrowatch/internal/desk"
	"macrowatch/internal/suggest"
)

func (a *app) alertCommand() *cobra.Command {
	return group("alert", "List or silence alerts, or send a test message",
		"  macrowatch alert list\n  macrowatch alert test --alerts-file alerts.yaml\n  macrowatch alert silence --subject fred --for 2h",
		a.alertListCommand(), a.alertTestCommand(), a.alertSilenceCommand(), a.alertUnsilenceCommand())
}

// mostListed is how many alerts alert list shows.
const mostListed = 1000

func (a *app) alertListCommand() *cobra.Command {
	var f databaseFlags
	var asJSON bool
	days := 7
	c := &cobra.Command{
		Use:   "list",
		Short: "List what fires now, and the alerts of the last days",
		Long: `Lists the alerts that are open, and then those of the last days, newest first: the state, the severity,
since when, for how long, and what is out of order. A pending alert is within its grace time, and
nobody has been told. The silences that hold stand below.`,
		Example: "  macrowatch alert list\n  macrowatch alert list --days 30 --json",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if days < 0 || days > 3660 {
				return usagef("--days %d is not from 0 to 3660", days)
			}
			return a.listAlerts(c.Context(), f, days, asJSON)
		},
	}
	f.register(c)
	a.deskFlag(c)
	c.Flags().IntVar(&days, "days", days, "how many `DAYS` back; 0 means only what is open")
	jsonFlag(c, &asJSON)
	return c
}

func (a *app) listAlerts(ctx context.Context, f databaseFlags, days int, asJSON bool) error {
	db, err := a.openDatabase(ctx, f, nil)
	if err != nil {
		return err
	}
	defer db.Close()
	now := a.Now()
	all, err := db.Alerts(ctx, now.AddDate(0, 0, -days), mostListed)
	if err != nil {
		return err
	}
	var ids []string
	for _, one := range all {
		ids = append(ids, one.ID)
	}
	messages, err := db.AlertDeliveries(ctx, ids)
	if err != nil {
		return err
	}
	silences, err := db.Silences(ctx, now)
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(a.Out, alertsJSONOf(all, messages, silences))
	}
	return a.printAlerts(all, silences, now)
}

func (a *app) printAlerts(all []desk.Alert, silences []desk.AlertSilence, now time.Time) error {
	if len(all) == 0 {
		fmt.Fprintln(a.Out, "No alert fires, and none has in these days.")
	}
	zone := a.rules().Location()
	table := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	if len(all) > 0 {
		fmt.Fprintln(table, "STATE\tSEVERITY\tSINCE\tFOR\tRULE\tSUMMARY")
	}
	for _, one := range all {
		until := now
		if one.State == desk.AlertResolved {
			until = one.ResolvedAt
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", one.State, one.Severity, one.Since.In(zone).Format("2006-01-02 15:04"), alertLasted(until.Sub(one.Since)), one.Rule, oneLine(one.Summary))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, q := range silences {
		fmt.Fprintf(a.Out, "Silent until %s: %s (%s, made by %s)\n", q.EndsAt.In(zone).Format("2006-01-02 15:04"), silence.Text(q), q.ID, oneLine(q.MadeBy))
	}
	return nil
}

// oneLine is a text without line breaks and other control characters, which could change what a terminal shows.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
}

// alertLasted is a duration in minutes, hours or days.
func alertLasted(d time.Duration) string {
	switch minutes := max(int(d/time.Minute), 0); {
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	case minutes < 48*60:
		return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
	default:
		return fmt.Sprintf("%d days", minutes/60/24)
	}
}

func (a *app) alertTestCommand() *cobra.Command {
	var db databaseFlags
	var f alertsFlag
	var page string
	var report bool
	c := &cobra.Command{
		Use:   "test [TARGET ...]",
		Short: "Send a test message or the report to targets",
		Long: `Sends a test message to each target of --alerts-file or of the desk file, or only to those that are
named, and says which of them took it. It needs no database. An Alertmanager gets an alert that is over after a minute.

With --report it sends the report of the desk's day, as it is now, to the targets of the section
report or to those that are named. That needs the database.`,
		Example: "  macrowatch alert test --alerts-file alerts.yaml\n  macrowatch alert test chat --alerts-file alerts.yaml\n  macrowatch alert test --report --alerts-file alerts.yaml",
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, names []string) error {
			if f.path == "" && !a.desk.file.HasAlerts() {
				return usagef("alert test needs the file that names the targets: give --alerts-file, or a --desk-file with a section alerts")
			}
			if report {
				return a.sendTestReport(c.Context(), db, f, page, names)
			}
			return a.testAlerts(c.Context(), f, page, names)
		},
	}
	db.register(c)
	f.register(c)
	a.deskFlag(c)
	c.Flags().BoolVar(&report, "report", false, "send the report of the desk's day")
	c.Flags().StringVar(&page, "public-url", "", "the `URL` of the page, which the message names")
	return c
}

// targetNames are the names of all targets, in order.
func targetNames(config alert.Config) []string { return slices.Sorted(maps.Keys(config.Targets)) }

// testAlerts sends a test message to some targets, or to all if none is named.
func (a *app) testAlerts(ctx context.Context, f alertsFlag, page string, names []string) error {
	config, err := a.readAlerts(f)
	if err != nil {
		return err
	}
	known := targetNames(config)
	if len(known) == 0 {
		return fmt.Errorf("%s has no targets", cmp.Or(f.path, a.desk.path))
	}
	if err := knownTargets(known, names); err != nil {
		return err
	}
	if len(names) == 0 {
		names = known
	}
	now := a.Now()
	courier := deliver.New(deliver.Options{Config: config, Location: a.rules().Location(), Page: page, Now: a.Now, Logger: a.log})
	return a.sendToEach(names, "test message", errors.New("a test message could not be sent"), func(name string) error {
		test := desk.Alert{ID: uuid.NewString(), Rule: "test", Subject: name, Severity: desk.AlertWarning, Group: "macrowatch", State: desk.AlertFiring, Since: now, FiredAt: now, ToldAt: now,
			Summary: "This is a test message of macrowatch.", Meaning: "Nothing is out of order. Alerts for this target arrive here.", Path: dashboard.EveryPath().Pipeline}
		if config.Targets[name].Alertmanager {
			test.State, test.ResolvedAt = desk.AlertResolved, now.Add(time.Minute)
		}
		message := desk.AlertDelivery{ID: uuid.NewString(), AlertID: test.ID, Route: name, Tells: desk.TellsFiring, CreatedAt: now}
		return courier.Send(ctx, name, message, test)
	})
}

// knownTargets refuses a name that no target has.
func knownTargets(known, names []string) error {
	for _, name := range names {
		if !slices.Contains(known, name) {
			return usagef("there is no target %q%s (targets: %s)", name, suggest.Hint(name, known), strings.Join(known, ", "))
		}
	}
	return nil
}

// sendToEach sends something to each target, and says which of them took it. If one did not, it returns the error `failure`.
func (a *app) sendToEach(names []string, what string, failure error, send func(name string) error) error {
	var failed error
	for _, name := range names {
		if err := send(name); err != nil {
			a.fail(fmt.Errorf("target %s: %w", name, err))
			failed = failure
			continue
		}
		fmt.Fprintf(a.Out, "%s took the %s.\n", name, what)
	}
	return failed
}
