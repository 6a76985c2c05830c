package server

import (
	"sync"
	"time"
)

const (
	// manyReaders is how many answers with panels must be under way at once for a rush to begin.
	manyReaders = mostAnswers / 2
	// rushPace is how long a rush lasts after there were last many readers. In a rush, a computed panel is given to
	// everybody who asks for the same for this long, and open pages learn of changes only this often.
	rushPace = 10 * time.Second
	// mostShared is how many bytes of panels are kept for others.
	mostShared = 16 << 20
)

// rush lets many readers share answers, so that hundreds of open pages cost little more than one. Without a rush, every answer is
// computed anew.
type rush struct {
	mu     sync.Mutex
	ends   time.Time
	panels map[string]sharedPanel
	bytes  int
}

// sharedPanel is a computed panel as a line of JSON.
type sharedPanel struct {
	line    []byte
	failed  bool
	version int64 // how many changes were known when its computation began
	began   time.Time
}

// begin begins a rush, or makes it last longer.
func (r *rush) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ends = time.Now().Add(rushPace)
}

// on reports whether there is a rush. After it, the panels are forgotten.
func (r *rush) on() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Now().Before(r.ends) {
		return true
	}
	r.panels, r.bytes = nil, 0
	return false
}

// find returns a panel that was computed lately.
func (r *rush) find(key string) (p sharedPanel, found bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, found = r.panels[key]
	return p, found && time.Since(p.began) < rushPace
}

// keep keeps a panel for others. If there is no room, it forgets old panels, and if that does not suffice, the new one.
func (r *rush) keep(key string, p sharedPanel) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.failed {
		return
	}
	r.forget(key)
	if r.bytes+len(p.line) > mostShared {
		for other, old := range r.panels {
			if time.Since(old.began) >= rushPace {
				r.forget(other)
			}
		}
	}
	if r.bytes+len(p.line) > mostShared {
		return
	}
	if r.panels == nil {
		r.panels = map[string]sharedPanel{}
	}
	r.panels[key] = p
	r.bytes += len(p.line)
}

// forget is for callers that hold the mutex.
func (r *rush) forget(key string) {
	r.bytes -= len(r.panels[key].line)
	delete(r.panels, key)
}
