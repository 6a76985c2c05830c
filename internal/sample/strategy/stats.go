package strategy

import "math"

// yearDays is how many of the desk's days count as a year; rootOfYear is its square root.
const (
	yearDays   = 252
	rootOfYear = 15.8745078664
)

// least is the smallest number of weekdays from which a mean or a deviation is computed.
const least = 60

// clip keeps a score between −1 and 1.
func clip(x float64) float64 { return max(-1, min(1, x)) }

// confidence turns evidence in standard deviations into a number from 0 to 1: the probability that a
// normal variable lies closer to its mean, erf(|z|/√2).
func confidence(z float64) float64 { return math.Erf(math.Abs(z) / math.Sqrt2) }

// moments returns the mean and the sample standard deviation (divisor n − 1) of n values; 0 for fewer
// than two. One pass: the sums are of the distances from the first value, so that little is lost to
// rounding even where the level is far from 0.
func moments(n int, value func(int) float64) (mean, deviation float64) {
	if n < 2 {
		return 0, 0
	}
	first := value(0)
	sum, squares := 0.0, 0.0
	for i := 1; i < n; i++ {
		d := value(i) - first
		sum += d
		squares += d * d
	}
	count := float64(n)
	return first + sum/count, math.Sqrt(max(0, squares-sum*sum/count) / (count - 1))
}

// standing returns how many standard deviations the newest value of a series is above the mean of the last
// `window` values, itself included. The series is value(0) to value(n−1). standing returns false if the
// series has fewer than `least` values or does not move.
func standing(n, window int, value func(int) float64) (float64, bool) {
	window = min(window, n)
	if window < least {
		return 0, false
	}
	mean, deviation := moments(window, func(i int) float64 { return value(n - window + i) })
	if deviation < 1e-12 {
		return 0, false
	}
	return (value(n-1) - mean) / deviation, true
}

// together returns how many weekdays the series have in common, up to the last, and a function that returns
// the level of a series on the i-th of these weekdays.
func together(legs []*Series) (int, func(leg, i int) float64) {
	n := len(legs[0].Levels)
	for _, l := range legs[1:] {
		n = min(n, len(l.Levels))
	}
	return n, func(leg, i int) float64 {
		levels := legs[leg].Levels
		return levels[len(levels)-n+i]
	}
}
