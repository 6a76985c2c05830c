package store

import (
	"context"
	"errors"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Health asks whether the database answers, on a connection of its own: a pool whose connections are
// all busy, with slow queries say, tells nothing about the database. Make one with Store.Health and
// Close it. It is safe for concurrent use.
type Health struct {
	store *Store
	turn  chan struct{} // holds a token while nobody uses conn
	conn  *pgx.Conn     // nil until it is needed, and after it broke
	once  sync.Once
}

// Health makes a health check of the store's database. It connects when it is first asked.
func (s *Store) Health() *Health {
	h := &Health{store: s, turn: make(chan struct{}, 1)}
	h.turn <- struct{}{}
	return h
}

// Ping makes sure that the database answers, within the context's deadline. An error is an *Error.
func (h *Health) Ping(ctx context.Context) error {
	select {
	case <-h.turn:
	case <-ctx.Done():
		return translate(ctx.Err())
	}
	defer func() { h.turn <- struct{}{} }()
	err := h.ping(ctx)
	if errors.Is(err, errNoRoom) {
		// The login has no connection to spare for this check. The pool has the others.
		return h.store.Ping(ctx)
	}
	return translate(err)
}

// errNoRoom says that the server answers and takes no more connections of this login.
var errNoRoom = errors.New("the server takes no more connections")

func (h *Health) ping(ctx context.Context) error {
	if h.conn != nil {
		if err := h.conn.Ping(ctx); err == nil || ctx.Err() != nil {
			h.dropIfClosed()
			return err
		}
		h.drop() // it may have been ended long ago, by a restart of the server: a new one tells
	}
	conn, err := pgx.ConnectConfig(ctx, h.store.pool.Config().ConnConfig)
	if err != nil {
		var server *pgconn.PgError
		if errors.As(err, &server) && server.Code == tooManyConnections {
			return errNoRoom
		}
		return err
	}
	h.conn = conn
	return conn.Ping(ctx)
}

func (h *Health) dropIfClosed() {
	if h.conn.IsClosed() {
		h.drop()
	}
}

func (h *Health) drop() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // say goodbye only if that takes no time
	_ = h.conn.Close(ctx)
	h.conn = nil
}

// Close ends the connection. A second Close does nothing.
func (h *Health) Close() {
	h.once.Do(func() {
		<-h.turn // later calls of Ping wait until their context ends
		if h.conn != nil {
			h.drop()
		}
	})
}
