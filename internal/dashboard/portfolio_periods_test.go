package dashboard

import (
	"math"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// sharpeTile is what the tile of the Sharpe ratio has over a range.
func sharpeTile(d *database, over span) (tile struct {
	Value *float64
	Basis string
}) {
	d.t.Helper()
	got := ask[struct {
		Value *float64
		Basis string
	}](d, portfolioUID, "Sharpe Ratio", over)
	if len(got) != 1 {
		d.t.Fatalf("%d rows", len(got))
	}
	return got[0]
}

// calendars are the days of NAVs from 2 January 2015 on, by how the days are spaced.
func calendars() map[string]func(n int) time.Time {
	start := time.Date(2015, 1, 2, 21, 0, 0, 0, time.UTC) // a Friday
	weekday := func(t time.Time) time.Time {              // or the Friday before
		for t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
			t = t.AddDate(0, 0, -1)
		}
		return t
	}
	workday := func(n int) time.Time { return start.AddDate(0, 0, n/5*7+[]int{0, 3, 4, 5, 6}[n%5]) }
	return map[string]func(n int) time.Time{
		"every weekday":                   workday,
		"every day, weekends too":         func(n int) time.Time { return start.AddDate(0, 0, n) },
		"weekdays but a holiday in ten":   func(n int) time.Time { return workday(n + n/9) },
		"every Friday":                    func(n int) time.Time { return start.AddDate(0, 0, 7*n) },
		"Fridays, or Thursdays":           func(n int) time.Time { return start.AddDate(0, 0, 7*n-n%5/4) },
		"month ends":                      func(n int) time.Time { return weekday(time.Date(2015, time.Month(n+2), 0, 21, 0, 0, 0, time.UTC)) },
		"first days of the month":         func(n int) time.Time { return weekday(time.Date(2015, time.Month(n+1), 3, 21, 0, 0, 0, time.UTC)) },
		"quarters":                        func(n int) time.Time { return weekday(time.Date(2000, time.Month(3*n+1), 0, 21, 0, 0, 0, time.UTC)) },
		"every other day":                 func(n int) time.Time { return workday(2 * n) },
		"every third day, then every day": func(n int) time.Time { return workday(min(3*n, n+70)) },
		"months, then days": func(n int) time.Time {
			if n < 40 {
				return weekday(time.Date(2010, time.Month(n+2), 0, 21, 0, 0, 0, time.UTC))
			}
			return workday(n)
		},
	}
}

// The same returns have another ratio if the days between them differ, and the tile says as which returns it counted
// them.
func TestTheSharpeRatioGoesByTheSpacingOfTheNAVs(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		perYear float64
		basis   string
	}{
		"every weekday": {252, "79 daily returns"}, "weekdays but a holiday in ten": {252, "79 daily returns"},
		"every day, weekends too": {252, "55 of 60 returns"}, // Saturday and Sunday are Friday's
		"every Friday":            {52, "79 weekly returns"}, "Fridays, or Thursdays": {52, "79 weekly returns"},
		"month ends": {12, "79 monthly returns"}, "first days of the month": {12, "79 monthly returns"}, "quarters": {4, "79 quarterly returns"},
		"every other day": {0, "NAVs at irregular intervals"}, "every third day, then every day": {0, "NAVs at irregular intervals"}, "months, then days": {0, "NAVs at irregular intervals"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := newDatabase(t, "UTC")
			var r rows
			nav := 100.0
			var returns []float64
			for n := range 80 {
				if n > 0 {
					returns = append(returns, 0.001+0.01*math.Sin(float64(n*n)))
					nav *= 1 + returns[n-1]
				}
				r.states = append(r.states, desk.PortfolioState{Timestamp: calendars()[name](n), Strategy: "CASH", Instrument: "BRL", TotalEquity: nav})
			}
			db.fill(r)
			last := r.states[79].Timestamp
			got := sharpeTile(db, span{last.AddDate(0, 0, -7), last.Add(time.Hour)})
			if got.Basis != want.basis {
				t.Errorf("it says %s, want %s", got.Basis, want.basis)
			}
			if want.perYear == 0 || want.basis == "55 of 60 returns" {
				if got.Value != nil {
					t.Errorf("it is %v", *got.Value)
				}
				return
			}
			mean, squares := 0.0, 0.0
			for _, x := range returns {
				mean += x / 79
			}
			for _, x := range returns {
				squares += (x - mean) * (x - mean)
			}
			if ratio := mean / math.Sqrt(squares/78) * math.Sqrt(want.perYear); got.Value == nil || !near(*got.Value, ratio) {
				t.Errorf("it is %v, want %v", got.Value, ratio)
			}
		})
	}
}

func TestTheSharpeRatioSaysWhyThereIsNone(t *testing.T) {
	t.Parallel()
	day := calendars()["every weekday"]
	for basis, nav := range map[string]func(n int) float64{
		"No NAV": nil, "Returns do not vary": func(int) float64 { return 100 },
		"A NAV is not above 0": func(n int) float64 { return 70 - float64(n) },
		"A NAV is too large":   func(n int) float64 { return []float64{100, 101, 1e50, 102, 1e50}[n%5] },
	} {
		t.Run(basis, func(t *testing.T) {
			t.Parallel()
			db := newDatabase(t, "UTC")
			var r rows
			for n := range 80 {
				if nav != nil {
					r.states = append(r.states, desk.PortfolioState{Timestamp: day(n), Strategy: "CASH", Instrument: "BRL", TotalEquity: nav(n)})
				}
			}
			db.fill(r)
			if got := sharpeTile(db, span{day(0), day(80)}); got.Value != nil || got.Basis != basis {
				t.Errorf("it is %v and says %s, want %s", got.Value, got.Basis, basis)
			}
		})
	}
}
