package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"macrowatch/internal/record/privatepg"
	"macrowatch/internal/record/spool"
	"macrowatch/internal/record/store"
)

// checkLimit is how long exec --check waits for the database.
const checkLimit = 15 * time.Second

// execCheckJSON is the output of exec --check --json.
type execCheckJSON struct {
	Database     string `json:"database"`
	GivenBy      string `json:"given_by"`
	Recordable   bool   `json:"recordable"` // whether a run could be recorded there now
	Problem      string `json:"problem,omitempty"`
	KeptHere     int    `json:"kept_for_this_database"`
	KeptOthers   int    `json:"kept_for_others"`
	SpoolDir     string `json:"spool_dir,omitempty"`
	SpoolProblem string `json:"spool_problem,omitempty"`
}

// checkExec prints where a run would be recorded. It returns an exit status of 1, without a further message, if a run
// could not be recorded there now.
func (a *app) checkExec(ctx context.Context, f databaseFlags, source string, asJSON bool) error {
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	j := execCheckJSON{Database: plain(f.describe()), GivenBy: plain(f.givenBy(source))}
	kept, err := a.spool(f)
	if err == nil {
		j.SpoolDir = kept.Dir()
	} else {
		j.SpoolProblem = plain(err.Error())
	}
	missing := a.tryRecording(ctx, f, kept)
	if j.Recordable = missing == nil; !j.Recordable {
		j.Problem = plain(missing.Error())
	}
	if kept != nil {
		if j.KeptHere, j.KeptOthers, err = a.countKept(ctx, f, kept); err != nil {
			j.SpoolProblem = plain(err.Error())
		}
	}
	if asJSON {
		err = printJSON(a.Out, j)
	} else {
		_, err = fmt.Fprint(a.Out, execCheckText(j, colorsFor(a.Out.File)))
	}
	if err != nil {
		return err
	}
	if missing != nil {
		return exitStatusError(exitFailed)
	}
	return nil
}

// execCheckText writes what exec --check has found as a table of two columns.
func execCheckText(j execCheckJSON, color colors) string {
	verdict := color.green("would be recorded there")
	if !j.Recordable {
		verdict = color.red("would not be recorded") + ": " + j.Problem
	}
	rows := [][]string{{"database", j.Database}, {"given by", j.GivenBy}, {"a run now", verdict}}
	if j.SpoolDir == "" {
		rows = append(rows, []string{"kept in", "no folder: " + j.SpoolProblem})
	} else {
		rows = append(rows, []string{"kept runs", keptCounts(j)}, []string{"kept in", plain(j.SpoolDir)})
	}
	return strings.Join(aligned(rows), "\n") + "\n"
}

// tryRecording connects as exec does, and returns why a run could not be recorded. It records nothing.
func (a *app) tryRecording(ctx context.Context, f databaseFlags, kept *spool.Spool) error {
	db, err := a.openDatabase(ctx, f, nil)
	if err != nil {
		if f.url == "" && errors.Is(err, context.DeadlineExceeded) {
			return errors.New("the private PostgreSQL does not answer")
		}
		return err
	}
	defer db.Close()
	a.tellSpool(ctx, kept, db)
	return db.RequireRunsWritable(ctx)
}

// describe names the database of the flags, without its password.
func (f databaseFlags) describe() string {
	if f.url == "" {
		dir, err := f.directory()
		if err != nil {
			return "none"
		}
		if made, err := privatepg.Exists(dir); err == nil && !made {
			return "none"
		}
		return "the private PostgreSQL in " + dir
	}
	target, err := store.Target(f.url)
	if err != nil {
		return store.UnusableTarget(f.url)
	}
	return target
}

// givenBy names the setting that chose the database.
func (f databaseFlags) givenBy(source string) string {
	switch {
	case source != "":
		return source
	case f.namesNone():
		return "no setting: neither --database-url, DATABASE_URL, PGSERVICE, PGHOST, PGDATABASE nor PGPORT is given"
	}
	return "no setting: it is this user's private PostgreSQL"
}

// countKept counts the kept runs that wait for this database, and those that wait for others. If the kept runs
// can't be read, it returns an error that says why.
func (a *app) countKept(ctx context.Context, f databaseFlags, s *spool.Spool) (here, others int, err error) {
	all, err := a.keptRuns(f)
	if len(all) == 0 {
		return 0, 0, err
	}
	here = len(s.ForDatabase(ctx, all))
	return here, len(all) - here, nil
}

// keptCounts says how many kept runs wait for this database, and how many for others.
func keptCounts(j execCheckJSON) string {
	switch {
	case j.SpoolProblem != "":
		return j.SpoolProblem
	case j.KeptHere == 0 && j.KeptOthers == 0:
		return "none"
	case j.KeptOthers == 0:
		return fmt.Sprintf("%d for this database (macrowatch spool list)", j.KeptHere)
	case j.KeptHere == 0:
		return fmt.Sprintf("none for this database, %d for others (macrowatch spool list)", j.KeptOthers)
	}
	return fmt.Sprintf("%d for this database, %d for others (macrowatch spool list)", j.KeptHere, j.KeptOthers)
}
