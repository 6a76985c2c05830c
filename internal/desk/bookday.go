package desk

import "time"

// LastPricedDay returns the last day whose prices are known at a book time, at midnight UTC. From the
// closing hour on, this is the book time's own day; before, it is the day before. So the prices of an
// evening never measure a book of the morning.
func (r Rules) LastPricedDay(bookTime time.Time) time.Time {
	local := bookTime.In(r.Location())
	day := dateOf(local)
	if local.Hour() < r.ClosingHour {
		day = day.AddDate(0, 0, -1)
	}
	return day
}

// BookDay returns the day that an instant belongs to in the desk's zone, at midnight UTC. What happens in the desk's weekend
// belongs to the last day before it. A holiday is a day of its own, since other markets move what the desk holds.
func (r Rules) BookDay(t time.Time) time.Time {
	day := dateOf(t.In(r.Location()))
	return day.AddDate(0, 0, -r.Calendar.DaysBack(day.Weekday()))
}

// Today returns the desk's day at an instant, at midnight UTC. It may be a day of the weekend.
func (r Rules) Today(now time.Time) time.Time { return dateOf(now.In(r.Location())) }

// dateOf returns the date of a time in that time's own zone, at midnight UTC.
func dateOf(t time.Time) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// DailyNAV is the last NAV of one of the desk's book days.
type DailyNAV struct {
	Day time.Time // at midnight UTC
	At  time.Time // the time of the snapshot
	NAV float64
}

// DailyVaR is the last stored VaR of one of the desk's book days, in percent of NAV. A loss is positive.
type DailyVaR struct {
	Day        time.Time // at midnight UTC
	ComputedAt time.Time
	VaR95Pct   float64
	VaR99Pct   float64
}
