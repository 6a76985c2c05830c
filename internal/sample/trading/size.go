package trading

import "math"

// How the book's size follows its volatility and its limits.
const (
	// The book's own volatility is computed from volatilityDays days of history. A day has volatilityDecay times the
	// weight of the day after it.
	volatilityDays  = 120
	volatilityDecay = 0.98
	// mostSize is the most that the strategies' own sizes are multiplied by.
	mostSize = 1.5
	// full is the part of a limit that may be used before the book becomes smaller. After a breach the book is cut
	// to the part afterBreach of the limit.
	full, afterBreach = 0.9, 0.65
	// recovery is the factor by which the book may grow again each day.
	recovery = 1.01
	// The book begins to shrink when the drawdown reaches the part cautious of its limit. At the part frightened it
	// has come down to leastInDrawdown of its size.
	cautious, frightened = 0.4, 0.85
	leastInDrawdown      = 0.15
)

// appetite says to which part of its size the limits reduce the book.
type appetite struct {
	size   float64 // from 0 to 1
	breach bool    // the last snapshot was beyond a limit
}

// follow brings the appetite up to date with how much of its limits the last snapshot used.
func (a *appetite) follow(u limitUse) {
	a.breach = u.most > 1
	switch {
	case a.breach:
		a.size *= afterBreach / u.most
	case u.most > full:
		a.size *= full / u.most
	default:
		a.size = min(1, a.size*recovery)
	}
}

// size returns the factor by which the strategies' own weights are multiplied. With it the book has the volatility of
// the mandate, or less if its limits or its drawdown ask for that. Everything that the factor is computed from was
// known in the morning.
func (s *Session) size(wanted []float64) float64 {
	size, target := 1.0, s.setup.mandate.Volatility
	if target > 0 {
		size = mostSize
		if volatility := s.volatility(wanted); volatility > 0 {
			size = min(size, target/volatility)
		}
	}
	return size * s.appetite.size * s.inDrawdown()
}

// volatility returns the annual volatility that weights would have had over the days before the last
// close; 0 where there are too few.
func (s *Session) volatility(weights []float64) float64 {
	rows := len(s.moves) / len(s.setup.assets)
	days := s.replay(s.exposure(weights).net, max(0, rows-1-volatilityDays))
	days = days[:max(0, len(days)-1)] // the morning does not know the last close
	if len(days) < varianceLeast {
		return 0
	}
	sum, weight, total := 0.0, 1.0, 0.0
	for n := len(days) - 1; n >= 0; n-- {
		sum += weight * days[n] * days[n]
		total += weight
		weight *= volatilityDecay
	}
	return math.Sqrt(sum / total * daysOfYear)
}

// inDrawdown returns the part of the book's size that the drawdown of the last snapshot leaves.
func (s *Session) inDrawdown() float64 {
	limit := s.setup.mandate.Limits.MaxDrawdownPct
	if limit == nil || s.peak == 0 {
		return 1
	}
	used := 100 * s.drawdown / *limit
	return max(leastInDrawdown, min(1, 1-(used-cautious)/(frightened-cautious)*(1-leastInDrawdown)))
}

// assess measures the book after a snapshot. The result decides its size on the next days.
func (s *Session) assess() {
	s.peak = max(s.peak, s.nav)
	if s.peak > 0 {
		s.drawdown = 1 - s.nav/s.peak
	}
	u := s.limitUse(s.weights)
	s.appetite.follow(u)
	if limit := s.setup.mandate.Limits.MaxDrawdownPct; limit != nil && 100*s.drawdown > *limit {
		s.appetite.breach = true
	}
	s.used = u
}
