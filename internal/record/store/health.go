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
	turn  chan struct{} // has a token while nobody uses conn
	conn  *pgx.Conn     // nil before the first check, and after the connection broke
	once  sync.Once
}

// Health returns a health check of the store's database. It connects at the first Ping.
func (s *Store) Health() *Health {
	h := &Health{store: s, turn: make(chan struct{}, 1)}
	h.turn <- struct{}{}
	return h
}

// Ping returns nil if the database answers within the context's deadline, otherwise an *Error.
func (h *Health) Ping(ctx context.Context) error {
	select {
	case <-h.turn:
	case <-ctx.Done():
		return translate(ctx.Err())
	}
	defer func() { h.turn <- struct{}{} }()
	err := h.ping(ctx)
	if errors.Is(err, errNoRoom) {
		// The pool has all connections that the login may have.
		return h.store.Ping(ctx)
	}
	return translate(err)
}

// errNoRoom says that the server answers but takes no more connections of this login.
var errNoRoom = errors.New("the server takes no more connections")

func (h *Health) ping(ctx context.Context) error {
	if h.conn != nil {
		if err := h.conn.Ping(ctx); err == nil || ctx.Err() != nil {
			h.dropIfClosed()
			return err
		}
		h.drop() // the server may have ended it long ago, when it restarted; a new connection tells
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
	cancel() // so that Close does not wait for the server
	_ = h.conn.Close(ctx)
	h.conn = nil
}

// Close ends the connection. A second Close does nothing.
func (h *Health) Close() {
	h.once.Do(func() {
		<-h.turn // never given back, so later calls of Ping wait until their context ends
		if h.conn != nil {
			h.drop()
		}
	})
}
