package httpintake

import (
	"context"
	"sync"
	"time"
)

// room bounds how much is taken at once. What does not fit is refused, and not kept waiting in memory.
type room struct {
	limits  Limits
	writers chan struct{} // has a token for each request that writes

	mu       sync.Mutex
	requests int64
	bytes    int64
}

func newRoom(l Limits) *room { return &room{limits: l, writers: make(chan struct{}, l.Writers)} }

// enter lets a request in, unless there are too many. Who has entered must leave.
func (r *room) enter() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.requests >= r.limits.Requests {
		return false
	}
	r.requests++
	return true
}

func (r *room) leave() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests--
}

// hold takes room for a part of a body, unless there is none. Who holds bytes must let them go.
func (r *room) hold(n int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.bytes+n > r.limits.Bytes {
		return false
	}
	r.bytes += n
	return true
}

func (r *room) letGo(n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bytes -= n
}

// turn waits until the request may write. The caller must call leave when it has written.
func (r *room) turn(ctx context.Context) (leave func(), err error) {
	timer := time.NewTimer(r.limits.TurnTime)
	defer timer.Stop()
	select {
	case r.writers <- struct{}{}:
		return func() { <-r.writers }, nil
	case <-timer.C:
		return nil, tooBusy("other requests were being written the whole time")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// held returns how many requests and bytes there are.
func (r *room) held() (requests, bytes int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.requests, r.bytes
}
