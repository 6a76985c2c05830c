package access

import (
	"container/list"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limiter limits how often something may be tried, for each key by itself: such as logins for each user or each
// address. It remembers a bounded number of keys, and forgets the key that was used longest ago first.
type Limiter struct {
	every time.Duration
	burst int
	most  int
	now   func() time.Time

	mu     sync.Mutex
	byKey  map[string]*list.Element
	recent *list.List // of *limited; the key that was used last stands first
}

type limited struct {
	key   string
	tries *rate.Limiter
}

// NewLimiter returns a limiter that allows each key `burst` tries at once, and then one more in each interval. It
// remembers up to `most` keys.
func NewLimiter(every time.Duration, burst, most int, now func() time.Time) *Limiter {
	return &Limiter{every: every, burst: burst, most: most, now: now, byKey: map[string]*list.Element{}, recent: list.New()}
}

// Try counts a try. It returns 0 if the try is allowed, else how long the caller must wait. A try that is refused does
// not make the wait longer.
func (l *Limiter) Try(key string) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, known := l.byKey[key]
	if !known {
		if l.recent.Len() >= l.most {
			oldest := l.recent.Back()
			delete(l.byKey, l.recent.Remove(oldest).(*limited).key)
		}
		at = l.recent.PushFront(&limited{key: key, tries: rate.NewLimiter(rate.Every(l.every), l.burst)})
		l.byKey[key] = at
	}
	l.recent.MoveToFront(at)
	now := l.now()
	reserved := at.Value.(*limited).tries.ReserveN(now, 1)
	if wait = reserved.DelayFrom(now); wait > 0 {
		reserved.CancelAt(now)
	}
	return wait
}
