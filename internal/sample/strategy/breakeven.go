package strategy

// breakevenGap trades the inflation that a curve implies: the group is the real yield, then the nominal yield
// of about the same maturity. When the breakeven (nominal less real) is below its mean of the last year, the
// linker is cheap. Then the strategy is long the linker and short the nominal bond. When the breakeven is
// above its mean, it does the opposite.
//
// Source: M. Fleckenstein, F. Longstaff and H. Lustig, "The TIPS–Treasury Bond Puzzle", Journal of
// Finance 69 (2014), on linkers that are cheap against nominal bonds.
func breakevenGap(legs []*Series, say func(int, float64, float64)) {
	n, level := together(legs)
	z, ok := standing(n, yearDays, func(i int) float64 { return level(1, i) - level(0, i) })
	if !ok {
		return
	}
	say(0, -z/2, confidence(z))
	say(1, z/2, confidence(z))
}
