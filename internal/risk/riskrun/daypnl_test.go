package riskrun_test

import (
	"math"
	"slices"
	"testing"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/riskrun"
)

// TestTheLastDaysPnLIsTheBacktests adds the instruments' P&L up. The sum is the P&L that the backtest has stored for the day.
func TestTheLastDaysPnLIsTheBacktests(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	times := storeDesk(t, s, 120, 10, day(30))
	rules := desk.BuiltInRules()
	if _, known, err := riskrun.LastDayPnL(t.Context(), s, rules, times[len(times)-1]); known || err != nil {
		t.Errorf("known %t before a day is tested, %v", known, err)
	}
	if _, err := riskrun.New(s, settings(), riskrun.Options{}).Backfill(t.Context(), day(1), day(30)); err != nil {
		t.Fatal(err)
	}
	stored, err := s.BacktestDays(t.Context(), day(1), day(30))
	if err != nil {
		t.Fatal(err)
	}
	for _, tested := range stored[len(stored)-3:] {
		got, known, err := riskrun.LastDayPnL(t.Context(), s, rules, at(tested.Day, 20))
		if err != nil || !known || !got.Day.Equal(tested.Day) {
			t.Fatalf("%v %t %v, want the day %v", got.Day, known, err, tested.Day)
		}
		sum := 0.0
		for _, p := range got.Parts {
			sum += p.PnLPct
		}
		if len(got.Parts) != 3 || math.Abs(sum-tested.HypotheticalPnLPct) > 1e-12 {
			t.Errorf("%s: %d parts add up to %v, and the backtest has %v", tested.Day, len(got.Parts), sum, tested.HypotheticalPnLPct)
		}
		if !slices.ContainsFunc(got.Parts, func(p riskrun.PartPnL) bool { return p.Instrument == "DI_5Y" && p.Class == desk.Rates }) {
			t.Errorf("DI_5Y has another class: %+v", got.Parts)
		}
	}
	if _, known, err := riskrun.LastDayPnL(t.Context(), s, rules, at(day(30).AddDate(0, 1, 0), 20)); known || err != nil {
		t.Errorf("a month after the last tested day: known %t, %v", known, err)
	}
}
