package risk

import (
	"fmt"
	"time"
)

// Replay is the worst stretch of days that the history holds for today's book.
type Replay struct {
	StressResult
	From, To time.Time // the moves are from the prices of day From to those of day To
}

// Replay finds the n returns in a row over which today's book would have lost most. It looks at the whole history
// of the instruments in the window, not only at the window's days. Each instrument makes the whole move of those
// days in one step: with today's duration, and with convexity on the whole move. A stretch with a gap or across
// zero does not count. Instruments that are not in the window are named as Unpriced. Replay returns false if the
// history has no such stretch or the book is flat.
func (s *Simulation) Replay(n int) (Replay, bool) {
	var in []*Exposure
	for k := range s.Exposures {
		if s.Exposures[k].InWindow {
			in = append(in, &s.Exposures[k])
		}
	}
	h := s.history
	if len(in) == 0 || n < 1 {
		return Replay{}, false
	}
	steps := h.windowUpTo(in, h.lastDay(s.AsOf), len(h.days)).steps
	worst, at := 0.0, -1
	for k, pnl := range stretches(in, steps, n) {
		if (at < 0 || pnl < worst) && connected(steps[k:k+n]) {
			worst, at = pnl, k
		}
	}
	if at < 0 {
		return Replay{}, false
	}
	from, to := steps[at+n-1].from, steps[at].to
	t := newTally(s, replayName(n))
	for k := range s.Exposures {
		e := &s.Exposures[k]
		if !e.InWindow {
			t.unpriced(k)
			continue
		}
		t.add(k, e.between(from, to))
	}
	return Replay{t.result(), h.date(from), h.date(to)}, true
}

// connected tells whether each return begins where the one before it ends. The latest comes first.
func connected(steps []step) bool {
	for k := 1; k < len(steps); k++ {
		if steps[k].to != steps[k-1].from {
			return false
		}
	}
	return true
}

// stretches is what the exposures make over each n returns in a row, whether or not these are connected.
func stretches(in []*Exposure, steps []step, n int) []float64 {
	sum := make([]float64, max(0, len(steps)-n+1))
	moves := make([]float64, len(sum))
	for _, e := range in {
		e.moves(moves, steps[len(steps)-len(sum):], steps)
		for k, move := range moves {
			sum[k] += e.Net * move
		}
	}
	return sum
}

func replayName(n int) string {
	if n == 1 {
		return "Worst day of the history"
	}
	return fmt.Sprintf("Worst %d days of the history", n)
}
