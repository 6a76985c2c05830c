package server

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// dataVersion says which data an answer is computed from. Answers with the same version are computed from the same data.
type dataVersion struct {
	// snapshot is the database's own text, which every commit changes. It is empty if the database was not asked.
	snapshot string
	// changes is how many changes were known.
	changes int64
}

// askAgain is how old the database's answer about its snapshot may be. It bounds the questions to fifty a second, however
// many panels are asked for.
const askAgain = 20 * time.Millisecond

// snapshots asks the database for its snapshot, once for all requests that come within a moment.
type snapshots struct {
	ask     func(context.Context) (string, error)
	flights singleflight.Group

	mu   sync.Mutex
	last string
	err  error
	at   time.Time // when the question was sent
}

// now returns the database's snapshot. It is at most askAgain older than the call.
func (s *snapshots) now(ctx context.Context) (string, error) {
	s.mu.Lock()
	last, err, fresh := s.last, s.err, time.Since(s.at) < askAgain
	s.mu.Unlock()
	if fresh {
		return last, err
	}
	result := s.flights.DoChan("", func() (any, error) {
		began := time.Now()
		asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), pingTimeout)
		defer cancel()
		snapshot, err := s.ask(asking)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.last, s.err, s.at = snapshot, err, began
		return snapshot, err
	})
	select {
	case r := <-result:
		return r.Val.(string), r.Err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// dataVersion returns the version of the data that the answer to a request must show, or a newer one. It fails if the
// database does not answer.
func (s *Server) dataVersion(ctx context.Context) (dataVersion, error) {
	v := dataVersion{changes: s.recorded.count.Load()}
	if s.cfg.Snapshot == nil {
		return v, s.ping(ctx)
	}
	var err error
	v.snapshot, err = s.snapshots.now(ctx)
	s.metrics.database(err == nil)
	return v, err
}
