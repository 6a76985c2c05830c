package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"macrowatch/internal/dashboard/check"
	"macrowatch/internal/viewer/boardfiles"
)

// atMostOneFolder refuses more than one argument.
func atMostOneFolder(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usagef("dashboards check takes one folder, but got %d arguments (see macrowatch dashboards check --help)", len(args))
	}
	return nil
}

// checkOwnDashboards checks the dashboards of a folder.
func (a *app) checkOwnDashboards(ctx context.Context, dir string, f databaseFlags, asJSON bool) error {
	if err := checkFolder(dir, dir); err != nil {
		return err
	}
	builtIn, err := a.servedDashboards()
	if err != nil {
		return err
	}
	boards := boardfiles.New(dir, boardfiles.Options{Taken: titlesOf(builtIn), Now: a.Now}).Read()
	found, err := a.findProblems(ctx, f, boards)
	if err != nil {
		return err
	}
	if asJSON {
		err = printJSON(a.Out, checkJSONOf(len(boards), nil, found, nil))
	} else {
		err = a.printCheck(found, nil)
	}
	if err != nil {
		return err
	}
	if n := len(found.Problems); n > 0 {
		return fmt.Errorf("the dashboards of %s have %s", dir, counted(n, "problem", "problems"))
	}
	if !asJSON {
		fmt.Fprintf(a.Out, "%s with %s in %s: no problem\n", counted(len(boards), "dashboard", "dashboards"), counted(found.Queries, "query", "queries"), dir)
	}
	return nil
}

// findProblems runs the queries of dashboards on the database of the flags.
func (a *app) findProblems(ctx context.Context, f databaseFlags, boards []boardfiles.Board) (check.Result, error) {
	defer a.waiting("checking the dashboards")()
	db, err := a.openChecked(ctx, f)
	if err != nil {
		return check.Result{}, err
	}
	defer db.Close()
	if f.url != "" {
		if err := a.requireOwnReader(ctx, db, "dashboards check FOLDER"); err != nil {
			return check.Result{}, err
		}
	}
	return check.Own(ctx, db.viewerStore().Pool(), boards, a.Now(), a.rules().Location())
}
