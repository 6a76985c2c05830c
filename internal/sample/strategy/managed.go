package strategy

// volatilityManaged holds more of an asset when its variance is low. In the source the position is c/σ²,
// where σ² is the variance of the month before, and c is such that the position is 1 on average. Here the
// position is only what the rule adds to a constant position of 1, that is c/σ² − 1. So it is short when
// markets are wild. c is the harmonic mean of the months' variances over five years, or over the history if
// that is shorter, but over at least one year.
//
// Source: A. Moreira and T. Muir, "Volatility-Managed Portfolios", Journal of Finance 72 (2017).
func volatilityManaged(legs []*Series, say func(int, float64, float64)) {
	const month, years = 21, 5
	growth := legs[0].Growth
	months := min(years*12, (len(growth)-1)/month)
	if months < 12 {
		return
	}
	variance := func(n int) float64 { // of the n-th month back
		end := len(growth) - 1 - n*month
		sum := 0.0
		for i := end - month + 1; i <= end; i++ {
			r := growth[i] - growth[i-1]
			sum += r * r
		}
		return max(sum/month, 1e-10)
	}
	inverse := 0.0
	for n := range months {
		inverse += 1 / variance(n)
	}
	extra := 1/variance(0)/(inverse/float64(months)) - 1
	// The rule can't be short by more than 1, and should not be long by more than 2.
	say(0, extra, confidence(1.5*extra))
}
