package server

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"time"
)

// mostConnections is how many connections are open at once.
const mostConnections = 1024

// connections bounds how many connections are open. It accepts every new connection. If there are too many, it
// closes the connection that has been idle longest. If none is idle, it closes the connection whose request
// has been incomplete longest.
type connections struct {
	metrics *metrics

	mu  sync.Mutex
	all map[net.Conn]*connection
}

type connection struct {
	group      *connections
	idle       bool
	stateSince time.Time
	busy       bool // its request is being answered
}

func newConnections(m *metrics) *connections {
	return &connections{metrics: m, all: map[net.Conn]*connection{}}
}

type connectionKey struct{}

// opened notes a new connection. It is the ConnContext of an http.Server.
func (cs *connections) opened(ctx context.Context, c net.Conn) context.Context {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	added := &connection{group: cs, stateSince: time.Now()}
	cs.all[c] = added
	if len(cs.all) > mostConnections {
		cs.makeRoom(added)
	}
	cs.metrics.connections.Set(float64(len(cs.all)))
	return context.WithValue(ctx, connectionKey{}, added)
}

// stateChanged notes that a connection is idle, active or closed. It is the ConnState of an http.Server.
func (cs *connections) stateChanged(c net.Conn, state http.ConnState) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	known := cs.all[c]
	switch {
	case known == nil: // makeRoom has closed it
	case state == http.StateClosed || state == http.StateHijacked:
		delete(cs.all, c)
		cs.metrics.connections.Set(float64(len(cs.all)))
	default:
		known.idle, known.stateSince = state == http.StateIdle, time.Now()
	}
}

// makeRoom closes one connection to make room for the newest.
func (cs *connections) makeRoom(newest *connection) {
	var victim net.Conn
	var worst *connection
	for c, at := range cs.all {
		if at == newest || at.busy {
			continue
		}
		if worst == nil || at.idle && !worst.idle || at.idle == worst.idle && at.stateSince.Before(worst.stateSince) {
			victim, worst = c, at
		}
	}
	if victim == nil {
		return // all are being answered, and mostAnswers bounds that
	}
	delete(cs.all, victim)
	if encrypted, ok := victim.(*tls.Conn); ok {
		victim = encrypted.NetConn() // closing the other one may wait for the client
	}
	_ = victim.Close()
	cs.metrics.connectionsClosed.Inc()
}

// answering notes that a request is being answered, until the caller calls done.
func answering(ctx context.Context) (done func()) {
	c, known := ctx.Value(connectionKey{}).(*connection)
	if !known {
		return func() {}
	}
	c.mark(true)
	return func() { c.mark(false) }
}

func (c *connection) mark(busy bool) {
	c.group.mu.Lock()
	defer c.group.mu.Unlock()
	c.busy, c.stateSince = busy, time.Now()
}
