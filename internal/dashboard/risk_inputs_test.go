package dashboard

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
	"macrowatch/internal/risk/riskrun"
)

// bookOf stores a book of three instruments, with their prices, and computes its risk. One is quoted in
// dollars, one is a bond, and one has a proxy.
func bookOf(d riskDatabase, window int) (end time.Time) {
	d.t.Helper()
	tenor, coupon := 5.0, 4.25
	instruments := []desk.Instrument{
		{Name: "USDBRL", Kind: desk.KindPrice, QuotedIn: "BRL per USD"}, {Name: "ÓLEO", Kind: desk.KindPrice, QuotedIn: "USD per barrel", AssetClass: "Energy"},
		{Name: "UST5Y", Kind: desk.KindYield, QuotedIn: desk.InPercent, TenorYears: &tenor, CouponPct: &coupon},
		{Name: "UST6Y", Kind: desk.KindYield, QuotedIn: desk.InPercent, Maturity: time.Date(2030, 5, 15, 0, 0, 0, 0, time.UTC)},
	}
	var prices []desk.Price
	var states []desk.PortfolioState
	first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := range 150 {
		day := first.AddDate(0, 0, n)
		if desk.BuiltInRules().Calendar.IsWeekend(day) {
			continue
		}
		for k, i := range instruments[:3] {
			prices = append(prices, desk.Price{Instrument: i.Name, Date: day, Value: 5 + math.Sin(float64(n*(k+2)))/7})
		}
		end = time.Date(day.Year(), day.Month(), day.Day(), 22, 30, 0, 123000, time.UTC)
		if n < 120 {
			continue
		}
		for k, i := range instruments {
			states = append(states, desk.PortfolioState{Timestamp: end, Strategy: fmt.Sprintf("FX_%d", k%2), Instrument: i.Name,
				Weight: math.Cos(float64(n+k)) / 3, TotalEquity: 100 + math.Sin(float64(n))})
		}
	}
	for _, err := range []error{
		second(d.store.InstrumentUpsert(d.t.Context(), instruments...)), second(d.store.PriceUpsert(d.t.Context(), prices...)),
		second(d.store.PortfolioStateUpsert(d.t.Context(), states...)),
	} {
		if err != nil {
			d.t.Fatal(err)
		}
	}
	settings := riskrun.Settings{Options: risk.Options{Returns: window, Proxies: map[string]string{"UST6Y": "UST5Y"}}, ReplayDays: []int{1}}
	if _, err := riskrun.New(d.store, settings, riskrun.Options{}).Backfill(d.t.Context(), first, end); err != nil {
		d.t.Fatal(err)
	}
	return end
}

func second[T any](_ T, err error) error { return err }

// The query hashes the same bytes as the computation did, whatever the session's zone. So it finds every change of the
// inputs, and takes nothing else for a change.
func TestADashboardSaysThatItShowsFiguresOfOtherInputs(t *testing.T) {
	t.Parallel()
	newest := ` "timestamp" = (SELECT max("timestamp") FROM portfolio_state)`
	cases := map[string]bool{ // whether the change is one
		`SELECT`: false,
		`UPDATE portfolio_state SET weight = weight + 1e-9 WHERE instrument = 'ÓLEO' AND` + newest:                         true,
		`UPDATE portfolio_state SET total_equity = 99 WHERE` + newest:                                                      true,
		`UPDATE portfolio_state SET total_equity = 140 WHERE "timestamp" = (SELECT min("timestamp") FROM portfolio_state)`: true,
		`DELETE FROM portfolio_state WHERE` + newest:                                                                       true,
		`DELETE FROM portfolio_state WHERE instrument = 'UST5Y' AND` + newest:                                              true,
		`UPDATE instrument_prices SET price = price + 1e-9 WHERE instrument = 'USDBRL' AND price_date = '2026-05-04'`:      true,
		`INSERT INTO instrument_prices VALUES ('UST6Y', '2026-05-04', 4)`:                                                  true,
		`UPDATE instruments SET coupon_pct = NULL WHERE instrument = 'UST5Y'`:                                              true,
		`UPDATE instruments SET maturity = '2031-05-15' WHERE instrument = 'UST6Y'`:                                        true,
		`UPDATE instruments SET asset_class = NULL WHERE instrument = 'ÓLEO'`:                                              true,
		`UPDATE instrument_prices SET price = price * 1.0001 WHERE instrument = 'USDBRL' AND price_date = '2026-01-07'`:    false,
		`UPDATE portfolio_state SET weight = (weight::text || 'e0')::float8`:                                               false,
		`DELETE FROM risk_inputs`: false, // nothing is known
	}
	for _, zone := range zones() {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			d := newRiskDatabase(t, zone)
			end := bookOf(d, 80)
			over := span{end.AddDate(0, 0, -7), end.Add(time.Hour)}
			for change, other := range cases {
				d.exec("BEGIN")
				d.exec(change)
				got := d.table("Risk Computed For", over)[0]
				if (got[0] == "OTHER INPUTS") != other || other && got[1] != "2026-05-29: computed on other inputs" {
					t.Errorf("after %s: %v", change, got)
				}
				notes := d.table("Notes on the Computation", over)
				if said := len(notes) > 0 && strings.HasPrefix(notes[0][1].(string), "Computed on other inputs"); said != other {
					t.Errorf("after %s the notes begin with %v", change, notes[0])
				}
				d.exec("ROLLBACK")
			}
		})
	}
}

// Where the window is not full, every price counts, older ones too.
func TestADashboardSaysThatAnOlderPriceCameWhereTheWindowIsNotFull(t *testing.T) {
	t.Parallel()
	d := newRiskDatabase(t, "UTC")
	end := bookOf(d, 500)
	over := span{end.AddDate(0, 0, -7), end.Add(time.Hour)}
	if got := d.table("Risk Computed For", over)[0]; got[0] != "CURRENT" {
		t.Errorf("it says %v", got)
	}
	d.exec(`INSERT INTO instrument_prices VALUES ('USDBRL', '2025-12-31', 5)`)
	if got := d.table("Risk Computed For", over)[0]; got[0] != "OTHER INPUTS" {
		t.Errorf("after an older price: %v", got)
	}
}
