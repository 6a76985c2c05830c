package risk

import (
	"math"
	"time"

	"macrowatch/internal/desk"
)

// Jump is a move of one day that is more than ten standard deviations of the instrument's other moves in the window.
// Either the market did that, or the price is wrong.
type Jump struct {
	Instrument string
	From, To   time.Time
	Before     float64 // the levels, as quoted
	After      float64
	// Deviations is the move's distance from the mean of the others, in their standard deviations; +Inf if the
	// others are all equal.
	Deviations float64
}

// jumpDeviations is how many standard deviations make a jump.
const jumpDeviations = 10

// jumps finds the jumps among the moves of each exposure.
func (h *History) jumps(exposures []*Exposure, steps []step) []Jump {
	var found []Jump
	moves := make([]float64, len(steps))
	for _, e := range exposures {
		for n, s := range steps {
			moves[n] = e.series.move(s)
		}
		for _, far := range outliers(moves) {
			s := steps[far.at]
			found = append(found, Jump{e.series.instrument.Name, h.date(s.from), h.date(s.to), e.series.levels[s.from], e.series.levels[s.to], far.deviations})
		}
	}
	return found
}

// move is the move of the levels themselves: relative for a price, the difference for a yield.
func (s *series) move(over step) float64 {
	if s.instrument.Kind == desk.KindYield {
		return s.levels[over.to] - s.levels[over.from]
	}
	return s.levels[over.to]/s.levels[over.from] - 1
}

// outlier is a move far from the others.
type outlier struct {
	at         int
	deviations float64
}

// outliers returns the moves that are more than jumpDeviations from the mean of the others, in the standard
// deviations of the others (divisor: their number). The move itself must not count: if it did, no move of n could
// be more than (n−1)/√n deviations out.
//
// Let n moves have the mean m, and let q be the sum of their squared deviations from m. Without a move x, the
// others have the mean m − (x−m)/(n−1), and their squared deviations from it add up to q − (x−m)²·n/(n−1).
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
	// A move at distance d from the mean is an outlier if (d·n/(n−1))² > 100·(q − d²·n/(n−1))/(n−1). This is
	// so if d² is above the limit.
	limit := jumpDeviations * jumpDeviations * q * (n - 1) / n / (n + jumpDeviations*jumpDeviations)
	var found []outlier
	for k, x := range moves {
		d := math.Abs(x - mean)
		if d*d <= limit || d == 0 {
			continue
		}
		others := q - d*d*n/(n-1)
		if others <= 1e-12*q { // the others are all equal, rounding aside
			found = append(found, outlier{k, math.Inf(1)})
			continue
		}
		found = append(found, outlier{k, d * n / (n - 1) / math.Sqrt(others/(n-1))})
	}
	return found
}
