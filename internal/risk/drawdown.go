package risk

import (
	"fmt"
	"math"

	"macrowatch/internal/desk"
)

// DrawdownDays is how many daily NAVs the worst drawdown looks back on.
const DrawdownDays = 252

// Drawdown is how far the book has fallen from its peaks, in percent, at least 0.
type Drawdown struct {
	// Current is the fall of the latest NAV from the highest of all: 1 − NAV/peak.
	Current float64
	// Worst252 is the largest fall from a peak to a later trough, both within the last 252 daily NAVs.
	Worst252 float64
}

// DrawdownOf computes the drawdowns at the last of some daily NAVs, which come in order. A NAV that has fallen
// to zero is a drawdown of 100 %, and one below zero is more. The error is [ErrBadNAV] if there is no NAV, if
// one is not finite, or if the first is not above zero, since there is then no peak to fall from.
func DrawdownOf(daily []desk.DailyNAV) (Drawdown, error) {
	if len(daily) == 0 {
		return Drawdown{}, fmt.Errorf("%w: there is none", ErrBadNAV)
	}
	for _, nav := range daily {
		if math.IsNaN(nav.NAV) || math.IsInf(nav.NAV, 0) {
			return Drawdown{}, fmt.Errorf("%w: on %s it is %v", ErrBadNAV, date(nav.Day), nav.NAV)
		}
	}
	if daily[0].NAV <= 0 {
		return Drawdown{}, fmt.Errorf("%w: it begins with %v on %s, not above 0", ErrBadNAV, daily[0].NAV, date(daily[0].Day))
	}
	peak := 0.0
	for _, nav := range daily {
		peak = math.Max(peak, nav.NAV)
	}
	last := daily[len(daily)-1].NAV
	recent := daily[max(0, len(daily)-DrawdownDays):]
	return Drawdown{Current: 100 * (1 - last/peak), Worst252: 100 * worstFall(recent)}, nil
}

// worstFall is the largest fall from a running peak above zero. It is 0 if there is no such peak.
func worstFall(navs []desk.DailyNAV) float64 {
	peak, worst := math.Inf(-1), 0.0
	for _, nav := range navs {
		peak = math.Max(peak, nav.NAV)
		if peak > 0 {
			worst = math.Max(worst, 1-nav.NAV/peak)
		}
	}
	return worst
}
