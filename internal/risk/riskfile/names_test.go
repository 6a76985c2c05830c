package riskfile_test

import (
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
	"macrowatch/internal/risk/riskfile"
	"macrowatch/internal/sample/market"
)

// episodes is how many scenarios of the built-in file are historical. They come first.
const episodes = 6

// sizeOf is how far a scenario moves an instrument, and whether in percent or in basis points. The unit is "" if nothing
// moves it. The closest shock of its kind counts.
func sizeOf(s risk.Scenario, i desk.Instrument) (size float64, unit string) {
	closest := -1
	for _, shock := range s.Shocks {
		length := len(shock.Prefix)
		switch {
		case (shock.BP != nil) != (i.Kind == desk.KindYield),
			shock.Prefix != "" && !strings.HasPrefix(i.Name, shock.Prefix),
			shock.AssetClass != "" && shock.AssetClass != desk.BuiltInRules().AssetClass(i),
			length <= closest:
		case shock.BP != nil:
			closest, size, unit = length, *shock.BP, "bp"
		default:
			closest, size, unit = length, *shock.Percent, "percent"
		}
	}
	return size, unit
}

func named(t *testing.T) []risk.Scenario {
	t.Helper()
	file, err := riskfile.Default()
	if err != nil {
		t.Fatal(err)
	}
	return file.Scenarios[:episodes]
}

func TestEveryEpisodeMovesWhateverTheSampleDeskTrades(t *testing.T) {
	t.Parallel()
	from := market.Epoch()
	traded := 0
	for _, i := range market.Classified(market.Simulate(1, from, from.Add(10*24*time.Hour)).Instruments()) {
		if i.TenorYears != nil && *i.TenorYears < 0.1 { // a policy rate, which no book holds
			continue
		}
		traded++
		for _, s := range named(t) {
			if _, unit := sizeOf(s, i); unit == "" {
				t.Errorf("%s moves nothing of %s", s.Name, i.Name)
			}
		}
	}
	if traded < 30 {
		t.Errorf("only %d instruments are traded", traded)
	}
}

func TestAnInstrumentMovesAlikeUnderBothOfItsNames(t *testing.T) {
	t.Parallel()
	price := func(name string) desk.Instrument { return desk.Instrument{Name: name, Kind: desk.KindPrice} }
	yield := func(name string) desk.Instrument { return desk.Instrument{Name: name, Kind: desk.KindYield} }
	for _, pair := range [][2]desk.Instrument{
		{price("USDBRL"), price("USDBRL_SPOT")}, {price("USDBRL"), price("NDF_USDBRL_3M")}, {price("USDMXN"), price("USDMXN_SPOT")},
		{price("EURUSD"), price("EURUSD_SPOT")}, {price("NZDUSD"), price("NZDUSD_SPOT")}, {price("USDCHF"), price("USDCHF_SPOT")},
		{yield("UST2Y"), yield("UST_2Y")}, {yield("UST5Y"), yield("UST_5Y")}, {yield("UST10Y"), yield("UST_10Y")}, {yield("UST30Y"), yield("UST_30Y")},
		{price("SPX"), price("SPX_FUT")}, {price("IBOV"), price("IBOV_FUT")}, {price("GOLD"), price("GOLD_FUT")},
		{price("BRENT"), price("BRENT_FUT")}, {price("VIX"), price("VIX_INDEX")}, {yield("NTNB30"), yield("NTNB_2030")},
		{yield("DI1F31"), yield("DI_5Y")}, {yield("DDI27"), yield("DDI_1Y")},
	} {
		t.Run(pair[0].Name+" and "+pair[1].Name, func(t *testing.T) {
			t.Parallel()
			for _, s := range named(t) {
				size, unit := sizeOf(s, pair[0])
				other, otherUnit := sizeOf(s, pair[1])
				if unit == "" || size != other || unit != otherUnit {
					t.Errorf("%s moves the one by %v %s and the other by %v %s", s.Name, size, unit, other, otherUnit)
				}
			}
		})
	}
}
