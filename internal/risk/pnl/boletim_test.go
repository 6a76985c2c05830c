package pnl_test

import (
	"math"
	"strconv"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/pnl"
	"macrowatch/internal/testkit/testfiles"
)

type settlement struct {
	day      time.Time
	contract string
	rate     float64 // percent a year
	price    float64 // of 100 000 paid at maturity
}

// readSettlements reads the settlement rates and prices of contracts in B3's bulletins.
func readSettlements(t *testing.T) []settlement {
	t.Helper()
	var all []settlement
	for _, row := range testfiles.Rows(t, "market/b3_settlements.csv") {
		day, err := time.Parse(time.DateOnly, row["date"])
		if err != nil {
			t.Fatal(err)
		}
		s := settlement{day: day, contract: row["contract"]}
		for column, into := range map[string]*float64{"settlement_rate_pct": &s.rate, "settlement_price": &s.price} {
			if *into, err = strconv.ParseFloat(row[column], 64); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, s)
	}
	return all
}

// B3 settles a DI1 or DAP contract at 100 000/(1+r)^(bd/252), where bd are business days. It prints the rate to three
// decimals and the price to two. One business day more or less changes the price by at least 20, so it can't be missed.
func TestSettlementPricesOfTheExchangeFollowFromOurDayCountAndMaturity(t *testing.T) {
	t.Parallel()
	compared := 0
	for _, s := range readSettlements(t) {
		i := pnl.WithConventions(desk.Instrument{Name: s.contract, Kind: desk.KindYield, QuotedIn: desk.InPercent})
		if i.Maturity.IsZero() {
			t.Errorf("%s: no maturity read", s.contract)
			continue
		}
		years := float64(pnl.BusinessDays(s.day, i.Maturity)) / 252
		price := 100_000 * math.Pow(1+s.rate/100, -years)
		duration := years / (1 + s.rate/100)
		slack := price*duration*0.0000051 + 0.006 // half a unit of each printed last digit
		if math.Abs(price-s.price) > slack {
			t.Errorf("%s on %s: %.2f, the exchange says %.2f (%d business days to %s)", s.contract,
				s.day.Format(time.DateOnly), price, s.price, pnl.BusinessDays(s.day, i.Maturity), i.Maturity.Format(time.DateOnly))
		}
		compared++
	}
	t.Logf("%d settlement prices compared", compared)
	if compared < 150 {
		t.Errorf("only %d settlement prices compared", compared)
	}
}
