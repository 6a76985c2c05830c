package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// retentionFlags say which old rows are removed, and how.
type retentionFlags struct {
	thin, drop, adopted []string
	dryRun, yes, asJSON bool
}

func (a *app) retentionCommand() *cobra.Command {
	var db databaseFlags
	var f retentionFlags
	c := &cobra.Command{
		Use:   "retention",
		Short: "Remove old rows, or say which would go",
		Long: `Removes old rows from the desk's record: those that the section retention of the desk file names, or
those of --thin and --drop. It first lists, by table, how many rows would go and from when to when they
are, and asks. Without a terminal it needs --yes. With --dry-run it only lists them.

Thinning keeps the rows that say what a day came to, so the daily figures of the dashboards stay as they
are: the last snapshot of each day, for example. Dropping keeps only what says how things stand now, such
as the newest run of each step. An age is a number of days, weeks or years: 90d, 12w, 2y. An age that is
smaller than what the dashboards and the risk need is refused, with the reason. So is dropping
portfolio_state, since returns and drawdowns are computed from the NAV of all days.

Tables that another tool made are left alone, unless --adopted, or adopted: true in the desk file, names
them. The rows go in short transactions beside those who write; the rows of a TimescaleDB hypertable that
are dropped go by whole chunks. A call that is cut off is gone on with by the next one.

macrowatch serve does the same once a day if its desk file has the section retention.`,
		Example: `  macrowatch retention --dry-run
  macrowatch retention --thin portfolio_state=1y --thin strategy_signals=180d --dry-run
  macrowatch retention --drop pipeline_runs=3y --yes`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			rules, err := a.retentionRules(f)
			if err != nil {
				return err
			}
			if f.dryRun && f.yes {
				return usagef("--dry-run and --yes exclude each other: give one of them")
			}
			if f.asJSON && !f.dryRun && !f.yes {
				return usagef("--json does not ask: add --dry-run to see what would go, or --yes to remove it")
			}
			return a.retention(c.Context(), db, rules, f)
		},
	}
	db.register(c)
	a.deskFlag(c)
	c.Flags().StringSliceVar(&f.thin, "thin", nil, "keep only what says what a day came to, of the rows of a table that are older: `TABLE=AGE`, such as portfolio_state=1y; repeat the flag or separate rules with commas")
	c.Flags().StringSliceVar(&f.drop, "drop", nil, "remove the rows of a table that are older: `TABLE=AGE`, such as pipeline_runs=3y; repeat the flag or separate rules with commas")
	c.Flags().StringSliceVar(&f.adopted, "adopted", nil, "with --thin or --drop: also if another tool made this `TABLE`; repeat the flag or separate names with commas")
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "list what would go, and remove nothing")
	c.Flags().BoolVar(&f.yes, "yes", false, "do not ask")
	jsonFlag(c, &f.asJSON)
	return c
}

// retentionRules returns the rules of the flags, or those of the desk file if no flag has one.
func (a *app) retentionRules(f retentionFlags) ([]desk.RetentionRule, error) {
	if len(f.thin) == 0 && len(f.drop) == 0 {
		rules := a.desk.file.Retention.Rules
		switch {
		case len(f.adopted) > 0:
			return nil, usagef("--adopted goes with --thin or --drop; a rule of a desk file has adopted: true")
		case len(rules) == 0 && a.desk.path == "":
			return nil, usagef("no rule says what is old: give --thin or --drop, or a desk file with the section retention (--desk-file)")
		case len(rules) == 0:
			return nil, usagef("the desk file %s has no rule of retention, so nothing is removed: add one, or give --thin or --drop", a.desk.path)
		}
		return rules, nil
	}
	rules := map[string]desk.RetentionRule{}
	for _, flag := range []struct {
		name   string
		values []string
		age    func(*desk.RetentionRule) *desk.Age
	}{
		{"thin", f.thin, func(r *desk.RetentionRule) *desk.Age { return &r.ThinAfter }},
		{"drop", f.drop, func(r *desk.RetentionRule) *desk.Age { return &r.DropAfter }},
	} {
		for _, value := range flag.values {
			table, text, ok := strings.Cut(value, "=")
			if !ok || table == "" {
				return nil, usagef("--%s %q is not a table with an age, such as strategy_signals=1y", flag.name, value)
			}
			age, err := desk.ParseAge(text)
			if err != nil {
				return nil, usagef("--%s %s: %v", flag.name, table, err)
			}
			rule := rules[table]
			rule.Table = table
			if *flag.age(&rule) != 0 {
				return nil, usagef("--%s names %s twice", flag.name, table)
			}
			*flag.age(&rule) = age
			rules[table] = rule
		}
	}
	for _, table := range f.adopted {
		rule, there := rules[table]
		if !there {
			return nil, usagef("--adopted %s names a table that neither --thin nor --drop names", table)
		}
		rule.Adopted = true
		rules[table] = rule
	}
	return orderedRules(rules)
}

// orderedRules checks rules, and puts them in order.
func orderedRules(rules map[string]desk.RetentionRule) ([]desk.RetentionRule, error) {
	var retention desk.Retention
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		if err := retention.Add(rules[name]); err != nil {
			return nil, usagef("%v", err)
		}
	}
	return retention.Rules, nil
}

// retention lists what some rules remove, and removes it unless that is not wanted.
func (a *app) retention(ctx context.Context, dbFlags databaseFlags, rules []desk.RetentionRule, f retentionFlags) error {
	db, err := a.openMigrated(ctx, dbFlags)
	if err != nil {
		return err
	}
	defer db.Close()
	now := a.Now()
	plan, err := db.RetentionPlan(ctx, rules, now)
	if err != nil {
		return err
	}
	mayNot := db.RetentionAllowed(ctx, rules)
	if f.dryRun || !f.asJSON {
		if err := a.printRetention(f, plan, true); err != nil {
			return err
		}
	}
	if f.dryRun {
		if mayNot != nil {
			a.warn(mayNot.Error())
		}
		return nil
	}
	rows := rowsOf(plan)
	if rows == 0 && !f.asJSON {
		return nil
	}
	if mayNot != nil {
		return mayNot
	}
	if !f.yes {
		sure, err := a.confirm(fmt.Sprintf("Remove %s for good?", counted(rows, "row", "rows")),
			"retention asks on a terminal, and there is none: add --yes to remove the rows without being asked, or --dry-run to see what would go")
		if err != nil || !sure {
			return err
		}
	}
	return a.removeOld(ctx, db, rules, f)
}

// removeOld removes what the rules say, and prints what it has removed, also if it could not finish.
func (a *app) removeOld(ctx context.Context, db *database, rules []desk.RetentionRule, f retentionFlags) error {
	line, began, gone := a.progressLine(), a.Now(), int64(0)
	done, err := db.Retain(ctx, rules, began, store.RetainOptions{Removed: func(parts []store.RetentionPart) {
		gone += rowsOf(parts)
		if line.due() {
			line.show(counted(gone, "row", "rows") + " removed …")
		}
	}})
	line.wipe()
	if f.asJSON && (err == nil || rowsOf(done) > 0) {
		return errors.Join(err, a.printRetention(f, done, false))
	}
	if err != nil {
		if rows := rowsOf(done); rows > 0 {
			fmt.Fprintf(a.Out, "removed until then: %s\n", counted(rows, "row", "rows"))
		}
		return err
	}
	_, err = fmt.Fprintf(a.Out, "removed: %s, in %s\n", counted(rowsOf(done), "row", "rows"), took(a.Now().Sub(began)))
	return err
}

// rowsOf returns how many rows parts have in all.
func rowsOf(parts []store.RetentionPart) (rows int64) {
	for _, p := range parts {
		rows += p.Rows
	}
	return rows
}
