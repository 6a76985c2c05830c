package store_test

import (
	"testing"
	"time"

	"macrowatch/internal/desk"
)

func TestTheWorkingTimeIsWrittenOnceAYear(t *testing.T) {
	t.Parallel()
	s, rules := newStore(t), planned()
	apply := func(what string, rules desk.Rules, at string, wantsWritten bool) {
		t.Helper()
		change, err := s.ApplyPlan(t.Context(), rules, instantOf(t, at))
		if err != nil || change.WorkingTime != wantsWritten || wantsWritten && change.None() {
			t.Errorf("%s: written %t, %v", what, change.WorkingTime, err)
		}
	}
	around := func() []string {
		return texts(t, s, `SELECT to_char(begins_at AT TIME ZONE 'Europe/London', 'MM-DD') || ' to ' || to_char(ends_at AT TIME ZONE 'Europe/London', 'MM-DD') || ' then ' || to_char(next_at AT TIME ZONE 'Europe/London', 'MM-DD')
			FROM desk_working_time WHERE begins_at BETWEEN '2026-03-29 12:00Z' AND '2026-04-08 12:00Z' ORDER BY begins_at`)
	}
	equal := func(what string, want ...string) {
		t.Helper()
		got := around()
		if len(got) != len(want) {
			t.Fatalf("%s: %q, want %q", what, got, want)
		}
		for n := range want {
			if got[n] != want[n] {
				t.Errorf("%s: %q, want %q", what, got, want)
			}
		}
	}
	apply("first", rules, "2026-03-25 12:00", true)
	equal("Easter", "03-30 to 04-03 then 04-07", "04-07 to 04-11 then 04-13")
	if got := texts(t, s, `SELECT min(begins_at AT TIME ZONE 'Europe/London')::date || ' ' || (max(next_at) AT TIME ZONE 'Europe/London')::date FROM desk_working_time`); got[0] != "2000-01-04 2028-01-01" {
		t.Errorf("it is kept for %v", got)
	}
	if got := texts(t, s, `SELECT count(*)::text FROM (SELECT seconds_before, lag(seconds_before + extract(epoch FROM ends_at - begins_at)) OVER w AS before, begins_at, lag(next_at) OVER w AS next
		FROM desk_working_time WINDOW w AS (ORDER BY begins_at)) rows WHERE before <> seconds_before OR next <> begins_at`); got[0] != "0" {
		t.Errorf("%s rows do not go on from the one before", got[0])
	}
	apply("again", rules, "2026-03-25 12:00", false)
	apply("at the end of the year", rules, "2026-12-31 23:59", false)
	apply("in the next year", rules, "2027-01-01 00:00", true)
	apply("by a clock that lags behind", rules, "2026-12-31 23:59", false)
	rules.Calendar.OwnDays = []desk.OwnDay{{Date: time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC), Name: "Offsite"}}
	apply("a day off more", rules, "2026-03-25 12:00", true)
	equal("a day off more", "03-30 to 03-31 then 04-01", "04-01 to 04-03 then 04-07", "04-07 to 04-11 then 04-13")
	rules.Calendar = desk.Calendar{Weekend: []time.Weekday{time.Friday, time.Saturday}}
	apply("another weekend", rules, "2026-03-25 12:00", true)
	equal("another weekend", "04-05 to 04-10 then 04-12")
	rules.Calendar = desk.Calendar{}
	apply("no day off", rules, "2026-03-25 12:00", true)
	if got := texts(t, s, `SELECT begins_at::date || ' ' || next_at::date FROM desk_working_time`); len(got) != 1 || got[0] != "2000-01-01 2028-01-01" {
		t.Errorf("without a day off: %q", got)
	}
	apply("no day off, again", rules, "2026-08-25 12:00", false)
}
