package risk

import (
	"math"
	"math/bits"

	"macrowatch/internal/desk"
)

// calendar holds facts about the days of one instrument that are the same for every book, so they are computed once.
type calendar struct {
	// present are the days on which the instrument has all that a return needs: a level and, if its profit
	// must be converted, an exchange rate.
	present daySet
	// returns holds, for each day, how many of the instrument's own returns end on that day or before. A
	// return runs from one present day to the next. A return over a gap or across zero does not count.
	returns []int32
	// positive says that all levels of the instrument are above zero, so that no return of a price crosses zero.
	positive bool
}

// calendarOf looks through an instrument's levels and rates.
func (h *History) calendarOf(s *series) calendar {
	c := calendar{present: newDaySet(len(h.days)), returns: make([]int32, len(h.days)), positive: true}
	price := s.instrument.Kind == desk.KindPrice
	before, count := -1, int32(0)
	for d, level := range s.levels {
		c.positive = c.positive && !(level <= 0)
		if !math.IsNaN(level) && (s.rates == nil || !math.IsNaN(s.rates[d])) {
			c.present.add(d)
			crosses := price && before >= 0 && (s.levels[before] <= 0 || level <= 0)
			if before >= 0 && h.days[d]-h.days[before] <= MaxGapDays && !crosses {
				count++
			}
			before = d
		}
		c.returns[d] = count
	}
	return c
}

// daySet is a set of positions among a history's days, one bit each. So the days that fifty instruments have in
// common are found 64 at a time.
type daySet []uint64

func newDaySet(days int) daySet { return make(daySet, (days+63)/64) }

func (s daySet) add(d int) { s[d/64] |= 1 << (d % 64) }

func (s daySet) has(d int) bool { return s[d/64]&(1<<(d%64)) != 0 }

// keep removes the days that the other set does not have.
func (s daySet) keep(other daySet) {
	for n := range s {
		s[n] &= other[n]
	}
}

// last returns the largest position up to d; −1 if there is none.
func (s daySet) last(d int) int {
	if d < 0 {
		return -1
	}
	word := s[d/64] & (^uint64(0) >> (63 - d%64))
	for n := d / 64; ; word = s[n] {
		if word != 0 {
			return n*64 + 63 - bits.LeadingZeros64(word)
		}
		if n--; n < 0 {
			return -1
		}
	}
}
