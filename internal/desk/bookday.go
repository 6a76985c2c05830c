package desk

import "time"

// closeHour is the hour of the desk's day from which on the day's own prices are known.
const closeHour = 19

// PricesKnown returns the last day whose prices are known at a book time, at midnight UTC: the book
// time's own day of the desk's from 19:00 on, the day before until then. So a book of the morning is
// never measured with prices of the evening.
func PricesKnown(bookTime time.Time) time.Time {
	local := bookTime.In(Location())
	day := dateOf(local)
	if local.Hour() < closeHour {
		day = day.AddDate(0, 0, -1)
	}
	return day
}

// BookDay returns the weekday that a time belongs to in the desk's zone, at midnight UTC: Saturday and
// Sunday belong to Friday.
func BookDay(t time.Time) time.Time {
	day := dateOf(t.In(Location()))
	switch day.Weekday() {
	case time.Saturday:
		return day.AddDate(0, 0, -1)
	case time.Sunday:
		return day.AddDate(0, 0, -2)
	}
	return day
}

// Today returns the desk's day at an instant, at midnight UTC; it may be a Saturday or a Sunday.
func Today(now time.Time) time.Time { return dateOf(now.In(Location())) }

// IsWeekend tells whether a date is a Saturday or a Sunday.
func IsWeekend(date time.Time) bool {
	return date.Weekday() == time.Saturday || date.Weekday() == time.Sunday
}

// dateOf is the date that a time has where it stands, at midnight UTC.
func dateOf(t time.Time) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// DailyNAV is the last NAV of one of the desk's weekdays.
type DailyNAV struct {
	Day time.Time // at midnight UTC
	At  time.Time // the snapshot's
	NAV float64
}

// DailyVaR is the last stored VaR of one of the desk's weekdays, in percent of NAV, a loss positive.
type DailyVaR struct {
	Day        time.Time // at midnight UTC
	ComputedAt time.Time
	VaR95Pct   float64
	VaR99Pct   float64
}
