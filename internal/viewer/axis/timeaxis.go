package axis

import (
	"time"

	"macrowatch/internal/viewer/timerange"
)

// A TimeStep is a distance between the ticks of a time axis: whole months of the calendar, whole days, or a part of a day.
type TimeStep struct {
	Ms     int64 // the length in milliseconds, which is approximate for months
	months int   // the number of months, 0 for shorter steps
}

const (
	secondMs = int64(1000)
	minuteMs = 60 * secondMs
	// HourMs is an hour in milliseconds.
	HourMs = 60 * minuteMs
	// DayMs is a day in milliseconds.
	DayMs  = 24 * HourMs
	yearMs = 365 * DayMs
)

// TimeSteps returns the distances that the ticks of a time axis may have, the smallest first.
func TimeSteps() []TimeStep {
	var out []TimeStep
	for _, ms := range [...]int64{1, 2, 5, 10, 20, 50, 100, 200, 500, secondMs, 5 * secondMs, 10 * secondMs, 15 * secondMs,
		30 * secondMs, minuteMs, 5 * minuteMs, 10 * minuteMs, 15 * minuteMs, 30 * minuteMs, HourMs, 2 * HourMs, 3 * HourMs,
		4 * HourMs, 6 * HourMs, 8 * HourMs, 12 * HourMs, DayMs, 2 * DayMs, 3 * DayMs, 4 * DayMs, 5 * DayMs, 6 * DayMs, 7 * DayMs,
		8 * DayMs, 9 * DayMs, 10 * DayMs, 15 * DayMs} {
		out = append(out, TimeStep{Ms: ms})
	}
	for _, m := range [...]int{1, 2, 3, 4, 6, 12, 24, 60, 120, 300, 600, 1200} {
		out = append(out, TimeStep{Ms: int64(m) * 30 * DayMs, months: m})
	}
	return out
}

// TimePattern returns the pattern in which ticks write their times. It has only the parts of date and time that the
// ticks need. Dates are written as in tables and tooltips ("11-22"), while Grafana's ticks read "11/22".
func TimePattern(step, span int64) string {
	switch {
	case step < secondMs:
		return "HH:mm:ss.SSS"
	case step <= minuteMs:
		return "HH:mm:ss"
	case span <= DayMs:
		return "HH:mm"
	case step <= DayMs:
		return "MM-DD HH:mm"
	case span < yearMs:
		return "MM-DD"
	case step >= 360*DayMs:
		return "YYYY"
	case step < 28*DayMs:
		return "YYYY-MM-DD" // the month alone would stand at several ticks
	}
	return "YYYY-MM"
}

// TimeTicks returns the instants of the ticks between from and to, in from's zone. Steps are counted from midnight, days
// from the first of the month, and months from January.
func TimeTicks(s TimeStep, from, to time.Time) []time.Time {
	const most = 200
	var out []time.Time
	loc := from.Location()
	keep := func(t time.Time) {
		if !t.Before(from) && !t.After(to) && len(out) < most {
			out = append(out, t)
		}
	}
	switch {
	case s.months > 0:
		years := max(s.months/12, 1)
		y := from.Year() - mod(from.Year(), years)
		for m := 0; len(out) < most; m += s.months {
			t := midnight(y, time.January+time.Month(m), 1, loc)
			if t.After(to) {
				break
			}
			keep(t)
		}
	case s.Ms >= DayMs:
		days := int(s.Ms / DayMs)
		t := midnight(from.Year(), from.Month(), 1, loc)
		for !t.After(to) && len(out) < most {
			keep(t)
			next := midnight(t.Year(), t.Month(), t.Day()+days, loc)
			if days > 1 && next.Month() != t.Month() {
				next = midnight(t.Year(), t.Month()+1, 1, loc)
			}
			if rest := daysLeft(next); days > 1 && next.Day() > 1 && rest < days/2+1 {
				next = midnight(next.Year(), next.Month()+1, 1, loc)
			}
			t = next
		}
	default:
		step := time.Duration(s.Ms) * time.Millisecond
		for day := midnight(from.Year(), from.Month(), from.Day(), loc); !day.After(to) && len(out) < most; {
			next := midnight(day.Year(), day.Month(), day.Day()+1, loc)
			start := day
			if from.After(start) { // begin with the last step before the axis
				start = day.Add(from.Sub(day) / step * step)
			}
			for t := start; t.Before(next) && !t.After(to) && len(out) < most; t = t.Add(step) {
				keep(wallTick(t, step))
			}
			day = next
		}
	}
	return out
}

// midnight is the instant at which a day begins in a zone. It is later than 00:00 if the clocks skip midnight on that day.
func midnight(y int, m time.Month, d int, loc *time.Location) time.Time {
	return timerange.Wall(time.Date(y, m, d, 0, 0, 0, 0, time.UTC), loc)
}

// wallTick moves a tick back to a whole step on the clock, if a change to or from summer time has shifted it.
func wallTick(t time.Time, step time.Duration) time.Time {
	hours := int(step / time.Hour)
	if hours < 2 {
		return t
	}
	if off := t.Hour() % hours; off != 0 {
		if off <= hours/2 {
			return t.Add(-time.Duration(off) * time.Hour)
		}
		return t.Add(time.Duration(hours-off) * time.Hour)
	}
	return t
}

// daysLeft is the number of days until the end of the month, the day of t included.
func daysLeft(t time.Time) int {
	return time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day() - t.Day() + 1
}

// mod is the remainder of a division. It is never negative.
func mod(a, b int) int { return ((a % b) + b) % b }
