package trading

import (
	"maps"
	"math"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/pnl"
	"macrowatch/internal/risk/riskfile"
	"macrowatch/internal/sample/calendar"
	"macrowatch/internal/sample/market"
	"macrowatch/internal/sample/strategy"
)

// TestTheNAVIsWhatItsPositionsMadeLessWhatTheyCost follows the book for two years and computes the NAV of each day again,
// from the snapshot before, the prices and the trades. It uses formulas of its own for the simulated instruments. On one
// day in seven nothing is traded.
func TestTheNAVIsWhatItsPositionsMadeLessWhatTheyCost(t *testing.T) {
	t.Parallel()
	m := market.Simulate(4, market.Epoch(), day(2021, 12, 31))
	setup, err := Open(m, strategy.All(), mandate(t))
	if err != nil {
		t.Fatal(err)
	}
	s, days := setup.Start(), calendar.New()
	instruments := map[string]desk.Instrument{}
	for _, i := range m.Instruments() {
		instruments[i.Name] = i
	}
	var held []desk.PortfolioState
	nav, positions, n := 100.0, 0, 0
	levels, before, last := map[string]float64{}, map[string]float64{}, time.Time{}
	for k := range m.Days() {
		date := m.Day(k)
		for at, i := range m.Instruments() {
			if level := m.Levels(k)[at]; !math.IsNaN(level) {
				levels[i.Name] = level
			}
		}
		if !days.Trades(calendar.B3, date) {
			continue
		}
		for _, class := range strategy.Classes() {
			s.Decide(class)
		}
		s.Mark(date)
		profit := 0.0
		for _, p := range held {
			if p.Strategy != "CASH" {
				profit += p.Weight * profitAgain(t, instruments[p.Instrument], last, date, before, levels)
			}
		}
		nav *= 1 + profit
		if n%7 != 0 {
			s.Trade()
			next := s.Snapshot(date)
			nav *= 1 - costAgain(instruments, held, next)
			held = next
			positions += len(held)
		}
		if math.Abs(s.nav/nav-1) > 1e-10 {
			t.Fatalf("on %s the NAV is %v, its positions give %v", date.Format(time.DateOnly), s.nav, nav)
		}
		before, last, n = maps.Clone(levels), date, n+1
	}
	if positions < 10_000 {
		t.Errorf("only %d positions in two years", positions)
	}
}

// mandate returns the mandate of the sample desk: a target for the volatility, and the built-in risk file.
func mandate(t *testing.T) Mandate {
	t.Helper()
	file, err := riskfile.Default()
	if err != nil {
		t.Fatal(err)
	}
	return Mandate{Volatility: 0.05, Limits: file.Limits, Scenarios: file.Scenarios, ReplayDays: file.ReplayDays}
}

// profitAgain is what a long position of 1 in a simulated instrument makes from one close to the next.
func profitAgain(t *testing.T, i desk.Instrument, from, to time.Time, levelsBefore, levels map[string]float64) float64 {
	t.Helper()
	before := func(name string) float64 { return levelsBefore[name] }
	now := func(name string) float64 { return levels[name] }
	if i.Kind == desk.KindYield {
		scale := 100.0
		if i.QuotedIn == desk.InBasisPoints {
			scale = 10_000
		}
		sensitivity, err := pnl.SensitivityOf(i, from, before(i.Name))
		if err != nil {
			t.Fatal(err)
		}
		move := (now(i.Name) - before(i.Name)) / scale
		return -sensitivity.Duration*move + 0.5*sensitivity.Convexity*move*move
	}
	move := now(i.Name)/before(i.Name) - 1
	dollar := now("USDBRL_SPOT") / before("USDBRL_SPOT")
	interest := func(base, quote string) float64 {
		return (before(base) - before(quote)) / 100 * to.Sub(from).Hours() / 24 / 365
	}
	switch i.Name {
	case "USDBRL_SPOT", "NDF_USDBRL_3M", "NDF_USDBRL_1Y":
		return move + interest("FED_TARGET", "SELIC_TARGET")
	case "USDMXN_SPOT":
		return move*dollar*before("USDMXN_SPOT")/now("USDMXN_SPOT") + interest("FED_TARGET", "TIIE28D")
	case "USDZAR_SPOT":
		return move*dollar*before("USDZAR_SPOT")/now("USDZAR_SPOT") + interest("FED_TARGET", "SARBREPO")
	case "USDJPY_SPOT":
		return move*dollar*before("USDJPY_SPOT")/now("USDJPY_SPOT") + interest("FED_TARGET", "BOJCALL")
	case "EURUSD_SPOT":
		return move*dollar + interest("ECBDEPO", "FED_TARGET")
	case "AUDUSD_SPOT", "GOLD_FUT", "BRENT_FUT":
		return move * dollar
	case "SPX_FUT", "IBOV_FUT":
		return move
	}
	t.Fatalf("what does %s make?", i.Name)
	return 0
}

// costAgain returns the cost of going from one snapshot to another, as a fraction of NAV.
func costAgain(instruments map[string]desk.Instrument, from, to []desk.PortfolioState) float64 {
	net := map[string]float64{}
	for _, p := range to {
		net[p.Instrument] += p.Weight
	}
	for _, p := range from {
		net[p.Instrument] -= p.Weight
	}
	perClass := map[string]float64{"FX": 1.5, "Rates": 1, "Inflation": 3, "Cupom": 2, "Sovereign": 3, "Cross-Asset": 2}
	cost := 0.0
	for name, traded := range net {
		if name != "BRL" {
			cost += math.Abs(traded) * perClass[market.ClassOf(instruments[name])] / 10_000
		}
	}
	return cost
}
