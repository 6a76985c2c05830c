package holiday

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
)

// Names of markets that other packages use.
const (
	B3    = "B3"    // Brazil's exchange
	NYSE  = "NYSE"  // the New York Stock Exchange
	SIFMA = "SIFMA" // US Treasuries: the days without yields
)

// Calendar knows the holidays of one market. It keeps the years that it has computed, so only one goroutine may use it
// at a time.
type Calendar struct {
	market market
	years  map[int]map[int]string // the holidays of a year by their day in the year
}

// Of returns the calendar of a market. If there is no such market, the error says which ones there are.
func Of(name string) (*Calendar, error) {
	m, known := markets()[name]
	if !known {
		return nil, fmt.Errorf("the market %q is not known; known are %s", name, strings.Join(Markets(), ", "))
	}
	return &Calendar{market: m, years: map[int]map[int]string{}}, nil
}

// Markets returns the names of all markets in alphabetical order.
func Markets() []string {
	var names []string
	for name := range markets() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// On returns the name of the holiday that a date is, "" if it is none. The date is the one of t in its own zone. A
// holiday that is observed on another day is a holiday on both days.
func (c *Calendar) On(t time.Time) string {
	year := t.Year()
	days, known := c.years[year]
	if !known {
		days = c.market.holidays(year)
		c.years[year] = days
	}
	return days[t.YearDay()]
}

// market says how the holidays of a market are computed.
type market struct {
	rules []*cal.Holiday
	// further returns the name of a holiday that the rules do not give, or "". Nil means that there is none.
	further func(date time.Time) string
	// open tells whether the market is open on a date although it is a holiday of a name. Nil means never.
	open func(date time.Time, name string) bool
}

// holidays returns the holidays of a year by their day in the year.
func (m market) holidays(year int) map[int]string {
	days := map[int]string{}
	note := func(at time.Time, name string) {
		// The library gives midnight in the machine's zone, or 23:00 of the day before where the clock skips that midnight.
		at = at.Add(2 * time.Hour)
		date := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
		if date.Year() != year {
			return
		}
		if _, known := days[date.YearDay()]; !known && (m.open == nil || !m.open(date, name)) {
			days[date.YearDay()] = name
		}
	}
	for _, rule := range m.rules {
		for _, of := range []int{year - 1, year, year + 1} { // a holiday may be observed in the year before or after
			actual, observed := rule.Calc(of)
			note(actual, rule.Name)
			note(observed, rule.Name)
		}
	}
	if m.further != nil {
		for date := time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC); date.Year() == year; date = date.AddDate(0, 0, 1) {
			if name := m.further(date); name != "" {
				note(date, name)
			}
		}
	}
	return days
}

// once is a holiday of one year only.
func once(name string, year int, month time.Month, day int) *cal.Holiday {
	return &cal.Holiday{Name: name, Month: month, Day: day, StartYear: year, EndYear: year, Func: cal.CalcDayOfMonth}
}

// renamed returns a rule under another name.
func renamed(rule *cal.Holiday, name string) *cal.Holiday {
	return rule.Clone(&cal.Holiday{Name: name})
}
