package strategy

// relativeMomentum compares the assets with each other: it is long the assets with the highest gain per unit
// of volatility in the twelve months before the last month, and short those with the lowest.
//
// Source: N. Jegadeesh and S. Titman, "Returns to Buying Winners and Selling Losers", Journal of Finance
// 48 (1993); across asset classes Asness, Moskowitz and Pedersen, "Value and Momentum Everywhere" (2013).
func relativeMomentum(groups []boundGroup, say verdict) {
	const year, month = 252, 21
	var gains []float64
	var places []int
	for n, g := range groups {
		if growth, ok := g.legs[0].grown(year, month); ok {
			gains, places = append(gains, growth/g.legs[0].Volatility), append(places, n)
		}
	}
	if len(gains) < 3 {
		return
	}
	mean, deviation := moments(len(gains), func(i int) float64 { return gains[i] })
	if deviation < 1e-12 {
		return
	}
	for i, n := range places {
		z := (gains[i] - mean) / deviation
		say(n, 0, z/1.5, confidence(z))
	}
}
