package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// ownSteps finds the steps of the runs that the sample desk did not record: its own have UUIDs of version 5
// and are of its steps.
const ownSteps = `SELECT DISTINCT step_name FROM pipeline_runs
WHERE NOT (length(run_id::text) = 36 AND substr(run_id::text, 15, 1) = '5' AND step_name = ANY($1))
ORDER BY step_name`

// OwnSteps gives the steps of a sample desk's database of which there are runs that the sample desk did not
// record, by their names; sampleSteps are those that the sample desk runs.
func (s *Store) OwnSteps(ctx context.Context, sampleSteps []string) ([]string, error) {
	rows, err := s.pool.Query(ctx, ownSteps, sampleSteps)
	if err != nil {
		return nil, fmt.Errorf("read whose the runs are: %w", translate(err))
	}
	steps, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("read whose the runs are: %w", translate(err))
	}
	return steps, nil
}
