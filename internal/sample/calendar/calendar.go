package calendar

import (
	"time"

	"macrowatch/internal/desk/holiday"
)

// Market is a market with trading days of its own.
type Market int

// The markets.
const (
	B3       Market = iota // Brazil's exchange, where the desk itself trades
	NewYork                // US stocks, futures and credit
	USBonds                // US Treasuries: the days on which yields are published
	Currency               // currencies and rates from around the world
	Markets  = 4
)

// Calendar knows the trading days of every market. It keeps the days that it has computed, so only one
// goroutine may use it at a time.
type Calendar struct {
	b3, newYork, usBonds *holiday.Calendar
	days                 map[int64]Open
}

// New makes a calendar.
func New() *Calendar {
	return &Calendar{b3: known(holiday.B3), newYork: known(holiday.NYSE), usBonds: known(holiday.SIFMA), days: map[int64]Open{}}
}

// known returns the calendar of a market that package holiday names.
func known(market string) *holiday.Calendar {
	c, err := holiday.Of(market)
	if err != nil {
		panic(err)
	}
	return c
}

// Open is the set of markets that trade on a day.
type Open [Markets]bool

// Any tells whether any market trades.
func (o Open) Any() bool { return o[B3] || o[NewYork] || o[USBonds] || o[Currency] }

// On returns the markets that trade on a date: none on a Saturday or Sunday.
func (c *Calendar) On(date time.Time) Open {
	year, month, day := date.Date()
	date = time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	key := date.Unix() / 86400
	open, known := c.days[key]
	if !known {
		open = c.workOut(date)
		c.days[key] = open
	}
	return open
}

func (c *Calendar) workOut(date time.Time) Open {
	if IsWeekend(date) {
		return Open{}
	}
	return Open{
		B3:       c.b3.On(date) == "",
		NewYork:  c.newYork.On(date) == "",
		USBonds:  c.usBonds.On(date) == "",
		Currency: !(date.Month() == time.January && date.Day() == 1) && !(date.Month() == time.December && date.Day() == 25),
	}
}

// IsWeekend reports whether a date is a Saturday or a Sunday, on which none of these markets trades.
func IsWeekend(date time.Time) bool {
	return date.Weekday() == time.Saturday || date.Weekday() == time.Sunday
}

// Trades tells whether a market trades on a date.
func (c *Calendar) Trades(m Market, date time.Time) bool { return c.On(date)[m] }

// Before returns a market's last trading day before a date.
func (c *Calendar) Before(m Market, date time.Time) time.Time {
	for {
		date = date.AddDate(0, 0, -1)
		if c.Trades(m, date) {
			return date
		}
	}
}
