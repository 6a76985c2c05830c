package strategy

// slope holds long bonds while the curve is steeper than it has been over three years, since a steep
// curve has gone with high returns of long bonds. The group is the long yield, then the short one.
//
// Source: E. Fama and R. Bliss, "The Information in Long-Maturity Forward Rates", American Economic
// Review 77 (1987); J. Campbell and R. Shiller, "Yield Spreads and Interest Rate Movements: A Bird's Eye
// View", Review of Economic Studies 58 (1991).
func slope(legs []*Series, say func(int, float64, float64)) {
	n, level := together(legs)
	z, ok := standing(n, 3*yearDays, func(i int) float64 { return level(0, i) - level(1, i) })
	if !ok {
		return
	}
	say(0, z/1.5, confidence(z))
}
