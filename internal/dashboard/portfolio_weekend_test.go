package dashboard

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// dailyNAVs are the last NAV of each book day, in order, from NAVs by hour. It takes the rule of the book day from the weekend
// in another way than the rules do: by walking back.
func dailyNAVs(navs []desk.DailyNAV, weekend map[time.Weekday]bool, zone *time.Location) []desk.DailyNAV {
	var daily []desk.DailyNAV
	for _, n := range navs {
		local := n.At.In(zone)
		n.Day = time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
		for weekend[n.Day.Weekday()] {
			n.Day = n.Day.Add(-24 * time.Hour)
		}
		if last := len(daily) - 1; last >= 0 && daily[last].Day.Equal(n.Day) {
			daily[last] = n
			continue
		}
		daily = append(daily, n)
	}
	return daily
}

// sharpeOf is the Sharpe ratio of NAVs with so many returns a year.
func sharpeOf(daily []desk.DailyNAV, perYear float64) float64 {
	var returns []float64
	sum := 0.0
	for n := 1; n < len(daily); n++ {
		returns = append(returns, daily[n].NAV/daily[n-1].NAV-1)
		sum += returns[n-1]
	}
	mean, squares := sum/float64(len(returns)), 0.0
	for _, r := range returns {
		squares += (r - mean) * (r - mean)
	}
	return mean / math.Sqrt(squares/float64(len(returns)-1)) * math.Sqrt(perYear)
}

func TestDailyNAVsFollowTheWeekendOfTheDesk(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone    string
		weekend []time.Weekday
		perYear float64
	}{
		{"America/Sao_Paulo", days(time.Saturday, time.Sunday), 252},
		{"Asia/Dubai", days(time.Friday, time.Saturday), 252},
		{"Asia/Jerusalem", days(time.Saturday), 302},
		{"Asia/Kolkata", days(time.Sunday), 302},
		{"Europe/London", days(), 365},
		{"America/New_York", days(time.Friday, time.Saturday, time.Sunday), 202},
		{"UTC", days(time.Wednesday, time.Sunday), 252},
	} {
		t.Run(fmt.Sprint(c.zone, c.weekend), func(t *testing.T) {
			t.Parallel()
			rules := deskIn(c.zone, desk.Calendar{Weekend: c.weekend})
			db := newRiskDatabase(t, "Asia/Tokyo")
			r := rand.New(rand.NewPCG(13, 6))
			from := time.Date(2025, 9, 1, 3, 0, 0, 0, time.UTC)
			var navs []desk.DailyNAV
			var rows [][]any
			for at, nav := from, 100.0; len(navs) < 150*4; at, nav = at.Add(6*time.Hour), nav*(1+0.004*r.NormFloat64()) {
				navs = append(navs, desk.DailyNAV{At: at, NAV: nav})
				rows = append(rows, []any{at, "FX_1", "USDBRL", 0.5, nav})
			}
			if _, err := db.conn.CopyFrom(context.Background(), pgx.Identifier{"portfolio_state"},
				[]string{"timestamp", "strategy_id", "instrument", "weight", "total_equity"}, pgx.CopyFromRows(rows)); err != nil {
				t.Fatal(err)
			}
			weekend := map[time.Weekday]bool{}
			for _, day := range c.weekend {
				weekend[day] = true
			}
			daily, last := dailyNAVs(navs, weekend, rules.Location()), navs[len(navs)-1].At
			s, err := store.Open(t.Context(), db.pool.Config().ConnString(), store.Options{Rules: rules})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(s.Close)
			got, err := s.DailyNAVs(t.Context(), rules.BookDay(from), rules.BookDay(last))
			if err != nil || len(got) != len(daily) {
				t.Fatalf("%d daily NAVs, want %d: %v", len(got), len(daily), err)
			}
			for n, want := range daily {
				if !got[n].Day.Equal(want.Day) || !got[n].At.Equal(want.At) {
					t.Errorf("the NAV of %v is that of %v, want %v", got[n].Day, got[n].At, want)
				}
			}
			over := span{last.Add(-time.Hour), last}
			tile := query[struct {
				Ratio *float64
				Basis string
			}](db.database, queryOf(t, rules, "portfolio_sharpe.sql"), over)[0]
			if want := sharpeOf(daily, c.perYear); tile.Ratio == nil || !near(*tile.Ratio, want) || tile.Basis != fmt.Sprintf("%d daily returns", len(daily)-1) {
				t.Errorf("the ratio is %v of %s, want %v of %d daily returns", tile.Ratio, tile.Basis, want, len(daily)-1)
			}
			period := query[struct{ NAV, Day, Month, Year *float64 }](db.database, queryOf(t, rules, "portfolio_periods.sql"), over)[0]
			newest := daily[len(daily)-1]
			month, year := daily[0].NAV, daily[0].NAV
			for _, n := range daily {
				if n.Day.Month() != newest.Day.Month() {
					month = n.NAV
				}
				if n.Day.Year() != newest.Day.Year() {
					year = n.NAV
				}
			}
			for name, v := range map[string][2]float64{
				"day": {*period.Day, 100 * (newest.NAV/daily[len(daily)-2].NAV - 1)}, "month": {*period.Month, 100 * (newest.NAV/month - 1)}, "year": {*period.Year, 100 * (newest.NAV/year - 1)},
			} {
				if !near(v[0], v[1]) {
					t.Errorf("the %s has made %v percent, want %v", name, v[0], v[1])
				}
			}
		})
	}
}

// What a NAV weekly, monthly or quarterly is follows from the working days of a week as well.
func TestTheSpacingsOfNAVsFollowTheWeekOfTheDesk(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		weekend []time.Weekday
		want    []navSpacing
	}{
		{days(time.Saturday, time.Sunday), []navSpacing{{"daily", 252, 1, 1}, {"weekly", 52, 4, 6}, {"monthly", 12, 17, 26}, {"quarterly", 4, 58, 72}}},
		{days(), []navSpacing{{"daily", 365, 1, 1}, {"weekly", 52, 6, 8}, {"monthly", 12, 23, 37}, {"quarterly", 4, 81, 101}}},
		{days(time.Sunday), []navSpacing{{"daily", 302, 1, 1}, {"weekly", 52, 5, 7}, {"monthly", 12, 20, 32}, {"quarterly", 4, 69, 87}}},
	} {
		b := builder{rules: deskIn("UTC", desk.Calendar{Weekend: c.weekend})}
		if got := b.navSpacings(); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("off on %v: %v, want %v", c.weekend, got, c.want)
		}
	}
}
