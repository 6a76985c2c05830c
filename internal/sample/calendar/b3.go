package calendar

import (
	"time"

	"macrowatch/internal/risk/pnl"
)

// b3Trades tells whether B3 trades on a weekday. B3 is closed on the national bank holidays, on 24 December
// and on the last weekday of the year. Until 2021 it was also closed on the holidays of São Paulo, its city.
func b3Trades(date time.Time) bool {
	if !pnl.IsBusinessDay(date) {
		return false
	}
	year, month, day := date.Date()
	switch {
	case month == time.December && day == 24:
		return false
	case month == time.December && date.AddDate(0, 0, daysToMonday(date)).Year() > year:
		return false
	case year > 2021:
		return true
	}
	return !saoPauloHoliday(year, month, day)
}

// daysToMonday returns how many days after a weekday the next weekday is.
func daysToMonday(date time.Time) int {
	if date.Weekday() == time.Friday {
		return 3
	}
	return 1
}

// saoPauloHoliday reports whether a day is a holiday of the city or the state on which B3 was closed until
// 2021: the city's foundation, the revolution of 1932 and, from 2006, Consciência Negra. In 2020 the pandemic
// moved the last two to May, and B3 traded on both the old and the new dates.
func saoPauloHoliday(year int, month time.Month, day int) bool {
	switch {
	case month == time.January && day == 25:
		return true
	case month == time.July && day == 9:
		return year != 2020
	case month == time.November && day == 20:
		return year >= 2006 && year != 2020
	}
	return false
}
