package strategy

import "math"

// reversal goes against the move of the last five weekdays: what fell much in a week recovers some of
// it. A move of two standard deviations is a full position.
//
// Source: B. Lehmann, "Fads, Martingales, and Market Efficiency", Quarterly Journal of Economics 105
// (1990), and N. Jegadeesh, "Evidence of Predictable Behavior of Security Returns", Journal of Finance
// 45 (1990).
func reversal(legs []*Series, say func(int, float64, float64)) {
	const days = 5
	growth, ok := legs[0].grown(days, 0)
	if !ok {
		return
	}
	z := growth / (legs[0].daily() * math.Sqrt(days))
	say(0, -z/2, confidence(z))
}
