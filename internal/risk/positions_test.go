package risk_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

// positionPnL is what a position makes in a scenario, in percent of NAV; NaN if it can't be priced.
type positionPnL struct {
	strategy, instrument, class string
	weight, pnl                 float64
}

// checkPositions checks the positions of a result, and that they sum to it, as a whole and by asset class.
func checkPositions(t *testing.T, got risk.StressResult, want []positionPnL) {
	t.Helper()
	if len(got.ByPosition()) != len(want) {
		t.Fatalf("positions %+v, want %v", got.ByPosition(), want)
	}
	for n, p := range got.ByPosition() {
		w := want[n]
		if p.Strategy != w.strategy || p.Instrument != w.instrument || p.AssetClass != w.class || p.Scenario != got.Scenario || p.Unpriced != math.IsNaN(w.pnl) {
			t.Errorf("position %d is %+v, want %v", n, p, w)
		}
		near(t, p.Strategy+"'s weight", p.Weight, w.weight, workedSlack)
		if !p.Unpriced {
			near(t, p.Strategy+" in "+p.Instrument, p.PnLPct, w.pnl, workedSlack)
		}
	}
	sumsToResult(t, got)
}

// sumsToResult checks that positions and classes agree with each other and with the result.
func sumsToResult(t *testing.T, got risk.StressResult) {
	t.Helper()
	all, classes := 0.0, map[string]float64{}
	for _, p := range got.ByPosition() {
		if p.Unpriced && p.PnLPct != 0 {
			t.Errorf("%s can't be priced, but makes %v", p.Instrument, p.PnLPct)
		}
		all += p.PnLPct
		classes[p.AssetClass] += p.PnLPct
	}
	near(t, "the sum of the positions", all, got.PortfolioPnLPct, workedSlack)
	for _, c := range got.ByClass {
		near(t, "the sum of the positions in "+c.AssetClass, classes[c.AssetClass], c.PnLPct, workedSlack)
	}
}

func TestWorkedBookStressByPosition(t *testing.T) {
	t.Parallel()
	s := simulate(t, workedHistory(t), workedBook(), workedDate(), risk.Options{})
	ten, minusFive, hundred, fifty, eighty := 10.0, -5.0, 100.0, 50.0, 80.0
	got, err := s.Stress(risk.Scenario{Name: "Bad day", Shocks: []risk.Shock{
		{Instrument: "USDBRL", Percent: &ten}, {Prefix: "EUR", Percent: &minusFive}, {AssetClass: "Rates", BP: &hundred},
		{Prefix: "NTNB", BP: &fifty}, {AssetClass: "Sovereign", BP: &eighty},
	}})
	if err != nil {
		t.Fatal(err)
	}
	// The moves of TestWorkedBookStress, each with the weight of the position: USDBRL −0.30·0.10 and 0.10·0.10. A weight of
	// 1 in the DI makes −0.7969052958843039/0.60 %.
	checkPositions(t, got, []positionPnL{
		{"FX_TREND", "USDBRL", "FX", -0.30, -3},
		{"FX_CARRY", "EURUSD", "FX", 0.20, -1.1},
		{"RATES_DI", "DI1F28", "Rates", 0.80, 0.8 * -0.7969052958843039 / 0.6},
		{"RATES_CURVE", "DI1F28", "Rates", -0.20, 0.2 * 0.7969052958843039 / 0.6},
		{"INF_NTNB", "NTNB35", "Inflation", 0.15, -0.4638775336040337},
		{"SOV_CDS", "CDS_BR_5Y", "Sovereign", 0.25, -0.8527312981885801},
		{"CROSS_MACRO", "USDBRL", "FX", 0.10, 1},
	})
	replay, ok := s.Replay(5)
	if !ok || len(replay.ByPosition()) != 7 || replay.ByPosition()[0].Scenario != "Worst 5 days of the history" {
		t.Fatalf("%+v", replay)
	}
	sumsToResult(t, replay.StressResult)
}

// Two strategies hold the same contract in opposite directions: the book loses nothing, and each position moves.
func TestAHedgedBookHasPositionsThatCancelOut(t *testing.T) {
	t.Parallel()
	book := risk.Book{{Strategy: "LONG", Instrument: "USDBRL", Weight: 0.4}, {Strategy: "SHORT", Instrument: "USDBRL", Weight: -0.4}}
	s := simulate(t, workedHistory(t), book, workedDate(), risk.Options{})
	got, err := s.Stress(risk.Scenario{Name: "x", Shocks: []risk.Shock{percent("USD", -10)}})
	if err != nil || got.PortfolioPnLPct != 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	checkPositions(t, got, []positionPnL{{"LONG", "USDBRL", "FX", 0.4, -4}, {"SHORT", "USDBRL", "FX", -0.4, 4}})
}

// A scenario that moves nothing of the book still names every position. Cash and a weight of zero are none, and two rows of
// one strategy and instrument are one.
func TestAScenarioThatMovesNothingNamesThePositions(t *testing.T) {
	t.Parallel()
	book := risk.Book{
		{Strategy: "A", Instrument: "DI1F28", Weight: 0.2}, {Strategy: "CASH", Instrument: "CASH", Weight: 0.5}, {Strategy: "B", Instrument: "EURUSD"},
		{Strategy: "B", Instrument: "DI1F28", Weight: -0.1}, {Strategy: "A", Instrument: "DI1F28", Weight: 0.1},
	}
	s := simulate(t, workedHistory(t), book, workedDate(), risk.Options{})
	got, err := s.Stress(risk.Scenario{Name: "x", Shocks: []risk.Shock{percent("USD", -10)}})
	if err != nil {
		t.Fatal(err)
	}
	checkPositions(t, got, []positionPnL{{"A", "DI1F28", "Rates", 0.3, 0}, {"B", "DI1F28", "Rates", -0.1, 0}})
	flat := simulate(t, workedHistory(t), risk.Book{{Strategy: "CASH", Instrument: "CASH"}}, workedDate(), risk.Options{})
	if got, err = flat.Stress(risk.Scenario{Name: "x", Shocks: []risk.Shock{percent("USD", -10)}}); err != nil || len(got.ByPosition()) != 0 {
		t.Errorf("a flat book: %+v, %v", got, err)
	}
}

// A bond without a price has no duration, and an unknown instrument has nothing. Both are named, and add nothing.
func TestAPositionWithoutAPriceIsNamedAndAddsNothing(t *testing.T) {
	t.Parallel()
	days := weekdays(date(t, "2024-01-01"), 200)
	five := 5.0
	bond := desk.Instrument{Name: "UST_5Y", Kind: desk.KindYield, QuotedIn: desk.InPercent, TenorYears: &five}
	h := history(t, []desk.Instrument{inBRL("A"), bond}, walk(rand.New(rand.NewPCG(5, 17)), "A", days, 100, 0.01))
	book := risk.Book{{Strategy: "S", Instrument: "UST_5Y", Weight: 0.2}, {Strategy: "S", Instrument: "A", Weight: 0.5}, {Strategy: "T", Instrument: "NOBODY", Weight: 0.3}}
	s := simulate(t, h, book, days[199], risk.Options{AllowMissing: true})
	got, err := s.Stress(risk.Scenario{Name: "x", Shocks: []risk.Shock{percent("A", -10), basisPoints("UST", 100)}})
	if err != nil {
		t.Fatal(err)
	}
	checkPositions(t, got, []positionPnL{{"S", "UST_5Y", s.Exposures[0].AssetClass, 0.2, math.NaN()}, {"S", "A", "Other", 0.5, -5}, {"T", "NOBODY", "Other", 0.3, math.NaN()}})
	replay, ok := s.Replay(1)
	if !ok || !replay.ByPosition()[0].Unpriced || replay.ByPosition()[1].Unpriced {
		t.Errorf("%+v", replay)
	}
	sumsToResult(t, replay.StressResult)
}
