package store

import (
	"context"
	"errors"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Health checks whether the database answers. It uses a connection of its own: a pool whose connections are all
// busy with slow queries says nothing about the database. Make one with Store.Health, and Close it. It is
// safe for concurrent use.
type Health struct {
	store *Store
	turn  chan struct{} // has a token while nobody uses own
	own   ownConnection
	once  sync.Once
}

// Health returns a health check of the store's database. It connects at the first Ping.
func (s *Store) Health() *Health {
	h := &Health{store: s, turn: make(chan struct{}, 1), own: ownConnection{pool: s.pool}}
	h.turn <- struct{}{}
	return h
}

// Ping returns nil if the database answers within the context's deadline, otherwise an *Error.
func (h *Health) Ping(ctx context.Context) error {
	return h.use(ctx, func(*pgx.Conn) error { return nil }, h.store.Ping) // the connection has just answered
}

// snapshotQuestion asks what Health.Snapshot returns. A snapshot that is taken on a standby does not list the transactions that
// are under way, so it stays the same when one of several ends. There the place in the log up to which it has replayed says what
// it has.
const snapshotQuestion = `SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text ELSE pg_current_snapshot()::text END`

// Snapshot returns a text that changes whenever a transaction that has written something ends, whoever wrote it. On a primary it
// is PostgreSQL's description of which transactions are complete at this moment, such as "750:752:750"; on a standby it is the place
// in the log that it has replayed, such as "0/3000148". While it stays the same, a query over tables of this server returns
// the same rows. It is "" on a standby that may not or can't say it: then nobody knows what changes. The error is an *Error.
//
// The text belongs to the whole server, so it also changes when something is written into another of its databases. See
// https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT.
func (h *Health) Snapshot(ctx context.Context) (snapshot string, err error) {
	err = h.row(ctx, snapshotQuestion, &snapshot)
	var refused *pgconn.PgError
	if errors.As(err, &refused) && (refused.Code == insufficientPrivilege || refused.Code == featureNotSupported) {
		return "", nil
	}
	return snapshot, err
}

// row asks a question whose answer is one row.
func (h *Health) row(ctx context.Context, question string, into ...any) error {
	ask := func(ctx context.Context, q queryer) error {
		return q.QueryRow(ctx, question, pgx.QueryExecModeSimpleProtocol).Scan(into...)
	}
	return h.use(ctx, func(conn *pgx.Conn) error { return ask(ctx, conn) }, func(ctx context.Context) error { return ask(ctx, h.store.pool) })
}

// use calls ask with the health check's own connection, which answers. If the login may have no more connections than the pool has, it calls
// askPool instead.
func (h *Health) use(ctx context.Context, ask func(*pgx.Conn) error, askPool func(context.Context) error) error {
	select {
	case <-h.turn:
	case <-ctx.Done():
		return translate(ctx.Err())
	}
	defer func() { h.turn <- struct{}{} }()
	conn, err := h.own.get(ctx)
	if errors.Is(err, errNoRoom) {
		return translate(askPool(ctx))
	}
	if err != nil {
		return translate(err)
	}
	return translate(ask(conn))
}

// Close ends the connection. A second Close does nothing.
func (h *Health) Close() {
	h.once.Do(func() {
		<-h.turn // never given back, so later calls of Ping wait until their context ends
		h.own.close()
	})
}
