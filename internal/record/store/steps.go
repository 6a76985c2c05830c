package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

// OutsideStepsError says that a run may not be written, because its step is not among TransactionOptions.Steps.
type OutsideStepsError struct {
	Step string
	Run  string // the stored run that belongs to the step; "" if the new row itself names the step
}

// Error returns the sentence.
func (e *OutsideStepsError) Error() string {
	if e.Run != "" {
		return fmt.Sprintf("the run %q belongs to the step %q, whose runs may not be written here", e.Run, e.Step)
	}
	return fmt.Sprintf("runs of the step %q may not be written here", e.Step)
}

// checkStep returns an *OutsideStepsError if runs of a step may not be written. run is the stored run that has the
// step, or "".
func (s *Store) checkStep(step, run string) error {
	if s.steps == nil || slices.Contains(s.steps, step) {
		return nil
	}
	return &OutsideStepsError{step, run}
}

// withinSteps returns rows that end with an *OutsideStepsError at the first run whose step may not be written.
func (s *Store) withinSteps(rows desk.Rows[desk.Run]) desk.Rows[desk.Run] {
	return func() (int64, desk.Run, error) {
		line, run, err := rows()
		if err == nil {
			err = s.checkStep(run.Step, "")
		}
		return line, run, err
	}
}

// ofSteps returns the condition that a stored run t may be replaced by a row: its step is one of the parameter's, or the
// row's own. The row's step has been checked before, and may have been cut since to fit the column.
//
// A statement must check this where it replaces the run. Another transaction may write a run with the same ID just before,
// and no earlier query sees that.
func ofSteps(row string, parameter int) string {
	return fmt.Sprintf("(t.step_name::text = ANY ($%d::text[]) OR t.step_name = %s.step_name)", parameter, row)
}

// refuseOtherSteps returns an *OutsideStepsError if a row was not written, because the stored run with its ID is of another
// step. It is for the end of a write: such runs are then locked. written is the table s of the rows, and the last one of
// args has the steps.
func refuseOtherSteps(ctx context.Context, db queryer, written string, args ...any) error {
	rows, err := db.Query(ctx, `SELECT t.run_id::text, coalesce(t.step_name::text, '') FROM pipeline_runs t JOIN `+written+` ON s.run_id = t.run_id
WHERE `+ofSteps("s", len(args))+` IS NOT TRUE LIMIT 1`, args...)
	if err != nil {
		return err
	}
	var run, step string
	if _, err := pgx.ForEachRow(rows, []any{&run, &step}, func() error { return nil }); err != nil {
		return err
	}
	if run == "" {
		return nil
	}
	return &OutsideStepsError{step, run}
}

// refuseOtherStepsStaged does the same for the rows of an import. Rows that went straight into the table have replaced no
// stored run.
func (s *Store) refuseOtherStepsStaged(ctx context.Context, tx pgx.Tx, from []string) error {
	if !slices.Contains(from, stageName) {
		return nil
	}
	err := refuseOtherSteps(ctx, tx, "pg_temp."+stageName+" s", s.steps)
	var outside *OutsideStepsError
	if errors.As(err, &outside) {
		return inputError{err}
	}
	return err
}
