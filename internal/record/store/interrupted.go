package store

import (
	"context"

	"macrowatch/internal/desk"
)

// runInterrupt replaces what is RUNNING, and nothing that is over.
const runInterrupt = runInsert + `WHERE t.status = 'RUNNING'`

// RunInterrupt writes the ends of runs whose recorder died, all of them or none. It is a guess made
// from outside: a run that is over in the database already, by its recorder's own word, stays as it
// is. Otherwise it is as RunUpsert.
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
