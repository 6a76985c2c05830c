package holiday_test

import (
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk/holiday"
)

// TestMarketsKeepTheirHolidays has dates from the calendars that the exchanges, the central banks and the governments
// published.
func TestMarketsKeepTheirHolidays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ market, date, want string }{
		{"B3", "2026-02-16", "Carnival"}, {"B3", "2026-02-17", "Carnival"}, {"B3", "2026-02-18", ""},
		{"B3", "2026-12-24", "Christmas Eve"}, {"B3", "2023-12-29", "Last weekday of the year"}, {"B3", "2024-11-20", "Black Awareness Day"},
		{"B3", "2021-01-25", "Foundation of São Paulo"}, {"B3", "2022-01-25", ""}, {"BR", "2021-01-25", ""}, {"BR", "2026-12-24", ""},
		{"NYSE", "2026-04-03", "Good Friday"}, {"NYSE", "2026-10-12", ""}, {"NYSE", "2021-12-31", ""}, {"NYSE", "2026-07-03", "Independence Day"},
		{"SIFMA", "2026-04-03", ""}, {"SIFMA", "2024-03-29", "Good Friday"}, {"SIFMA", "2026-10-12", "Columbus Day"},
		{"US", "2021-12-31", "New Year's Day"}, {"US", "2026-11-11", "Veterans Day"}, {"US", "2026-04-03", ""},
		{"UK", "2026-05-04", "Early May"}, {"UK", "2026-12-28", "Boxing Day"}, {"LSE", "2022-09-19", "State Funeral of Queen Elizabeth II"},
		{"UK", "2022-06-03", "Platinum Jubilee Bank Holiday"}, {"UK", "2022-06-02", "Spring"}, {"UK", "2026-04-06", "Easter Monday"}, {"UK", "2026-07-03", ""},
		{"TARGET", "2026-05-01", "Labour Day"}, {"TARGET", "2026-04-06", "Easter Monday"}, {"TARGET", "2026-12-24", ""}, {"TARGET", "2026-10-03", ""},
		{"DE", "2025-10-03", "Tag der Deutschen Einheit"}, {"FR", "2026-07-14", "Fête Nationale"},
		{"JP", "2026-01-02", "New Year"}, {"JP", "2025-12-31", "New Year"}, {"JP", "2026-05-06", "Constitution"}, {"JP", "2026-02-23", "The Emperor's Birthday"},
		{"CA", "2026-05-18", "Victoria Day"}, {"AU", "2026-01-26", "Australia Day"}, {"CH", "2026-08-01", "Bundesfeiertag"}, {"NZ", "2026-02-06", "Waitangi Day"},
	} {
		t.Run(c.market+" "+c.date, func(t *testing.T) {
			t.Parallel()
			calendar, err := holiday.Of(c.market)
			if err != nil {
				t.Fatal(err)
			}
			date, err := time.Parse(time.DateOnly, c.date)
			if err != nil {
				t.Fatal(err)
			}
			if got := calendar.On(date); !strings.HasPrefix(got, c.want) || got != "" && c.want == "" {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestTheDateIsTheOneOfItsOwnZone(t *testing.T) {
	t.Parallel()
	calendar, err := holiday.Of("UK")
	if err != nil {
		t.Fatal(err)
	}
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	if got := calendar.On(time.Date(2026, 12, 25, 1, 0, 0, 0, tokyo)); got != "Christmas Day" {
		t.Errorf("Christmas Day in Tokyo is %q", got)
	}
}

func TestAMarketThatIsNotKnownIsRefusedWithThoseThatAre(t *testing.T) {
	t.Parallel()
	_, err := holiday.Of("B4")
	if err == nil || !strings.Contains(err.Error(), `"B4"`) || !strings.Contains(err.Error(), "B3, BE, BR") {
		t.Errorf("%v", err)
	}
	for _, name := range holiday.Markets() {
		calendar, err := holiday.Of(name)
		if err != nil {
			t.Fatal(err)
		}
		if calendar.On(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)) == "" {
			t.Errorf("%s has no New Year", name)
		}
	}
}
