package strategy

import "math"

// movingAverage is long above the mean of the last 200 weekdays and short below it, fully so at a
// distance of six weeks' volatility.
//
// Source: Brock, Lakonishok and LeBaron (1992), the moving-average rule 1–200; M. Faber, "A Quantitative
// Approach to Tactical Asset Allocation", Journal of Wealth Management 9 (2007), with ten months.
func movingAverage(legs []*Series, say func(int, float64, float64)) {
	const days = 200
	growth := legs[0].Growth
	if len(growth) < days {
		return
	}
	recent := growth[len(growth)-days:]
	mean, _ := moments(days, func(i int) float64 { return recent[i] })
	z := (recent[days-1] - mean) / (legs[0].daily() * math.Sqrt(30))
	say(0, z, confidence(z))
}
