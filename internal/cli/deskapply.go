package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/record/store"
)

func (a *app) deskApplyCommand() *cobra.Command {
	var f databaseFlags
	var dryRun, asJSON bool
	c := &cobra.Command{
		Use:   "apply",
		Short: "Write the steps, what is due and the working days",
		Long: `Writes the steps of the desk into macrowatch_steps, and into expected_runs when each is due: from a
year back to thirty days ahead, by its schedule, in the desk's zone, on the days of its calendar.
Into desk_working_time it writes on which days the desk works, by which the dashboards tell how old
something is.

It writes only what differs, in one transaction, and prints what has changed. What was due by now
stays as it was, also if a schedule has changed since.

macrowatch serve and demo do the same when they start, and once a day. A desk that shows its
dashboards in Grafana alone runs this command once a day, with cron for example.`,
		Example: `  macrowatch desk apply
  macrowatch desk apply --desk-file desk.yaml
  macrowatch desk apply --desk-file desk.yaml --dry-run
  macrowatch desk apply --json`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return a.deskApply(c.Context(), f, dryRun, asJSON) },
	}
	f.register(c)
	a.deskFlag(c)
	c.Flags().BoolVar(&dryRun, "dry-run", false, "print what would change, and write nothing")
	jsonFlag(c, &asJSON)
	return c
}

func (a *app) deskApply(ctx context.Context, f databaseFlags, dryRun, asJSON bool) error {
	db, err := a.openDatabase(ctx, f, nil)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.requireSchema(ctx); err != nil {
		return err
	}
	apply := db.ApplyPlan
	if dryRun {
		apply = db.ComparePlan
	}
	change, err := apply(ctx, a.rules(), a.Now())
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(a.Out, planJSONOf(change))
	}
	_, err = fmt.Fprint(a.Out, planText(change, a.rules().Location()))
	return err
}

// planJSON is the JSON of desk apply.
type planJSON struct {
	Added       []string   `json:"steps_added"`
	Changed     []string   `json:"steps_changed"`
	Removed     []string   `json:"steps_removed"`
	RunsAdded   int        `json:"expected_runs_added"`
	RunsRemoved int        `json:"expected_runs_removed"`
	WorkingTime bool       `json:"working_time_written"`
	Until       *time.Time `json:"expected_until"`
}

// planJSONOf returns the document of a change.
func planJSONOf(c store.PlanChange) planJSON {
	j := planJSON{Added: []string{}, Changed: []string{}, Removed: []string{}, RunsAdded: c.RunsAdded, RunsRemoved: c.RunsRemoved, WorkingTime: c.WorkingTime}
	j.Added, j.Changed, j.Removed = append(j.Added, c.StepsAdded...), append(j.Changed, c.StepsChanged...), append(j.Removed, c.StepsRemoved...)
	if !c.Until.IsZero() {
		j.Until = &c.Until
	}
	return j
}

// planText says what desk apply has changed, a line for each kind of change.
func planText(c store.PlanChange, zone *time.Location) string {
	var lines []string
	for _, steps := range []struct {
		word  string
		names []string
	}{{"added", c.StepsAdded}, {"changed", c.StepsChanged}, {"removed", c.StepsRemoved}} {
		if len(steps.names) > 0 {
			lines = append(lines, fmt.Sprintf("%s %s: %s", counted(len(steps.names), "step", "steps"), steps.word, strings.Join(steps.names, ", ")))
		}
	}
	if c.RunsAdded+c.RunsRemoved > 0 {
		lines = append(lines, fmt.Sprintf("%s added, %d removed", counted(c.RunsAdded, "expected run", "expected runs"), c.RunsRemoved))
	}
	if c.WorkingTime {
		lines = append(lines, "the days on which the desk works are written anew")
	}
	if len(lines) == 0 {
		lines = append(lines, "nothing has changed")
	}
	if !c.Until.IsZero() {
		lines = append(lines, "the last expected run is due on "+c.Until.In(zone).Format("2006-01-02 15:04"))
	}
	return strings.Join(lines, "\n") + "\n"
}
