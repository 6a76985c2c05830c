package risk

import (
	"fmt"
	"math"
	"slices"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/pnl"
)

// History is the instruments and their prices, laid out for computing: made once, read by any number
// of simulations at the same time.
type History struct {
	rules       desk.Rules // which say what asset class an instrument has
	instruments []desk.Instrument
	index       map[string]int // of instruments, by name
	days        []int          // all days with any price, in days since 1970, ascending
	levels      [][]float64    // by instrument, one per day, NaN where it has no price
	rates       [][]float64    // by instrument, BRL per unit of quote currency; nil where it is always 1
	calendars   []calendar
	conversions []pnl.Conversion
	noRate      []error // by instrument: why its profit can't be turned into BRL
}

// NewHistory lays out prices, in any order. The instruments' names say what pnl.WithConventions reads
// from them. Prices of instruments that are not listed are left aside: a book that holds one hears of
// it. [ErrBadPrices] where a price is not finite or a day is given twice.
func NewHistory(instruments []desk.Instrument, prices []desk.Price) (*History, error) {
	h := &History{rules: desk.BuiltInRules(), index: make(map[string]int, len(instruments))}
	for _, i := range instruments {
		if _, twice := h.index[i.Name]; twice {
			return nil, fmt.Errorf("%w: instrument %s is listed twice", ErrBadPrices, i.Name)
		}
		h.index[i.Name] = len(h.instruments)
		h.instruments = append(h.instruments, pnl.WithConventions(i))
	}
	if err := h.fillLevels(prices); err != nil {
		return nil, err
	}
	h.findRates()
	h.findCalendars()
	return h, nil
}

// fillLevels fills h.days and h.levels from prices in any order.
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
	flat := make([]float64, len(h.instruments)*len(h.days))
	for n := range flat {
		flat[n] = math.NaN()
	}
	h.levels = make([][]float64, len(h.instruments))
	for n := range h.levels {
		h.levels[n], flat = flat[:len(h.days):len(h.days)], flat[len(h.days):]
	}
	for _, p := range prices {
		n, known := h.index[p.Instrument]
		if !known {
			continue
		}
		if math.IsNaN(p.Value) || math.IsInf(p.Value, 0) {
			return fmt.Errorf("%w: %s on %s is %v, not a finite number", ErrBadPrices, p.Instrument, p.Date.Format(time.DateOnly), p.Value)
		}
		cell := &h.levels[n][column[pnl.DayNumber(p.Date)]]
		if !math.IsNaN(*cell) {
			return fmt.Errorf("%w: %s has two prices on %s, %v and %v", ErrBadPrices, p.Instrument, p.Date.Format(time.DateOnly), *cell, p.Value)
		}
		*cell = p.Value
	}
	return nil
}

// findRates computes each quote currency's rate to BRL, once per currency.
func (h *History) findRates() {
	h.rates = make([][]float64, len(h.instruments))
	h.conversions = make([]pnl.Conversion, len(h.instruments))
	h.noRate = make([]error, len(h.instruments))
	byCurrency := map[string][]float64{}
	conversions := map[string]pnl.Conversion{}
	for n, i := range h.instruments {
		currency := pnl.QuoteCurrency(i.QuotedIn)
		conversion, known := conversions[currency]
		if i.Kind != desk.KindPrice {
			continue
		}
		if !known {
			var err error
			if conversion, err = pnl.ConversionOf(i, h.instruments); err != nil {
				h.noRate[n] = err
				continue
			}
			conversions[currency] = conversion
			byCurrency[currency] = h.rateSeries(conversion)
		}
		h.conversions[n], h.rates[n] = conversion, byCurrency[currency]
	}
}

// rateSeries is a conversion's rate on every day, NaN where it can't be had; nil where it is always 1.
func (h *History) rateSeries(c pnl.Conversion) []float64 {
	if len(c.Needs()) == 0 {
		return nil
	}
	series := make([]float64, len(h.days))
	for d := range series {
		rate, err := c.Rate(func(name string) (float64, bool) {
			x := h.levels[h.index[name]][d]
			return x, !math.IsNaN(x)
		})
		if err != nil {
			rate = math.NaN()
		}
		series[d] = rate
	}
	return series
}

// Instrument returns what is known of an instrument, its name's conventions filled in.
func (h *History) Instrument(name string) (desk.Instrument, bool) {
	n, ok := h.index[name]
	if !ok {
		return desk.Instrument{}, false
	}
	return h.instruments[n], true
}

// lastDay is the position of the last day not after a date; −1 where there is none.
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
