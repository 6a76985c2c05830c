package server

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/klauspost/compress/gzhttp"
)

const (
	// liveEvery bounds how often pages are told that something changed: a bulk load must not make
	// every open page ask a hundred times a second.
	liveEvery = time.Second
	// liveBeat keeps proxies from ending a connection on which nothing happens.
	liveBeat = 25 * time.Second
)

// live tells open pages that there are new rows, so that they ask again at once instead of at their
// next refresh. It carries no data.
type live struct {
	mu      sync.Mutex
	changes chan struct{} // closed, and replaced, at each change
	ended   chan struct{}
	end     sync.Once
}

func newLive() *live {
	return &live{changes: make(chan struct{}), ended: make(chan struct{})}
}

// Changed tells every open page that the record has changed.
func (s *Server) Changed() { s.live.changed() }

// EndLive ends the connections that would otherwise last as long as their pages.
func (s *Server) EndLive() { s.live.end.Do(func() { close(s.live.ended) }) }

func (l *live) changed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.changes)
	l.changes = make(chan struct{})
}

func (l *live) next() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changes
}

// serve is a stream of server-sent events named "change".
func (l *live) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	h.Set(gzhttp.HeaderNoCompression, "yes")
	flush := http.NewResponseController(w)
	send := func(text string) bool {
		if _, err := fmt.Fprint(w, text); err != nil {
			return false
		}
		return flush.Flush() == nil
	}
	changes := l.next()
	if !send(": open\n\n") {
		return
	}
	beat := time.NewTicker(liveBeat)
	defer beat.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-l.ended:
			return
		case <-beat.C:
			if !send(": still here\n\n") {
				return
			}
		case <-changes:
			changes = l.next() // before the page asks, so that what comes meanwhile is told too
			if !send("event: change\ndata:\n\n") {
				return
			}
			select {
			case <-time.After(liveEvery):
			case <-r.Context().Done():
				return
			case <-l.ended:
				return
			}
		}
	}
}
