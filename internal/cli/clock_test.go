package cli

import (
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// A day is in the future if it has not begun in the desk's time zone. In the desk's evening the next day has
// begun in UTC already.
func TestADayOfTheFutureIsOneInTheDesksZone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		now, day string
		refused  bool
	}{
		"today on a Saturday night":      {"2026-11-28T23:40:00-03:00", "2026-11-28", false},
		"tomorrow on a Saturday night":   {"2026-11-28T23:40:00-03:00", "2026-11-29", true},
		"today on a Monday morning":      {"2026-11-30T05:00:00-03:00", "2026-11-30", false},
		"tomorrow on a Monday morning":   {"2026-11-30T05:00:00-03:00", "2026-12-01", true},
		"today on New Year's Day":        {"2027-01-01T00:00:00-03:00", "2027-01-01", false},
		"New Year's Day on the evening":  {"2026-12-31T22:30:00-03:00", "2027-01-01", true},
		"today, seen from Tokyo":         {"2026-11-28T08:00:00+09:00", "2026-11-27", false},
		"Tokyo's today, yesterday there": {"2026-11-28T08:00:00+09:00", "2026-11-28", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now, err := time.Parse(time.RFC3339, c.now)
			if err != nil {
				t.Fatal(err)
			}
			day, err := dayFlag(desk.BuiltInRules(), now, "to", c.day)
			if c.refused != (err != nil) || err == nil && day.Format(time.DateOnly) != c.day {
				t.Errorf("%v, %v", day, err)
			}
			if err != nil && !strings.Contains(err.Error(), "--to "+c.day+" is in the future") {
				t.Error(err)
			}
		})
	}
}

// A day as --as-of means the end of that day, or now if that day is not over.
func TestAsOfADayIsItsEndOrNow(t *testing.T) {
	t.Parallel()
	now := time.Date(2027, time.January, 1, 3, 5, 0, 0, time.UTC) // five past midnight at the desk
	for day, want := range map[string]string{
		"2026-12-31":                "2026-12-31T23:59:59-03:00",
		"2027-01-01":                "2027-01-01T00:05:00-03:00",
		"2027-01-02":                "the future",
		"2026-12-31T23:00:00-03:00": "2026-12-31T23:00:00-03:00",
	} {
		t.Run(day, func(t *testing.T) {
			t.Parallel()
			at, err := (&viewerFlags{asOf: day}).instant(desk.BuiltInRules(), now)
			got := at.In(time.FixedZone("", -3*60*60)).Format(time.RFC3339)
			if err != nil {
				got = "the future"
			}
			if got != want {
				t.Errorf("%s (%v), want %s", got, err, want)
			}
		})
	}
}
