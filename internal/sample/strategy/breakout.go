package strategy

// breakout goes with a price that leaves the range of its last fifty weekdays, upwards or downwards, and
// holds for ten, less each day. Inside the range it has no opinion.
//
// Source: W. Brock, J. Lakonishok and B. LeBaron, "Simple Technical Trading Rules and the Stochastic
// Properties of Stock Returns", Journal of Finance 47 (1992): the trading-range break with a ten-day
// holding period; the channel is R. Donchian's.
func breakout(legs []*Series, say func(int, float64, float64)) {
	const channel, hold = 50, 10
	growth := legs[0].Growth
	if len(growth) < channel+hold+1 {
		return
	}
	for age := range hold {
		at := len(growth) - 1 - age
		low, high := growth[at-1], growth[at-1]
		for _, g := range growth[at-channel : at] {
			low, high = min(low, g), max(high, g)
		}
		left := 1 - float64(age)/hold
		switch {
		case growth[at] > high:
			say(0, left, confidence((growth[at]-high)/legs[0].daily()+left))
			return
		case growth[at] < low:
			say(0, -left, confidence((low-growth[at])/legs[0].daily()+left))
			return
		}
	}
	say(0, 0, 0)
}
