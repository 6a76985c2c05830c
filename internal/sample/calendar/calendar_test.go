package calendar

import (
	"testing"
	"time"

	"macrowatch/internal/risk/pnl"
	"macrowatch/internal/testkit/testfiles"
)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func TestEachMarketKeepsItsHolidays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		date time.Time
		want Open
		what string
	}{
		{day(2026, 1, 1), Open{}, "New Year"},
		{day(2025, 12, 25), Open{}, "Christmas"},
		{day(2026, 2, 14), Open{}, "a Saturday"},
		{day(2026, 2, 16), Open{Currency: true}, "Carnival and Presidents' Day"},
		{day(2026, 2, 17), Open{NewYork: true, USBonds: true, Currency: true}, "Carnival's Tuesday"},
		{day(2026, 2, 18), Open{B3: true, NewYork: true, USBonds: true, Currency: true}, "Ash Wednesday"},
		{day(2026, 4, 3), Open{USBonds: true, Currency: true}, "Good Friday, with the jobs report"},
		{day(2024, 3, 29), Open{Currency: true}, "Good Friday"},
		{day(2025, 6, 19), Open{Currency: true}, "Corpus Christi and Juneteenth"},
		{day(2020, 6, 11), Open{NewYork: true, USBonds: true, Currency: true}, "Corpus Christi"},
		{day(2026, 12, 24), Open{NewYork: true, USBonds: true, Currency: true}, "Christmas Eve"},
		{day(2026, 12, 31), Open{NewYork: true, USBonds: true, Currency: true}, "the last day of the year"},
		{day(2023, 12, 29), Open{NewYork: true, USBonds: true, Currency: true}, "the last weekday of the year"},
		{day(2023, 12, 28), Open{B3: true, NewYork: true, USBonds: true, Currency: true}, "the weekday before it"},
		{day(2021, 1, 25), Open{NewYork: true, USBonds: true, Currency: true}, "São Paulo's day"},
		{day(2022, 1, 25), Open{B3: true, NewYork: true, USBonds: true, Currency: true}, "São Paulo's day since 2022"},
		{day(2019, 7, 9), Open{NewYork: true, USBonds: true, Currency: true}, "the revolution's day"},
		{day(2020, 7, 9), Open{B3: true, NewYork: true, USBonds: true, Currency: true}, "the revolution's day of 2020"},
		{day(2019, 11, 20), Open{NewYork: true, USBonds: true, Currency: true}, "Consciência Negra of the city"},
		{day(2023, 11, 20), Open{B3: true, NewYork: true, USBonds: true, Currency: true}, "Consciência Negra of no one"},
		{day(2024, 11, 20), Open{NewYork: true, USBonds: true, Currency: true}, "Consciência Negra of the nation"},
		{day(2026, 11, 26), Open{B3: true, Currency: true}, "Thanksgiving"},
		{day(2021, 12, 31), Open{NewYork: true, USBonds: true, Currency: true}, "New Year on a Saturday"},
		{day(2023, 1, 2), Open{B3: true, Currency: true}, "New Year on a Sunday"},
		{day(2022, 10, 10), Open{B3: true, NewYork: true, Currency: true}, "Columbus Day"},
		{day(2023, 11, 10), Open{B3: true, NewYork: true, USBonds: true, Currency: true}, "the Friday before Veterans Day"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			if got := New().On(c.date); got != c.want {
				t.Errorf("%s: %v, want %v", c.date.Format(time.DateOnly), got, c.want)
			}
		})
	}
}

func TestTheDayBeforeIsTheMarketsOwn(t *testing.T) {
	t.Parallel()
	c := New()
	for _, w := range []struct {
		market     Market
		date, want time.Time
	}{
		{B3, day(2026, 2, 18), day(2026, 2, 13)},
		{NewYork, day(2026, 2, 18), day(2026, 2, 17)},
		{B3, day(2026, 1, 1), day(2025, 12, 30)},
		{USBonds, day(2026, 1, 1), day(2025, 12, 31)},
		{Currency, day(2026, 11, 30), day(2026, 11, 27)},
	} {
		if got := c.Before(w.market, w.date); !got.Equal(w.want) {
			t.Errorf("market %d before %s: %s, want %s", w.market, w.date, got, w.want)
		}
	}
}

// TestTheDaysAreThoseOfRealPrices compares the calendars with the days on which prices of three series were published.
func TestTheDaysAreThoseOfRealPrices(t *testing.T) {
	t.Parallel()
	published, c := publishedDays(t), New()
	for _, series := range []struct {
		name     string
		market   Market
		from, to time.Time
	}{
		// Before 2016 the series has prices on days such as Christmas of 2013.
		{"IBOV", B3, day(2016, 1, 1), day(2025, 9, 8)},
		{"SPX", NewYork, day(2000, 1, 1), day(2026, 8, 20)},
		{"UST10Y", USBonds, day(2016, 1, 1), day(2026, 8, 20)},
	} {
		t.Run(series.name, func(t *testing.T) {
			var differ []string
			for date := series.from; !date.After(series.to); date = date.AddDate(0, 0, 1) {
				if c.Trades(series.market, date) != published[series.name+date.Format(time.DateOnly)] {
					differ = append(differ, date.Format(time.DateOnly))
				}
			}
			if len(differ) > 0 {
				t.Errorf("the calendar is wrong on %v", differ)
			}
		})
	}
}

// TestB3TradesOnNoBankHoliday compares two computations of Brazil's holidays. Only B3 is closed on Christmas Eve and on the
// last weekday of the year.
func TestB3TradesOnNoBankHoliday(t *testing.T) {
	t.Parallel()
	c := New()
	for date := day(2022, 1, 1); date.Year() < 2100; date = date.AddDate(0, 0, 1) {
		trades, business := c.Trades(B3, date), pnl.IsBusinessDay(date)
		if trades && !business || business && !trades && (date.Month() != time.December || date.Day() < 24) {
			t.Errorf("%s: B3 trades: %t, a business day: %t", date.Format(time.DateOnly), trades, business)
		}
	}
}

// publishedDays has an entry for each day on which a real price of an instrument was published.
func publishedDays(t *testing.T) map[string]bool {
	t.Helper()
	days := map[string]bool{}
	for _, p := range testfiles.Prices(t) {
		days[p.Instrument+p.Date.Format(time.DateOnly)] = true
	}
	return days
}
