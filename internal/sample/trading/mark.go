package trading

import (
	"fmt"
	"math"
	"time"
)

// jump is how many daily standard deviations a move must be to be worth a note.
const jump = 10

// Mark takes the closes of a day, and of the days before it that were not seen yet. It returns what the positions have
// made since the last close, as a fraction of the NAV at that close, and changes the NAV by it.
func (s *Session) Mark(day time.Time) float64 {
	for n := range s.quotes {
		s.quotes[n].morning = s.history[n].Volatility
	}
	s.read(day)
	for n := range s.setup.assets {
		s.move(n, day)
		s.moves = append(s.moves, s.quotes[n].move)
	}
	earned := 0.0
	for n, r := range s.setup.rows {
		if w := s.weights[n]; w != 0 {
			earned += w * (s.quotes[r.instrument].profit + s.carry(r.instrument, day))
		}
	}
	s.closed = day
	s.nav = max(0, s.nav*(1+earned))
	if s.nav == 0 && earned <= -1 {
		s.note("the book lost all that it had on %s", day.Format(time.DateOnly))
	}
	return earned
}

// read takes the new levels: of several days the last price of each instrument.
func (s *Session) read(day time.Time) {
	for n := range s.quotes {
		q, h := &s.quotes[n], &s.history[n]
		q.fresh = false
		if len(h.Levels) > 0 {
			q.before = h.Levels[len(h.Levels)-1]
			h.Levels = append(h.Levels, q.before)
		}
	}
	for ; s.next < s.setup.market.Days() && !s.setup.market.Day(s.next).After(day); s.next++ {
		for n, level := range s.setup.market.Levels(s.next) {
			if math.IsNaN(level) {
				continue
			}
			q, h := &s.quotes[n], &s.history[n]
			if len(h.Levels) == 0 {
				h.Levels = append(h.Levels, level)
				q.before = level
			}
			h.Levels[len(h.Levels)-1] = level
			q.fresh, q.seen = true, s.setup.market.Day(s.next)
		}
	}
}

// move computes an asset's profit of the day and what follows from it.
func (s *Session) move(n int, day time.Time) {
	a, q, h := &s.setup.assets[n], &s.quotes[n], &s.history[n]
	q.profit, q.move = 0, 0
	if len(h.Levels) == 0 {
		return
	}
	rateBefore := q.rate
	if rate, err := a.conversion.Rate(s.level); err == nil {
		q.rate = rate
	}
	if a.traded && q.fresh && len(h.Growth) > 0 {
		if rateBefore == 0 {
			rateBefore = q.rate
		}
		q.profit = s.profitOf(a, q, step{s.closed, q.before, h.Levels[len(h.Levels)-1], rateBefore, q.rate}, day)
	}
	grown := 0.0
	if len(h.Growth) > 0 {
		grown = h.Growth[len(h.Growth)-1]
	}
	h.Growth = append(h.Growth, grown+math.Log1p(max(q.profit, -0.99)))
	h.Volatility = q.variance.annual(volatilityFloor)
	s.live(n, day)
}

// profitOf returns the profit of an asset and adds it to the asset's variance. If no profit can be computed, it returns
// 0 and leaves a note.
func (s *Session) profitOf(a *asset, q *quote, st step, day time.Time) float64 {
	if st.rateTo == 0 { // the asset can't be held yet, but its moves count in its history
		st.rateFrom, st.rateTo = 1, 1
	}
	result, err := a.outcome(st)
	if err != nil {
		s.note("no move of %s on %s: %v", a.Name, day.Format(time.DateOnly), err)
		return 0
	}
	profit := result.profit
	q.move, q.sensitivity = result.move, result.sensitivity
	if daily := math.Sqrt(q.variance.mean); q.variance.n >= varianceLeast && math.Abs(profit) > jump*daily && math.Abs(profit) > 0.02 {
		s.note("%s went from %v to %v on %s, %.0f times its daily volatility: taken as it stands",
			a.Name, st.from, st.to, day.Format(time.DateOnly), math.Abs(profit)/daily)
	}
	q.variance.add(profit)
	return profit
}

// volatilityFloor is the least annual volatility that an asset is assumed to have. It bounds the position in an asset
// that hardly moves, such as a pegged currency or a bond of a year.
const volatilityFloor = 0.04

// level returns an instrument's last level, for the conversion into BRL.
func (s *Session) level(name string) (float64, bool) {
	levels := s.history[s.setup.place[name]].Levels
	if len(levels) == 0 {
		return 0, false
	}
	return levels[len(levels)-1], true
}

// live decides whether an asset may be traded after the close. It leaves a note when an asset ends or has prices again.
func (s *Session) live(n int, day time.Time) {
	a, q, h := &s.setup.assets[n], &s.quotes[n], &s.history[n]
	stale := day.Sub(q.seen) > StaleDays*24*time.Hour
	h.Live = !stale && q.rate > 0 && !a.endsBy(day)
	ended := stale || a.endsBy(day)
	if !a.traded && !a.read || ended == q.ended {
		return
	}
	q.ended = ended
	switch last := h.Levels[len(h.Levels)-1]; {
	case !ended:
		s.note("%s has prices again on %s", a.Name, day.Format(time.DateOnly))
	case stale && !a.traded:
		s.note("%s has had no price since %s: what is judged by it is left out", a.Name, q.seen.Format(time.DateOnly))
	case stale:
		s.note("%s has had no price since %s: closed at that price, %v", a.Name, q.seen.Format(time.DateOnly), last)
	case a.traded:
		s.note("%s matures on %s: closed at %v", a.Name, a.Maturity.Format(time.DateOnly), last)
	}
}

// carry returns the interest that a long position of size 1 in an exchange rate brought since the close
// before: the base currency's rate less the quote currency's, by calendar days of 365. The rates are those at
// the close before. The carry is 0 if one of them is not known, and for any asset that is no exchange rate.
func (s *Session) carry(n int, day time.Time) float64 {
	a := &s.setup.assets[n]
	base, known := s.shortRate(a.baseRates)
	quote, both := s.shortRate(a.quoteRates)
	if !known || !both {
		return 0
	}
	days := day.Sub(s.closed).Hours() / 24
	return (base - quote) / 100 * days / 365
}

// shortRate returns the level that a short rate had before the last close. It takes the first of the rates
// that has had a price lately, or else the first that has ever had one.
func (s *Session) shortRate(rates []int) (level float64, known bool) {
	for _, n := range rates {
		// One value is the last close's own: there was none before.
		if len(s.history[n].Levels) < 2 {
			continue
		}
		if s.history[n].Live {
			return s.quotes[n].before, true
		}
		if !known {
			level, known = s.quotes[n].before, true
		}
	}
	return level, known
}

func (s *Session) note(format string, args ...any) {
	s.notes = append(s.notes, fmt.Sprintf(format, args...))
}
