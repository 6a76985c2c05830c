package risk

import (
	"fmt"
	"math"
	"slices"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/pnl"
)

// History is the instruments and their prices, laid out for computing. It is made once, and any number of
// simulations may read it at the same time.
type History struct {
	rules  desk.Rules     // which say what asset class an instrument has
	days   []int          // all days with any price, in days since 1970, ascending
	series []series       // one for each instrument
	index  map[string]int // the place of an instrument's series, by its name
}

// series holds one instrument's prices, and how their moves become profit.
type series struct {
	instrument desk.Instrument
	class      string    // its asset class
	levels     []float64 // a price or yield for each day of the history, NaN on a day without one
	unit       float64   // the factor that turns a move of a yield into decimals; 1 for a price, where it is not used
	// conversion turns a price's profit into BRL. rates holds the BRL per unit of the quote currency on each day,
	// NaN on a day without a rate; it is nil if the rate is always 1. noRate says why the profit can't be converted.
	conversion pnl.Conversion
	rates      []float64
	noRate     error
	calendar   calendar
}

// NewHistory lays out prices, which may come in any order. The rules give an instrument its asset class. It fills in what the instruments' names say, as
// [pnl.WithConventions] does. It ignores the prices of instruments that are not listed. If a book holds such an
// instrument, its simulation reports the instrument as missing. The error is [ErrBadPrices] if a price is not
// finite or an instrument has two prices on one day.
func NewHistory(rules desk.Rules, instruments []desk.Instrument, prices []desk.Price) (*History, error) {
	h := &History{rules: rules, series: make([]series, len(instruments)), index: make(map[string]int, len(instruments))}
	listed := make([]desk.Instrument, len(instruments))
	for n, i := range instruments {
		if _, twice := h.index[i.Name]; twice {
			return nil, fmt.Errorf("%w: instrument %s is listed twice", ErrBadPrices, i.Name)
		}
		h.index[i.Name] = n
		listed[n] = pnl.WithConventions(i)
		h.series[n] = series{instrument: listed[n], class: h.rules.AssetClass(listed[n]), unit: decimalFactor(listed[n].QuotedIn)}
	}
	if err := h.fillLevels(prices); err != nil {
		return nil, err
	}
	h.fillRates(listed)
	for n := range h.series {
		h.series[n].calendar = h.calendarOf(&h.series[n])
	}
	return h, nil
}

// decimalFactor returns the factor that turns a move of a yield into decimals: 0.01 for percent. It is 1 if
// the unit is not a yield's.
func decimalFactor(quotedIn string) float64 {
	factor, err := pnl.Decimal(quotedIn, 1)
	if err != nil {
		return 1
	}
	return factor
}

// fillLevels fills in the days and each instrument's levels from prices in any order.
func (h *History) fillLevels(prices []desk.Price) error {
	seen := map[int]bool{}
	for _, p := range prices {
		if day := pnl.DayNumber(p.Date); !seen[day] {
			seen[day] = true
			h.days = append(h.days, day)
		}
	}
	slices.Sort(h.days)
	column := make(map[int]int, len(h.days))
	for n, day := range h.days {
		column[day] = n
	}
	flat := make([]float64, len(h.series)*len(h.days))
	for n := range flat {
		flat[n] = math.NaN()
	}
	for n := range h.series {
		h.series[n].levels, flat = flat[:len(h.days):len(h.days)], flat[len(h.days):]
	}
	for _, p := range prices {
		n, known := h.index[p.Instrument]
		if !known {
			continue
		}
		if math.IsNaN(p.Value) || math.IsInf(p.Value, 0) {
			return fmt.Errorf("%w: %s on %s is %v, not a finite number", ErrBadPrices, p.Instrument, p.Date.Format(time.DateOnly), p.Value)
		}
		cell := &h.series[n].levels[column[pnl.DayNumber(p.Date)]]
		if !math.IsNaN(*cell) {
			return fmt.Errorf("%w: %s has two prices on %s, %v and %v", ErrBadPrices, p.Instrument, p.Date.Format(time.DateOnly), *cell, p.Value)
		}
		*cell = p.Value
	}
	return nil
}

// fillRates fills in how each price's profit becomes BRL. It computes the rates of a quote currency once.
func (h *History) fillRates(instruments []desk.Instrument) {
	byCurrency := map[string]*series{}
	for n := range h.series {
		s := &h.series[n]
		if s.instrument.Kind != desk.KindPrice {
			continue
		}
		currency := pnl.QuoteCurrency(s.instrument.QuotedIn)
		if other, known := byCurrency[currency]; known {
			s.conversion, s.rates = other.conversion, other.rates
			continue
		}
		if s.conversion, s.noRate = pnl.ConversionOf(s.instrument, instruments); s.noRate == nil {
			s.rates = h.ratesOf(s.conversion)
			byCurrency[currency] = s
		}
	}
}

// ratesOf are a conversion's rates on every day, NaN on a day without one. It returns nil if the rate is always 1.
func (h *History) ratesOf(c pnl.Conversion) []float64 {
	if len(c.Needs()) == 0 {
		return nil
	}
	rates := make([]float64, len(h.days))
	for d := range rates {
		rate, err := c.Rate(func(name string) (float64, bool) {
			x := h.series[h.index[name]].levels[d]
			return x, !math.IsNaN(x)
		})
		if err != nil {
			rate = math.NaN()
		}
		rates[d] = rate
	}
	return rates
}

// seriesOf returns an instrument's series; nil if the history does not know the instrument.
func (h *History) seriesOf(name string) *series {
	n, known := h.index[name]
	if !known {
		return nil
	}
	return &h.series[n]
}

// lastLevel returns the last position up to d at which the instrument has a level; −1 if there is no such position.
func (s *series) lastLevel(d int) int {
	for ; d >= 0; d-- {
		if !math.IsNaN(s.levels[d]) {
			return d
		}
	}
	return -1
}

// lastDay is the position of the last day up to a date; −1 if there is none.
func (h *History) lastDay(date time.Time) int {
	at, found := slices.BinarySearch(h.days, pnl.DayNumber(date))
	if found {
		return at
	}
	return at - 1
}

// date is the day at a position, at midnight UTC.
func (h *History) date(position int) time.Time {
	return time.Unix(int64(h.days[position])*86_400, 0).UTC()
}
