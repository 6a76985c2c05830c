package dashboard

import (
	"fmt"
	"math"
	"strings"
	"time"

	"macrowatch/internal/suggest"
)

// between is the time between two instants, which are SQL expressions.
type between struct{ From, To string }

// secondsInADay is how long a day is on a clock that is never changed.
const secondsInADay = 24 * 60 * 60

// weekWorked writes how many of the seconds of a week lie outside the desk's weekend, up to the seconds that an SQL
// expression gives. A week begins on Monday.
func (b builder) weekWorked(seconds string) string {
	var parts []string
	for from := 0; from < daysInAWeek; from++ {
		days := 0
		for from+days < daysInAWeek && !b.weekendHas(week()[from+days]) {
			days++
		}
		if days > 0 {
			parts = append(parts, fmt.Sprintf("least(greatest(%s - %d, 0), %d)", seconds, from*secondsInADay, days*secondsInADay))
			from += days
		}
	}
	return strings.Join(parts, " + ")
}

const daysInAWeek = 7

// week are the days of a week, as PostgreSQL counts it.
func week() [daysInAWeek]time.Weekday {
	return [daysInAWeek]time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
}

func (b builder) weekendHas(day time.Weekday) bool { return b.rules.Calendar.DaysBack(day) > 0 }

// bookDayNumber writes the number of a book day, counted in book days. The argument is an SQL expression: how many days the
// book day lies after a Monday.
func (b builder) bookDayNumber(days string) string {
	var before []string
	count := 0
	for _, day := range week() {
		before = append(before, fmt.Sprint(count))
		if !b.weekendHas(day) {
			count++
		}
	}
	return fmt.Sprintf("%s / 7 * %d + (ARRAY[%s])[%s %% 7 + 1]", days, count, strings.Join(before, ", "), days)
}

// navSpacing is how often a desk keeps its NAV: how many returns a year has, and how many book days lie between two
// NAVs at least and at most.
type navSpacing struct {
	Name                 string
	PerYear, Least, Most int
}

// navSpacings are the spacings that a Sharpe ratio is computed for.
func (b builder) navSpacings() []navSpacing {
	days := b.rules.Calendar.WorkdaysInAWeek()
	scaled := func(ofFive int) float64 { return float64(ofFive) * float64(days) / 5 }
	return []navSpacing{
		{"daily", b.daysInAYear(), 1, 1},
		{"weekly", 52, max(1, days-1), days + 1},
		{"monthly", 12, int(math.Floor(scaled(17))), int(math.Ceil(scaled(26)))},
		{"quarterly", 4, int(math.Floor(scaled(58))), int(math.Ceil(scaled(72)))},
	}
}

// daysInAYear is how many daily returns a year has: 252 with five working days a week, as is usual, so many more or fewer
// with other weeks, and every day of the year for a desk without a weekend.
func (b builder) daysInAYear() int {
	const usual, everyDay = 252, 365
	if days := b.rules.Calendar.WorkdaysInAWeek(); days < daysInAWeek {
		return int(math.Round(usual * float64(days) / 5))
	}
	return everyDay
}

// hoursThatCount says which hours count in an age, such as "not counting Saturday, Sunday and the holidays of B3".
func (b builder) hoursThatCount() string {
	c, days := b.rules.Calendar, []string(nil)
	for _, day := range c.Weekend {
		days = append(days, day.String())
	}
	if len(c.Holidays) > 0 {
		days = append(days, "the holidays of "+suggest.Listed(c.Holidays, "and"))
	}
	if len(c.OwnDays) > 0 {
		days = append(days, "the desk's own days off")
	}
	if len(days) == 0 {
		return "counting every hour"
	}
	return "not counting " + suggest.Listed(days, "and")
}
