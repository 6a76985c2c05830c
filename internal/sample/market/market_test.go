package market

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

func spot(name string) desk.Instrument {
	return desk.Instrument{Name: name, Kind: desk.KindPrice, QuotedIn: "BRL per USD"}
}

func TestPricesComeBackAsTheyWereGiven(t *testing.T) {
	t.Parallel()
	given := []desk.Price{
		{Instrument: "B", Date: day(2026, 3, 3), Value: -36.98}, {Instrument: "A", Date: day(2026, 3, 3), Value: 2},
		{Instrument: "A", Date: day(2026, 3, 1), Value: 1},
	}
	m, err := New([]desk.Instrument{spot("C"), spot("B"), spot("A")}, given)
	if err != nil {
		t.Fatal(err)
	}
	want := []desk.Price{given[2], given[1], given[0]}
	if got := m.Prices(m.First(), m.Last()); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := m.Prices(day(2026, 3, 2), day(2026, 3, 2)); len(got) > 0 {
		t.Errorf("a day without prices has %v", got)
	}
	if got := m.Prices(day(2026, 3, 3), day(2027, 1, 1)); !slices.Equal(got, want[1:]) {
		t.Errorf("from the second day: %v", got)
	}
	if levels := m.Levels(0); levels[0] != 1 || !math.IsNaN(levels[1]) || !math.IsNaN(levels[2]) || m.Days() != 2 || m.Instruments()[2].Name != "C" {
		t.Errorf("the first day's levels are %v", levels)
	}
}

func TestASimulatedMarketCanBeReadBack(t *testing.T) {
	t.Parallel()
	m := Simulate(3, Epoch(), day(2020, 6, 1))
	again, err := New(m.Instruments(), m.Prices(m.First(), m.Last()))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(again.Prices(m.First(), m.Last()), m.Prices(m.First(), m.Last())) {
		t.Error("the prices differ")
	}
}

func TestBadMarketsAreRefusedByName(t *testing.T) {
	t.Parallel()
	good := desk.Price{Instrument: "A", Date: day(2026, 3, 3), Value: 1}
	for _, c := range []struct {
		name        string
		instruments []desk.Instrument
		prices      []desk.Price
		want        string
	}{
		{"no price", []desk.Instrument{spot("A")}, nil, "no prices"},
		{"an unknown instrument", []desk.Instrument{spot("B")}, []desk.Price{good}, `"A" on 2026-03-03: there is no such instrument`},
		{"a price twice", []desk.Instrument{spot("A")}, []desk.Price{good, good}, `"A" has two prices on 2026-03-03`},
		{"an instrument twice", []desk.Instrument{spot("A"), spot("A")}, []desk.Price{good}, `"A" is given twice`},
		{"an instrument without a unit", []desk.Instrument{{Name: "A", Kind: desk.KindPrice}}, []desk.Price{good}, "quoted_in is empty"},
		{"not a number", []desk.Instrument{spot("A")}, []desk.Price{{Instrument: "A", Date: day(2026, 3, 3), Value: math.NaN()}}, "not a finite number"},
		{"a time of day", []desk.Instrument{spot("A")}, []desk.Price{{Instrument: "A", Date: day(2026, 3, 3).Add(time.Hour), Value: 1}}, "midnight"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, err := New(c.instruments, c.prices); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want it to say %q", err, c.want)
			}
		})
	}
}

func TestEveryInstrumentFindsItsClass(t *testing.T) {
	t.Parallel()
	yield := func(name string) desk.Instrument {
		return desk.Instrument{Name: name, Kind: desk.KindYield, QuotedIn: desk.InPercent}
	}
	price := func(name, unit string) desk.Instrument {
		return desk.Instrument{Name: name, Kind: desk.KindPrice, QuotedIn: unit}
	}
	given := []desk.Instrument{
		yield("DI1F27"), yield("DDIF27"), yield("NTNB30"), yield("CDS_BR_5Y"), price("USDBRL", "BRL per USD"), price("NDF_X", "BRL per USD"),
		price("EURUSD", "USD per EUR"), price("DXY", "index points"), yield("UST10Y"), yield("USTIPS10Y"), yield("USBE5Y"),
		yield("EMBI_BR"), yield("EUR10Y"), yield("SELIC"), price("SPX", "index points"), price("GOLD", "USD per troy ounce"),
	}
	want := []string{
		desk.Rates, desk.Cupom, desk.Inflation, desk.Sovereign, desk.FX, desk.FX,
		desk.FX, desk.FX, desk.Rates, desk.Inflation, desk.Inflation,
		desk.Sovereign, desk.Rates, desk.Rates, desk.CrossAsset, desk.CrossAsset,
	}
	for n, i := range Classified(given) {
		if got := ClassOf(i); got != want[n] {
			t.Errorf("%s is %s, want %s", i.Name, got, want[n])
		}
		if override := i.AssetClass != ""; override != (n >= 6) {
			t.Errorf("%s has asset class %q: only what the prefix rule leaves open needs one", i.Name, i.AssetClass)
		}
		if got := i.ModifiedDuration != nil; got != (i.Name == "EMBI_BR") {
			t.Errorf("%s has a duration of its own: %t", i.Name, got)
		}
	}
	if given[6].AssetClass != "" {
		t.Error("the caller's instruments were changed")
	}
	own := Classified([]desk.Instrument{{Name: "SPX", Kind: desk.KindPrice, QuotedIn: "index points", AssetClass: "Other"}})
	if own[0].AssetClass != "Other" {
		t.Errorf("an instrument's own class became %s", own[0].AssetClass)
	}
}
