package dashboard

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// week are the days of a week, as PostgreSQL counts it.
func week() [7]time.Weekday {
	return [7]time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
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
	if days := b.rules.Calendar.WorkdaysInAWeek(); days < len(week()) {
		return int(math.Round(usual * float64(days) / 5))
	}
	return everyDay
}

// inWords joins texts for a sentence: "a", "a and b", "a, b and c".
func inWords(texts []string) string {
	last := len(texts) - 1
	if last < 1 {
		return strings.Join(texts, "")
	}
	return strings.Join(texts[:last], ", ") + " and " + texts[last]
}
