package sampledesk

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"macrowatch/internal/desk"
	"macrowatch/internal/sample/calendar"
	"macrowatch/internal/sample/trading"
)

// on returns the circumstances of a date, with a book of 81 positions.
func on(date time.Time) circumstances {
	return circumstances{
		date: date, days: calendar.New(), rand: rand.New(rand.NewPCG(1, 1)),
		state: trading.State{
			Gross: 2.35, GrossLimit: 8, Positions: 81, Volatility: 0.0512, Target: 0.05, Instruments: 35, Days: 1400,
			Quotes: []trading.Quote{{Instrument: "DI_5Y", Level: 13.424, Day: date.AddDate(0, 0, -3)}},
		},
	}
}

func TestEveryFailureReadsWell(t *testing.T) {
	t.Parallel()
	monday := time.Date(2025, 11, 10, 0, 0, 0, 0, time.UTC)
	placeholder := regexp.MustCompile(`\{[a-z_]+\}`)
	check := func(step string, f failure) {
		young := on(monday)
		young.state.Quotes = nil
		if m := f.message(young); strings.Contains(m, "0001") || strings.Contains(m, "  moved") || strings.Contains(m, "for  as") {
			t.Errorf("%s: where nothing is quoted it says %q", step, m)
		}
		m := f.message(on(monday))
		switch {
		case m == "" || m != strings.TrimSpace(m):
			t.Errorf("%s: message %q is empty or padded", step, m)
		case !utf8.ValidString(m) || strings.ContainsRune(m, 0):
			t.Errorf("%s: message %q is not text", step, m)
		case len(m) > 4096:
			t.Errorf("%s: message of %d bytes, exec keeps 4096", step, len(m))
		case f.seconds < 1:
			t.Errorf("%s: %q takes %v s", step, m, f.seconds)
		}
		if placeholder.MatchString(m) {
			t.Errorf("%s: a placeholder is left in %q", step, m)
		}
	}
	for _, s := range append(tradingPlan(), weekendPlan()...) {
		for _, f := range failuresOf(s.name) {
			check(s.name, f)
		}
		for _, c := range s.reads {
			f := missingInput(s.name, c)
			check(s.name, f)
			if m := f.message(on(monday)); !strings.Contains(m, c) {
				t.Errorf("%s: %q does not name %s", s.name, m, c)
			}
		}
	}
}

func TestAMessageSpeaksOfTheTradingDayBefore(t *testing.T) {
	t.Parallel()
	f := failure{text: "{date} {prev} {prev_br} {prev_us} {prev_short} {month}"}
	for _, c := range []struct {
		date time.Time
		want string
	}{
		{date(2025, 11, 3), "2025-11-03 2025-10-31 31/10/2025 10-31-2025 251031 202511"}, // a Monday
		{date(2026, 1, 1), "2026-01-01 2025-12-30 30/12/2025 12-30-2025 251230 202601"},
		{date(2026, 2, 18), "2026-02-18 2026-02-13 13/02/2026 02-13-2026 260213 202602"}, // after Carnival
		{date(2025, 4, 22), "2025-04-22 2025-04-17 17/04/2025 04-17-2025 250417 202504"}, // after Easter and Tiradentes
	} {
		t.Run(c.date.Format(time.DateOnly), func(t *testing.T) {
			if got := f.message(on(c.date)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestAMessageSpeaksOfTheBookAsItStands(t *testing.T) {
	t.Parallel()
	f := failure{text: "{gross} of {gross_limit}, {volatility} for {target}, {positions}, {instruments}, {history}, {year}, {quoted} from {level} to {slipped} since {seen}"}
	want := "2.35 of 8.00, 5.1 for 5.0, 81, 35, 1400, 252, DI_5Y from 13.42 to 1.342 since 2025-10-31"
	if got := f.message(on(date(2025, 11, 3))); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	young := on(date(2020, 1, 20))
	young.state.Days = 11
	if got := (failure{text: "{year}"}).message(young); got != "11" {
		t.Errorf("of 11 days of history %s are a year's", got)
	}
}

// TestWhatTheMorningWaitsForIsNotMissingTwice looks at a holiday that follows another holiday. What was not published on
// the morning of the first one is there on the morning of the second.
func TestWhatTheMorningWaitsForIsNotMissingTwice(t *testing.T) {
	t.Parallel()
	early := func(step string, date time.Time) int {
		n := 0
		for _, f := range newTimetable().causesOn(step, date) {
			if f.early {
				n++
			}
		}
		return n
	}
	for _, c := range []struct {
		date time.Time
		want int
	}{
		{date(2026, 2, 13), 1}, {date(2026, 2, 16), 1}, {date(2026, 2, 17), 0}, {date(2026, 2, 18), 0}, {date(2026, 2, 19), 1},
		{date(2025, 12, 24), 1}, {date(2025, 12, 25), 0}, {date(2026, 1, 1), 0},
	} {
		for _, step := range []string{"bcb_ptax", "b3_market_data"} {
			if got := early(step, c.date); got != c.want {
				t.Errorf("%s may wait for %d things on %s, want %d", step, got, c.date.Format(time.DateOnly), c.want)
			}
		}
	}
}

func TestEveryConnectorOfTheDeskRunsOnTheSampleDesk(t *testing.T) {
	t.Parallel()
	traits := traitsOf()
	for _, c := range desk.BuiltInRules().Connectors() {
		if _, known := traits[c.Name]; !known {
			t.Errorf("the sample desk does not know how the connector %s behaves: add it to traitsOf", c.Name)
		}
		delete(traits, c.Name)
	}
	for step := range traits {
		t.Errorf("%s is no connector of the desk", step)
	}
}

func TestEveryConnectorHasAFailureThatPasses(t *testing.T) {
	t.Parallel()
	for _, s := range connectorPlan() {
		passing := 0
		for _, f := range failuresOf(s.name) {
			if !f.lasting {
				passing++
			}
		}
		if passing == 0 {
			t.Errorf("%s has none: a failed refresh could not be followed by a good one", s.name)
		}
	}
}
