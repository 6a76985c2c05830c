package risk

import (
	"fmt"
	"time"

	"macrowatch/internal/desk"
)

// Replay is the worst stretch of days that the history holds for today's book.
type Replay struct {
	StressResult
	From, To time.Time // the moves are from the one day's prices to the other's
}

// Replay finds the n returns in a row, anywhere in the whole history of what is in the window (not only
// within it), over which today's book would have lost most, each instrument moved once by its whole
// move of those days: durations are today's, and convexity counts the whole move. Stretches with a gap
// or across zero are passed over. False where the history holds no such stretch, or the book is flat.
// What is not in the window is named as Unpriced.
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
	steps := h.walk(in, h.lastDay(s.AsOf), len(h.days)).steps
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
	t := newTally(replayName(n))
	for k := range s.Exposures {
		e := &s.Exposures[k]
		if !e.InWindow {
			t.unpriced(e)
			continue
		}
		t.add(e, 100*e.Net*e.between(from, to))
	}
	return Replay{t.result(), h.date(from), h.date(to)}, true
}

// connected tells returns that follow each other, the latest first.
func connected(steps []step) bool {
	for k := 1; k < len(steps); k++ {
		if steps[k].to != steps[k-1].from {
			return false
		}
	}
	return true
}

// stretches is what the exposures make over each n returns in a row, connected or not: Exposure.between
// written out, an exposure at a time, since this is most of what a book costs over a long history.
func stretches(in []*Exposure, steps []step, n int) []float64 {
	sum := make([]float64, max(0, len(steps)-n+1))
	begins := steps[len(steps)-len(sum):]
	for _, e := range in {
		levels, net := e.levels, e.Net
		switch {
		case e.Instrument.Kind == desk.KindYield:
			sensitivity, unit := e.Sensitivity, e.unit
			for k := range sum {
				sum[k] += net * sensitivity.Return((levels[steps[k].to]-levels[begins[k].from])*unit)
			}
		case e.rates == nil:
			for k := range sum {
				sum[k] += net * (levels[steps[k].to]/levels[begins[k].from] - 1)
			}
		default:
			rates := e.rates
			for k := range sum {
				from, to := begins[k].from, steps[k].to
				sum[k] += net * (levels[to]/levels[from] - 1) * (rates[to] / rates[from])
			}
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
