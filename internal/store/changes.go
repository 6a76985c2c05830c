package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	changesListen = `LISTEN macrowatch_changes`
	changesNotify = `SELECT pg_notify('macrowatch_changes', $1)`
)

// listenAgain is how long Listen waits before it connects anew.
const listenAgain = 2 * time.Second

// announce tells those who Listen that a table has new rows. It is a courtesy: the rows are written
// already, and who misses it sees them at its next refresh, so that a failure is only logged.
func (s *Store) announce(ctx context.Context, table string) {
	if _, err := s.pool.Exec(ctx, changesNotify, table); err != nil {
		s.log.Debug("change not announced", "table", table, "error", err)
	}
}

// Listen calls changed whenever macrowatch, in whatever process, has written rows into this
// database, and whenever such a call may have been missed because the connection was lost. It takes
// a connection of its own, not one of the pool's, and returns when ctx ends. Writers other than
// macrowatch are not noticed.
func (s *Store) Listen(ctx context.Context, changed func()) {
	for again := false; ; again = true {
		err := s.listen(ctx, again, changed)
		if ctx.Err() != nil {
			return
		}
		s.log.Debug("listening for changes broke off", "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(listenAgain):
		}
	}
}

func (s *Store) listen(ctx context.Context, again bool, changed func()) error {
	cfg := s.pool.Config().ConnConfig
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, changesListen); err != nil {
		return err
	}
	if again {
		changed()
	}
	for {
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
		changed()
	}
}
