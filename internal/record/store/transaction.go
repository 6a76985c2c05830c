package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
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
			return write(ctx, &Store{pool: s.pool, rules: s.rules, log: s.log, writable: s.writable, within: within, steps: o.Steps})
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
