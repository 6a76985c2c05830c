package strategy

// onshoreBasis trades the gap between the onshore dollar rate and the US yield of the same tenor, which
// covered interest parity would close. When the gap is wide, the strategy is long the first leg (the cupom)
// and short the second (the Treasury).
//
// Source: W. Du, A. Tepper and A. Verdelhan, "Deviations from Covered Interest Rate Parity", Journal of
// Finance 73 (2018).
func onshoreBasis(legs []*Series, say func(int, float64, float64)) {
	n, level := together(legs)
	z, ok := standing(n, yearDays, func(i int) float64 { return level(0, i) - level(1, i) })
	if !ok {
		return
	}
	say(0, z/2, confidence(z))
	say(1, -z/2, confidence(z))
}
