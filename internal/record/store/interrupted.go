package store

import (
	"context"

	"macrowatch/internal/desk"
)

// runInterrupt replaces a run that is RUNNING, and no run that is over.
const runInterrupt = runInsert + `WHERE t.status = 'RUNNING'`

// RunInterrupt writes the ends of runs whose recorder died, all of them or none. These ends are guesses. So if
// the database has the end of a run already, which its recorder wrote itself, the run stays as it is. Apart
// from that, RunInterrupt works like RunUpsert.
func (s *Store) RunInterrupt(ctx context.Context, runs ...desk.Run) error {
	unique, err := foldRuns(runs)
	if err != nil {
		return err
	}
	if len(unique) == 0 {
		return nil
	}
	return s.announced(ctx, runTable.name, s.writeRuns(ctx, runInterrupt, unique))
}
