package server

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// dataVersion says which data an answer is computed from, and where they are.
type dataVersion struct {
	Reading
	// changes is how many changes were known.
	changes int64
}

// is reports whether answers of two versions are computed from the same data. It is not known of a version without a snapshot.
func (v dataVersion) is(other dataVersion) bool {
	return v.Snapshot != "" && v.Snapshot == other.Snapshot && v.changes == other.changes
}

// askAgain is how old the database's answer about its snapshot may be. It bounds the questions to fifty a second, however
// many panels are asked for.
const askAgain = 20 * time.Millisecond

// snapshots asks the database for its snapshot, once for all requests that come within a moment.
type snapshots struct {
	ask     func(context.Context) (Reading, error)
	flights singleflight.Group

	mu   sync.Mutex
	last Reading
	err  error
	at   time.Time // when the question was sent
}

// now returns what is read now, with the database's snapshot. It is at most askAgain older than the call.
func (s *snapshots) now(ctx context.Context) (Reading, error) {
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
		reading, err := s.ask(asking)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.last, s.err, s.at = reading, err, began
		return reading, err
	})
	select {
	case r := <-result:
		return r.Val.(Reading), r.Err
	case <-ctx.Done():
		return Reading{}, ctx.Err()
	}
}

// dataVersion returns the version of the data that the answer to a request must show, or a newer one. It fails if the
// database does not answer.
func (s *Server) dataVersion(ctx context.Context) (dataVersion, error) {
	v := dataVersion{changes: s.recorded.count.Load()}
	if s.snapshots.ask == nil {
		v.Querier = s.cfg.Querier
		return v, s.ping(ctx)
	}
	var err error
	v.Reading, err = s.snapshots.now(ctx)
	if s.cfg.Replica == nil {
		s.metrics.database(err == nil)
	}
	return v, err
}

// tellLag tells the reader how old the figures of an answer may be, if they come from a replica. In a rush an answer may have been
// computed a while ago.
func (s *Server) tellLag(w http.ResponseWriter, v dataVersion) {
	if s.cfg.Replica == nil || v.AsOf.IsZero() {
		return
	}
	lag := max(time.Since(v.AsOf), 0)
	if s.rush.on() {
		lag += rushAge
	}
	w.Header().Set("Macrowatch-Lag", strconv.FormatFloat(math.Ceil(lag.Seconds()*1000)/1000, 'f', 3, 64))
}
