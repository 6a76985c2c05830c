package strategy

import "math"

// opens is how many standard deviations apart a pair must be before it is traded. The source waits for two.
// With a year of daily data, two would often leave the book empty, so one is enough here.
const opens = 1

// yieldPairs trades two yields or spreads that go together: when the gap of the first to the second
// stands wide, long the first and short the second, until it has closed.
//
// Source: E. Gatev, W. Goetzmann and K. G. Rouwenhorst, "Pairs Trading: Performance of a Relative-Value
// Arbitrage Rule", Review of Financial Studies 19 (2006).
func yieldPairs(legs []*Series, say func(int, float64, float64)) {
	n, level := together(legs)
	pair(n, func(i int) float64 { return level(0, i) - level(1, i) }, say)
}

// spreadPairs is yieldPairs with the logarithms of credit spreads, which move in proportion to their
// levels.
func spreadPairs(legs []*Series, say func(int, float64, float64)) {
	n, level := together(legs)
	pair(n, func(i int) float64 { return math.Log(max(level(0, i), 1)) - math.Log(max(level(1, i), 1)) }, say)
}

func pair(n int, gap func(int) float64, say func(int, float64, float64)) {
	z, ok := standing(n, yearDays, gap)
	if !ok {
		return
	}
	score := z / 2
	if math.Abs(z) < opens {
		score = 0
	}
	say(0, score, confidence(z))
	say(1, -score, confidence(z))
}
