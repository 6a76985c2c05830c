package timerange

import (
	"fmt"
	"strings"
	"time"
)

// Longer counts than this can't be meant, and their product with a unit would overflow.
const maxDigits = 9

// math applies the steps that follow "now" (or a panel's time shift) to t, left to right.
func (c Clock) math(steps string, t time.Time, roundUp bool) (time.Time, string) {
	s := strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' {
			return -1
		}
		return r
	}, steps)
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
			t = c.next(t, unit, fiscal).Add(-time.Millisecond)
		case op == '/':
			t = c.start(t, unit, fiscal)
		case op == '+':
			t = add(t, unit, n)
		default:
			t = add(t, unit, -n)
		}
		if t.Year() < 1 || t.Year() > 9999 {
			return t, "is outside the years 1 to 9999"
		}
	}
	return t, ""
}

// add moves t by n units: seconds, minutes and hours of elapsed time, the others on the calendar
// of t's zone. Where a month is too short for the day, its last day is taken.
func add(t time.Time, unit byte, n int) time.Time {
	switch unit {
	case 's':
		return addSeconds(t, n, 1)
	case 'm':
		return addSeconds(t, n, 60)
	case 'h':
		return addSeconds(t, n, 3600)
	case 'd':
		return t.AddDate(0, 0, n)
	case 'w':
		return t.AddDate(0, 0, 7*n)
	case 'Q':
		return addMonths(t, 3*n)
	case 'y':
		return addMonths(t, 12*n)
	}
	return addMonths(t, n)
}

// addSeconds avoids time.Duration, which ends at 292 years.
func addSeconds(t time.Time, n, size int) time.Time {
	return time.Unix(t.Unix()+int64(n)*int64(size), int64(t.Nanosecond())).In(t.Location())
}

func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return time.Date(first.Year(), first.Month(), min(t.Day(), last),
		t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
}

// start is the beginning of the unit that holds t, in t's zone.
func (c Clock) start(t time.Time, unit byte, fiscal bool) time.Time {
	y, m, d := t.Date()
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, t.Location()) }
	switch unit {
	case 's':
		return t.Add(-time.Duration(t.Nanosecond()))
	case 'm':
		return t.Add(-time.Duration(t.Second())*time.Second - time.Duration(t.Nanosecond()))
	case 'h':
		return t.Add(-time.Duration(t.Minute())*time.Minute - time.Duration(t.Second())*time.Second -
			time.Duration(t.Nanosecond()))
	case 'd':
		return day(y, m, d)
	case 'w':
		return day(y, m, d-int(t.Weekday()-c.WeekStart+7)%7)
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

// next is the beginning of the unit after the one that holds t.
func (c Clock) next(t time.Time, unit byte, fiscal bool) time.Time {
	return add(c.start(t, unit, fiscal), unit, 1)
}
