package timerange

import (
	"strconv"
	"strings"
)

// Override applies a panel's own timeFrom ("5y", "now-5y", "now/d") and timeShift ("1d") to the dashboard's range. label
// says what they did, such as "Last 5 years", and is "" if they did nothing. As in Grafana, timeFrom replaces only a
// range that is relative to now, and timeShift moves every range. If a value is invalid, the range stays as it is and
// the error is an *Error.
func (c Clock) Override(r Range, timeFrom, timeShift string) (out Range, label string, err error) {
	out = r
	if timeFrom != "" && r.Relative {
		expr := timeFrom
		if !isMath(expr) {
			expr = "now-" + expr
		}
		from, err := c.instant("timeFrom", expr, false)
		if err != nil {
			return r, "", err
		}
		if from.After(c.Now) {
			return r, "", &Error{Field: "timeFrom", Expr: timeFrom, Reason: "begins after now"}
		}
		out = Range{From: from, To: c.Now.In(c.Zone()), Relative: true}
		label = describe(expr)
	}
	if timeShift != "" {
		if _, _, ok := span(timeShift); !ok {
			return r, "", &Error{Field: "timeShift", Expr: timeShift,
				Reason: "is not a span such as 1d, 2w or 1M"}
		}
		loc := c.Zone()
		from, reason := c.math("-"+timeShift, out.From.In(loc), false)
		if reason == "" {
			out.From = from
			out.To, reason = c.math("-"+timeShift, out.To.In(loc), true)
		}
		if reason != "" {
			return r, "", &Error{Field: "timeShift", Expr: timeShift, Reason: reason}
		}
		label = strings.TrimPrefix(label+", "+earlier(timeShift), ", ")
	}
	return out, label, nil
}

// span splits "5y" into 5 and "year".
func span(s string) (count int, unit string, ok bool) {
	if len(s) < 2 || len(s) > maxDigits+1 {
		return 0, "", false
	}
	n, err := strconv.ParseUint(s[:len(s)-1], 10, 31)
	if err != nil {
		return 0, "", false
	}
	unit = unitName(s[len(s)-1])
	return int(n), unit, unit != ""
}
