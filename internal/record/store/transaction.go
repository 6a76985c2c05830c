package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"macrowatch/internal/desk"
)

// connection is a pool or a transaction.
type connection interface {
	queryer
	executor
	beginner
}

// transaction is what several writes do together; see InTransaction.
type transaction struct {
	tx        pgx.Tx
	committed []func(context.Context) // to do once the transaction is committed
}

// TransactionOptions of InTransaction. The zero value is the default.
type TransactionOptions struct {
	// Steps are the steps whose runs may be written. A write of another step's run fails with an
	// *OutsideStepsError. nil allows every step.
	Steps []string
}

// InTransaction calls write with a store whose reads and writes belong to one transaction. They are committed
// together if write returns nil, and otherwise leave no trace. At most one import of each transaction is allowed. The
// store may not be used after write has returned. After a deadlock with another transaction, InTransaction rolls back and
// calls write again.
//
// Its error is an *Error if the database is at fault. If ctx ends, the transaction is rolled back.
func (s *Store) InTransaction(ctx context.Context, o TransactionOptions, write func(context.Context, *Store) error) error {
	for attempt := 1; ; attempt++ {
		within := &transaction{}
		err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
			within.tx = tx
			return write(ctx, &Store{pool: s.pool, log: s.log, writable: s.writable, within: within, steps: o.Steps})
		})
		if isDeadlock(err) && attempt < transactionAttempts {
			continue
		}
		if err != nil {
			return translate(err)
		}
		for _, then := range within.committed {
			then(context.WithoutCancel(ctx))
		}
		return nil
	}
}

// nested calls write, and undoes what it did if it fails, so that a transaction around it can go on. Outside a transaction
// each statement undoes itself.
func (s *Store) nested(ctx context.Context, write func(*Store) error) error {
	if s.within == nil {
		return write(s)
	}
	return translate(pgx.BeginFunc(ctx, s.within.tx, func(tx pgx.Tx) error {
		inner := *s
		inner.within = &transaction{tx: tx}
		return write(&inner)
	}))
}

// transactionAttempts is how often InTransaction begins anew after a deadlock. Each time, at least one of those who
// wait for each other comes through.
const transactionAttempts = 10

// isDeadlock reports whether PostgreSQL ended a transaction because it and another one waited for each other.
func isDeadlock(err error) bool {
	var server *pgconn.PgError
	return errors.As(err, &server) && server.Code == deadlockDetected
}

// db is where statements go: the transaction if there is one, otherwise the pool.
func (s *Store) db() connection {
	if s.within != nil {
		return s.within.tx
	}
	return s.pool
}

// afterCommit does something once what was written is committed.
func (s *Store) afterCommit(ctx context.Context, then func(context.Context)) {
	if s.within == nil {
		then(ctx)
		return
	}
	s.within.committed = append(s.within.committed, then)
}

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

const runsOfOtherSteps = `SELECT t.run_id::text, t.step_name::text FROM pipeline_runs t JOIN pg_temp.` + stageName + ` s ON s.run_id = t.run_id
WHERE t.step_name::text <> ALL ($1) LIMIT 1`

// refuseOtherSteps returns an *OutsideStepsError if the stage has a run that is stored already, as a run of a step
// that may not be written. Rows that go straight into the table replace no stored run.
func (s *Store) refuseOtherSteps(ctx context.Context, tx pgx.Tx) error {
	if s.steps == nil {
		return nil
	}
	rows, err := tx.Query(ctx, runsOfOtherSteps, s.steps)
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
	return inputError{&OutsideStepsError{step, run}}
}
