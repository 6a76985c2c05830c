package risk_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

func percent(prefix string, size float64) risk.Shock {
	return risk.Shock{Prefix: prefix, Percent: &size}
}

func basisPoints(prefix string, size float64) risk.Shock {
	return risk.Shock{Prefix: prefix, BP: &size}
}

func TestTheClosestShockOfTheRightKindCounts(t *testing.T) {
	t.Parallel()
	s := simulate(t, workedHistory(t), risk.Book{{Strategy: "S", Instrument: "DI1F28", Weight: 1}, {Strategy: "S", Instrument: "USDBRL", Weight: 1}},
		workedDate(), risk.Options{})
	own, class := 7.0, 1.0
	for name, c := range map[string]struct {
		shocks []risk.Shock
		di     float64 // the bp that must have counted; NaN if none
	}{
		"the class":             {[]risk.Shock{{AssetClass: "Rates", BP: &class}}, 1},
		"a prefix":              {[]risk.Shock{{AssetClass: "Rates", BP: &class}, basisPoints("DI", 2)}, 2},
		"a longer prefix":       {[]risk.Shock{basisPoints("DI1", 3), basisPoints("DI", 2), {AssetClass: "Rates", BP: &class}}, 3},
		"its name":              {[]risk.Shock{basisPoints("DI1F28", 4), {Instrument: "DI1F28", BP: &own}}, 7},
		"not a shock of prices": {[]risk.Shock{basisPoints("DI", 2), percent("DI1", 50)}, 2},
		"not another prefix":    {[]risk.Shock{basisPoints("DDI", 9)}, math.NaN()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := s.Stress(risk.Scenario{Name: "x", Shocks: append(c.shocks, percent("USD", 0))})
			if err != nil {
				t.Fatal(err)
			}
			if math.IsNaN(c.di) {
				if got.PortfolioPnLPct != 0 || len(got.Unshocked) != 1 || got.Unshocked[0] != "DI1F28" || got.UnshockedPct != 50 {
					t.Errorf("%+v", got)
				}
				return
			}
			near(t, "DI", got.PortfolioPnLPct, 100*s.Exposures[0].Sensitivity.Return(c.di/10_000), 1e-12)
		})
	}
}

func TestAShockOfTheOtherKindIsRefused(t *testing.T) {
	t.Parallel()
	s := simulate(t, workedHistory(t), workedBook(), workedDate(), risk.Options{})
	ten := 10.0
	_, err := s.Stress(risk.Scenario{Name: "x", Shocks: []risk.Shock{{Instrument: "DI1F28", Percent: &ten}}})
	if !errors.Is(err, risk.ErrBadShock) || !strings.Contains(err.Error(), "scenario x") || !strings.Contains(err.Error(), "DI1F28 is a yield, moved in bp") {
		t.Errorf("%v", err)
	}
}

func TestConvexityCounts(t *testing.T) {
	t.Parallel()
	s := simulate(t, workedHistory(t), risk.Book{{Strategy: "S", Instrument: "NTNB35", Weight: 1}}, workedDate(), risk.Options{})
	up, err1 := s.Stress(risk.Scenario{Shocks: []risk.Shock{basisPoints("NTNB", 200)}})
	down, err2 := s.Stress(risk.Scenario{Shocks: []risk.Shock{basisPoints("NTNB", -200)}})
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	// The two add up to C·Δy²: 52.83481358098229 × 0.02² = 2.11 %.
	near(t, "convexity", up.PortfolioPnLPct+down.PortfolioPnLPct, 100*52.83481358098229*0.02*0.02, 1e-10)
}

// A scenario needs no history. So it moves what VaR leaves out, all but an instrument without a duration.
func TestStressCountsWhatHasNoHistory(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 12))
	days := weekdays(date(t, "2024-01-01"), 200)
	young := desk.Instrument{Name: "DI_5Y", Kind: desk.KindYield, QuotedIn: desk.InPercent}
	rate := desk.Instrument{Name: "SELIC", Kind: desk.KindYield, QuotedIn: desk.InPercent}
	prices := append(walk(random, "A", days, 100, 0.01), walk(random, "DI_5Y", days[190:], 12, 0.01)...)
	prices = append(prices, walk(random, "SELIC", days, 12, 0.01)...)
	h := history(t, []desk.Instrument{inBRL("A"), young, rate}, prices)
	book := risk.Book{{Strategy: "S", Instrument: "A", Weight: 1}, {Strategy: "S", Instrument: "DI_5Y", Weight: 0.5}, {Strategy: "S", Instrument: "SELIC", Weight: 0.5}}
	s := simulate(t, h, book, days[199], risk.Options{AllowMissing: true})
	got, err := s.Stress(risk.Scenario{Name: "x", Shocks: []risk.Shock{percent("A", -10), basisPoints("DI", 100), basisPoints("SELIC", 100)}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "stress", got.PortfolioPnLPct, -10+50*s.Exposures[1].Sensitivity.Return(0.01), 1e-12)
	if len(got.Unpriced) != 1 || got.Unpriced[0] != "SELIC" || got.UnpricedPct != 25 {
		t.Errorf("unpriced %v, %v %%", got.Unpriced, got.UnpricedPct)
	}
	replay, ok := s.Replay(1)
	if !ok || len(replay.Unpriced) != 2 || replay.UnpricedPct != 50 {
		t.Errorf("replay: %+v", replay)
	}
	var worst float64
	for _, x := range s.PnL {
		worst = math.Min(worst, x)
	}
	near(t, "the worst day", replay.PortfolioPnLPct, worst, 1e-12)
}

func TestReplayPassesOverGapsAndFindsNothingLongerThanTheHistory(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 13))
	days := weekdays(date(t, "2024-01-01"), 200)
	prices := walk(random, "A", days, 100, 0.001)
	// The price falls by half over a gap of two weeks, which is no stretch of days.
	prices = append(prices[:100], prices[110:]...)
	for n := 100; n < len(prices); n++ {
		prices[n].Value /= 2
	}
	h := history(t, []desk.Instrument{inBRL("A")}, prices)
	s := simulate(t, h, risk.Book{{Strategy: "S", Instrument: "A", Weight: 1}}, days[199], risk.Options{})
	for _, n := range []int{1, 5} {
		got, ok := s.Replay(n)
		if !ok || got.PortfolioPnLPct < -5 {
			t.Errorf("worst %d: %+v, %v", n, got, ok)
		}
		count := 0
		for _, d := range days {
			if d.After(got.From) && !d.After(got.To) {
				count++
			}
		}
		if count != n {
			t.Errorf("from %v to %v are %d days, want %d", got.From, got.To, count, n)
		}
	}
	if _, ok := s.Replay(150); ok {
		t.Error("a stretch of 150 returns was found in two halves of 99 and 89")
	}
}

func TestHypotheticalPnLMarksAtTheLastPrices(t *testing.T) {
	t.Parallel()
	monday := date(t, "2026-01-05")
	day := func(n int) time.Time { return monday.AddDate(0, 0, n) }
	prices := []desk.Price{
		{Instrument: "A", Date: day(0), Value: 100}, {Instrument: "A", Date: day(2), Value: 110}, // none on day 1
		{Instrument: "B", Date: day(0), Value: 50}, {Instrument: "B", Date: day(1), Value: 49}, {Instrument: "B", Date: day(2), Value: 49},
		{Instrument: "OLD", Date: day(-10), Value: 5},
	}
	h := history(t, []desk.Instrument{inBRL("A"), inBRL("B"), inBRL("OLD")}, prices)
	book := risk.Book{{Strategy: "S", Instrument: "A", Weight: 1}, {Strategy: "S", Instrument: "B", Weight: -0.5}, {Strategy: "S", Instrument: "OLD", Weight: 0.5}}
	first, err := h.HypotheticalPnL(book, day(0), day(1))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "day 1: A has no new price, B falls by 2 % and is short", first.PnLPct, 1, 1e-12)
	second, err := h.HypotheticalPnL(book, day(1), day(2))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "day 2: A's two days come at once", second.PnLPct, 10, 1e-12)
	if len(second.Unpriced) != 1 || second.Unpriced[0] != "OLD" || second.UnpricedPct != 25 {
		t.Errorf("unpriced %+v", second)
	}
	if _, err := h.HypotheticalPnL(book, day(1), day(1)); err == nil {
		t.Error("a day after itself was taken")
	}
	if _, err := h.HypotheticalPnL(nil, day(0), day(1)); !errors.Is(err, risk.ErrEmptyBook) {
		t.Errorf("%v", err)
	}
}
