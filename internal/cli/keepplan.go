package cli

import (
	"context"
	"errors"
	"time"

	"macrowatch/internal/background"
	"macrowatch/internal/record/store"
)

const (
	// planInterval is how often a server asks whether a day has passed. So the expected runs are also kept soon after the
	// machine has slept.
	planInterval = 10 * time.Minute
	// planLimit is how long the database may take to write them.
	planLimit = 10 * time.Minute
)

// keepPlan keeps the table of expected runs until ctx ends: at once, and then once a day.
func (v *viewer) keepPlan(ctx context.Context) {
	task := background.Task{Name: "expected_runs", Fault: "When the steps are expected to run is not kept"}
	var kept time.Time
	v.app.background.Every(ctx, task, 0, planInterval, func(ctx context.Context) error {
		now := v.app.Now().Round(0) // without the monotonic clock, which stands while a machine sleeps
		if !kept.IsZero() && now.Sub(kept).Abs() < 24*time.Hour {
			return nil
		}
		ctx, cancel := context.WithTimeout(ctx, planLimit)
		defer cancel()
		if err := v.app.keepPlanOnce(ctx, v.db, now); err != nil {
			return err
		}
		kept = now
		return nil
	})
}

// keepPlanOnce writes what the desk expects. A login that may not write leaves it to the one who may: then the dashboards
// show what the database has.
func (a *app) keepPlanOnce(ctx context.Context, db *database, now time.Time) error {
	_, err := db.ApplyPlan(ctx, a.rules(), now)
	var failed *store.Error
	if errors.As(err, &failed) && failed.Kind == store.Forbidden {
		a.log.Debug("this login leaves what is expected of the desk to others", "reason", err.Error())
		return nil
	}
	return err
}
