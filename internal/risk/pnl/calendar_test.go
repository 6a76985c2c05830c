package pnl_test

import (
	"fmt"
	"testing"
	"time"

	"macrowatch/internal/risk/pnl"
)

// Another program counted these day by day, with another algorithm for Easter.
func TestBusinessDaysOfAYear(t *testing.T) {
	t.Parallel()
	for year, want := range map[int]int{
		2000: 250, 2001: 250, 2002: 253, 2003: 253, 2004: 252, 2005: 251, 2006: 249, 2007: 250, 2008: 254, 2009: 250, 2010: 251,
		2011: 251, 2012: 251, 2013: 253, 2014: 253, 2015: 250, 2016: 251, 2017: 249, 2018: 250, 2019: 253, 2020: 251, 2021: 251,
		2022: 251, 2023: 249, 2025: 252, 2026: 249, 2027: 251, 2028: 248, 2029: 249, 2030: 252,
	} {
		t.Run(fmt.Sprint(year), func(t *testing.T) {
			t.Parallel()
			from := time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC)
			if got := pnl.BusinessDays(from, from.AddDate(1, 0, 0)); got != want {
				t.Errorf("%d business days, want %d", got, want)
			}
		})
	}
}

func TestEveryHolidayOf2026IsClosedAndTheDaysAroundAreOpen(t *testing.T) {
	t.Parallel()
	for _, closed := range []string{"2026-01-01", "2026-02-16", "2026-02-17", "2026-04-03", "2026-04-21", "2026-05-01", "2026-06-04",
		"2026-09-07", "2026-10-12", "2026-11-02", "2026-11-20", "2026-12-25", "2026-08-15", "2026-08-16"} {
		if pnl.IsBusinessDay(day(t, closed)) {
			t.Errorf("%s is open", closed)
		}
	}
	for _, open := range []string{"2026-01-02", "2026-02-13", "2026-02-18", "2026-04-02", "2026-04-06", "2026-06-05", "2026-07-09", "2023-11-20"} {
		if !pnl.IsBusinessDay(day(t, open)) {
			t.Errorf("%s is closed", open)
		}
	}
}

func TestBusinessDaysCountTheFirstAndNotTheLast(t *testing.T) {
	t.Parallel()
	friday, saturday, monday := day(t, "2026-08-14"), day(t, "2026-08-15"), day(t, "2026-08-17")
	for name, c := range map[string]struct {
		from, to time.Time
		want     int
	}{
		"no day":              {friday, friday, 0},
		"Friday to Saturday":  {friday, saturday, 1},
		"Friday to Monday":    {friday, monday, 1},
		"Saturday to Monday":  {saturday, monday, 0},
		"back from a weekend": {monday, friday, -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := pnl.BusinessDays(c.from, c.to); got != c.want {
				t.Errorf("%d, want %d", got, c.want)
			}
		})
	}
}

// The law of December 2023 made 20 November a holiday. Prices that were settled before it were computed with that day
// open in all years to come.
func TestACountFromBeforeTheLawDoesNotKnowTheNewHoliday(t *testing.T) {
	t.Parallel()
	from, to := day(t, "2024-11-18"), day(t, "2024-11-22")
	if got := pnl.BusinessDays(from, to); got != 3 {
		t.Errorf("the week of 20 November 2024 has %d business days, want 3", got)
	}
	before, after := day(t, "2023-12-22"), day(t, "2023-12-26")
	end := day(t, "2025-01-02")
	// One business day, Friday the 22nd, lies between the two; the holiday of 2024 makes it two.
	if got := pnl.BusinessDays(before, end) - pnl.BusinessDays(after, end); got != 2 {
		t.Errorf("the two counts differ by %d, want 2", got)
	}
}

func TestOnlyTheCalendarDateCounts(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("west", -3*3600)
	late := time.Date(2026, time.August, 14, 23, 59, 0, 0, zone)
	if got := pnl.BusinessDays(late, day(t, "2026-08-17")); got != 1 {
		t.Errorf("%d, want 1", got)
	}
}
