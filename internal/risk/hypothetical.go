package risk

import (
	"fmt"
	"slices"
	"time"

	"macrowatch/internal/risk/pnl"
)

// Hypothetical is what a book would have made if nothing had been traded.
type Hypothetical struct {
	PnLPct float64 // percent of NAV
	// Parts are what each priced instrument of the book adds to PnLPct, in the order of the book's exposures.
	Parts []InstrumentPnL
	// Unpriced names the held instruments that add nothing, because they have no usable price on one of the two days.
	Unpriced []string
	// UnpricedPct is the share that these instruments have in the gross weight.
	UnpricedPct float64
}

// InstrumentPnL is what one instrument of a book makes.
type InstrumentPnL struct {
	Instrument string
	NetWeight  float64
	PnLPct     float64 // percent of NAV
}

// HypotheticalPnL returns what a book that is held at the end of day `from` makes by the end of day `to`. Each
// instrument moves from its last price on or before `from` to its last price on or before `to`, as a book is marked.
// An instrument without a new price makes nothing. A price that is more than MaxGapDays old does not count. The
// durations are those of the day `from`, so nothing but prices is taken from the day `to`. HypotheticalPnL refuses
// the same books as Simulate.
func (h *History) HypotheticalPnL(book Book, from, to time.Time) (Hypothetical, error) {
	if err := book.Validate(); err != nil {
		return Hypothetical{}, err
	}
	if pnl.DayNumber(to) <= pnl.DayNumber(from) {
		return Hypothetical{}, fmt.Errorf("hypothetical P&L: %s is not after %s", date(to), date(from))
	}
	exposures, _ := h.exposures(book, from, nil)
	return h.hypothetical(exposures, from, to), nil
}

// Hypothetical is History.HypotheticalPnL of the simulation's book, from the day that it was made for.
func (s *Simulation) Hypothetical(to time.Time) (Hypothetical, error) {
	if pnl.DayNumber(to) <= pnl.DayNumber(s.AsOf) {
		return Hypothetical{}, fmt.Errorf("hypothetical P&L: %s is not after %s", date(to), date(s.AsOf))
	}
	exposures := slices.Clone(s.Exposures)
	for n := range exposures {
		if e := &exposures[n]; e.borrowed { // a proxy's moves are for VaR; here the book is marked at its own prices
			net, gross := e.Net, e.Gross
			*e = s.history.exposure(e.Instrument.Name, s.AsOf)
			e.Net, e.Gross = net, gross
		}
	}
	return s.history.hypothetical(exposures, s.AsOf, to), nil
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
		part := InstrumentPnL{e.Instrument.Name, e.Net, 100 * e.Net * e.between(a, b)}
		out.Parts = append(out.Parts, part)
		out.PnLPct += part.PnLPct
	}
	if gross > 0 {
		out.UnpricedPct = 100 * unpriced / gross
	}
	return out
}

// lastPricedDay returns the position of the last day up to a date on which the exposure is present; −1 if no such
// day lies within MaxGapDays before the date.
func (h *History) lastPricedDay(e *Exposure, date time.Time) int {
	if e.series == nil {
		return -1
	}
	for d := h.lastDay(date); d >= 0 && pnl.DayNumber(date)-h.days[d] <= MaxGapDays; d-- {
		if e.present(d) {
			return d
		}
	}
	return -1
}
