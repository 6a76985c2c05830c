package schedule_test

import (
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/desk/schedule"
)

func TestTheDeskOpensOnTheNextDayOfWork(t *testing.T) {
	t.Parallel()
	saoPaulo := desk.BuiltInRules()
	london := desk.BuiltInRules()
	london.Zone, london.OpeningHour, london.Calendar.Holidays = "Europe/London", 7, []string{"UK"}
	dubai := desk.BuiltInRules()
	dubai.Zone, dubai.Calendar = "Asia/Dubai", desk.Calendar{Weekend: []time.Weekday{time.Friday, time.Saturday}, OwnDays: []desk.OwnDay{{Date: at(t, "2026-03-01"), Name: "Offsite"}}}
	for what, c := range map[string]struct {
		rules    desk.Rules
		at, want string
	}{
		"a Monday":                               {saoPaulo, "2026-03-02T15:00:00Z", "2026-03-03T08:00:00-03:00"},
		"a Monday, before it opens":              {saoPaulo, "2026-03-02T09:00:00Z", "2026-03-03T08:00:00-03:00"},
		"a Monday evening, Tuesday in Greenwich": {saoPaulo, "2026-03-03T02:00:00Z", "2026-03-03T08:00:00-03:00"},
		"a Friday":                               {saoPaulo, "2026-03-06T15:00:00Z", "2026-03-09T08:00:00-03:00"},
		"the Friday before Carnival":             {saoPaulo, "2026-02-13T15:00:00Z", "2026-02-18T08:00:00-03:00"},
		"Maundy Thursday":                        {london, "2026-04-02T15:00:00Z", "2026-04-07T07:00:00+01:00"},
		"the Friday before summer time":          {london, "2026-03-27T15:00:00Z", "2026-03-30T07:00:00+01:00"},
		"a Thursday with an own day off":         {dubai, "2026-02-26T08:00:00Z", "2026-03-02T08:00:00+04:00"},
	} {
		got, err := schedule.NextOpening(c.rules, at(t, c.at))
		if err != nil || !got.Equal(at(t, c.want)) {
			t.Errorf("%s: %v, %v, want %s", what, got, err, c.want)
		}
	}
}
