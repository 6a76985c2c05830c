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

// Listen waits before it connects anew, longer each time up to a limit: some poolers and standbys
// never let anybody listen.
const (
	listenAgain   = 2 * time.Second
	listenAtWorst = time.Minute
)

// announce tells those who Listen that a table has new rows. It is a courtesy: the rows are written
// already, and who misses it sees them at its next refresh, so that a failure is only logged.
func (s *Store) announce(ctx context.Context, table string) {
	if _, err := s.pool.Exec(ctx, changesNotify, table); err != nil {
		s.log.Debug("change not announced", "table", table, "error", err)
	}
}

// Listen calls changed whenever macrowatch, in whatever process, has written rows into this
// database, and when the connection is lost or back, since such a call may then be missed. It takes
// a connection of its own, not one of the pool's, and returns when ctx ends. Writers other than
// macrowatch are not noticed.
func (s *Store) Listen(ctx context.Context, changed func()) {
	pause, again := listenAgain, false
	for {
		heard, err := s.listen(ctx, again, changed)
		if ctx.Err() != nil {
			return
		}
		if heard {
			changed() // whoever asks now learns that the database is away
			pause, again = listenAgain, true
		}
		s.log.Debug("listening for changes broke off", "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		pause = min(2*pause, listenAtWorst)
	}
}

// listen reports whether it came to listening before it broke off.
func (s *Store) listen(ctx context.Context, again bool, changed func()) (heard bool, err error) {
	cfg := s.pool.Config().ConnConfig
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return false, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, changesListen); err != nil {
		return false, err
	}
	if again {
		changed()
	}
	for {
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return true, err
		}
		changed()
	}
}
