package riskrun_test

import (
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
	"macrowatch/internal/risk/riskrun"
)

// Each row is a change, in SQL, to what a computation was made from, and whether the computation is stale after it. The book is
// of 11 June 2026, the prices begin in January, and the window has 60 returns.
func TestAComputationIsStaleWhenWhatItWasMadeFromChanges(t *testing.T) {
	t.Parallel()
	const newestBook = ` "timestamp" = (SELECT max("timestamp") FROM portfolio_state)`
	for name, c := range map[string]struct {
		sql   string
		stale bool
	}{
		"a weight":                       {`UPDATE portfolio_state SET weight = weight * 2 WHERE instrument = 'A' AND` + newestBook, true},
		"the NAV of the snapshot":        {`UPDATE portfolio_state SET total_equity = total_equity + 1 WHERE` + newestBook, true},
		"the NAV of an older day":        {`UPDATE portfolio_state SET total_equity = total_equity * 1.5 WHERE "timestamp" = (SELECT min("timestamp") FROM portfolio_state)`, true},
		"a position deleted":             {`DELETE FROM portfolio_state WHERE instrument = 'B' AND` + newestBook, true},
		"a position added":               {`INSERT INTO portfolio_state SELECT "timestamp", 'FX_9', instrument, 0.001, total_equity FROM portfolio_state WHERE instrument = 'A' AND` + newestBook, true},
		"a position given to another":    {`UPDATE portfolio_state SET strategy_id = 'FX_7' WHERE instrument = 'A' AND` + newestBook, true},
		"a price in the window":          {`UPDATE instrument_prices SET price = price * 1.0001 WHERE instrument = 'A' AND price_date = '2026-05-04'`, true},
		"a price in the window deleted":  {`DELETE FROM instrument_prices WHERE instrument = 'B' AND price_date = '2026-05-04'`, true},
		"an instrument's unit":           {`UPDATE instruments SET quoted_in = 'index points' WHERE instrument = 'A'`, true},
		"an instrument's class":          {`UPDATE instruments SET asset_class = 'FX' WHERE instrument = 'A'`, true},
		"a tenor":                        {`UPDATE instruments SET tenor_years = 4 WHERE instrument = 'DI_5Y'`, true},
		"a worst day before the window":  {`UPDATE instrument_prices SET price = price * 3 WHERE instrument = 'A' AND price_date = '2026-01-20'`, true},
		"a price before the window":      {`UPDATE instrument_prices SET price = price * 1.0001 WHERE instrument = 'A' AND price_date = '2026-01-20'`, false},
		"a price of the day after":       {`INSERT INTO instrument_prices VALUES ('A', '2026-06-12', 11)`, false},
		"rows in another order":          {`CREATE TEMP TABLE book AS SELECT * FROM portfolio_state; DELETE FROM portfolio_state; INSERT INTO portfolio_state SELECT * FROM book ORDER BY instrument DESC`, false},
		"a number written another way":   {`UPDATE portfolio_state SET weight = (weight::text || 'e0')::float8`, false},
		"the same price again":           {`UPDATE instrument_prices SET price = price`, false},
		"an instrument that is not held": {`INSERT INTO instruments (instrument, kind, quoted_in) VALUES ('C', 'price', 'BRL'); INSERT INTO instrument_prices VALUES ('C', '2026-05-04', 1)`, false},
		"a snapshot of another time":     {`INSERT INTO portfolio_state SELECT "timestamp" + interval '1 hour', strategy_id, instrument, 2 * weight, total_equity FROM portfolio_state WHERE` + newestBook, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			times := storeDesk(t, s, 110, 3, day(162))
			set := settings()
			set.Options.Returns = 60
			runner := riskrun.New(s, set, riskrun.Options{})
			if _, err := runner.AsOf(t.Context(), times[2]); err != nil {
				t.Fatal(err)
			}
			look := func() []riskrun.StaleRisk {
				n, stale, err := runner.Stale(t.Context(), times[0], times[2])
				if err != nil || n != 1 {
					t.Fatalf("%d computations, %v", n, err)
				}
				return stale
			}
			if stale := look(); len(stale) > 0 {
				t.Fatalf("before the change: %+v", stale)
			}
			if _, err := s.Pool().Exec(t.Context(), c.sql); err != nil {
				t.Fatal(err)
			}
			before := stored(t, s)
			stale := look()
			if (len(stale) == 1) != c.stale {
				t.Errorf("stale: %+v", stale)
			}
			sameText(t, "looking changed what is stored", stored(t, s), before)
			if _, err := runner.Redo(t.Context(), stale); err != nil {
				t.Fatal(err)
			}
			if stale := look(); len(stale) > 0 {
				t.Errorf("computed again, and still %+v", stale)
			}
		})
	}
}

func TestAComputationBelongsToItsRiskFile(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	times := storeDesk(t, s, 110, 3, day(162))
	if _, err := riskrun.New(s, settings(), riskrun.Options{}).Backfill(t.Context(), day(1), day(200)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*riskrun.Settings)
		stale  bool
	}{
		"none":              {func(*riskrun.Settings) {}, false},
		"a limit":           {func(s *riskrun.Settings) { four := 4.0; s.Limits.VaR95Pct = &four }, true},
		"a class's limit":   {func(s *riskrun.Settings) { one := 1.0; s.Limits.AssetClasses = map[string]*float64{"FX": &one} }, true},
		"a shock":           {func(s *riskrun.Settings) { ten := -10.0; s.Scenarios[0].Shocks[0].Percent = &ten }, true},
		"a replay":          {func(s *riskrun.Settings) { s.ReplayDays = []int{1} }, true},
		"the window":        {func(s *riskrun.Settings) { s.Options.Returns = 70 }, true},
		"a proxy":           {func(s *riskrun.Settings) { s.Options.Proxies = map[string]string{"A": "B"} }, true},
		"a description":     {func(s *riskrun.Settings) { s.Scenarios[0].Description = "Everything" }, false},
		"a shock's source":  {func(s *riskrun.Settings) { s.Scenarios[0].Shocks[0].Source = "assumed" }, false},
		"no proxies, named": {func(s *riskrun.Settings) { s.Options.Proxies = map[string]string{} }, false},
	} {
		t.Run(name, func(t *testing.T) {
			set := settings()
			c.change(&set)
			n, stale, err := riskrun.New(s, set, riskrun.Options{}).Stale(t.Context(), times[0], times[2])
			if err != nil || n != 3 || (len(stale) == 3) != c.stale || !c.stale && len(stale) > 0 {
				t.Errorf("%d computations, %+v, %v", n, stale, err)
			}
		})
	}
}

// Stale says which computations can't be made again. It does not judge figures that another tool has stored.
func TestWhatIsStaleButCanNotBeComputedAgain(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	times := storeDesk(t, s, 110, 4, day(162))
	runner := riskrun.New(s, settings(), riskrun.Options{})
	if _, err := runner.Backfill(t.Context(), day(1), day(200)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RiskMetricImport(t.Context(), desk.RowsOf(desk.RiskMetric{ComputedAt: times[0].Add(-time.Hour), VaR95Pct: 1, VaR99Pct: 2, CVaR95Pct: 2})); err != nil {
		t.Fatal(err)
	}
	for _, change := range []string{
		`DELETE FROM portfolio_state WHERE "timestamp" = $1`, `DELETE FROM risk_inputs WHERE computed_at = $1`,
		`UPDATE portfolio_state SET weight = 1e12 WHERE "timestamp" = $1 AND instrument = 'A'`,
	} {
		if _, err := s.Pool().Exec(t.Context(), change, times[0]); err != nil {
			t.Fatal(err)
		}
		times = times[1:]
	}
	n, stale, err := runner.Stale(t.Context(), day(1), day(200))
	if err != nil || n != 4 || len(stale) != 4 {
		t.Fatalf("%d computations, %+v, %v", n, stale, err)
	}
	for n, want := range []struct {
		why string
		can bool
	}{{"its snapshot is gone", false}, {"before macrowatch kept", true}, {"it would be refused now: " + risk.ErrBadWeight.Error(), false},
		{"its book, NAV", true}} { // the NAV of the snapshot that is gone
		if got := stale[n]; !strings.Contains(got.Why, want.why) || got.CanRedo != want.can {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	if result, err := runner.Redo(t.Context(), stale); err != nil || len(result.Computed) != 2 || len(result.Refused) != 0 {
		t.Errorf("%+v, %v", result, err)
	}
}
