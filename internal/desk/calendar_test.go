package desk_test

import (
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// deskOf returns a desk in a zone with a calendar.
func deskOf(zone string, weekend []time.Weekday, holidays []string, ownDays ...string) desk.Rules {
	rules := desk.BuiltInRules()
	rules.Zone, rules.Calendar = zone, desk.Calendar{Weekend: weekend, Holidays: holidays}
	for _, day := range ownDays {
		date, err := time.Parse(time.DateOnly, day)
		if err != nil {
			panic(err)
		}
		rules.Calendar.OwnDays = append(rules.Calendar.OwnDays, desk.OwnDay{Date: date, Name: "Offsite"})
	}
	return rules
}

// clock reads a date and time of a desk's clock.
func clock(t *testing.T, rules desk.Rules, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, rules.Location())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

var (
	westernWeekend = []time.Weekday{time.Saturday, time.Sunday}
	gulfWeekend    = []time.Weekday{time.Friday, time.Saturday}
	sundayOnly     = []time.Weekday{time.Sunday}
)
