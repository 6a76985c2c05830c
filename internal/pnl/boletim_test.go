package pnl_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/pnl"
)

// bulletins holds B3's trading bulletins beside the project, where there are any.
var bulletins = filepath.Join("..", "..", "..", "shared", "data", "market", "b3_boletim")

type settlement struct {
	day      time.Time
	contract string
	rate     float64 // percent a year
	price    float64 // of 100 000 paid at maturity
}

// readSettlements reads the contracts of a bulletin that have both a settlement rate and a price.
func readSettlements(t *testing.T, name string) []settlement {
	t.Helper()
	file, err := os.Open(filepath.Join(bulletins, name))
	if err != nil {
		t.Skipf("B3's bulletins are not here: %v", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for n, title := range rows[0] {
		column[title] = n
	}
	var all []settlement
	for _, row := range rows[1:] {
		rate, noRate := strconv.ParseFloat(row[column["AdjstdQtTax"]], 64)
		price, noPrice := strconv.ParseFloat(row[column["AdjstdQt"]], 64)
		if noRate != nil || noPrice != nil {
			continue
		}
		day, err := time.Parse(time.DateOnly, row[column["TradDt"]])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, settlement{day, row[column["TckrSymb"]], rate, price})
	}
	return all
}

// B3 settles a DI1 or DAP contract at 100 000/(1+r)^(bd/252). The rate is printed to three decimals
// and the price to two, so what one day more or less does to the price (at least 20) is seen at once.
func TestSettlementPricesOfTheExchangeFollowFromOurDayCountAndMaturity(t *testing.T) {
	t.Parallel()
	compared := 0
	for _, day := range []string{"20230202", "20250203", "20260112"} {
		for _, code := range []string{"DI1", "DAP"} {
			for _, s := range readSettlements(t, fmt.Sprintf("boletim_%s_%s.csv", day, code)) {
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
		}
	}
	t.Logf("%d settlement prices compared", compared)
	if compared < 150 {
		t.Errorf("only %d settlement prices compared", compared)
	}
}
