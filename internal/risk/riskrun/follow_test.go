package riskrun_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/risk/riskrun"
	"macrowatch/internal/testkit/testlog"
)

// following runs Follow until the test ends, and returns a channel with its results. Follow looks every 20 milliseconds.
func following(t *testing.T, s *store.Store, first int, log *slog.Logger) <-chan riskrun.Result {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	results := make(chan riskrun.Result, 10)
	ended := make(chan error, 1)
	go func() {
		ended <- riskrun.New(s, settings(), riskrun.Options{}).Follow(ctx, riskrun.FollowOptions{
			FirstDays: first, Every: 20 * time.Millisecond, Logger: log, Done: func(r riskrun.Result) { results <- r },
		})
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("ended with %v", err)
		}
	})
	return results
}

// next is the next result. The test fails if none comes.
func next(t *testing.T, results <-chan riskrun.Result) riskrun.Result {
	t.Helper()
	select {
	case r := <-results:
		return r
	case <-time.After(time.Minute):
		t.Fatal("nothing was computed")
		return riskrun.Result{}
	}
}

func TestFollowComputesWhatIsNew(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	results := following(t, s, 3, nil)
	times := storeDesk(t, s, 120, 5, day(162))
	last := times[4]
	// The snapshots are stored in one transaction, so its first look finds all of them or none.
	if r := next(t, results); len(r.Computed) != 3 || !r.Computed[0].Equal(times[2]) || !r.Computed[2].Equal(last) {
		t.Fatalf("where nothing was stored: %+v", r)
	}
	// The next day has two snapshots, of which the second replaces the first.
	later := last.AddDate(0, 0, 1) // 12 June 2026, a Friday
	for _, step := range []struct {
		when time.Time
		nav  float64
	}{{later, 101}, {later.Add(time.Hour), 102}} {
		put(t, s, nil, nil, []desk.PortfolioState{{Timestamp: step.when, Strategy: "FX_1", Instrument: "A", Weight: 0.1, TotalEquity: step.nav}})
	}
	for {
		r := next(t, results)
		if n := len(r.Computed); n != 1 || !r.Computed[0].After(last) {
			t.Fatalf("after a new snapshot: %+v", r)
		}
		if r.Computed[0].Equal(later.Add(time.Hour)) {
			break
		}
	}
	// The prices of that day come after the book.
	put(t, s, nil, []desk.Price{{Instrument: "A", Date: desk.BuiltInRules().LastPricedDay(later), Value: 10}}, nil)
	if r := next(t, results); len(r.Computed) != 1 || !r.Computed[0].Equal(later.Add(time.Hour)) {
		t.Errorf("after late prices: %+v", r)
	}
	var ends time.Time
	if err := s.Pool().QueryRow(t.Context(), `SELECT max(window_to) FROM risk_measures WHERE computed_at = $1`, later.Add(time.Hour)).Scan(&ends); err != nil || !ends.Equal(desk.BuiltInRules().LastPricedDay(later)) {
		t.Errorf("the window ends on %v, %v", ends, err)
	}
	if n := len(results); n != 0 {
		t.Errorf("%d computations more", n)
	}
}

// If the inputs of the newest computation are corrected, it is computed again, even if Follow did not run at that time. So its
// figures always belong to what is stored.
func TestFollowComputesTheNewestAgainWhenItsInputsChange(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"a weight":           `UPDATE portfolio_state SET weight = weight * 2 WHERE instrument = 'A' AND "timestamp" = (SELECT max("timestamp") FROM portfolio_state)`,
		"the rest of a book": `INSERT INTO portfolio_state SELECT "timestamp", 'FX_9', instrument, 0.5, total_equity FROM portfolio_state WHERE instrument = 'A' AND "timestamp" = (SELECT max("timestamp") FROM portfolio_state)`,
		"an older NAV":       `UPDATE portfolio_state SET total_equity = total_equity * 1.5 WHERE "timestamp" = (SELECT min("timestamp") FROM portfolio_state)`,
		"an older price":     `UPDATE instrument_prices SET price = price * 1.1 WHERE instrument = 'A' AND price_date = '2026-05-04'`,
		"a tenor":            `UPDATE instruments SET tenor_years = 2 WHERE instrument = 'DI_5Y'`,
		"the figures":        `DELETE FROM risk_metrics_daily WHERE computed_at = (SELECT max("timestamp") FROM portfolio_state)`,
	} {
		for _, running := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, running %v", name, running), func(t *testing.T) {
				t.Parallel()
				s, fresh := newStore(t), newStore(t)
				times := storeDesk(t, s, 120, 3, day(162))
				storeDesk(t, fresh, 120, 3, day(162))
				var results <-chan riskrun.Result
				if running {
					results = following(t, s, 3, nil)
					next(t, results)
				} else if _, err := riskrun.New(s, settings(), riskrun.Options{}).Backfill(t.Context(), day(1), day(200)); err != nil {
					t.Fatal(err)
				}
				for _, one := range []*store.Store{s, fresh} {
					if _, err := one.Pool().Exec(t.Context(), change); err != nil {
						t.Fatal(err)
					}
				}
				if !running {
					results = following(t, s, 3, nil)
				}
				if r := next(t, results); len(r.Computed) != 1 || !r.Computed[0].Equal(times[2]) {
					t.Fatalf("computed again: %+v", r)
				}
				if _, err := riskrun.New(fresh, settings(), riskrun.Options{}).AsOf(t.Context(), times[2]); err != nil {
					t.Fatal(err)
				}
				sameText(t, "computed again", figuresOf(t, s, times[2]), figuresOf(t, fresh, times[2]))
			})
		}
	}
}

// figuresOf is what is stored of a computation, without the backtest, which depends on other computations too.
func figuresOf(t *testing.T, s *store.Store, at time.Time) string {
	t.Helper()
	var lines []string
	for line := range strings.Lines(stored(t, s)) {
		if strings.Contains(line, at.UTC().Format("2006-01-02T15:04")) && !strings.Contains(line, "backtest") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	if len(lines) < 20 {
		t.Fatalf("only %q", lines)
	}
	return strings.Join(lines, "\n")
}

func TestFollowLeavesWhatBelongsToItsInputs(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	times := storeDesk(t, s, 120, 3, day(162))
	if _, err := riskrun.New(s, settings(), riskrun.Options{}).Backfill(t.Context(), day(1), day(200)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Pool().Exec(t.Context(), `UPDATE risk_metrics_daily SET var_95_pct = 77`); err != nil {
		t.Fatal(err)
	}
	results := following(t, s, 3, nil)
	// The figures that another tool has stored for a later snapshot stay too. The wait ends with macrowatch's own
	// computation after that.
	for n, hour := range []int{1, 2} {
		at := times[2].Add(time.Duration(hour) * time.Hour)
		if n == 0 {
			if _, err := s.RiskMetricImport(t.Context(), desk.RowsOf(desk.RiskMetric{ComputedAt: at, VaR95Pct: 88, VaR99Pct: 99, CVaR95Pct: 99})); err != nil {
				t.Fatal(err)
			}
		}
		put(t, s, nil, nil, []desk.PortfolioState{{Timestamp: at, Strategy: "FX_1", Instrument: "A", Weight: 0.1, TotalEquity: 101}})
	}
	if r := next(t, results); len(r.Computed) != 1 || !r.Computed[0].Equal(times[2].Add(2*time.Hour)) {
		t.Fatalf("computed %+v", r)
	}
	var kept, others int
	if err := s.Pool().QueryRow(t.Context(), `SELECT count(*) FILTER (WHERE var_95_pct = 77), count(*) FILTER (WHERE var_95_pct = 88) FROM risk_metrics_daily`).Scan(&kept, &others); err != nil || kept != 3 || others != 1 {
		t.Errorf("%d and %d are left as they were, %v", kept, others, err)
	}
}

func TestFollowSaysOnceWhatItRefuses(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	times := storeDesk(t, s, 120, 1, day(162))
	if _, err := s.Pool().Exec(t.Context(), `UPDATE portfolio_state SET weight = 1e12 WHERE instrument = 'A'`); err != nil {
		t.Fatal(err)
	}
	var log testlog.Log
	results := following(t, s, 0, log.Logger(slog.LevelInfo))
	if r := next(t, results); len(r.Computed) != 0 || len(r.Refused) != 1 {
		t.Fatalf("%+v", r)
	}
	// New prices are a reason to try again. Nothing else is.
	put(t, s, nil, []desk.Price{{Instrument: "A", Date: desk.BuiltInRules().LastPricedDay(times[0]).AddDate(0, 0, 1), Value: 10}}, nil)
	put(t, s, []desk.Instrument{{Name: "B", Kind: desk.KindPrice, QuotedIn: "BRL"}}, nil, nil)
	if r := next(t, results); len(r.Refused) != 1 {
		t.Fatalf("%+v", r)
	}
	if n := strings.Count(log.String(), "not a fraction of NAV"); n != 2 {
		t.Errorf("said %d times:\n%s", n, log.String())
	}
}

func TestFollowEndsWhereItMayNotWrite(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	storeDesk(t, s, 120, 1, day(162))
	cfg := s.Pool().Config().Copy()
	cfg.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	reading, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer reading.Close()
	err = riskrun.New(store.New(reading, nil), settings(), riskrun.Options{}).Follow(t.Context(), riskrun.FollowOptions{})
	var refused *store.Error
	if !errors.As(err, &refused) || refused.Kind != store.Forbidden {
		t.Errorf("%v", err)
	}
}
