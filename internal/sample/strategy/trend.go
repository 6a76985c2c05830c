package strategy

import "math"

// trend is time-series momentum: what has risen goes on rising. The growth over one, three and twelve months
// is divided by the volatility over the same time and kept between −1 and 1. The score is the mean of these
// three. If the history is too short for twelve months, the mean is over the other two.
//
// Source: T. Moskowitz, Y. H. Ooi and L. H. Pedersen, "Time Series Momentum", Journal of Financial
// Economics 104 (2012); the three horizons as in B. Hurst, Y. H. Ooi and L. H. Pedersen, "A Century of
// Evidence on Trend-Following Investing", Journal of Portfolio Management 44 (2017).
func trend(legs []*Series, say func(int, float64, float64)) {
	horizons := [...]int{21, 63, 252}
	s := legs[0]
	score, sure, n := 0.0, 0.0, 0
	for _, days := range horizons {
		growth, ok := s.grown(days, 0)
		if !ok {
			break
		}
		z := growth / (s.daily() * math.Sqrt(float64(days)))
		score += clip(z)
		sure += math.Copysign(confidence(z), z)
		n++
	}
	if n < 2 {
		return
	}
	// If the horizons disagree, the strategy is unsure.
	say(0, score/float64(n), math.Abs(sure)/float64(n))
}
