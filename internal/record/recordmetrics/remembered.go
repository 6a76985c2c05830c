package recordmetrics

import (
	"context"
	"sync"
	"time"

	"macrowatch/internal/background"
)

const (
	// askAgain is how long an answer counts.
	askAgain = 15 * time.Second
	// askLimit is how long an answer may take.
	askLimit = 5 * time.Second
	// patience is how long a reader of the metrics waits for an answer.
	patience = time.Second
)

// remembered is a value that is asked for at most once in a while, however often the metrics are read.
type remembered[T any] struct {
	ask func(context.Context) (T, error)
	now func() time.Time
	end context.Context // an answer that is being waited for is given up when it ends

	mu     sync.Mutex
	asked  time.Time     // when the last answer came; zero if there is none yet
	known  bool          // whether that answer was a value and not an error
	value  T             // the last value
	asking chan struct{} // closed when the answer comes; nil if nobody asks
}

// get returns the value. It reports false if the value is not known: because the last answer was an error, or because none
// comes in time.
func (r *remembered[T]) get() (value T, known bool) {
	r.mu.Lock()
	if r.asking == nil && (r.asked.IsZero() || r.now().Sub(r.asked) >= askAgain) {
		r.asking = make(chan struct{})
		go r.renew()
	}
	asking := r.asking
	r.mu.Unlock()
	if asking != nil {
		late := time.NewTimer(patience)
		defer late.Stop()
		select {
		case <-asking:
		case <-late.C:
			return value, false
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.value, r.known
}

// renew asks for the value.
func (r *remembered[T]) renew() {
	ctx, cancel := context.WithTimeout(r.end, askLimit)
	defer cancel()
	var value T
	err := background.Recovered(func() (err error) {
		value, err = r.ask(ctx)
		return err
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked, r.known, r.value = r.now(), err == nil, value
	close(r.asking)
	r.asking = nil
}
