package server

import (
	"sync"
	"time"
)

const (
	// manyReaders is how many answers with panels must be under way at once for a rush to begin.
	manyReaders = mostAnswers / 2
	// rushPace is how long a rush lasts after there were last many readers. In a rush, open pages learn of changes only
	// this often.
	rushPace = 10 * time.Second
	// rushAge is how old an answer may be that is given to others in a rush, although the data may have changed since.
	rushAge = 2 * time.Second
)

// rush is a time with many readers. While it lasts, an answer may be up to rushAge old, so that hundreds of open pages cost
// little more than one also while somebody keeps writing.
type rush struct {
	mu   sync.Mutex
	ends time.Time
}

// begin begins a rush, or makes it last longer.
func (r *rush) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ends = time.Now().Add(rushPace)
}

// on reports whether there is a rush.
func (r *rush) on() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Now().Before(r.ends)
}
