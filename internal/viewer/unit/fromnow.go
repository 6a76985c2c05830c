package unit

import (
	"math"
	"time"
)

// fromNow writes "an hour ago" or "in 3 days". Like moment.js, it counts whole months on the calendar, and the
// rest in milliseconds.
func fromNow(ms float64, env Env) string {
	at, ok := instant(ms, env.location())
	if !ok {
		return invalidDate
	}
	now := env.Now.In(env.location()).Truncate(time.Millisecond)
	if at.After(now) {
		return inFuture(humanise(now, at))
	}
	return inPast(humanise(at, now))
}

// humanise writes how long it is from one instant to a later one.
func humanise(from, to time.Time) string {
	months, rest := monthsBetween(from, to)
	days := math.Floor(float64(months)*146097/4800 + 0.5)
	milli := float64(rest.Milliseconds())
	round := func(v float64) int { return int(math.Floor(v + 0.5)) }
	fractional := float64(months) + milli/864e5*4800/146097
	return distance{
		seconds: round(days*86400 + milli/1e3), minutes: round(days*1440 + milli/6e4),
		hours: round(days*24 + milli/36e5), days: round(days + milli/864e5),
		months: round(fractional), years: round(fractional / 12),
	}.String()
}

// monthsBetween counts the whole calendar months from one instant to a later one, and returns what is left.
func monthsBetween(from, to time.Time) (int, time.Duration) {
	months := int(to.Month()) - int(from.Month()) + 12*(to.Year()-from.Year())
	at := plusMonths(from, months)
	if at.After(to) {
		months--
		at = plusMonths(from, months)
	}
	return months, to.Sub(at)
}

func plusMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	day := min(t.Day(), first.AddDate(0, 1, -1).Day())
	return time.Date(first.Year(), first.Month(), day, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
}
