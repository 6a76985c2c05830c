package unit

import (
	"fmt"
	"strconv"
	"time"
)

// This file has all that a locale decides about dates: the names of months and days, ordinals, long forms, where weeks
// begin, and the words for distances in time. The locale is American English, which is Grafana's default.

func monthName(m time.Month) string { return m.String() }

func shortMonth(m time.Month) string { return m.String()[:3] }

func weekdayName(d time.Weekday) string { return d.String() }

func shortWeekday(d time.Weekday) string { return d.String()[:3] }

func shortestWeekday(d time.Weekday) string { return d.String()[:2] }

// longForm returns the pattern behind a token of moment.js that means a whole date, such as "LL".
func longForm(tok string) (string, bool) {
	switch tok {
	case "LT":
		return "h:mm A", true
	case "LTS":
		return "h:mm:ss A", true
	case "L":
		return "MM/DD/YYYY", true
	case "LL":
		return "MMMM D, YYYY", true
	case "LLL":
		return "MMMM D, YYYY h:mm A", true
	case "LLLL":
		return "dddd, MMMM D, YYYY h:mm A", true
	case "l":
		return "M/D/YYYY", true
	case "ll":
		return "MMM D, YYYY", true
	case "lll":
		return "MMM D, YYYY h:mm A", true
	case "llll":
		return "ddd, MMM D, YYYY h:mm A", true
	}
	return "", false
}

// ordinal writes 1 as "1st".
func ordinal(n int) string {
	suffix := "th"
	if n%100/10 != 1 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}

// weekYear returns the year that the week of t belongs to. Weeks begin on Sunday, and a year's first week is the one with
// 1 January.
func weekYear(t time.Time) int {
	return t.AddDate(0, 0, 6-int(t.Weekday())).Year()
}

// weekOfYear returns the number of the week of t in its weekYear.
func weekOfYear(t time.Time) int {
	return (t.AddDate(0, 0, 6-int(t.Weekday())).YearDay()-1)/7 + 1
}

func inFuture(distance string) string { return "in " + distance }

func inPast(distance string) string { return distance + " ago" }

// distance is how far two instants are from each other, rounded in each unit.
type distance struct{ seconds, minutes, hours, days, months, years int }

// String writes the distance in one unit, such as "3 days".
func (d distance) String() string {
	switch {
	case d.seconds < 45:
		return "a few seconds"
	case d.minutes <= 1:
		return "a minute"
	case d.minutes < 45:
		return fmt.Sprintf("%d minutes", d.minutes)
	case d.hours <= 1:
		return "an hour"
	case d.hours < 22:
		return fmt.Sprintf("%d hours", d.hours)
	case d.days <= 1:
		return "a day"
	case d.days < 26:
		return fmt.Sprintf("%d days", d.days)
	case d.months <= 1:
		return "a month"
	case d.months < 11:
		return fmt.Sprintf("%d months", d.months)
	case d.years <= 1:
		return "a year"
	}
	return fmt.Sprintf("%d years", d.years)
}
