package alert_test

import (
	"testing"
	"time"

	"macrowatch/internal/alert"
	"macrowatch/internal/desk"
)

// The book and the signals of each desk are those of its last evening before days off. Nobody is told of them while the
// desk is off, nor on the morning after; and they are told of once they have grown too old in working time.
func TestDaysOffMakeNothingStale(t *testing.T) {
	t.Parallel()
	western, gulf := []time.Weekday{time.Saturday, time.Sunday}, []time.Weekday{time.Friday, time.Saturday}
	for _, c := range []struct {
		name, zone string
		calendar   desk.Calendar
		last       string // when the last snapshot and signal came
		told, of   string // when they are told of, and their time in the text
	}{
		{"Carnival", "America/Sao_Paulo", desk.Calendar{Weekend: western, Holidays: []string{"B3"}}, "2026-02-13 19:00", "2026-02-19 07:01", "Fri 13 Feb 19:00"},
		{"Easter", "Europe/London", desk.Calendar{Weekend: western, Holidays: []string{"UK"}}, "2026-04-02 17:00", "2026-04-08 05:01", "Thu 2 Apr 17:00"},
		{"a Gulf weekend", "Asia/Dubai", desk.Calendar{Weekend: gulf}, "2026-06-11 18:00", "2026-06-15 06:01", "Thu 11 Jun 18:00"},
		{"Golden Week", "Asia/Tokyo", desk.Calendar{Weekend: western, Holidays: []string{"JP"}}, "2026-05-01 18:00", "2026-05-08 06:01", "Fri 1 May 18:00"},
		{"Thanksgiving, and a day off of one's own", "America/New_York", desk.Calendar{Weekend: western, Holidays: []string{"NYSE"},
			OwnDays: []desk.OwnDay{{Date: time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC), Name: "Bridge day"}}}, "2026-11-25 18:00", "2026-12-01 06:01", "Wed 25 Nov 18:00"},
		{"Sundays alone", "Asia/Kolkata", desk.Calendar{Weekend: []time.Weekday{time.Sunday}}, "2026-06-13 18:00", "2026-06-16 06:01", "Sat 13 Jun 18:00"},
		{"no day off", "UTC", desk.Calendar{}, "2026-06-12 18:00", "2026-06-14 06:01", "Fri 12 Jun 18:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.rules.Zone, d.rules.Calendar = c.zone, c.calendar
			clock := func(text string) time.Time {
				at, err := time.ParseInLocation("2006-01-02 15:04", text, d.rules.Location())
				if err != nil {
					t.Fatal(err)
				}
				return at
			}
			last, told := clock(c.last), clock(c.told)
			d.figures = desk.AlertFigures{BookAt: last, RiskAt: last, SignalsAt: last}
			d.pass(last, told.Add(time.Minute))
			d.tells(
				told.Format("Mon 15:04")+" firing warning book_stale book: The book is stale: its last snapshot is of "+c.of+".",
				told.Format("Mon 15:04")+" firing warning signals_stale signals: The signals are stale: the newest is of "+c.of+".",
			)
			for _, a := range d.alerts {
				if since := told.Add(-time.Minute); a.Since.Before(since) || a.Since.After(told) {
					t.Errorf("%s is stale since %v, want %v", a.Rule, a.Since, told)
				}
			}
		})
	}
}

// A calendar that can't be read leaves the alerts as they are.
func TestACalendarThatCannotBeReadDecidesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.rules.Calendar.Holidays = []string{"Bovespa"}
	d.figures = desk.AlertFigures{BookAt: at(2, 16, 0), RiskAt: at(2, 16, 0), SignalsAt: at(2, 16, 0)}
	if err := d.evaluator().Round(t.Context(), at(9, 16, 0), 0); err == nil || len(d.alerts) > 0 {
		t.Errorf("%v, and %d alerts of %s", err, len(d.alerts), alert.BookStale)
	}
}
