package strategy

// butterfly bets that the belly of a curve returns to where it has stood between the wings: the group
// is the belly, the short wing and the long wing. A belly whose yield stands high is bought and the
// wings sold against it, with half the belly's risk each.
//
// Source: J. Duarte, F. Longstaff and F. Yu, "Risk and Return in Fixed-Income Arbitrage: Nickels in
// Front of a Steamroller?", Review of Financial Studies 20 (2007), the yield curve arbitrage.
func butterfly(legs []*Series, say func(int, float64, float64)) {
	n, level := together(legs)
	z, ok := standing(n, yearDays, func(i int) float64 { return 2*level(0, i) - level(1, i) - level(2, i) })
	if !ok {
		return
	}
	sure := confidence(z)
	say(0, z/2, sure)
	say(1, -z/4, sure)
	say(2, -z/4, sure)
}
