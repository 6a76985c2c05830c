package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	changesListen = `LISTEN macrowatch_changes`
	changesNotify = `SELECT pg_notify('macrowatch_changes', $1)`

	// changesCount counts the changes for those who can't listen. What it writes may be lost with
	// the server's next crash, so that nobody waits for the disk.
	changesCount = `BEGIN; SET LOCAL synchronous_commit = off;
INSERT INTO macrowatch_settings AS t (key, value) VALUES ('changes', '1')
ON CONFLICT (key) DO UPDATE SET value = (t.value::bigint + 1)::text; COMMIT`
)

// settingChanges counts what macrowatch has written into the database.
const settingChanges = "changes"

const (
	probeLimit = 2 * time.Second  // for a notification to come through a pooler
	pollEvery  = time.Second      // where nobody can listen
	pollFor    = 10 * time.Minute // before trying again to listen
	pollLimit  = 30 * time.Second // for an answer
)

// announce tells those who Listen that a table has new rows. A failure is only logged: the rows are written
// already, and a page that misses the announcement shows them at its next refresh.
func (s *Store) announce(ctx context.Context, table string) {
	if _, err := s.pool.Exec(ctx, changesNotify, table); err != nil {
		s.log.Debug("change not announced", "table", table, "error", err)
	}
	if _, err := s.pool.Exec(ctx, changesCount); err != nil {
		s.log.Debug("change not counted", "table", table, "error", err)
	}
}

// Listen calls changed whenever macrowatch, in whatever process, has written rows into this
// database, and began when it will notice that from now on: what was written before may have been
// missed. It takes a connection of its own, not one of the pool's. It returns nil when ctx ends, and an
// error when that connection is lost or can't be had; call it again then. Where listening does not work
// (a pooler in transaction mode, a standby, no connection to spare) it asks the database every second
// instead. Writers other than macrowatch are not noticed.
func (s *Store) Listen(ctx context.Context, began, changed func()) error {
	for {
		err := s.listen(ctx, began, changed)
		var deaf *cannotListenError
		if errors.As(err, &deaf) {
			s.log.Debug("asking for changes, since listening for them does not work", "reason", deaf.reason)
			err = s.pollChanges(ctx, began, changed)
		}
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("follow changes: %w", translate(err))
		}
		// It has asked for long enough to try listening again.
	}
}

// cannotListenError says why notifications don't come although the database answers.
type cannotListenError struct{ reason string }

func (e *cannotListenError) Error() string { return "listening does not work: " + e.reason }

// listen listens until the connection breaks.
func (s *Store) listen(ctx context.Context, began, changed func()) error {
	conn, err := pgx.ConnectConfig(ctx, s.pool.Config().ConnConfig)
	if err != nil {
		return listenError(err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, changesListen); err != nil {
		return listenError(err)
	}
	pooled, err := behindPooler(ctx, conn)
	if err != nil {
		return err
	}
	if pooled {
		if err := s.probe(ctx, conn); err != nil {
			return err
		}
	}
	began()
	for {
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
		changed()
	}
}

// listenError tells a server that does not let anybody listen from one that is away.
func listenError(err error) error {
	var server *pgconn.PgError
	if !errors.As(err, &server) {
		return err
	}
	switch server.Code {
	case readOnlyTransaction, featureNotSupported:
		return &cannotListenError{"a standby takes no listeners"}
	case tooManyConnections:
		return &cannotListenError{"the login has no connection to spare"}
	case insufficientPrivilege:
		return &cannotListenError{"a login that only reads may not find out whether a notification comes through the pooler"}
	}
	return err
}

// probe finds out whether a notification from another connection comes through a pooler: in
// transaction mode it never does.
func (s *Store) probe(ctx context.Context, conn *pgx.Conn) error {
	if _, err := s.pool.Exec(ctx, changesNotify, "probe"); err != nil {
		return listenError(err)
	}
	waiting, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	_, err := conn.WaitForNotification(waiting)
	if err != nil && waiting.Err() != nil && ctx.Err() == nil {
		return &cannotListenError{"no notification comes through the connection pooler"}
	}
	return err
}

// pollChanges calls changed whenever the count of changes is another than before. It returns without an error
// when it is time to try listening again.
func (s *Store) pollChanges(ctx context.Context, began, changed func()) error {
	last, asked := "", false
	for end := time.Now().Add(pollFor); time.Now().Before(end); {
		limited, cancel := context.WithTimeout(ctx, pollLimit)
		count, _, err := s.Setting(limited, settingChanges)
		cancel()
		if err != nil {
			return fmt.Errorf("ask for changes: %w", err)
		}
		switch {
		case !asked:
			began()
		case count != last:
			changed()
		}
		asked, last = true, count
		if !sleep(ctx, pollEvery) {
			return nil
		}
	}
	return nil
}

// sleep waits, and reports whether the context still stands.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
