package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"macrowatch/internal/dashboard"
	"macrowatch/internal/dashboard/check"
	"macrowatch/internal/dashboard/grafana"
)

func (a *app) dashboardsCheckCommand() *cobra.Command {
	var dir, url, postgresURL string
	var asJSON bool
	c := &cobra.Command{
		Use:   "check",
		Short: "Check that Grafana's files are current and that every query runs",
		Long: `Checks the dashboards, prints a line for each problem, and fails if there is any. A problem is

  * a file below --dir that differs from what this version of macrowatch generates;
  * a panel that breaks a rule of macrowatch's dashboards: each panel has a title, a description, a
    unit, the datasource, a place and an id of its own, and one SQL statement without comments;
  * a query that fails, or that does not return a column which its panel names.

The queries run on the database of --database-url. The database must have this version's tables, and
the check only reads it. If other tools made some of its tables, the check lists these tables, their
words for statuses and directions, and how macrowatch reads each word. Without a database, the check
starts a private PostgreSQL with the sample desk, and deletes it afterwards.`,
		Example: "  macrowatch dashboards check\n  DATABASE_URL=postgres://user:password@host/macro_trading macrowatch dashboards check",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.checkDashboards(c.Context(), dir, databaseFlags{url: url, postgresURL: postgresURL}, asJSON)
		},
	}
	c.Flags().StringVar(&dir, "dir", ".", "`DIR` below which the files are")
	jsonFlag(c, &asJSON)
	databaseURLFlag(c, &url, environmentDatabase+", else a PostgreSQL that is started for the check")
	c.Flags().StringVar(&postgresURL, "postgres-url", "", "Maven repository `URL` from which PostgreSQL's server programs are downloaded if none are installed")
	return c
}

// checkJSON is the output of dashboards check --json.
type checkJSON struct {
	Dashboards int           `json:"dashboards"` // how many were checked
	Queries    int           `json:"queries"`    // how many were tried
	Problems   []problemJSON `json:"problems"`
	Adopted    []adoptedJSON `json:"adopted_tables"`
}

// problemJSON is a problem with a file, or with a dashboard and perhaps one of its panels.
type problemJSON struct {
	File      string `json:"file,omitempty"`
	Dashboard string `json:"dashboard,omitempty"`
	Panel     string `json:"panel,omitempty"`
	Problem   string `json:"problem"`
}

func (a *app) checkDashboards(ctx context.Context, dir string, f databaseFlags, asJSON bool) error {
	files, err := grafana.Diff(dir, a.rules())
	if err != nil {
		return err
	}
	if !asJSON {
		for _, d := range files {
			fmt.Fprintf(a.Out, "%s (macrowatch dashboards generate writes the current file)\n", d)
		}
	}
	defs, err := dashboard.All(a.rules())
	if err != nil {
		return fmt.Errorf("define the dashboards: %w", err)
	}
	done := a.waiting("checking the dashboards")
	db, err := a.openChecked(ctx, f)
	if err != nil {
		done()
		return err
	}
	defer db.Close()
	tables, err := a.adoptedTables(ctx, db)
	var found check.Result
	if err == nil && misfitError(tables) == nil {
		found, err = check.Dashboards(ctx, db.Pool(), defs, a.Now(), a.rules().Location())
	}
	done()
	if err != nil {
		return err
	}
	if asJSON {
		err = printJSON(a.Out, checkJSONOf(len(defs), files, found, tables))
	} else {
		err = a.printCheck(found, tables)
	}
	if err == nil {
		err = misfitError(tables)
	}
	if err != nil {
		return err
	}
	if problems := len(files) + len(found.Problems); problems > 0 {
		return fmt.Errorf("the dashboards have %s", counted(problems, "problem", "problems"))
	}
	if !asJSON {
		fmt.Fprintf(a.Out, "%d dashboards with %d queries have no problem, and their files are current\n", len(defs), found.Queries)
	}
	return nil
}

func (a *app) printCheck(found check.Result, tables []adoptedTable) error {
	if err := a.printAdoptedTables(tables); err != nil {
		return err
	}
	for _, p := range found.Problems {
		if _, err := fmt.Fprintln(a.Out, p); err != nil {
			return err
		}
	}
	return nil
}

func checkJSONOf(dashboards int, files []grafana.Difference, found check.Result, tables []adoptedTable) checkJSON {
	j := checkJSON{Dashboards: dashboards, Queries: found.Queries, Problems: []problemJSON{}, Adopted: adoptedJSONOf(tables)}
	for _, d := range files {
		j.Problems = append(j.Problems, problemJSON{File: d.Path, Problem: d.What})
	}
	for _, p := range found.Problems {
		j.Problems = append(j.Problems, problemJSON{Dashboard: p.Dashboard, Panel: p.Panel, Problem: p.Text})
	}
	return j
}
