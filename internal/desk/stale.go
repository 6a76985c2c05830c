package desk

import "time"

// Stale reports whether something from the instant at is older at now than StaleAfter. The hours of Saturday and
// Sunday in the desk's zone do not count.
func (r Rules) Stale(at, now time.Time) bool { return r.weekdayAge(at, now) > r.StaleAfter }

// weekdayAge returns the time between two instants without the hours of Saturday and Sunday in the desk's zone. It
// stops counting once the age is above StaleAfter.
func (r Rules) weekdayAge(from, to time.Time) time.Duration {
	age := time.Duration(0)
	for at := from.In(r.Location()); at.Before(to) && age <= r.StaleAfter; {
		next := time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, at.Location())
		if !next.After(at) { // the zone's clock goes back at midnight
			next = at.Add(24 * time.Hour)
		}
		if !IsWeekend(at) {
			end := next
			if end.After(to) {
				end = to
			}
			age += end.Sub(at)
		}
		at = next
	}
	return age
}
