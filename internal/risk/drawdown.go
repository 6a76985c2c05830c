package risk

import (
	"fmt"
	"math"
	"time"
)

// DrawdownDays is how many daily NAVs the worst drawdown looks back over.
const DrawdownDays = 252

// NAV is the book's total equity at a moment.
type NAV struct {
	At     time.Time
	Equity float64
}

// Drawdown is how far the book has fallen from its peaks, in percent, at least 0.
type Drawdown struct {
	// Current is the fall of the latest NAV from the highest so far: 1 − NAV/peak.
	Current float64
	// Worst252 is the largest fall from a peak to a later trough, both within the last 252 daily NAVs.
	Worst252 float64
}

// DrawdownOf computes the drawdowns at the last of some daily NAVs, which come in order. A NAV that has
// fallen to zero is a drawdown of 100 %, one below zero more. [ErrBadNAV] without any, where one is not
// finite, or where the first is not above zero, since there is no peak to fall from.
func DrawdownOf(daily []NAV) (Drawdown, error) {
	if len(daily) == 0 {
		return Drawdown{}, fmt.Errorf("%w: there is none", ErrBadNAV)
	}
	for _, nav := range daily {
		if math.IsNaN(nav.Equity) || math.IsInf(nav.Equity, 0) {
			return Drawdown{}, fmt.Errorf("%w: on %s it is %v", ErrBadNAV, date(nav.At), nav.Equity)
		}
	}
	if daily[0].Equity <= 0 {
		return Drawdown{}, fmt.Errorf("%w: it begins with %v on %s, not above 0", ErrBadNAV, daily[0].Equity, date(daily[0].At))
	}
	peak := 0.0
	for _, nav := range daily {
		peak = math.Max(peak, nav.Equity)
	}
	last := daily[len(daily)-1].Equity
	recent := daily[max(0, len(daily)-DrawdownDays):]
	return Drawdown{Current: 100 * (1 - last/peak), Worst252: 100 * worstFall(recent)}, nil
}

// worstFall is the largest fall from a running peak above zero; 0 where there is no such peak.
func worstFall(navs []NAV) float64 {
	peak, worst := math.Inf(-1), 0.0
	for _, nav := range navs {
		peak = math.Max(peak, nav.Equity)
		if peak > 0 {
			worst = math.Max(worst, 1-nav.Equity/peak)
		}
	}
	return worst
}
