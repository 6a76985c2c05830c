package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

// The types of an adopted table's columns may differ, so the columns are cast to ours. Only then is the run's ID cast
// too, because a cast would keep the index from being used.
const (
	oneRunColumns = `SELECT run_id::text, step_name::text, status::text, started_at, finished_at, duration_seconds::float8, error_message::text
FROM pipeline_runs `

	oneRun        = oneRunColumns + `WHERE run_id = $1 FOR UPDATE`
	oneRunAdopted = oneRunColumns + `WHERE run_id::text = $1 FOR UPDATE`

	newestRunning = oneRunColumns + `WHERE step_name::text = $1 AND status::text = 'RUNNING' AND starts_with(run_id::text, $2)
ORDER BY started_at DESC, run_id DESC LIMIT 1 FOR UPDATE`
)

// RunLocked returns a run, and whether there is one. Within a transaction nobody else can change the run before the
// transaction ends. If the transaction may not write runs of its step, the error is an *OutsideStepsError.
func (s *Store) RunLocked(ctx context.Context, id string) (run desk.Run, there bool, err error) {
	types, err := s.columnTypes(ctx, runTable.name)
	if err != nil {
		return desk.Run{}, false, err
	}
	if types != nil {
		return s.lockedRun(ctx, oneRunAdopted, id)
	}
	return s.lockedRun(ctx, oneRun, id)
}

// NewestRunning does what RunLocked does, for the run of a step that began last among those that are RUNNING and
// whose IDs begin with a text.
func (s *Store) NewestRunning(ctx context.Context, step, idBegins string) (run desk.Run, there bool, err error) {
	return s.lockedRun(ctx, newestRunning, step, idBegins)
}

func (s *Store) lockedRun(ctx context.Context, sql string, args ...any) (desk.Run, bool, error) {
	rows, err := s.db().Query(ctx, sql, args...)
	if err != nil {
		return desk.Run{}, false, fmt.Errorf("look for the run: %w", translate(err))
	}
	run, err := pgx.CollectOneRow(rows, scanRun)
	if errors.Is(err, pgx.ErrNoRows) {
		return desk.Run{}, false, nil
	}
	if err != nil {
		return desk.Run{}, false, fmt.Errorf("look for the run: %w", translate(err))
	}
	return run, true, s.checkStep(run.Step, run.ID)
}
