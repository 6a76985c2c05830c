package schedule_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/desk/schedule"
)

// desk with one step: rules in a zone, with a calendar.
func rulesOf(zone string, step desk.Step, calendar desk.Calendar) desk.Rules {
	rules := desk.BuiltInRules()
	step.Name, step.Title, step.Group = "fetch", "Fetch", "data"
	rules.Zone, rules.Steps, rules.Calendar = zone, []desk.Step{step}, calendar
	return rules
}

// expected returns what a desk expects of its only step from one date to another, dates of UTC.
func expected(t *testing.T, rules desk.Rules, from, to string) []desk.ExpectedRun {
	t.Helper()
	s, err := schedule.Of(rules, rules.Steps[0])
	if err != nil {
		t.Fatal(err)
	}
	return s.Expected(at(t, from), at(t, to))
}

// at reads an instant: a date, or a date with an hour and minute of UTC.
func at(t *testing.T, text string) time.Time {
	t.Helper()
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04", time.RFC3339} {
		if parsed, err := time.Parse(layout, text); err == nil {
			return parsed
		}
	}
	t.Fatalf("%q is no instant", text)
	return time.Time{}
}

func local(runs []desk.ExpectedRun, zone string) string {
	location, err := time.LoadLocation(zone)
	if err != nil {
		panic(err)
	}
	var all []string
	for _, r := range runs {
		text := r.DueAt.In(location).Format("01-02 15:04-0700")
		if r.Skipped != "" {
			text += " " + r.Skipped
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func TestAStepIsDueOnceADayWhateverItsClockDoes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ what, zone, cron, from, to, want string }{
		{"a time that is skipped", "Europe/London", "30 1 * * *", "2026-03-28", "2026-03-31", "03-28 01:30+0000, 03-29 02:30+0100, 03-30 01:30+0100"},
		{"a time that comes twice", "Europe/London", "30 1 * * *", "2026-10-24", "2026-10-27", "10-24 01:30+0100, 10-25 01:30+0100, 10-26 01:30+0000"},
		{"a midnight that is skipped", "America/Sao_Paulo", "0 0 * * *", "2018-11-03", "2018-11-06", "11-03 00:00-0300, 11-04 01:00-0200, 11-05 00:00-0200"},
		{"an hour before midnight that comes twice", "America/Sao_Paulo", "30 23 * * *", "2018-02-17", "2018-02-19", "02-16 23:30-0200, 02-17 23:30-0200"},
		{"Beirut's midnight", "Asia/Beirut", "0 0 * * *", "2026-03-27", "2026-03-30", "03-28 00:00+0200, 03-29 01:00+0300, 03-30 00:00+0300"},
		{"half an hour", "Australia/Lord_Howe", "15 2 * * *", "2026-10-02", "2026-10-05", "10-03 02:15+1030, 10-04 02:45+1100, 10-05 02:15+1100"},
		{"a zone of a quarter", "Asia/Kathmandu", "0 6 * * *", "2026-10-02", "2026-10-04", "10-02 06:00+0545, 10-03 06:00+0545"},
		{"a day that was skipped", "Pacific/Apia", "0 6 * * *", "2011-12-29", "2012-01-01", "12-29 06:00-1000, 12-31 06:00+1400, 01-01 06:00+1400"},
		{"every hour, put forward", "Europe/Berlin", "0 * * * *", "2026-03-29", "2026-03-29 03:00", "03-29 01:00+0100, 03-29 03:00+0200, 03-29 04:00+0200"},
		{"every hour, put back", "Europe/Berlin", "0 * * * *", "2026-10-25", "2026-10-25 03:00", "10-25 02:00+0200, 10-25 02:00+0100, 10-25 03:00+0100"},
		{"every other hour, put back", "Europe/Berlin", "0 */2 * * *", "2026-10-25", "2026-10-25 04:00", "10-25 02:00+0200, 10-25 04:00+0100"},
		{"the end of a month", "Europe/London", "0 18 31 * *", "2026-01-01", "2026-06-01", "01-31 18:00+0000, 03-31 18:00+0100, 05-31 18:00+0100"},
		{"a leap day", "UTC", "0 6 29 2 *", "2023-01-01", "2029-01-01", "02-29 06:00+0000, 02-29 06:00+0000"},
		{"@daily", "Asia/Tokyo", "@daily", "2026-01-01", "2026-01-03", "01-02 00:00+0900, 01-03 00:00+0900"},
		{"every second day of the week", "UTC", "0 6 * * 1-5/2", "2026-11-23", "2026-11-30", "11-23 06:00+0000, 11-25 06:00+0000, 11-27 06:00+0000"},
		{"every seventh day", "UTC", "0 6 */7 * *", "2026-11-01", "2026-12-02", "11-01 06:00+0000, 11-08 06:00+0000, 11-15 06:00+0000, 11-22 06:00+0000, 11-29 06:00+0000, 12-01 06:00+0000"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			rules := rulesOf(c.zone, desk.Step{Cron: c.cron, EndGrace: time.Hour, Holidays: []string{}}, desk.Calendar{})
			got := local(expected(t, rules, c.from, c.to), c.zone)
			if strings.ReplaceAll(got, "\n", "") != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

func TestDaysOffAreSkippedByNameAndWeekendsAreNotDue(t *testing.T) {
	t.Parallel()
	calendar := desk.Calendar{
		Weekend: []time.Weekday{time.Saturday, time.Sunday}, Holidays: []string{"B3"},
		OwnDays: []desk.OwnDay{{Date: at(t, "2026-02-19"), Name: "Move to the new office"}},
	}
	const zone = "America/Sao_Paulo"
	for _, c := range []struct {
		what, cron string
		holidays   []string
		want       string
	}{
		{"the desk's calendar", "0 6 * * *", nil, "02-13 06:00-0300, 02-16 06:00-0300 Carnival, 02-17 06:00-0300 Carnival, 02-18 06:00-0300, 02-19 06:00-0300 Move to the new office, 02-20 06:00-0300"},
		{"another market's", "0 6 * * *", []string{"US"}, "02-13 06:00-0300, 02-16 06:00-0300 Presidents' Day, 02-17 06:00-0300, 02-18 06:00-0300, 02-19 06:00-0300 Move to the new office, 02-20 06:00-0300"},
		{"none", "0 6 * * *", []string{}, "02-13 06:00-0300, 02-16 06:00-0300, 02-17 06:00-0300, 02-18 06:00-0300, 02-19 06:00-0300, 02-20 06:00-0300"},
		{"a Saturday that the step names", "0 6 * * 6", nil, "02-14 06:00-0300"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			rules := rulesOf(zone, desk.Step{Cron: c.cron, EndGrace: time.Hour, Holidays: c.holidays}, calendar)
			if got := local(expected(t, rules, "2026-02-13", "2026-02-21"), zone); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

func TestARunServesTheSlotInWhichItStarts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ what, cron, want string }{
		{"a step of every day", "0 6 * * *", "04:00 06:00 by 06:15 and 07:00 until 28T04:00"},
		{"a step of every three hours", "0 */3 * * *", "28T22:30 00:00 by 00:15 and 01:00 until 27T01:30"},
		{"a step of every ten minutes", "*/10 * * * *", "28T23:55 00:00 by 00:15 and 01:00 until 27T00:05"},
		{"a step of two times a day", "0 6,7 * * *", "04:00 06:00 by 06:15 and 07:00 until 27T06:30"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			rules := rulesOf("UTC", desk.Step{Cron: c.cron, StartGrace: 15 * time.Minute, EndGrace: time.Hour}, desk.Calendar{})
			runs := expected(t, rules, "2026-11-27", "2026-11-28")
			first := runs[0]
			got := fmt.Sprintf("%s %s by %s and %s until %s", first.OpensAt.Format("15:04"), first.DueAt.Format("15:04"),
				first.StartBy.Format("15:04"), first.EndBy.Format("15:04"), first.ClosesAt.Format("02T15:04"))
			if want := strings.TrimPrefix(c.want, "28T"); got != want {
				t.Errorf("%s\nwant %s", got, want)
			}
			for n := range runs[1:] {
				if !runs[n].ClosesAt.Equal(runs[n+1].OpensAt) {
					t.Errorf("a slot closes at %v, and the next one opens at %v", runs[n].ClosesAt, runs[n+1].OpensAt)
				}
			}
		})
	}
}

func TestSchedulesThatCannotHoldAreRefused(t *testing.T) {
	t.Parallel()
	for cron, want := range map[string]string{
		"0 6 30 2 *":            "never comes: no year has such a day",
		"0 6 31 4,6,9,11 *":     "never comes",
		"0 0 6 * * *":           "has six fields; a step is due at most once a minute",
		"@every 10s":            "has no fixed times",
		"@reboot":               "is none of @yearly",
		"@daily x":              "is none of @yearly",
		"TZ=Asia/Tokyo":         "names a time zone",
		"CRON_TZ=UTC 0 6 * * *": "names a time zone",
		"   ":                   "is empty",
		"0 6 * *":               "has 4 fields",
		"0 25 * * *":            "is not a cron expression: end of range (25) above maximum (23)",
		"0 6 * * fun":           "is not a cron expression",
		"0 6 1-0 * *":           "is not a cron expression",
		"*/0 6 * * *":           "is not a cron expression",
	} {
		t.Run(cron, func(t *testing.T) {
			t.Parallel()
			_, err := schedule.Parse(cron, time.UTC)
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), fmt.Sprintf("%q", cron)) {
				t.Errorf("%v, want %s", err, want)
			}
		})
	}
}

func TestCheckNamesTheStepAndTheMarketThatIsNotKnown(t *testing.T) {
	t.Parallel()
	if err := schedule.Check(desk.BuiltInRules()); err != nil {
		t.Errorf("the built-in desk: %v", err)
	}
	for want, rules := range map[string]desk.Rules{
		`step fetch: the market "Bovespa" is not known; known are AR, AT`:      rulesOf("UTC", desk.Step{Cron: "@daily", Holidays: []string{"Bovespa"}}, desk.Calendar{}),
		`the desk's calendar: the market "XX" is not known`:                    rulesOf("UTC", desk.Step{}, desk.Calendar{Holidays: []string{"XX"}}),
		`step fetch: the schedule "0 6 31 11 *" never comes: no year has such`: rulesOf("UTC", desk.Step{Cron: "0 6 31 11 *"}, desk.Calendar{}),
	} {
		if err := schedule.Check(rules); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
