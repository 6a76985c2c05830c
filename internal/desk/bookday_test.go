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
