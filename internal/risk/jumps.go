package risk

import (
	"math"
	"time"

	"macrowatch/internal/desk"
)

// Jump is a move of one day of more than ten standard deviations of the instrument's other moves in
// the window. Either the market did that, or the price is wrong.
type Jump struct {
	Instrument string
	From, To   time.Time
	Before     float64 // the levels, as quoted
	After      float64
	// Deviations is the move's distance from the mean of the others in their standard deviations; +Inf
	// where the others are all alike.
	Deviations float64
}

// jumpDeviations is how many standard deviations a move must be to be reported.
const jumpDeviations = 10

// jumps looks through the moves of each exposure.
func (h *History) jumps(exposures []*Exposure, steps []step) []Jump {
	var found []Jump
	moves := make([]float64, len(steps))
	for _, e := range exposures {
		for n, s := range steps {
			moves[n] = e.ownMove(s)
		}
		if mayJump(moves) {
			found = h.jumpsOf(found, e, steps, moves)
		}
	}
	return found
}

// jumpsOf adds an exposure's.
func (h *History) jumpsOf(found []Jump, e *Exposure, steps []step, moves []float64) []Jump {
	for n, z := range deviations(moves) {
		if z > jumpDeviations {
			s := steps[n]
			found = append(found, Jump{e.source(), h.date(s.from), h.date(s.to), e.levels[s.from], e.levels[s.to], z})
		}
	}
	return found
}

// ownMove is the move of the levels themselves: relative for a price, the difference for a yield.
func (e *Exposure) ownMove(s step) float64 {
	if e.Instrument.Kind == desk.KindYield {
		return e.levels[s.to] - e.levels[s.from]
	}
	return e.levels[s.to]/e.levels[s.from] - 1
}

// source names the instrument whose levels count.
func (e *Exposure) source() string {
	if e.Proxy != "" {
		return e.Proxy
	}
	return e.Instrument.Name
}

// mayJump tells, at half the cost of deviations, whether any move can be a jump. With all moves' mean
// and squared deviations q a move more than k deviations of the others out is more than
// √(k²·q/(n + k²)) from the mean: half of that, for rounding, is looked for.
func mayJump(moves []float64) bool {
	mean := meanOf(moves)
	q, most := 0.0, 0.0
	for _, x := range moves {
		d := (x - mean) * (x - mean)
		q += d
		most = max(most, d)
	}
	return 4*most*(float64(len(moves))+jumpDeviations*jumpDeviations) > jumpDeviations*jumpDeviations*q
}

func meanOf(moves []float64) float64 {
	sum := 0.0
	for _, x := range moves {
		sum += x
	}
	return sum / float64(len(moves))
}

// deviations returns how far each move is from the mean of the others, in their standard deviations
// (divisor: their number). The move itself is left out of both: within, one of n moves can't be more
// than (n−1)/√n deviations out. With n moves of mean m and squared deviations q in all, the others of
// x have mean m − (x−m)/(n−1) and squared deviations q − (x−m)²·n/(n−1).
func deviations(moves []float64) []float64 {
	n := float64(len(moves))
	mean := meanOf(moves)
	q := 0.0
	for _, x := range moves {
		q += (x - mean) * (x - mean)
	}
	out := make([]float64, len(moves))
	for k, x := range moves {
		d := math.Abs(x - mean)
		others := q - d*d*n/(n-1)
		switch {
		case len(moves) < 3 || d == 0:
		case others <= 1e-12*q: // rounding: the others are all alike
			out[k] = math.Inf(1)
		default:
			out[k] = d * n / (n - 1) / math.Sqrt(others/(n-1))
		}
	}
	return out
}
