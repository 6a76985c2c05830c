package strategy

// rateCarry is carry in bonds: a yield above the funding rate (the group's second leg) is earned while the
// curve stands still. The score is the year's carry divided by the bond's volatility. At half a volatility
// the position is full. Roll-down is left out.
//
// Source: R. Koijen, T. Moskowitz, L. H. Pedersen and E. Vrugt, "Carry", Journal of Financial
// Economics 127 (2018).
func rateCarry(legs []*Series, say func(int, float64, float64)) {
	ratio := (legs[0].level() - legs[1].level()) / 100 / legs[0].Volatility
	say(0, 2*ratio, confidence(2*ratio))
}

// currencyCarry is the carry trade: long the currencies with the high interest rates, short those with the
// low ones, against the dollar. A group holds the pair, then the foreign rate and the dollar's rate. The
// score is the pair's rate differential, less the mean differential of all pairs, divided by the pair's
// volatility. At half a volatility the position is full.
//
// Source: H. Lustig, N. Roussanov and A. Verdelhan, "Common Risk Factors in Currency Markets", Review
// of Financial Studies 24 (2011), who sort currencies by their forward discount.
func currencyCarry(groups []boundGroup, say verdict) {
	differential := func(i int) float64 { return groups[i].legs[1].level() - groups[i].legs[2].level() }
	mean, _ := moments(len(groups), differential)
	for n, g := range groups {
		ratio := (differential(n) - mean) / 100 / g.legs[0].Volatility
		if g.Inverted {
			ratio = -ratio
		}
		say(n, 0, 2*ratio, confidence(2*ratio))
	}
}

// creditCarry is carry in credit: a spread is earned while nobody defaults. Each issuer's spread, divided by
// its volatility, is compared with the mean of all issuers. The strategy is long the issuers that pay much
// for a day's risk, and short the others.
//
// Source: Koijen, Moskowitz, Pedersen and Vrugt, "Carry" (2018), where credit is one of the classes.
func creditCarry(groups []boundGroup, say verdict) {
	ratio := func(i int) float64 { return groups[i].legs[0].level() / 10_000 / groups[i].legs[0].Volatility }
	mean, deviation := moments(len(groups), ratio)
	if deviation < 1e-12 {
		return
	}
	for n := range groups {
		z := (ratio(n) - mean) / deviation
		say(n, 0, z/1.5, confidence(z))
	}
}
