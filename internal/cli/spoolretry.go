package cli

import (
	"context"
	"errors"
	"fmt"

	"macrowatch/internal/record/spool"
	"macrowatch/internal/record/store"
)

// retryKept delivers kept runs to the database of the flags: the runs that the names mean, or every kept run if `all`
// is true, or else the runs that wait for this database. It stops when the database does not answer.
func (a *app) retryKept(ctx context.Context, f databaseFlags, names []string, all bool) error {
	kept, unusable := a.keptRuns(f)
	chosen, err := named(kept, names)
	if err != nil {
		return errors.Join(err, unusable)
	}
	db, err := a.openDatabase(ctx, f, nil)
	if err != nil {
		return err
	}
	defer db.Close()
	switch {
	case all:
		chosen = kept
	case len(names) == 0:
		if chosen, err = a.keptFor(ctx, f, db, kept); err != nil {
			return err
		}
	}
	delivered, left := 0, 0
	for i, k := range chosen {
		err := spool.Retry(ctx, k, store.RunRecorder{Store: db.Store})
		switch {
		case err == nil:
			delivered++
			continue
		case len(names) == 0 && errors.Is(err, spool.ErrRecording):
			continue // the exec that still runs this command will deliver the run
		}
		left++
		fmt.Fprintf(a.Err, "%s of step %s is still kept: %v\n", plain(k.ID), plain(k.Run.Step), err)
		if !spool.Refused(err) && !errors.Is(err, spool.ErrUnreadable) && !errors.Is(err, spool.ErrRecording) {
			left += len(chosen) - i - 1 // the database is away
			break
		}
	}
	fmt.Fprintf(a.Out, "delivered: %d, still kept: %d\n", delivered, left)
	if left > 0 && unusable == nil {
		return exitStatusError(exitFailed) // the lines above say why
	}
	return unusable
}

// keptFor returns the kept runs that belong to an open database, and the kept runs for which no database was given.
func (a *app) keptFor(ctx context.Context, f databaseFlags, db *database, kept []spool.Kept) ([]spool.Kept, error) {
	s, err := a.spool(f)
	if err != nil {
		return nil, err
	}
	a.tellSpool(ctx, s, db)
	chosen := s.ForDatabase(ctx, kept)
	for _, k := range kept {
		if k.Target == noTarget {
			chosen = append(chosen, k)
		}
	}
	return chosen, nil
}
