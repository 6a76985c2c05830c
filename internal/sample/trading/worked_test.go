package trading

import (
	"math"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sample/market"
	"macrowatch/internal/sample/strategy"
)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// near reports a number that differs from another by more than 1e-12 of it.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-12*max(1, math.Abs(want)) {
		t.Errorf("%s is %.16g, want %.16g", what, got, want)
	}
}

// worked is a market of two instruments and two policy rates over a Thursday, a Friday, a Monday on which the bond has no
// price, and a Tuesday.
func worked(t *testing.T) *market.Market {
	t.Helper()
	tenor := 2.0
	instruments := []desk.Instrument{
		{Name: "USDBRL", Kind: desk.KindPrice, QuotedIn: "BRL per USD"},
		{Name: "DI_2Y", Kind: desk.KindYield, QuotedIn: desk.InPercent, TenorYears: &tenor},
		{Name: "SELIC", Kind: desk.KindYield, QuotedIn: desk.InPercent},
		{Name: "FEDFUNDS", Kind: desk.KindYield, QuotedIn: desk.InPercent},
	}
	var prices []desk.Price
	for n, name := range []string{"USDBRL", "DI_2Y", "SELIC", "FEDFUNDS"} {
		for d, level := range [][]float64{
			{5.00, 5.10, 5.00, 5.20}, {12.50, 12.75, math.NaN(), 12.25}, {15, 15, 15, 14.5}, {4, 4, 4.5, 4.5},
		}[n] {
			if !math.IsNaN(level) {
				prices = append(prices, desk.Price{Instrument: name, Date: []time.Time{
					day(2026, 3, 5), day(2026, 3, 6), day(2026, 3, 9), day(2026, 3, 10)}[d], Value: level})
			}
		}
	}
	m, err := market.New(instruments, prices)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// pick returns some of the desk's strategies.
func pick(ids ...string) []strategy.Strategy {
	var picked []strategy.Strategy
	for _, s := range strategy.All() {
		for _, id := range ids {
			if s.ID == id {
				picked = append(picked, s)
			}
		}
	}
	return picked
}

// wants makes a strategy want exactly the given weight. It sets the opinion and the volatility that lead to this weight.
func (s *Session) wants(id, instrument string, weight float64) {
	at := s.setup.place[instrument]
	for n, b := range s.setup.strategies {
		if b.ID == id {
			s.opinions[n] = []strategy.Opinion{{Instrument: at, Score: math.Copysign(1, weight)}}
			if weight == 0 {
				s.opinions[n] = nil
			} else {
				s.quotes[at].morning = budgetOf(b.Class) / math.Abs(weight)
			}
		}
	}
}

// TestFourDaysByHand follows a book of 50 % in USDBRL and 60 % in a DI of two years. Every expected
// number is written out; none comes from the code.
func TestFourDaysByHand(t *testing.T) {
	t.Parallel()
	setup, err := Open(worked(t), pick("FX_TSMOM", "RATES_CARRY"), Mandate{})
	if err != nil {
		t.Fatal(err)
	}
	s := setup.Start()

	// Thursday: nothing is held, so nothing is made. The first trades: 0.5 × 1.5 bp + 0.6 × 1 bp.
	near(t, "Thursday's profit", s.Mark(day(2026, 3, 5)), 0)
	s.wants("FX_TSMOM", "USDBRL", 0.5)
	s.wants("RATES_CARRY", "DI_2Y", 0.6)
	near(t, "Thursday's cost", s.Trade(), 0.000135)
	near(t, "Thursday's NAV", s.nav, 99.9865)

	// Friday: USDBRL makes 5.10/5.00 − 1 = 0.02 less one day of (15 − 4) % / 365 = 0.000301369863….
	// DI_2Y at 12.50 %: D = 2/1.125 = 1.777…, C = 2·3/1.125² = 4.740740…; Δy = 0.0025:
	// −1.777…·0.0025 + ½·4.740740…·0.0025² = −0.004444444… + 0.000014814814… = −0.004429629629….
	friday := 0.5*(0.02-0.11/365) + 0.6*(-0.00442962962962963)
	near(t, "Friday's profit", s.Mark(day(2026, 3, 6)), friday)
	near(t, "Friday's profit in figures", friday, 0.007191537290715372)
	near(t, "Friday's NAV before trades", s.nav, 99.9865*1.007191537290715372)
	// USDBRL is cut from 0.5 to 0.2. DI_2Y stays, because its weight is within a quarter of the wanted one.
	// The cost is 0.3 × 1.5 bp.
	s.wants("FX_TSMOM", "USDBRL", 0.2)
	s.wants("RATES_CARRY", "DI_2Y", 0.55)
	near(t, "Friday's cost", s.Trade(), 0.000045)
	near(t, "Friday's NAV", s.nav, 99.9865*1.007191537290715372*0.999955)

	// Monday: USDBRL makes 5.00/5.10 − 1 less three days of carry at Friday's rates (15 − 4 = 11 %). The DI
	// has no price and makes nothing. The portfolio step fails: nothing is traded.
	monday := 0.2 * (5.0/5.1 - 1 - 3*0.11/365)
	near(t, "Monday's profit", s.Mark(day(2026, 3, 9)), monday)
	nav := s.nav

	// Tuesday: USDBRL makes 0.04 less one day of (15 − 4.5) %. The DI falls from Friday's 12.75 to 12.25:
	// D = 2/1.1275, C = 6/1.1275², Δy = −0.005.
	bond := 2/1.1275*0.005 + 0.5*6/(1.1275*1.1275)*0.000025
	near(t, "Tuesday's profit", s.Mark(day(2026, 3, 10)), 0.2*(0.04-0.105/365)+0.6*bond)
	near(t, "the bond's part in figures", bond, 0.00892817636098151)
	// Everything is closed: 0.2 × 1.5 bp + 0.6 × 1 bp.
	s.wants("FX_TSMOM", "USDBRL", 0)
	s.wants("RATES_CARRY", "DI_2Y", 0)
	near(t, "Tuesday's cost", s.Trade(), 0.00009)
	near(t, "Tuesday's NAV", s.nav, nav*(1+0.2*(0.04-0.105/365)+0.6*bond)*0.99991)
	at := time.Date(2026, 3, 10, 22, 1, 0, 0, time.UTC)
	flat := s.Snapshot(at)
	if len(flat) != 1 || flat[0] != (desk.PortfolioState{Timestamp: at, Strategy: "CASH", Instrument: "BRL", TotalEquity: s.nav}) {
		t.Errorf("a flat book is %+v", flat)
	}
}

// TestACrossIsConvertedThroughTheDollar holds a long EURUSD, whose profit is in dollars. EURUSD goes from 1.10 to 1.12
// while USDBRL goes from 5.00 to 5.10, which gives (1.12/1.10 − 1) × 5.10/5.00. There is no rate of the euro here, so
// there is no carry.
func TestACrossIsConvertedThroughTheDollar(t *testing.T) {
	t.Parallel()
	pair := func(name, unit string) desk.Instrument {
		return desk.Instrument{Name: name, Kind: desk.KindPrice, QuotedIn: unit}
	}
	at := func(name string, d int, v float64) desk.Price {
		return desk.Price{Instrument: name, Date: day(2026, 3, d), Value: v}
	}
	m, err := market.New(
		[]desk.Instrument{pair("EURUSD", "USD per EUR"), pair("USDBRL", "BRL per USD"), pair("USDMXN", "MXN per USD")},
		[]desk.Price{at("EURUSD", 5, 1.10), at("EURUSD", 6, 1.12), at("USDBRL", 5, 5), at("USDBRL", 6, 5.1), at("USDMXN", 5, 20), at("USDMXN", 6, 19)})
	if err != nil {
		t.Fatal(err)
	}
	setup, err := Open(m, pick("FX_TSMOM"), Mandate{})
	if err != nil {
		t.Fatal(err)
	}
	s := setup.Start()
	s.Mark(day(2026, 3, 5))
	s.wants("FX_TSMOM", "EURUSD", 0.5)
	s.Trade()
	near(t, "the profit", s.Mark(day(2026, 3, 6)), 0.5*(1.12/1.10-1)*5.1/5)

	// Long USDMXN loses pesos: (19/20 − 1) in pesos, of which one is worth 5.1/19 BRL after 5/20.
	s = setup.Start()
	s.Mark(day(2026, 3, 5))
	s.wants("FX_TSMOM", "USDMXN", 0.4)
	s.Trade()
	near(t, "the peso's profit", s.Mark(day(2026, 3, 6)), 0.4*(19.0/20-1)*(5.1/19)/(5.0/20))
}

func TestABookWithoutPricesOrStrategiesIsNotOpened(t *testing.T) {
	t.Parallel()
	if _, err := Open(market.Simulate(1, day(2020, 2, 1), day(2020, 2, 2)), strategy.All(), Mandate{}); err == nil {
		t.Error("a market without a day was opened")
	}
	if _, err := Open(worked(t), pick("SOV_TSMOM"), Mandate{}); err == nil || !strings.Contains(err.Error(), "SOV_TSMOM: there are no usable prices of CDS_BR_5Y") {
		t.Errorf("error %v", err)
	}
}
