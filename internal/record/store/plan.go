package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

// How far the table of expected runs reaches.
const (
	planDaysBack  = 366
	planDaysAhead = 30
)

const (
	planLock     = `SELECT pg_advisory_xact_lock(hashtextextended('macrowatch plan', 0))`
	planMayWrite = `SELECT has_table_privilege('expected_runs', 'INSERT, UPDATE, DELETE') AND has_table_privilege('macrowatch_steps', 'INSERT, UPDATE, DELETE')
    AND has_table_privilege('macrowatch_step_waits', 'INSERT, UPDATE, DELETE') AND has_table_privilege('desk_working_time', 'INSERT, UPDATE, DELETE') AND NOT pg_is_in_recovery()`
)

// PlanChange says what ApplyPlan has changed.
type PlanChange struct {
	StepsAdded, StepsChanged, StepsRemoved []string
	// WorkingTime tells whether the desk's calendar has changed, or a year has passed, so that the working time was
	// written anew.
	WorkingTime bool
	// RunsAdded and RunsRemoved count expected runs. One whose times have changed counts as both.
	RunsAdded, RunsRemoved int
	// RunsForgotten counts those that lie further back than is kept.
	RunsForgotten int
	// Until is when the last expected run is due; zero if no step has a schedule.
	Until time.Time
}

// None reports whether nothing has changed but what lies too far back.
func (c PlanChange) None() bool {
	return !c.WorkingTime && len(c.StepsAdded)+len(c.StepsChanged)+len(c.StepsRemoved)+c.RunsAdded+c.RunsRemoved == 0
}

// ComparePlan returns what ApplyPlan would change, and writes nothing.
func (s *Store) ComparePlan(ctx context.Context, rules desk.Rules, now time.Time) (PlanChange, error) {
	p := planWriter{rules: rules, now: now.UTC().Truncate(time.Microsecond)}
	err := pgx.BeginTxFunc(unlimited(ctx), s.pool, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		p.tx = tx
		if _, err := tx.Exec(ctx, migrationNoLimit); err != nil {
			return err
		}
		return p.compare(ctx)
	})
	if err != nil {
		return PlanChange{}, fmt.Errorf("compare what is expected of the desk: %w", translate(err))
	}
	return p.change, nil
}

// ApplyPlan writes the steps of a desk, when each is expected to run from a year before now to thirty days after it, and the
// desk's working time. It writes only what differs, all of it or nothing. What was due by now stays as it was, also if the
// schedule of the step has changed since. If the login may not write, that is an error (Forbidden), unless nothing differs.
func (s *Store) ApplyPlan(ctx context.Context, rules desk.Rules, now time.Time) (PlanChange, error) {
	now = now.UTC().Truncate(time.Microsecond)
	var change PlanChange
	err := pgx.BeginFunc(unlimited(ctx), s.pool, func(tx pgx.Tx) error {
		var may bool
		if _, err := tx.Exec(ctx, migrationNoLimit); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, planMayWrite).Scan(&may); err != nil {
			return err
		}
		if may {
			if _, err := tx.Exec(ctx, planLock); err != nil {
				return err
			}
		}
		p := planWriter{tx: tx, rules: rules, now: now}
		if err := p.compare(ctx); err != nil {
			return err
		}
		switch {
		case !may && !p.change.None():
			return &Error{Kind: Forbidden, Sentence: "this login may not write them: run macrowatch desk apply as the tables' owner"}
		case !may:
			change = p.change
			return nil
		}
		err := p.write(ctx)
		change = p.change
		return err
	})
	if err != nil {
		return PlanChange{}, fmt.Errorf("write what is expected of the desk: %w", translate(err))
	}
	if !change.None() {
		return change, s.announced(ctx, "expected_runs", nil)
	}
	return change, nil
}
