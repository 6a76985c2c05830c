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
	line, began := a.progressLine(), time.Now()
	result, err := riskrun.New(db.Store, riskrun.SettingsOf(file, f.allowMissing), riskrun.Options{Progress: riskProgress(line)}).Backfill(ctx, from, to)
	line.wipe()
	if err != nil {
		return explainRefusal(err)
	}
	if f.asJSON {
		err = printJSON(a.Out, backfillJSONOf(result, time.Since(began)))
	} else {
		_, err = fmt.Fprint(a.Out, backfillText(a.rules(), result, time.Since(began)))
	}
	if err != nil {
		return err
	}
	if len(result.Computed) == 0 {
		return explainRefusal(fmt.Errorf("nothing was computed: %w", result.Refused[0].Err))
	}
	return nil
}

// riskProgress returns a function that shows on a line how far a backfill is.
func riskProgress(line *progressLine) func(done, total int) {
	if line == nil {
		return nil
	}
	var began time.Time
	return func(done, total int) {
		now := time.Now()
		if began.IsZero() { // the prices have been read
			began = now
		}
		if !line.due() && done < total {
			return
		}
		text := fmt.Sprintf("risk: %s of %s, %d %%", grouped(int64(done)), counted(total, "day", "days"), 100*done/total)
		if done == total {
			text += ", writing"
		} else if left := now.Sub(began) * time.Duration(total-done) / time.Duration(done); left > time.Second {
			text += fmt.Sprintf(", %s left", took(left))
		}
		line.show(text)
	}
}

// backfillText says what a backfill computed and what it refused.
func backfillText(rules desk.Rules, r riskrun.Result, elapsed time.Duration) string {
	text := ""
	if n := len(r.Computed); n > 0 {
		text = fmt.Sprintf("%s computed, %s to %s, in %s\n", daysText(n), bookDay(rules, r.Computed[0]), bookDay(rules, r.Computed[n-1]), took(elapsed))
	}
	if n := len(r.Refused); n > 0 {
		text += fmt.Sprintf("%s refused, and nothing stored:\n", daysText(n))
		for _, refusal := range r.Refused[:min(n, refusalsShown)] {
			text += fmt.Sprintf("  %s: %v\n", bookDay(rules, refusal.At), refusal.Err)
		}
		if n > refusalsShown {
			text += fmt.Sprintf("  and %d more\n", n-refusalsShown)
		}
	}
	return text
}

func daysText(n int) string { return counted(n, "day", "days") }

func bookDay(rules desk.Rules, t time.Time) string { return rules.BookDay(t).Format(time.DateOnly) }
