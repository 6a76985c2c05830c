package strategy

import "macrowatch/internal/desk"

// value buys what has become cheap over years. A price is compared with its mean over the year that ended
// four and a half years ago. So is a yield: if it has risen, the bond is cheap. If the history is shorter,
// its oldest year counts instead, which must have ended a year ago. The gap is measured in standard
// deviations of all levels in between. Two of them make a full position.
//
// Source: C. Asness, T. Moskowitz and L. H. Pedersen, "Value and Momentum Everywhere", Journal of
// Finance 68 (2013), who take the negative of the five-year change for currencies and the five-year
// change of the yield for bonds.
func value(legs []*Series, say func(int, float64, float64)) {
	s := legs[0]
	history := s.Levels
	if s.Kind == desk.KindPrice {
		history = s.Growth // in proportion, and with no price too low for a logarithm
	}
	window := history[max(0, len(history)-11*yearDays/2):]
	if len(window) < 2*yearDays {
		return
	}
	level := func(i int) float64 { return window[i] }
	reference, _ := moments(yearDays, level)
	_, deviation := moments(len(window), level)
	if deviation < 1e-12 {
		return
	}
	cheap := (reference - level(len(window)-1)) / deviation
	if s.Kind == desk.KindYield {
		cheap = -cheap
	}
	say(0, cheap/2, confidence(cheap/1.5))
}
