// Package timerange turns Grafana's time expressions into instants: "now-7d", "now-1M/M", epoch milliseconds and ISO
// 8601. It reads no clock. The caller says what time "now" is.
package timerange

import (
	"fmt"
	"time"
)

// Range is a span of time that includes both its ends. From is never after To.
type Range struct {
	From, To time.Time
	// Relative is true if From was written relative to now, as in "now-7d". A panel's own timeFrom replaces only such
	// a range, as in Grafana.
	Relative bool
	// FromText and ToText are the ends as they were written. They are empty if the range was made otherwise.
	FromText, ToText string
}

// Clock has the time and the calendar by which expressions such as "now/d" are read.
type Clock struct {
	// Now is the instant that "now" means.
	Now time.Time
	// Location is the reader's zone, which decides when a day, a week, a month or a year begins. Nil means UTC.
	Location *time.Location
	// WeekStart is the first day of a week. The zero value is Sunday, as in Grafana's default locale.
	WeekStart time.Weekday
	// FiscalYearStart is the first month of the fiscal year, for now/fy and now/fQ. The zero value means January.
	FiscalYearStart time.Month
}

// Error says in one sentence what is wrong with an expression and what is allowed.
type Error struct {
	// Field is "from", "to", "timeFrom" or "timeShift", or "" if the expression stands alone.
	Field string
	// Expr is the expression as the reader wrote it.
	Expr string
	// Reason is the rest of the sentence, such as "is empty".
	Reason string
}

// Error returns the sentence.
func (e *Error) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("%q %s", e.Expr, e.Reason)
	}
	return fmt.Sprintf("%s %q %s", e.Field, e.Expr, e.Reason)
}

const allowed = `; allowed are now with steps such as now-7d, now+1h or now-1M/M (units s m h d w M Q y), epoch milliseconds such as 1735689600000, and ISO 8601 such as 2025-01-31T09:00:00Z`

// Range reads both ends of a range. Rounding goes down for from, and up to the last millisecond of the unit for to: the
// range from now/d to now/d is all of today. The error is an *Error.
func (c Clock) Range(from, to string) (Range, error) {
	f, err := c.instant("from", from, false)
	if err != nil {
		return Range{}, err
	}
	t, err := c.instant("to", to, true)
	if err != nil {
		return Range{}, err
	}
	if f.After(t) {
		return Range{}, &Error{Field: "from", Expr: from,
			Reason: fmt.Sprintf("is after to %q: %s is later than %s; from must not be later than to",
				to, f.Format(time.RFC3339), t.Format(time.RFC3339))}
	}
	return Range{From: f, To: t, Relative: isMath(from), FromText: from, ToText: to}, nil
}

// instant reads one expression. "/d" and its like round to the end of the unit if roundUp is true, else to its
// beginning. The error is an *Error about field.
func (c Clock) instant(field, expr string, roundUp bool) (time.Time, error) {
	var t time.Time
	var reason string
	switch {
	case expr == "":
		reason = "is empty" + allowed
	case isMath(expr):
		t, reason = c.math(expr[len("now"):], c.Now.In(c.Zone()), roundUp)
	default:
		t, reason = c.absolute(expr)
	}
	if reason == "" && (t.Year() < 1 || t.Year() > 9999) {
		reason = "is outside the years 1 to 9999"
	}
	if reason != "" {
		return time.Time{}, &Error{Field: field, Expr: expr, Reason: reason}
	}
	return t, nil
}

// Zone returns the reader's zone.
func (c Clock) Zone() *time.Location {
	if c.Location == nil {
		return time.UTC
	}
	return c.Location
}

func isMath(expr string) bool { return len(expr) >= 3 && expr[:3] == "now" }
