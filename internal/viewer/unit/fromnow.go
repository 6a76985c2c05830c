package unit

import (
	"fmt"
	"math"
	"time"
)

// fromNow writes "an hour ago" or "in 3 days". Months are counted on the calendar, what is left
// in milliseconds.
func fromNow(ms float64, env Env) string {
	at, ok := instant(ms, env.location())
	if !ok {
		return invalidDate
	}
	now := env.Now.In(env.location()).Truncate(time.Millisecond)
	if at.After(now) {
		return "in " + humanise(now, at)
	}
	return humanise(at, now) + " ago"
}

func humanise(from, to time.Time) string {
	months, rest := monthsBetween(from, to)
	days := math.Floor(float64(months)*146097/4800 + 0.5)
	milli := float64(rest.Milliseconds())
	round := func(v float64) int { return int(math.Floor(v + 0.5)) }

	s, m := round(days*86400+milli/1e3), round(days*1440+milli/6e4)
	h, d := round(days*24+milli/36e5), round(days+milli/864e5)
	fractional := float64(months) + milli/864e5*4800/146097
	mo, y := round(fractional), round(fractional/12)
	switch {
	case s < 45:
		return "a few seconds"
	case m <= 1:
		return "a minute"
	case m < 45:
		return fmt.Sprintf("%d minutes", m)
	case h <= 1:
		return "an hour"
	case h < 22:
		return fmt.Sprintf("%d hours", h)
	case d <= 1:
		return "a day"
	case d < 26:
		return fmt.Sprintf("%d days", d)
	case mo <= 1:
		return "a month"
	case mo < 11:
		return fmt.Sprintf("%d months", mo)
	case y <= 1:
		return "a year"
	}
	return fmt.Sprintf("%d years", y)
}

// monthsBetween counts whole calendar months from one instant to a later one, and what is left.
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
