package macro

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"macrowatch/internal/viewer/timerange"
)

// The Grafana SDK has a package for intervals, backend/gtime, which follows Grafana's Go datasources. This file follows
// the browser, which computes $__interval. The two differ: in gtime a month has 30.44 days, 10 ms round to 1 ms instead
// of 10 ms, an interval may be 0 or negative, and the length of "1M" depends on the machine's clock. Only its
// FormatInterval agrees, and it would bring 210 more packages into the program.

// Interval returns the width of a bucket for a panel that draws a number of points over a range. It is the range
// divided by `points`, rounded as Grafana rounds it, and at least `minimum`. A number of points below 1 counts as 1.
func Interval(r timerange.Range, points int, minimum time.Duration) time.Duration {
	ms := float64(r.To.UnixMilli()-r.From.UnixMilli()) / float64(max(points, 1))
	return max(roundInterval(ms), minimum, time.Millisecond)
}

// roundInterval rounds milliseconds to the nearest of Grafana's steps.
func roundInterval(ms float64) time.Duration {
	for _, step := range [...]struct{ below, ms float64 }{
		{10, 1}, {15, 10}, {35, 20}, {75, 50}, {150, 100}, {350, 200}, {750, 500},
		{1500, 1e3}, {3500, 2e3}, {7500, 5e3}, {12500, 10e3}, {17500, 15e3}, {25e3, 20e3}, {45e3, 30e3},
		{90e3, 60e3}, {210e3, 120e3}, {450e3, 300e3}, {750e3, 600e3}, {1050e3, 900e3}, {1500e3, 1200e3}, {2700e3, 1800e3},
		{5400e3, 3600e3}, {9e6, 7200e3}, {16.2e6, 10.8e6}, {32.4e6, 21.6e6}, {86.4e6, 43.2e6},
		{604.8e6, 86.4e6}, {1814.4e6, 604.8e6}, {3628.8e6, 2592e6}, {math.Inf(1), 31536e6},
	} {
		if ms < step.below {
			return time.Duration(step.ms) * time.Millisecond
		}
	}
	return 0
}

// FormatInterval writes a width as $__interval does: as a whole number of the largest unit that fits (years, days, hours,
// minutes, seconds or milliseconds). It drops the rest: 90 seconds are "1m".
func FormatInterval(d time.Duration) string {
	const day = 24 * time.Hour
	for _, u := range [...]struct {
		size time.Duration
		name string
	}{{365 * day, "y"}, {day, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}} {
		if d >= u.size {
			return strconv.FormatInt(int64(d/u.size), 10) + u.name
		}
	}
	return strconv.FormatInt(max(d.Milliseconds(), 1), 10) + "ms"
}

// ParseInterval reads the interval of a $__timeGroup: "5m", "1h30m", "500ms", "1d", "2w", "1M" or "1y". A month is as
// long as the month that begins now, and a year as long as the year that begins now.
func ParseInterval(s string, now time.Time) (time.Duration, error) {
	bad := fmt.Errorf("%q is not an interval such as 30s, 5m, 1h, 1d, 1w, 1M or 1y", s)
	if s == "" {
		return 0, bad
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		u, err := strconv.ParseUint(s[:len(s)-1], 10, 16)
		if err != nil {
			return 0, bad
		}
		now, n := now.UTC(), int(u)
		switch s[len(s)-1] {
		case 'd':
			d = time.Duration(n) * 24 * time.Hour
		case 'w':
			d = time.Duration(n) * 7 * 24 * time.Hour
		case 'M':
			d = now.AddDate(0, n, 0).Sub(now)
		case 'y':
			d = now.AddDate(n, 0, 0).Sub(now)
		}
	}
	if d <= 0 {
		return 0, bad
	}
	return d, nil
}

// ParseMinimum reads a panel's minimum interval, such as "10s", ">1m" or "1M". A number without a unit means seconds. As
// in Grafana, a month has 30 days, a year 365, and fractions are dropped.
func ParseMinimum(s string) (time.Duration, error) {
	const day = 24 * time.Hour
	text := strings.TrimLeft(s, "> ")
	digits := 0
	for digits < len(text) && text[digits] >= '0' && text[digits] <= '9' {
		digits++
	}
	n, err := strconv.ParseInt(text[:digits], 10, 32)
	unit := text[digits:]
	if dot := strings.TrimLeft(unit, ".0123456789"); strings.HasPrefix(unit, ".") {
		unit = dot
	}
	size, ok := map[string]time.Duration{"": time.Second, "ms": time.Millisecond, "s": time.Second, "m": time.Minute,
		"h": time.Hour, "d": day, "w": 7 * day, "M": 30 * day, "y": 365 * day}[unit]
	if err != nil || !ok || n > int64((1<<62)/size) {
		return 0, fmt.Errorf("the minimum interval %q is not a number and one of ms, s, m, h, d, w, M, y", s)
	}
	return time.Duration(n) * size, nil
}
