package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// stepsOfOthers finds the steps of the runs that the sample desk did not record. The runs that the sample desk
// recorded are of its own steps and have UUIDs of version 5.
const stepsOfOthers = `SELECT DISTINCT step_name FROM pipeline_runs
WHERE NOT (length(run_id::text) = 36 AND substr(run_id::text, 15, 1) = '5' AND step_name = ANY($1))
ORDER BY step_name`

// OwnSteps is for the database of a sample desk. It returns the steps that have runs of the user's own, that is,
// runs that the sample desk did not record. The argument `sampleSteps` has the steps that the sample desk runs.
func (s *Store) OwnSteps(ctx context.Context, sampleSteps []string) ([]string, error) {
	rows, err := s.pool.Query(ctx, stepsOfOthers, sampleSteps)
	if err != nil {
		return nil, fmt.Errorf("read whose the runs are: %w", translate(err))
	}
	steps, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("read whose the runs are: %w", translate(err))
	}
	return steps, nil
}
