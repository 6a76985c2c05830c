package desk

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// IsWeekend reports whether a date is a day of the desk's weekend.
func (c Calendar) IsWeekend(date time.Time) bool { return slices.Contains(c.Weekend, date.Weekday()) }

// DaysBack returns how many days before a day of the week the last one lies that is no day of the weekend: 0 if the day
// itself is none.
func (c Calendar) DaysBack(day time.Weekday) int { return c.daysTo(day, -1) }

// DaysAhead returns how many days after a day of the week the next one lies that is no day of the weekend: 0 if the day
// itself is none.
func (c Calendar) DaysAhead(day time.Weekday) int { return c.daysTo(day, 1) }

func (c Calendar) daysTo(day time.Weekday, direction int) int {
	n := 0
	for n < daysInAWeek && slices.Contains(c.Weekend, day) {
		day, n = (day+time.Weekday(daysInAWeek+direction))%daysInAWeek, n+1
	}
	return n
}

const daysInAWeek = 7

// WorkdaysInAWeek returns how many days of a week are no days of the weekend.
func (c Calendar) WorkdaysInAWeek() int { return daysInAWeek - len(c.Weekend) }

// DaysBackSQL is DaysBack in SQL. Its argument is an SQL expression: a date, or a timestamp of the desk's clock.
func (c Calendar) DaysBackSQL(date string) string { return daysSQL(date, c.Weekend, c.DaysBack) }

// DaysAheadSQL is DaysAhead in SQL. Its argument is an SQL expression: a date, or a timestamp of the desk's clock.
func (c Calendar) DaysAheadSQL(date string) string { return daysSQL(date, c.Weekend, c.DaysAhead) }

func daysSQL(date string, weekend []time.Weekday, days func(time.Weekday) int) string {
	if len(weekend) == 0 {
		return "0"
	}
	var cases strings.Builder
	for _, day := range weekend {
		fmt.Fprintf(&cases, " WHEN %d THEN %d", isoNumber(day), days(day))
	}
	return fmt.Sprintf("CASE extract(isodow FROM %s)%s ELSE 0 END", date, cases.String())
}

// isoNumber is the number of a day in the week as ISO 8601 counts: 1 for Monday, 7 for Sunday.
func isoNumber(day time.Weekday) int { return (int(day)+daysInAWeek-1)%daysInAWeek + 1 }
