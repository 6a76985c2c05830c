package strategy

import "math"

// globalFear sells protection while the VIX stands below its mean of a year and buys it above: sovereign
// spreads have followed the world's appetite for risk more than their countries' news. The group is the
// spread, then the VIX; its logarithm counts.
//
// Source: F. Longstaff, J. Pan, L. H. Pedersen and K. Singleton, "How Sovereign Is Sovereign Credit
// Risk?", American Economic Journal: Macroeconomics 3 (2011).
func globalFear(legs []*Series, say func(int, float64, float64)) {
	levels := legs[1].Levels
	z, ok := standing(len(levels), yearDays, func(i int) float64 { return math.Log(max(levels[i], 0.1)) })
	if !ok {
		return
	}
	say(0, -z/2, confidence(z))
}
