package cli

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/riskrun"
)

// listStale names the stored computations whose inputs have changed since.
func (a *app) listStale(ctx context.Context, dbFlags databaseFlags, f riskFlags) error {
	return a.withRunner(ctx, dbFlags, f, func(r *riskrun.Runner, wipe func()) error {
		stored, stale, err := r.Stale(ctx, time.Unix(0, 0), time.UnixMicro(math.MaxInt64/4))
		wipe()
		if err != nil {
			return err
		}
		if f.asJSON {
			return printJSON(a.Out, staleJSONOf(stored, stale))
		}
		_, err = fmt.Fprint(a.Out, staleText(a.rules(), stored, stale))
		return err
	})
}

// backfillStale computes the stale computations of some days again.
func (a *app) backfillStale(ctx context.Context, dbFlags databaseFlags, f riskFlags, from, to time.Time) error {
	return a.withRunner(ctx, dbFlags, f, func(r *riskrun.Runner, wipe func()) error {
		first := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, a.rules().Location())
		last := time.Date(to.Year(), to.Month(), to.Day()+1, 0, 0, 0, 0, a.rules().Location()).Add(-time.Microsecond)
		stored, stale, err := r.Stale(ctx, first, last)
		if err != nil {
			wipe()
			return err
		}
		began := time.Now()
		result, err := r.Redo(ctx, stale)
		wipe()
		if err != nil {
			return err
		}
		if f.asJSON {
			redone, j := backfillJSONOf(result, time.Since(began)), staleJSONOf(stored, stale)
			j.Redone = &redone
			return printJSON(a.Out, j)
		}
		_, err = fmt.Fprint(a.Out, redoneText(a.rules(), stored, stale, result, time.Since(began)))
		return err
	})
}

// withRunner runs something with a runner of the risk file, whose progress is shown on a terminal until
// wipe is called.
func (a *app) withRunner(ctx context.Context, dbFlags databaseFlags, f riskFlags, do func(r *riskrun.Runner, wipe func()) error) error {
	db, file, err := a.openRisk(ctx, dbFlags, f.file)
	if err != nil {
		return err
	}
	defer db.Close()
	line := a.progressLine()
	return do(riskrun.New(db.Store, riskrun.SettingsOf(file, f.allowMissing), riskrun.Options{Progress: riskProgress(line)}), line.wipe)
}

// staleText names the stale computations, each with what has changed.
func staleText(rules desk.Rules, stored int, stale []riskrun.StaleRisk) string {
	if stored == 0 {
		return "No computation of macrowatch's is stored.\n"
	}
	if len(stale) == 0 {
		return fmt.Sprintf("None of %s is stale: every figure belongs to its inputs.\n", computationsText(stored))
	}
	var s strings.Builder
	fmt.Fprintf(&s, "%s of %s stale: made from other inputs than there are now.\n", grouped(int64(len(stale))), computationsText(stored))
	redo := false
	for _, x := range stale {
		fmt.Fprintf(&s, "  %s  %s\n", bookTime(rules, x.At), x.Why)
		redo = redo || x.CanRedo
	}
	if redo {
		s.WriteString("macrowatch risk --backfill --stale computes them again.\n")
	}
	return s.String()
}

// redoneText says how many stale computations were computed again, and what was refused.
func redoneText(rules desk.Rules, stored int, stale []riskrun.StaleRisk, r riskrun.Result, elapsed time.Duration) string {
	if len(stale) == 0 {
		return staleText(rules, stored, nil)
	}
	text := fmt.Sprintf("%s of %s stale; %s computed again, in %s.\n", grouped(int64(len(stale))), computationsText(stored), grouped(int64(len(r.Computed))), took(elapsed))
	for _, x := range stale {
		if !x.CanRedo {
			text += fmt.Sprintf("  %s stays as it is: %s\n", bookTime(rules, x.At), x.Why)
		}
	}
	for _, x := range r.Refused {
		text += fmt.Sprintf("  %s stays as it is: it is refused: %v\n", bookTime(rules, x.At), x.Err)
	}
	return text
}

func computationsText(n int) string { return counted(n, "computation", "computations") }

// bookTime writes a time as the desk reads it.
func bookTime(rules desk.Rules, t time.Time) string {
	return t.In(rules.Location()).Format("2006-01-02 15:04")
}
