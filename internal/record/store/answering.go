package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// WhileAnswering returns a context that ends when the database has not answered for as long as patience says; its cause is
// then an *Error (Timeout). It is for work whose statements have no time limit: how long they take says nothing about whether
// the database still answers, so WhileAnswering asks on a connection of its own. The caller must call stop. Without patience
// (0) the context is the given one.
func (s *Store) WhileAnswering(ctx context.Context, patience time.Duration) (watched context.Context, stop func()) {
	if patience == 0 {
		return ctx, func() {}
	}
	watched, cancel := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		own := ownConnection{pool: s.pool}
		defer own.close()
		for failures, since := 0, time.Now(); sleep(watched, patience/20); {
			asked := time.Now()
			err := own.answers(watched, patience/2)
			switch {
			case err == nil:
				failures = 0
				continue
			case failures == 0:
				since = asked
			}
			// Twice, since this process may have been stopped while the first answer was due.
			if failures++; failures > 1 && time.Since(since) >= patience {
				cancel(&Error{Kind: Timeout, Sentence: fmt.Sprintf("the database has not answered for %v", patience), cause: err})
				return
			}
		}
	}()
	return watched, func() {
		cancel(context.Canceled)
		<-ended
	}
}

// answers returns nil if the server answers in time, whatever the answer is.
func (o *ownConnection) answers(ctx context.Context, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	conn, err := o.get(ctx)
	if err == nil {
		err = conn.Ping(ctx)
	}
	var server *pgconn.PgError
	if errors.Is(err, errNoRoom) || errors.As(err, &server) {
		return nil
	}
	return err
}
