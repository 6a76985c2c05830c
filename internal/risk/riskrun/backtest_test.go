package riskrun

import (
	"math"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

// june is a day of June 2026. The 5th and the 12th are Fridays.
func june(day int) time.Time { return time.Date(2026, 6, day, 0, 0, 0, 0, time.UTC) }

// evening is 20:00 of a day of June in the desk's zone, when the day's prices are known.
func evening(day int) time.Time {
	return time.Date(2026, 6, day, 20, 0, 0, 0, desk.BuiltInRules().Location()).UTC()
}

// holding is an input with prices of SOY in BRL, for the given days of June.
func holding(t *testing.T, prices map[int]float64) *input {
	t.Helper()
	var all []desk.Price
	for day := 1; day <= 30; day++ {
		if x, has := prices[day]; has {
			all = append(all, desk.Price{Instrument: "SOY", Date: june(day), Value: x})
		}
	}
	in := &input{rules: desk.BuiltInRules()}
	if err := in.fillHistory([]desk.Instrument{{Name: "SOY", Kind: desk.KindPrice, QuotedIn: "BRL per bag"}}, []string{"SOY"}, all); err != nil {
		t.Fatal(err)
	}
	return in
}

// soy is a snapshot with half of NAV in SOY, and more.
func soy(at time.Time, more ...risk.Position) snapshot {
	return snapshot{at: at, nav: 100, book: append(risk.Book{{Strategy: "FX_1", Instrument: "SOY", Weight: 0.5}}, more...)}
}

// tested tests a VaR in the same way as a stored VaR is tested.
func tested(in *input, s snapshot, v desk.DailyVaR, options risk.Options) (desk.BacktestDay, bool) {
	return in.testVaR(s, v, options, func(day time.Time) (risk.Hypothetical, error) {
		return in.history.HypotheticalPnL(s.book, desk.BuiltInRules().LastPricedDay(s.at), day)
	})
}

func TestAVaRIsTestedOnTheNextDayThatHasPrices(t *testing.T) {
	t.Parallel()
	// The 4th is a Thursday, and the 8th is the Monday after it. The 13th is a Saturday.
	in := holding(t, map[int]float64{4: 100, 8: 90, 9: 99, 13: 50, 15: 49.5, 23: 60})
	in.navs = []desk.DailyNAV{{Day: june(8), At: evening(8), NAV: 98}}
	for _, c := range []struct {
		name      string
		s         snapshot
		day       int // on which it is tested; 0 if it is not
		pnl       float64
		hasReturn bool // an actual return
	}{
		{"over a weekend and a holiday", soy(evening(4)), 8, -5, true},
		{"from the last price where the book's day has none", soy(evening(5)), 8, -5, true},
		{"the morning tests its own day", soy(evening(9).Add(-11 * time.Hour)), 9, 5, false},
		{"the evening does not, and a Saturday is no day", soy(evening(9)), 0, 0, false},
		{"no day after it", soy(evening(23)), 0, 0, false},
		{"a gap of eight days", soy(evening(15)), 0, 0, false},
		{"a tenth of the book has no price", soy(evening(4), risk.Position{Strategy: "FX_1", Instrument: "X", Weight: -0.06}), 0, 0, false},
		{"a little of the book has no price", soy(evening(4), risk.Position{Strategy: "FX_1", Instrument: "X", Weight: -0.02}), 8, -5, true},
		{"a flat book", snapshot{at: evening(4), nav: 100, book: risk.Book{{Strategy: "CASH", Instrument: "BRL"}}}, 0, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, isTested := tested(in, c.s, desk.DailyVaR{VaR95Pct: 1, VaR99Pct: 2}, risk.Options{})
			if isTested != (c.day > 0) {
				t.Fatalf("tested %v, %+v", isTested, b)
			}
			if !isTested {
				return
			}
			if !b.Day.Equal(june(c.day)) || math.Abs(b.HypotheticalPnLPct-c.pnl) > 1e-12 || !b.VaRComputedAt.Equal(c.s.at) || b.VaR99Pct != 2 {
				t.Errorf("%+v", b)
			}
			if has := b.ActualReturnPct != nil; has != c.hasReturn || has && math.Abs(*b.ActualReturnPct+2) > 1e-12 {
				t.Errorf("actual return %v", b.ActualReturnPct)
			}
		})
	}
	most, isTested := tested(in, soy(evening(4), risk.Position{Strategy: "FX_1", Instrument: "X", Weight: -0.5}), desk.DailyVaR{}, risk.Options{AllowMissing: true})
	if !isTested || most.HypotheticalPnLPct > -4.9 {
		t.Errorf("allowed: %v, %+v", isTested, most)
	}
	if r := in.actualReturn(0, june(8)); r != nil {
		t.Errorf("a NAV of nothing returned %v", *r)
	}
}

func TestOfTestedDaysTheLatestVaRWins(t *testing.T) {
	t.Parallel()
	row := func(day, book int, pnl float64) desk.BacktestDay {
		return desk.BacktestDay{Day: june(day), VaRComputedAt: evening(book), HypotheticalPnLPct: pnl}
	}
	in := &input{rules: desk.BuiltInRules(), tested: []desk.BacktestDay{row(2, 1, 1), row(3, 2, 1), row(5, 4, 1), row(8, 5, 1), row(10, 9, 1)}}
	fresh := []desk.BacktestDay{row(3, 2, 7), row(4, 3, 7), row(8, 4, 7), row(12, 10, 7), row(12, 11, 8)}
	evaluated := map[instant]bool{}
	for _, book := range []int{2, 3, 4, 9, 10, 11} {
		evaluated[instantOf(evening(book))] = true
	}
	all, changed, gone := in.merge(fresh, evaluated)
	// The VaR of the 4th was tested on the 5th. Now it falls on the 8th, but that day keeps the later VaR of the
	// 5th. The VaR of the 9th was tested on the 10th; now no day tests it. So the 5th and the 10th are gone.
	same := func(what string, got []desk.BacktestDay, want ...desk.BacktestDay) {
		t.Helper()
		if len(got) != len(want) {
			t.Errorf("%s: %+v", what, got)
			return
		}
		for n := range got {
			if got[n] != want[n] {
				t.Errorf("%s: %+v, want %+v", what, got[n], want[n])
			}
		}
	}
	same("all", all, row(2, 1, 1), row(3, 2, 7), row(4, 3, 7), row(8, 5, 1), row(12, 11, 8))
	same("changed", changed, row(3, 2, 7), row(4, 3, 7), row(12, 11, 8))
	if len(gone) != 2 || !gone[0].Equal(june(5)) || !gone[1].Equal(june(10)) {
		t.Errorf("gone %v", gone)
	}
}

func TestASummaryCountsWhatWasKnownThen(t *testing.T) {
	t.Parallel()
	var all []desk.BacktestDay
	for n := range 300 { // up to 11 June, a Thursday: every tenth day loses 1.5 %, and the last one 2.5 %
		b := desk.BacktestDay{Day: june(11).AddDate(0, 0, n-299), VaR95Pct: 1, VaR99Pct: 2}
		if n%10 == 9 {
			b.HypotheticalPnLPct = -1.5
		}
		if n == 299 {
			b.HypotheticalPnLPct = -2.5
		}
		all = append(all, b)
	}
	for _, c := range []struct {
		name              string
		at                time.Time
		days              []desk.BacktestDay
		count, ex95, ex99 int
	}{
		{"in the evening", evening(11), all, 250, 25, 1},
		{"in the morning", evening(11).Add(-11 * time.Hour), all, 250, 25, 0}, // one day earlier
		{"with few days", evening(11), all[290:], 10, 1, 1},
		{"with one", evening(11), all[299:], 1, 1, 1},
		{"with none", evening(11), nil, 0, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			computation := desk.RiskComputation{Metric: desk.RiskMetric{ComputedAt: c.at}}
			if err := summarise(desk.BuiltInRules(), &computation, c.days); err != nil || len(computation.Backtest) != 2 || computation.Validate() != nil {
				t.Fatalf("%+v, %v, %v", computation.Backtest, err, computation.Validate())
			}
			at95, at99 := computation.Backtest[0], computation.Backtest[1]
			if at95.Days != c.count || at99.Days != c.count || at95.Exceptions != c.ex95 || at99.Exceptions != c.ex99 || at95.Zone != "" {
				t.Errorf("%+v, %+v", at95, at99)
			}
			if (at99.Kupiec != nil) != (c.count > 0) || (at99.Christoffersen != nil) != (c.count > 1) || (at99.Zone == desk.Green) != (c.count == 250) {
				t.Errorf("%+v", at99)
			}
			if noted := len(computation.Notes) == 1; noted != (c.count < 250) {
				t.Errorf("notes %+v", computation.Notes)
			}
		})
	}
}
