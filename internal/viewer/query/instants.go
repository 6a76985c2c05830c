package query

import (
	"errors"
	"strings"
	"time"
)

// instants reads times in one of some layouts. The most usual one comes first, because each attempt takes time.
func instants(layouts ...string) func(raw []byte) (time.Time, error) {
	return func(raw []byte) (time.Time, error) {
		if t, ok := usualInstant(raw); ok {
			return t, nil
		}
		s := string(raw)
		if strings.HasSuffix(s, "infinity") {
			return time.Time{}, errors.New("infinity is not an instant")
		}
		if strings.HasSuffix(s, " BC") {
			return time.Time{}, errors.New("years before Christ are not supported")
		}
		for _, layout := range layouts {
			if t, err := time.Parse(layout, s); err == nil {
				return t.UTC(), nil
			}
		}
		return time.Time{}, errors.New("it is not written as ISO 8601")
	}
}

// usualInstant reads times as PostgreSQL writes nearly all of them: "2025-03-01", "2025-03-01 12:30:00", "2025-03-01 12:30:00.123456",
// and both of the latter with whole hours from UTC, such as "+00". It takes a tenth of the time that time.Parse takes. It returns
// false for all others.
func usualInstant(raw []byte) (time.Time, bool) {
	const day, second = len("2025-03-01"), len("2025-03-01 12:30:00")
	if len(raw) != day && len(raw) < second || raw[4] != '-' || raw[7] != '-' {
		return time.Time{}, false
	}
	var hour, minute, sec, nanoseconds, offset int
	if len(raw) > day {
		if raw[10] != ' ' || raw[13] != ':' || raw[16] != ':' {
			return time.Time{}, false
		}
		hour, minute, sec = digits(raw[11:13]), digits(raw[14:16]), digits(raw[17:19])
		var ok bool
		if nanoseconds, offset, ok = afterSeconds(raw[second:]); !ok {
			return time.Time{}, false
		}
	}
	year, month, dayOfMonth := digits(raw[0:4]), digits(raw[5:7]), digits(raw[8:10])
	if year < 0 || month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > 28 && dayOfMonth > daysIn(year, month) ||
		hour < 0 || hour > 23 || minute < 0 || minute > 59 || sec < 0 || sec > 59 {
		return time.Time{}, false
	}
	return time.Date(year, time.Month(month), dayOfMonth, hour-offset, minute, sec, nanoseconds, time.UTC), true
}

// afterSeconds reads what may follow the seconds: a fraction, and hours from UTC.
func afterSeconds(rest []byte) (nanoseconds, offset int, ok bool) {
	if len(rest) > 0 && rest[0] == '.' {
		unit, n := 100_000_000, 1
		for ; n < len(rest) && n <= 9 && rest[n] >= '0' && rest[n] <= '9'; n++ {
			nanoseconds += int(rest[n]-'0') * unit
			unit /= 10
		}
		if n == 1 {
			return 0, 0, false
		}
		rest = rest[n:]
	}
	if len(rest) == 0 {
		return nanoseconds, 0, true
	}
	if len(rest) != len("+00") {
		return 0, 0, false
	}
	offset = digits(rest[1:])
	switch {
	case offset < 0 || offset > 23:
		return 0, 0, false
	case rest[0] == '+':
		return nanoseconds, offset, true
	case rest[0] == '-':
		return nanoseconds, -offset, true
	}
	return 0, 0, false
}

// daysIn returns how many days a month has.
func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// digits reads a whole number, −1 if there is anything else than digits.
func digits(text []byte) int {
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' {
			return -1
		}
		n = 10*n + int(c-'0')
	}
	return n
}
