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

	// changesCount counts the changes for programs that can't listen. It does not wait for the disk, so a crash
	// of the server may lose the last counts.
	changesCount = `BEGIN; SET LOCAL synchronous_commit = off;
INSERT INTO macrowatch_settings AS t (key, value) VALUES ('changes', '1')
ON CONFLICT (key) DO UPDATE SET value = (t.value::bigint + 1)::text; COMMIT`
)

// settingChanges is the setting in which changesCount counts.
const settingChanges = "changes"

const (
	probeLimit = 2 * time.Second  // how long a notification may take to come through a pooler
	pollEvery  = time.Second      // how often the count is asked for if listening does not work
	pollFor    = 10 * time.Minute // how long the count is asked for before listening is tried again
	pollLimit  = 30 * time.Second // how long the answer may take
)

// announce tells those who Listen that a table has new rows. A failure is only logged: the rows are written
// already, and a page that misses the announcement shows them at its next refresh.
//
// It is counted first, so that whoever hears of it finds the new count. These are two statements on purpose. A login may be
// allowed to run only one of them, and that one must then still take effect.
func (s *Store) announce(ctx context.Context, table string) {
	if _, err := s.pool.Exec(ctx, changesCount); err != nil {
		s.log.Debug("a change could not be counted", "table", table, "error", err)
	}
	if _, err := s.pool.Exec(ctx, changesNotify, table); err != nil {
		s.log.Debug("a change could not be announced", "table", table, "error", err)
	}
}

// Listen calls changed whenever a process of macrowatch has written rows into this database. It calls began as
// soon as it will notice every later change; it may have missed earlier ones. It does not notice other writers.
//
// Listen uses a connection of its own, not one of the pool's. It returns nil when ctx ends. It returns an error
// if it can't get this connection or loses it; the caller may then call it again. Listening does not work on a
// standby, through a pooler in transaction mode, or without a connection to spare. Listen then asks the
// database every second instead.
func (s *Store) Listen(ctx context.Context, began, changed func()) error {
	for {
		err := s.listen(ctx, began, changed)
		var cannotListen *cannotListenError
		if errors.As(err, &cannotListen) {
			s.log.Debug("listening for changes does not work; asking for them instead", "reason", cannotListen.reason)
			err = s.pollChanges(ctx, began, changed)
		}
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("follow changes: %w", translate(err))
		}
		// Listen has polled for long enough, and now tries again to listen.
	}
}

// cannotListenError says why no notifications come although the database answers.
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

// listenError turns the error of a server that answers but lets this login not listen into a cannotListenError.
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

// probe finds out whether a notification from another connection comes through a pooler. In transaction mode
// none ever does.
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

// pollChanges calls changed whenever the count of changes differs from the one before. It returns without an
// error when it is time to try listening again.
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

// sleep waits, and reports whether the context has not ended.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
