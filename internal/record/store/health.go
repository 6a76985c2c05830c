package store

import (
	"context"
	"errors"
	"sync"
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

func (h *Health) ping(ctx context.Context) error {
	conn, err := h.own.get(ctx)
	if err != nil {
		return err
	}
	return conn.Ping(ctx)
}

// Close ends the connection. A second Close does nothing.
func (h *Health) Close() {
	h.once.Do(func() {
		<-h.turn // never given back, so later calls of Ping wait until their context ends
		h.own.close()
	})
}
