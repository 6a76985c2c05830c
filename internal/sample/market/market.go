package market

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"macrowatch/internal/desk"
)

// Market is what there is to trade and its history: for every day on which anything has a price, the
// level of each instrument. It does not change once it is made.
type Market struct {
	instruments []desk.Instrument // by name
	days        []time.Time       // ascending, midnight UTC
	levels      []float64         // row by row, a column per instrument; NaN where it has no price
}

// New makes a market of instruments and their prices, in any order. An instrument without a price is kept. New returns
// an error, which names what is at fault, if
//
//   - there is no price at all
//   - an instrument or a price breaks its own rules
//   - an instrument is given twice, or has two prices on a day
//   - the instrument of a price is not given
//   - the date of a price is not at midnight UTC
func New(instruments []desk.Instrument, prices []desk.Price) (*Market, error) {
	m := &Market{instruments: slices.Clone(instruments)}
	slices.SortFunc(m.instruments, func(a, b desk.Instrument) int { return cmp.Compare(a.Name, b.Name) })
	column := make(map[string]int, len(m.instruments))
	for n, i := range m.instruments {
		if err := i.Validate(); err != nil {
			return nil, fmt.Errorf("instrument %q: %w", i.Name, err)
		}
		if n > 0 && m.instruments[n-1].Name == i.Name {
			return nil, fmt.Errorf("instrument %q is given twice", i.Name)
		}
		column[i.Name] = n
	}
	if len(prices) == 0 {
		return nil, fmt.Errorf("there are no prices")
	}
	m.days = daysOf(prices)
	row := make(map[int64]int, len(m.days))
	for n, day := range m.days {
		row[day.Unix()] = n
	}
	m.levels = blank(len(m.days) * len(m.instruments))
	for _, p := range prices {
		if err := p.Validate(); err != nil {
			return nil, fmt.Errorf("price of %q on %s: %w", p.Instrument, p.Date.Format(time.DateOnly), err)
		}
		n, known := column[p.Instrument]
		if !known {
			return nil, fmt.Errorf("price of %q on %s: there is no such instrument", p.Instrument, p.Date.Format(time.DateOnly))
		}
		if p.Date.Unix()%86400 != 0 || p.Date.Nanosecond() != 0 {
			return nil, fmt.Errorf("price of %q: date %s is not a day at midnight UTC", p.Instrument, p.Date.Format(time.RFC3339))
		}
		cell := &m.levels[row[p.Date.Unix()]*len(m.instruments)+n]
		if !math.IsNaN(*cell) {
			return nil, fmt.Errorf("%q has two prices on %s", p.Instrument, p.Date.Format(time.DateOnly))
		}
		*cell = p.Value
	}
	return m, nil
}

// daysOf returns the days of the prices, each once, ascending.
func daysOf(prices []desk.Price) []time.Time {
	seen := make(map[int64]bool)
	var days []time.Time
	for _, p := range prices {
		if second := p.Date.Unix(); !seen[second] {
			seen[second] = true
			days = append(days, time.Unix(second, 0).UTC())
		}
	}
	slices.SortFunc(days, time.Time.Compare)
	return days
}

// blank returns n levels that are all NaN, which means no price.
func blank(n int) []float64 {
	levels := make([]float64, n)
	for i := range levels {
		levels[i] = math.NaN()
	}
	return levels
}

// Instruments returns the instruments by name; the list is the caller's to change.
func (m *Market) Instruments() []desk.Instrument { return slices.Clone(m.instruments) }

// Days returns the number of days on which anything has a price.
func (m *Market) Days() int { return len(m.days) }

// Day returns the n-th such day, counted from 0, at midnight UTC.
func (m *Market) Day(n int) time.Time { return m.days[n] }

// Levels returns the levels of the n-th day in the order of Instruments, NaN where an instrument has no
// price. The list is the market's: it must not be changed.
func (m *Market) Levels(n int) []float64 {
	width := len(m.instruments)
	return m.levels[n*width : (n+1)*width : (n+1)*width]
}

// First returns the first day on which any instrument has a price, at midnight UTC. It returns the zero time
// if the market has no day.
func (m *Market) First() time.Time {
	if len(m.days) == 0 {
		return time.Time{}
	}
	return m.days[0]
}

// Last returns the last day on which any instrument has a price, at midnight UTC. It returns the zero time if
// the market has no day. The tests of several packages need it to run a market from First to Last.
func (m *Market) Last() time.Time {
	if len(m.days) == 0 {
		return time.Time{}
	}
	return m.days[len(m.days)-1]
}

// Prices returns the prices of the days from `from` to `to`, both included, by day and then by instrument. It
// adds no price for a day on which an instrument has none.
func (m *Market) Prices(from, to time.Time) []desk.Price {
	first, _ := slices.BinarySearchFunc(m.days, from, time.Time.Compare)
	var prices []desk.Price
	for n := first; n < len(m.days) && !m.days[n].After(to); n++ {
		for i, level := range m.Levels(n) {
			if !math.IsNaN(level) {
				prices = append(prices, desk.Price{Instrument: m.instruments[i].Name, Date: m.days[n], Value: level})
			}
		}
	}
	return prices
}
