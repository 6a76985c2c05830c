package desk_test

import (
	"testing"
	"time"

	"macrowatch/internal/desk"
)

func TestTheDaysOfABookTime(t *testing.T) {
	t.Parallel()
	rules := desk.BuiltInRules()
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, 3, day, hour, minute, 0, 0, rules.Location()).UTC()
	}
	date := func(day int) time.Time { return time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC) }
	// 6 March 2026 is a Friday.
	for _, c := range []struct {
		name         string
		at           time.Time
		known, books time.Time
	}{
		{"the morning knows no prices of its day", at(5, 9, 0), date(4), date(5)},
		{"a minute before the close", at(5, 18, 59), date(4), date(5)},
		{"from the close on", at(5, 19, 0), date(5), date(5)},
		{"late, when it is another day in UTC", at(5, 23, 59), date(5), date(5)},
		{"midnight", at(6, 0, 0), date(5), date(6)},
		{"Saturday belongs to Friday", at(7, 12, 0), date(6), date(6)},
		{"Sunday too", at(8, 23, 0), date(8), date(6)},
		{"Monday", at(9, 0, 0), date(8), date(9)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := rules.LastPricedDay(c.at); !got.Equal(c.known) || got.Location() != time.UTC {
				t.Errorf("the last priced day is %v, want %v", got, c.known)
			}
			if got := rules.BookDay(c.at); !got.Equal(c.books) {
				t.Errorf("the book is of %v, want %v", got, c.books)
			}
		})
	}
}

func TestTheWeekendBelongsToTheDayBeforeIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rules         desk.Rules
		at, wantsDate string
	}{
		{deskOf("Asia/Dubai", gulfWeekend, nil), "2026-06-11 20:00", "2026-06-11"}, // Thursday
		{deskOf("Asia/Dubai", gulfWeekend, nil), "2026-06-12 20:00", "2026-06-11"},
		{deskOf("Asia/Dubai", gulfWeekend, nil), "2026-06-13 20:00", "2026-06-11"},
		{deskOf("Asia/Dubai", gulfWeekend, nil), "2026-06-14 00:00", "2026-06-14"}, // Sunday
		{deskOf("Asia/Kolkata", sundayOnly, nil), "2026-06-13 20:00", "2026-06-13"},
		{deskOf("Asia/Kolkata", sundayOnly, nil), "2026-06-14 20:00", "2026-06-13"},
		{deskOf("UTC", nil, nil), "2026-06-14 20:00", "2026-06-14"},
		{deskOf("UTC", []time.Weekday{time.Wednesday}, nil), "2026-06-10 20:00", "2026-06-09"},
		{deskOf("UTC", []time.Weekday{time.Sunday, time.Monday, time.Tuesday}, nil), "2026-06-16 20:00", "2026-06-13"},
		{desk.BuiltInRules(), "2026-02-16 20:00", "2026-02-16"}, // a holiday is a day of its own
	} {
		if got := c.rules.BookDay(clock(t, c.rules, c.at)).Format(time.DateOnly); got != c.wantsDate {
			t.Errorf("%v %s: the book is of %s, want %s", c.rules.Calendar.Weekend, c.at, got, c.wantsDate)
		}
	}
}
