package server

import (
	"context"
	"strconv"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"
)

const (
	// mostKept is how many bytes of answers are kept for others.
	mostKept = 16 << 20
	// keptFor is how long an answer is kept. It bounds how old a figure can be that PostgreSQL's snapshot says nothing of,
	// for example one of a foreign table or of pg_stat_activity.
	keptFor = 30 * time.Second
)

// keeper keeps computed answers for other readers who ask the same. An answer is given again as long as nothing has been
// committed since its computation began, and the reader's now is the same within a step. Identical questions at the same
// time share one computation.
type keeper struct {
	answers *otter.Cache[string, keptAnswer]
	flights singleflight.Group
}

func newKeeper() *keeper {
	return &keeper{answers: otter.Must(&otter.Options[string, keptAnswer]{
		MaximumWeight: mostKept,
		Weigher:       func(key string, a keptAnswer) uint32 { return uint32(len(key) + a.bytes) },
		Executor:      func(maintain func()) { maintain() }, // it takes microseconds
	})}
}

// question is what an answer is computed for.
type question struct {
	// about names everything that the answer depends on, except the data and the time.
	about string
	// data is the version that the answer must show, or a newer one.
	data dataVersion
	// moment is the reader's now, rounded down to a step within which no reader sees a difference.
	moment time.Time
}

// keptAnswer is an answer, and what it was computed from.
type keptAnswer struct {
	value  any
	bytes  int // the memory that it takes
	failed bool
	data   dataVersion
	moment time.Time
	began  time.Time
}

// answers reports whether a kept answer answers a question.
func (a keptAnswer) answers(q question, inRush bool) bool {
	switch age := time.Since(a.began); {
	case !a.moment.Equal(q.moment):
		return false
	case inRush && age < rushAge:
		return true
	default:
		return a.data.is(q.data) && age < keptFor
	}
}

// computation computes an answer. The result bytes is the memory that the answer takes. A failed answer goes to those who
// wait for it, and is not kept.
type computation func(context.Context) (value any, bytes int, failed bool)

// find returns a kept answer.
func (s *Server) find(q question) (a keptAnswer, found bool) {
	a, found = s.keeper.answers.GetIfPresent(q.about)
	return a, found && a.answers(q, s.rush.on())
}

// answered returns the answer to a question: a kept one, that of a computation that another reader began, or that of a
// computation of its own. A computation goes on when the reader who began it goes away, because others may wait for
// it. The error is that of ctx if it ends; in any other case the answer says what is wrong.
func (s *Server) answered(ctx context.Context, q question, compute computation) (keptAnswer, error) {
	if a, found := s.find(q); found {
		s.metrics.shared.Inc()
		return a, nil
	}
	result := s.keeper.flights.DoChan(s.flightOf(q), func() (any, error) {
		computing, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.AnswerTimeout)
		defer cancel()
		a := keptAnswer{data: q.data, moment: q.moment, began: time.Now()}
		a.value, a.bytes, a.failed = compute(computing)
		if !a.failed {
			s.keeper.answers.Set(q.about, a)
		}
		return a, nil
	})
	select {
	case r := <-result:
		return r.Val.(keptAnswer), nil
	case <-ctx.Done():
		if ctx.Err() == context.Canceled {
			return keptAnswer{}, ctx.Err()
		}
		// The time for the answer is over. The time for the computation ends about now too, and its result
		// contains that error.
		r := <-result
		return r.Val.(keptAnswer), nil
	}
}

// flightOf names the computation that a question may share. In a rush, readers also share one that began before the last
// change.
func (s *Server) flightOf(q question) string {
	moment := strconv.FormatInt(q.moment.UnixMilli(), 36)
	if s.rush.on() {
		return moment + " " + q.about
	}
	return moment + " " + strconv.FormatInt(q.data.changes, 36) + " " + q.data.Snapshot + " " + q.about
}
