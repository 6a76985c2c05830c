package cli

import (
	"context"
	"fmt"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/riskrun"
)

// refusalsShown is how many refused days a backfill lists with their reasons; it counts the others.
const refusalsShown = 5

func (a *app) backfillRisk(ctx context.Context, dbFlags databaseFlags, f riskFlags, from, to time.Time) error {
	db, file, err := a.openRisk(ctx, dbFlags, f.file)
	if err != nil {
		return err
	}
	defer db.Close()
	var opts riskrun.Options
	if isTerminal(a.Err) {
		opts.Progress = a.riskProgress()
		defer fmt.Fprint(a.Err, wipeLine)
	}
	result, err := riskrun.New(db.Store, riskrun.SettingsOf(file, f.allowMissing), opts).Backfill(ctx, from, to)
	if err != nil {
		return explainRefusal(err)
	}
	if opts.Progress != nil {
		fmt.Fprint(a.Err, wipeLine)
	}
	fmt.Fprint(a.Out, backfillText(result))
	if len(result.Computed) == 0 {
		return explainRefusal(fmt.Errorf("nothing was computed: %w", result.Refused[0].Err))
	}
	return nil
}

// wipeLine clears a terminal's line.
const wipeLine = "\r\x1b[K"

// riskProgress shows how far a backfill is, not more often than anybody can read.
func (a *app) riskProgress() func(done, total int) {
	var began, shown time.Time
	return func(done, total int) {
		now := time.Now()
		if began.IsZero() { // reading the prices is over
			began = now
		}
		if now.Sub(shown) < progressEvery && done < total {
			return
		}
		shown = now
		text := fmt.Sprintf("%s of %s days, %d %%", grouped(int64(done)), grouped(int64(total)), 100*done/total)
		if done == total {
			text += ", writing"
		} else if left := now.Sub(began) * time.Duration(total-done) / time.Duration(done); left > time.Second {
			text += fmt.Sprintf(", %s left", left.Round(time.Second))
		}
		fmt.Fprint(a.Err, wipeLine+text)
	}
}

// backfillText says what a backfill came to.
func backfillText(r riskrun.Result) string {
	text := ""
	if n := len(r.Computed); n > 0 {
		text = fmt.Sprintf("%s computed, %s to %s\n", daysText(n), bookDay(r.Computed[0]), bookDay(r.Computed[n-1]))
	}
	if n := len(r.Refused); n > 0 {
		text += fmt.Sprintf("%s refused, and nothing stored:\n", daysText(n))
		for _, refusal := range r.Refused[:min(n, refusalsShown)] {
			text += fmt.Sprintf("  %s: %v\n", bookDay(refusal.At), refusal.Err)
		}
		if n > refusalsShown {
			text += fmt.Sprintf("  and %d more\n", n-refusalsShown)
		}
	}
	return text
}

func daysText(n int) string {
	if n == 1 {
		return "1 day"
	}
	return grouped(int64(n)) + " days"
}

func bookDay(t time.Time) string { return desk.BuiltInRules().BookDay(t).Format(time.DateOnly) }
