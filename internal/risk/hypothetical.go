package risk

import (
	"fmt"
	"math"
	"slices"
	"time"

	"macrowatch/internal/risk/pnl"
)

// Hypothetical is what a book would have made if nothing had been traded.
type Hypothetical struct {
	PnLPct float64 // percent of NAV
	// Unpriced names what is held and counts nothing, since it has no usable price on either day.
	Unpriced []string
	// UnpricedPct is its share of the gross weight.
	UnpricedPct float64
}

// HypotheticalPnL returns what a book held at the end of one day makes by the end of another: the moves
// of each instrument from its last price up to the one day to its last price up to the other, as a book
// is marked; an instrument without a new price makes nothing. Durations are those of the first day, so
// that nothing of the second is known but its prices. A last price more than MaxGapDays old counts as
// none. The book is refused as Simulate refuses it.
func (h *History) HypotheticalPnL(book Book, from, to time.Time) (Hypothetical, error) {
	if err := book.Validate(); err != nil {
		return Hypothetical{}, err
	}
	if pnl.DayNumber(to) <= pnl.DayNumber(from) {
		return Hypothetical{}, fmt.Errorf("hypothetical P&L: %s is not after %s", date(to), date(from))
	}
	exposures, _ := h.exposures(book, from)
	return h.hypothetical(exposures, from, to), nil
}

// Hypothetical is History.HypotheticalPnL of the simulation's book, from the day that it was made for.
func (s *Simulation) Hypothetical(to time.Time) (Hypothetical, error) {
	if pnl.DayNumber(to) <= pnl.DayNumber(s.AsOf) {
		return Hypothetical{}, fmt.Errorf("hypothetical P&L: %s is not after %s", date(to), date(s.AsOf))
	}
	h := s.history
	exposures := slices.Clone(s.Exposures)
	for n := range exposures {
		if e := &exposures[n]; e.calendar != h.calendarNamed(e.Instrument.Name) { // it has borrowed a proxy's moves
			net, gross := e.Net, e.Gross
			*e = h.exposure(e.Instrument.Name, s.AsOf)
			e.Net, e.Gross = net, gross
		}
	}
	return h.hypothetical(exposures, s.AsOf, to), nil
}

func (h *History) hypothetical(exposures []Exposure, from, to time.Time) Hypothetical {
	var out Hypothetical
	var gross, unpriced float64
	for n := range exposures {
		e := &exposures[n]
		gross += e.Gross
		a, b := h.lastPricedDay(e, from), h.lastPricedDay(e, to)
		if !e.priced() || a < 0 || b < 0 || e.crossesZero(a, b) {
			out.Unpriced = append(out.Unpriced, e.Instrument.Name)
			unpriced += e.Gross
			continue
		}
		out.PnLPct += 100 * e.Net * e.between(a, b)
	}
	if gross > 0 {
		out.UnpricedPct = 100 * unpriced / gross
	}
	return out
}

// calendarNamed is the calendar of an instrument; nil where it is not known.
func (h *History) calendarNamed(name string) *calendar {
	n, known := h.index[name]
	if !known {
		return nil
	}
	return &h.calendars[n]
}

// lastPricedDay is the position of the last day up to a date on which the exposure is present; −1 where there
// is none within MaxGapDays.
func (h *History) lastPricedDay(e *Exposure, date time.Time) int {
	if e.levels == nil {
		return -1
	}
	for d := h.lastDay(date); d >= 0 && pnl.DayNumber(date)-h.days[d] <= MaxGapDays; d-- {
		if !math.IsNaN(e.levels[d]) && e.present(d) {
			return d
		}
	}
	return -1
}
