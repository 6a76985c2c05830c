package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"macrowatch/internal/dashboard/check"
	"macrowatch/internal/dashboard/grafana"
)

func (a *app) dashboardsCheckCommand() *cobra.Command {
	var dir string
	var db databaseFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "check [FOLDER]",
		Short: "Check that Grafana's files are current and that every query runs",
		Long: `Checks the dashboards, prints a line for each problem, and fails if there is any. A problem is

  * a file below --dir that differs from what this version of macrowatch generates;
  * a panel that breaks a rule of macrowatch's dashboards: each panel has a title, a description, a
    unit, the datasource, a place and an id of its own, and one SQL statement without comments;
  * a query that fails, or that does not return a column which its panel names.

With a FOLDER it checks the dashboards of your own that are there, as serve --dashboards shows them,
and not those that are built in. A problem is then a file that can't be shown, or what the page would
say in place of a panel or a variable.

The queries run on the database of --database-url. The database must have this version's tables, and
the check only reads it. If other tools made some of its tables, the check lists these tables, their
words for statuses and directions, and how macrowatch reads each word. Without a database, the check
starts a private PostgreSQL with the sample desk, and deletes it afterwards. The queries of a FOLDER
are sent to a database of yours only by a login that only reads: give it with --reader-url.`,
		Example: "  macrowatch dashboards check\n  DATABASE_URL=postgres://user:password@host/macro_trading macrowatch dashboards check\n  macrowatch dashboards check ./our-dashboards",
		Args:    atMostOneFolder,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				if c.Flags().Changed("dir") {
					return usagef("--dir is for the files that macrowatch generates, and not for a folder of your own dashboards")
				}
				return a.checkOwnDashboards(c.Context(), args[0], db, asJSON)
			}
			db.readerURL = "" // it is for the queries of a folder
			return a.checkDashboards(c.Context(), dir, db, asJSON)
		},
	}
	a.deskFlag(c)
	c.Flags().StringVar(&dir, "dir", ".", "`DIR` below which the files are")
	jsonFlag(c, &asJSON)
	databaseURLFlag(c, &db.url, environmentDatabase+", else a PostgreSQL that is started for the check")
	registerReaderURL(c, &db.readerURL, "the queries of a FOLDER are sent as this login", "the login of --database-url, if it only reads")
	c.Flags().StringVar(&db.postgresURL, "postgres-url", "", "Maven repository `URL` from which PostgreSQL's server programs are downloaded if none are installed")
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
	files, err := grafana.Diff(dir, a.rules(), a.alerts())
	if err != nil {
		return err
	}
	if !asJSON {
		for _, d := range files {
			fmt.Fprintf(a.Out, "%s (macrowatch dashboards generate writes the current file)\n", d)
		}
	}
	defs, err := a.allDashboards()
	if err != nil {
		return err
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
		j.Problems = append(j.Problems, problemJSON{File: p.File, Dashboard: p.Dashboard, Panel: p.Panel, Problem: p.Text})
	}
	return j
}
