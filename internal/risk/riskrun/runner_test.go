package riskrun_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/risk"
	"macrowatch/internal/risk/riskrun"
)

func TestABackfillIsWhatItsDaysGiveOneByOne(t *testing.T) {
	t.Parallel()
	one, other := newStore(t), newStore(t)
	times := storeDesk(t, one, 120, 20, day(162))
	storeDesk(t, other, 120, 20, day(162))
	var seen []int
	progress := func(done, total int) {
		seen = append(seen, done)
		if total != 20 {
			t.Errorf("%d of %d", done, total)
		}
	}
	result, err := riskrun.New(one, settings(), riskrun.Options{Workers: 8, Progress: progress}).Backfill(t.Context(), day(1), day(200))
	if err != nil || len(result.Computed) != 20 || len(result.Refused) != 0 || !result.Computed[19].Equal(times[19]) {
		t.Fatalf("%+v, %v", result, err)
	}
	if len(seen) != 20 || seen[0] != 1 || seen[19] != 20 {
		t.Errorf("progress %v", seen)
	}
	runner := riskrun.New(other, settings(), riskrun.Options{Workers: 1})
	for _, at := range times {
		c, err := runner.AsOf(t.Context(), at)
		if err != nil || !c.Metric.ComputedAt.Equal(at) {
			t.Fatalf("%v: %v", at, err)
		}
	}
	sameText(t, "backfill against single days", stored(t, one), stored(t, other))
	if n := count(t, one, "risk_backtest"); n != 19 {
		t.Errorf("%d tested days, want 19", n)
	}
}

// A long backfill is stored in parts while it goes on, and each part lacks what comes later. The last days are refused, so
// the positions that are kept are those of days in the middle.
func TestALongBackfillIsWhatItsDaysGiveOneByOne(t *testing.T) {
	t.Parallel()
	one, other := newStore(t), newStore(t)
	const days, refused = 130, 12
	times := storeDesk(t, one, 250, days, day(300))
	storeDesk(t, other, 250, days, day(300))
	for _, s := range []*store.Store{one, other} {
		if _, err := s.Pool().Exec(t.Context(), `UPDATE portfolio_state SET weight = 1e12 WHERE "timestamp" >= $1 AND instrument = 'A'`, times[days-refused]); err != nil {
			t.Fatal(err)
		}
	}
	result, err := riskrun.New(one, settings(), riskrun.Options{Workers: 3}).Backfill(t.Context(), day(1), day(310))
	if err != nil || len(result.Computed) != days-refused || len(result.Refused) != refused || !result.Refused[0].At.Equal(times[days-refused]) {
		t.Fatalf("%+v, %v", result, err)
	}
	runner := riskrun.New(other, settings(), riskrun.Options{Workers: 1})
	for n, at := range times {
		if _, err := runner.AsOf(t.Context(), at); (err == nil) != (n < days-refused) {
			t.Fatalf("%v: %v", at, err)
		}
	}
	sameText(t, "backfill against single days", stored(t, one), stored(t, other))
	var kept int
	if err := one.Pool().QueryRow(t.Context(), `SELECT count(DISTINCT run_date) FROM stress_test_positions`).Scan(&kept); err != nil || kept != store.StressPositionsKept {
		t.Errorf("the positions of %d computations are kept, want %d (%v)", kept, store.StressPositionsKept, err)
	}
	sameText(t, "computed again", func() string {
		if _, err := riskrun.New(one, settings(), riskrun.Options{}).Backfill(t.Context(), day(1), day(310)); err != nil {
			t.Fatal(err)
		}
		return stored(t, one)
	}(), stored(t, other))
}

func TestTheNumberOfWorkersDoesNotMatter(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	storeDesk(t, s, 120, 30, day(162))
	backfill := func(workers int) string {
		if _, err := riskrun.New(s, settings(), riskrun.Options{Workers: workers}).Backfill(t.Context(), day(1), day(200)); err != nil {
			t.Fatal(err)
		}
		return stored(t, s)
	}
	first := backfill(1)
	sameText(t, "eight at once", backfill(8), first)
	sameText(t, "one again", backfill(1), first)
}

func TestComputingADayAgainReplacesEverything(t *testing.T) {
	t.Parallel()
	s, fresh := newStore(t), newStore(t)
	times := storeDesk(t, s, 120, 2, day(162))
	storeDesk(t, fresh, 120, 2, day(162))
	other := settings()
	other.Scenarios[0].Name, other.ReplayDays, other.Options.Returns = "Another", nil, 70
	other.Limits = risk.Limits{}
	for _, step := range []riskrun.Settings{settings(), other} {
		if _, err := riskrun.New(s, step, riskrun.Options{}).AsOf(t.Context(), times[1]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := riskrun.New(fresh, other, riskrun.Options{}).AsOf(t.Context(), times[1]); err != nil {
		t.Fatal(err)
	}
	sameText(t, "computed again", stored(t, s), stored(t, fresh))
}

func TestPricesOfTheDayAreKnownFromTheCloseOn(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	storeDesk(t, s, 120, 1, day(162))
	last, before := weekdays(2, day(162))[1], weekdays(2, day(162))[0]
	for hour, want := range map[int]time.Time{9: before, 18: before, 19: last, 20: last} {
		t.Run(fmt.Sprint("at ", hour), func(t *testing.T) {
			put(t, s, nil, nil, []desk.PortfolioState{{Timestamp: at(last, hour), Strategy: "FX_1", Instrument: "A", Weight: 0.5, TotalEquity: 100}})
			c, err := riskrun.New(s, settings(), riskrun.Options{}).AsOf(t.Context(), at(last, hour))
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Measures[0].WindowTo; !got.Equal(want) {
				t.Errorf("the window ends on %v, want %v", got, want)
			}
		})
	}
}

func TestPricesOfLaterDaysAreNotLookedAt(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	times := storeDesk(t, s, 200, 100, day(162))
	runner := riskrun.New(s, settings(), riskrun.Options{})
	if _, err := runner.Backfill(t.Context(), day(1), day(200)); err != nil {
		t.Fatal(err)
	}
	middle := times[50]
	var before, after string
	of := func(into *string) {
		if _, err := runner.AsOf(t.Context(), middle); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(stored(t, s)) {
			if strings.Contains(line, middle.UTC().Format("2006-01-02T15:04")) && !strings.HasPrefix(line, "risk_backtest {") {
				*into += line
			}
		}
	}
	of(&before)
	if _, err := s.Pool().Exec(t.Context(), `UPDATE instrument_prices SET price = price * 7 WHERE price_date > $1::date`, desk.BuiltInRules().LastPricedDay(middle)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Pool().Exec(t.Context(), `DELETE FROM portfolio_state WHERE "timestamp" > $1`, middle); err != nil {
		t.Fatal(err)
	}
	of(&after)
	if strings.Count(before, "\n") < 20 {
		t.Fatalf("only\n%s", before)
	}
	sameText(t, "with another future", after, before)
}

func TestTheBacktestFindsDaysWhosePricesCameLate(t *testing.T) {
	t.Parallel()
	late, onTime := newStore(t), newStore(t)
	times := storeDesk(t, late, 120, 5, day(162))
	storeDesk(t, onTime, 120, 5, day(162))
	runner := riskrun.New(late, settings(), riskrun.Options{})
	known := desk.BuiltInRules().LastPricedDay(times[3])
	rows, err := late.PriceHistory(t.Context(), known, known)
	if err != nil || len(rows) != 3 {
		t.Fatal(rows, err)
	}
	if _, err := late.Pool().Exec(t.Context(), `DELETE FROM instrument_prices WHERE price_date >= $1::date`, known); err != nil {
		t.Fatal(err)
	}
	for _, at := range times[:4] {
		if _, err := runner.AsOf(t.Context(), at); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, late, "risk_backtest"); n != 2 { // of times[1] and times[2]
		t.Errorf("%d tested days before the prices came, want 2", n)
	}
	put(t, late, nil, rows, nil)
	if _, err := runner.AsOf(t.Context(), times[3]); err != nil {
		t.Fatal(err)
	}
	if _, err := riskrun.New(onTime, settings(), riskrun.Options{}).Backfill(t.Context(), times[0].AddDate(0, 0, -1), day(200)); err != nil {
		t.Fatal(err)
	}
	got, err := late.BacktestDays(t.Context(), day(1), day(200))
	want, err2 := onTime.BacktestDays(t.Context(), day(1), day(200))
	if err != nil || err2 != nil || len(got) != 3 || len(want) != 4 {
		t.Fatalf("%d and %d tested days (%v, %v)", len(got), len(want), err, err2)
	}
	for n := range got {
		g, w := got[n], want[n]
		if !g.Day.Equal(w.Day) || g.HypotheticalPnLPct != w.HypotheticalPnLPct || g.VaR99Pct != w.VaR99Pct || *g.ActualReturnPct != *w.ActualReturnPct {
			t.Errorf("%+v, want %+v", g, w)
		}
	}
}

func TestABackfillThatIsStoppedStoresNothingMore(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	storeDesk(t, s, 120, 20, day(162))
	ctx, stop := context.WithCancel(t.Context())
	progress := func(done, _ int) {
		if done == 3 {
			stop()
		}
	}
	_, err := riskrun.New(s, settings(), riskrun.Options{Workers: 2, Progress: progress}).Backfill(ctx, day(1), day(200))
	if !errors.Is(err, context.Canceled) || stored(t, s) != "" {
		t.Errorf("%v; stored:\n%s", err, stored(t, s))
	}
}

func TestADayThatIsRefusedDoesNotEndABackfill(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	times := storeDesk(t, s, 90, 20, day(162))
	if _, err := s.Pool().Exec(t.Context(), `UPDATE portfolio_state SET weight = 1e12 WHERE "timestamp" <= $1 AND instrument = 'A'`, times[9]); err != nil {
		t.Fatal(err)
	}
	result, err := riskrun.New(s, settings(), riskrun.Options{}).Backfill(t.Context(), day(1), day(200))
	if err != nil || len(result.Computed) != 10 || len(result.Refused) != 10 {
		t.Fatalf("%+v, %v", result, err)
	}
	for n, refusal := range result.Refused {
		if !refusal.At.Equal(times[n]) || !errors.Is(refusal.Err, risk.ErrBadWeight) {
			t.Errorf("%+v", refusal)
		}
	}
	if n := count(t, s, "risk_metrics_daily"); n != 10 {
		t.Errorf("%d computations are stored", n)
	}
}

func TestAFlatBookHasNoRisk(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	when := at(day(160), 20)
	put(t, s, nil, nil, []desk.PortfolioState{{Timestamp: when, Strategy: "CASH", Instrument: "BRL", TotalEquity: 100}})
	c, err := riskrun.New(s, settings(), riskrun.Options{}).AsOf(t.Context(), when)
	if err != nil || c.Metric.VaR99Pct != 0 || len(c.Measures) != 0 || c.Notes[0].Text != "The book is flat: it has no market risk." {
		t.Errorf("%+v, %v", c, err)
	}
	if n := count(t, s, "risk_metrics_daily"); n != 1 {
		t.Errorf("%d rows", n)
	}
}

// Each row is a change to a good book, in SQL, and why the book is then refused.
func TestWhatCanNotBeComputedIsRefusedAndStoresNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sql  string
		is   error
		says string
	}{
		"empty book":             {`DELETE FROM portfolio_state`, riskrun.ErrNoBook, "there is no snapshot in portfolio_state up to 2026-06-11 20:00"},
		"no prices":              {`DELETE FROM instrument_prices`, risk.ErrMissing, "A (33.54 %) has no price"},
		"a weight of 1e12":       {`UPDATE portfolio_state SET weight = 1e12 WHERE instrument = 'A'`, risk.ErrBadWeight, "FX_0 in A has 1e+12"},
		"an unknown instrument":  {`UPDATE portfolio_state SET instrument = 'C' WHERE instrument = 'B'`, risk.ErrMissing, "C (39.16 %) is not among the instruments"},
		"a short history":        {`DELETE FROM instrument_prices WHERE instrument = 'B' AND price_date < '2026-05-01'`, risk.ErrMissing, "B (39.16 %) has 29 daily returns up to 2026-06-11, and 108 are asked"},
		"a bond that is over":    {`UPDATE instruments SET maturity = '2026-06-01', tenor_years = NULL WHERE instrument = 'DI_5Y'`, risk.ErrMissing, "has matured"},
		"a NAV of nothing":       {`UPDATE portfolio_state SET total_equity = 0`, risk.ErrBadNAV, "it begins with 0 on 2026-06-11, not above 0"},
		"an impossible yield":    {`UPDATE instrument_prices SET price = -150 WHERE instrument = 'DI_5Y' AND price_date = '2026-06-11'`, risk.ErrMissing, "no bond has such a yield"},
		"a price in pesos":       {`UPDATE instruments SET quoted_in = 'ARS per unit' WHERE instrument = 'B'`, risk.ErrMissing, "no exchange rate to BRL"},
		"prices that go up to 0": {`UPDATE instrument_prices SET price = 0 WHERE instrument = 'A' AND price_date < '2026-06-01'`, risk.ErrMissing, "A (33.54 %) has 8 daily returns"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			times := storeDesk(t, s, 121, 1, day(162))
			if _, err := s.Pool().Exec(t.Context(), c.sql); err != nil {
				t.Fatal(err)
			}
			_, err := riskrun.New(s, settings(), riskrun.Options{}).AsOf(t.Context(), times[0])
			if !errors.Is(err, c.is) || !strings.Contains(fmt.Sprint(err), c.says) || strings.Contains(fmt.Sprint(err), "\n") {
				t.Errorf("%v", err)
			}
			if all := stored(t, s); all != "" {
				t.Errorf("stored:\n%s", all)
			}
		})
	}
}

// A negative price is accepted. The returns across zero are dropped, and the notes say so.
func TestANegativePriceIsTakenAndItsDaysAreDropped(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	times := storeDesk(t, s, 121, 1, day(162))
	if _, err := s.Pool().Exec(t.Context(), `UPDATE instrument_prices SET price = -37.63 WHERE instrument = 'A' AND price_date = '2026-04-20'`); err != nil {
		t.Fatal(err)
	}
	c, err := riskrun.New(s, settings(), riskrun.Options{}).AsOf(t.Context(), times[0])
	if err != nil || c.Measures[0].Observations != 118 {
		t.Fatalf("%+v, %v", c.Measures, err)
	}
	said := 0
	for _, n := range c.Notes {
		if n.Kind == "zero" && strings.Contains(n.Text, "A is not above zero") {
			said++
		}
	}
	if said != 2 {
		t.Errorf("notes %+v", c.Notes)
	}
}

func TestMissingInstrumentsAreLeftOutOnlyWhenAllowed(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	times := storeDesk(t, s, 121, 1, day(162))
	if _, err := s.Pool().Exec(t.Context(), `DELETE FROM instrument_prices WHERE instrument = 'B' AND price_date < '2026-05-01'`); err != nil {
		t.Fatal(err)
	}
	allowed, proxied := settings(), settings()
	allowed.Options.AllowMissing = true
	proxied.Options.Proxies = map[string]string{"B": "A"}
	for kind, set := range map[string]riskrun.Settings{"missing": allowed, "proxy": proxied} {
		t.Run(kind, func(t *testing.T) {
			c, err := riskrun.New(s, set, riskrun.Options{}).AsOf(t.Context(), times[0])
			if err != nil || c.Measures[0].Observations != 120 {
				t.Fatalf("%+v, %v", c.Measures, err)
			}
			noted := false
			for _, n := range c.Notes {
				noted = noted || n.Kind == kind && strings.HasPrefix(n.Text, "B, 39.16 % of gross weight")
			}
			if !noted {
				t.Errorf("notes %+v", c.Notes)
			}
		})
	}
}
