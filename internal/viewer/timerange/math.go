package timerange

import (
	"fmt"
	"strings"
	"time"
)

// maxDigits bounds the number of digits in a step such as "-7d". Nobody needs more, and with many more digits a step
// in years would overflow.
const maxDigits = 9

// math applies the steps that follow "now", or a panel's time shift, to t from left to right. reason says what is wrong
// with them, "" if nothing is.
func (c Clock) math(steps string, t time.Time, roundUp bool) (at time.Time, reason string) {
	s := strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' {
			return -1
		}
		return r
	}, steps)
	r := readingOf(t)
	for i := 0; i < len(s); {
		op := s[i]
		i++
		if op != '+' && op != '-' && op != '/' {
			return t, fmt.Sprintf("has %q where +, - or / is expected%s", string(op), allowed)
		}
		n, digits := 0, 0
		for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
			if digits++; digits > maxDigits {
				return t, fmt.Sprintf("has a number of more than %d digits", maxDigits)
			}
			n = n*10 + int(s[i]-'0')
		}
		if digits == 0 {
			n = 1
		}
		if op == '/' && n != 1 {
			return t, "rounds to more than one unit; a rounding is / and one unit, as in now/d"
		}
		fiscal := i < len(s) && s[i] == 'f'
		if fiscal {
			i++
		}
		if i >= len(s) {
			return t, "ends without a unit" + allowed
		}
		unit := s[i]
		i++
		if !strings.ContainsRune("smhdwMQy", rune(unit)) || fiscal && unit != 'y' && unit != 'Q' {
			return t, fmt.Sprintf("has the unknown unit %q%s", string(unit), allowed)
		}
		switch {
		case op == '/' && roundUp:
			r = c.end(r, unit, fiscal)
		case op == '/':
			r = c.start(r, unit, fiscal)
		case op == '+':
			r = add(r, unit, n)
		default:
			r = add(r, unit, -n)
		}
		if r.shown.Year() < 1 || r.shown.Year() > 9999 {
			return t, "is outside the years 1 to 9999"
		}
	}
	return r.instant(), ""
}

// add moves a clock by n units. Seconds, minutes and hours are elapsed time; longer units move the clock on the calendar.
// If a month is too short for the day, the clock shows its last day.
func add(r reading, unit byte, n int) reading {
	switch unit {
	case 's':
		return addSeconds(r, n, 1)
	case 'm':
		return addSeconds(r, n, 60)
	case 'h':
		return addSeconds(r, n, 3600)
	case 'd':
		return r.show(r.shown.AddDate(0, 0, n))
	case 'w':
		return r.show(r.shown.AddDate(0, 0, 7*n))
	case 'Q':
		return r.show(addMonths(r.shown, 3*n))
	case 'y':
		return r.show(addMonths(r.shown, 12*n))
	}
	return r.show(addMonths(r.shown, n))
}

// addSeconds adds n times size seconds. It does without time.Duration, which ends at 292 years.
func addSeconds(r reading, n, size int) reading {
	t := r.instant()
	return readingOf(time.Unix(t.Unix()+int64(n)*int64(size), int64(t.Nanosecond())).In(r.loc))
}

func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return time.Date(first.Year(), first.Month(), min(t.Day(), last),
		t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// start sets a clock to the beginning of the unit that it shows.
func (c Clock) start(r reading, unit byte, fiscal bool) reading {
	return r.show(c.first(r.shown, unit, fiscal))
}

// end sets a clock to the last millisecond of the unit that it shows.
func (c Clock) end(r reading, unit byte, fiscal bool) reading {
	first := c.first(r.shown, unit, fiscal)
	var next time.Time
	switch unit {
	case 's':
		next = first.Add(time.Second)
	case 'm':
		next = first.Add(time.Minute)
	case 'h':
		next = first.Add(time.Hour)
	case 'd':
		next = first.AddDate(0, 0, 1)
	case 'w':
		next = first.AddDate(0, 0, 7)
	case 'Q':
		next = first.AddDate(0, 3, 0)
	case 'y':
		next = first.AddDate(1, 0, 0)
	default:
		next = first.AddDate(0, 1, 0)
	}
	return r.show(next.Add(-time.Millisecond))
}

// first returns the first moment of the unit that the time shown is in.
func (c Clock) first(shown time.Time, unit byte, fiscal bool) time.Time {
	y, m, d := shown.Date()
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	switch unit {
	case 's':
		return shown.Truncate(time.Second)
	case 'm':
		return shown.Truncate(time.Minute)
	case 'h':
		return shown.Truncate(time.Hour)
	case 'd':
		return day(y, m, d)
	case 'w':
		return day(y, m, d-int(shown.Weekday()-c.WeekStart+7)%7)
	case 'Q', 'y':
		first, size := 0, 12
		if fiscal && c.FiscalYearStart > time.January {
			first = int(c.FiscalYearStart) - 1
		}
		if unit == 'Q' {
			size = 3
		}
		return day(y, m-time.Month((int(m)-1-first+12)%size), 1)
	}
	return day(y, m, 1)
}
