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
		for _, far := range outliers(moves) {
			s := steps[far.at]
			found = append(found, Jump{e.source(), h.date(s.from), h.date(s.to), e.levels[s.from], e.levels[s.to], far.deviations})
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

// outlier is a move far from the others.
type outlier struct {
	at         int
	deviations float64
}

// outliers returns the moves that are more than jumpDeviations from the mean of the others, in their
// standard deviations (divisor: their number). The move itself is left out of both: within, one of n moves
// can't be more than (n−1)/√n deviations out. With n moves of mean m and squared deviations q in all, the
// others of x have mean m − (x−m)/(n−1) and squared deviations q − (x−m)²·n/(n−1).
func outliers(moves []float64) []outlier {
	n := float64(len(moves))
	if n < 3 {
		return nil
	}
	mean := 0.0
	for _, x := range moves {
		mean += x
	}
	mean /= n
	q := 0.0
	for _, x := range moves {
		q += (x - mean) * (x - mean)
	}
	// d is far enough where (d·n/(n−1))² > 100·(q − d²·n/(n−1))/(n−1), that is above this d².
	limit := jumpDeviations * jumpDeviations * q * (n - 1) / n / (n + jumpDeviations*jumpDeviations)
	var found []outlier
	for k, x := range moves {
		d := math.Abs(x - mean)
		if d*d <= limit || d == 0 {
			continue
		}
		others := q - d*d*n/(n-1)
		if others <= 1e-12*q { // rounding: the others are all alike
			found = append(found, outlier{k, math.Inf(1)})
			continue
		}
		found = append(found, outlier{k, d * n / (n - 1) / math.Sqrt(others/(n-1))})
	}
	return found
}
