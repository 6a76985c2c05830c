package risk

import (
	"math"
	"math/bits"

	"macrowatch/internal/desk"
)

// daySet is a set of positions among a history's days, a bit each: the days that fifty instruments have
// in common are found a word at a time.
type daySet []uint64

func newDaySet(days int) daySet { return make(daySet, (days+63)/64) }

func (s daySet) add(d int) { s[d/64] |= 1 << (d % 64) }

func (s daySet) has(d int) bool { return s[d/64]&(1<<(d%64)) != 0 }

// keep takes away what another set lacks.
func (s daySet) keep(other daySet) {
	for n := range s {
		s[n] &= other[n]
	}
}

// last returns the largest position up to d; −1 where there is none.
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

// calendar is what can be said of one instrument's history once for all books.
type calendar struct {
	present daySet // the days on which it has all that a return needs: a level, and its exchange rate
	// returns counts, for each position, the instrument's own returns that end there or before: from one
	// present day to the next, none over a gap or across zero.
	returns []int32
	// positive tells that all its levels are above zero, so that no return of a price crosses it.
	positive bool
}

// findCalendars looks through each instrument's levels and rates.
func (h *History) findCalendars() {
	h.calendars = make([]calendar, len(h.instruments))
	for n := range h.calendars {
		h.calendars[n] = h.calendarOf(n)
	}
}

func (h *History) calendarOf(n int) calendar {
	c := calendar{present: newDaySet(len(h.days)), returns: make([]int32, len(h.days)), positive: true}
	levels, rates := h.levels[n], h.rates[n]
	price := h.instruments[n].Kind == desk.KindPrice
	before, count := -1, int32(0)
	for d, level := range levels {
		c.positive = c.positive && !(level <= 0)
		if !math.IsNaN(level) && (rates == nil || !math.IsNaN(rates[d])) {
			c.present.add(d)
			crosses := price && before >= 0 && (levels[before] <= 0 || level <= 0)
			if before >= 0 && h.days[d]-h.days[before] <= MaxGapDays && !crosses {
				count++
			}
			before = d
		}
		c.returns[d] = count
	}
	return c
}
