package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"macrowatch/internal/record/privatepg"
	"macrowatch/internal/record/spool"
	"macrowatch/internal/record/store"
)

// checkLimit is how long exec --check waits for the database.
const checkLimit = 15 * time.Second

// checkExec prints where a run would be recorded. It returns an exit status of 1, without a further message, if a run
// could not be recorded there now.
func (a *app) checkExec(ctx context.Context, f databaseFlags, source string) error {
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	kept, noSpool := a.spool(f)
	missing := a.tryRecording(ctx, f, kept)
	color := colorsFor(a.Out)
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "database\t%s\n", plain(f.describe()))
	fmt.Fprintf(w, "given by\t%s\n", plain(f.givenBy(source)))
	if missing == nil {
		fmt.Fprintf(w, "a run now\t%s\n", color.green("would be recorded there"))
	} else {
		fmt.Fprintf(w, "a run now\t%s: %s\n", color.red("would not be recorded"), plain(missing.Error()))
	}
	if noSpool == nil {
		fmt.Fprintf(w, "kept runs\t%s\n", a.countKept(ctx, f, kept))
		fmt.Fprintf(w, "kept in\t%s\n", plain(kept.Dir()))
	} else {
		fmt.Fprintf(w, "kept in\tno folder: %s\n", plain(noSpool.Error()))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprint(a.Out, text.String())
	if missing != nil {
		return exitStatusError(exitFailed)
	}
	return nil
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

// countKept says how many kept runs wait for this database, and how many for others.
func (a *app) countKept(ctx context.Context, f databaseFlags, s *spool.Spool) string {
	all, err := a.keptRuns(f)
	if len(all) == 0 && err != nil {
		return err.Error()
	}
	here := len(s.ForDatabase(ctx, all))
	switch others := len(all) - here; {
	case len(all) == 0:
		return "none"
	case others == 0:
		return fmt.Sprintf("%d for this database (macrowatch spool list)", here)
	case here == 0:
		return fmt.Sprintf("none for this database, %d for others (macrowatch spool list)", others)
	default:
		return fmt.Sprintf("%d for this database, %d for others (macrowatch spool list)", here, others)
	}
}
