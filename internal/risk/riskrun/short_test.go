package riskrun_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/riskrun"
)

// Each row says how many prices the instruments have. Figures that need no returns are stored in any case. Figures that need
// returns are null, and a note says why.
func TestABookWithAShortHistoryHasWhatNeedsNone(t *testing.T) {
	t.Parallel()
	for prices, returns := range map[int]int{1: 0, 2: 1, 24: 23, 60: 59, 61: 60} {
		t.Run(fmt.Sprint(returns, " returns"), func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			times := storeDesk(t, s, prices, 1, day(162))
			runner := riskrun.New(s, settings(), riskrun.Options{})
			c, err := runner.AsOf(t.Context(), times[0])
			if err != nil {
				t.Fatal(err)
			}
			short := returns < 60
			if c.Metric.NoVaR != short || (len(c.Measures) == 0) != short || c.Inputs.Returns != returns {
				t.Errorf("%+v, %d measures, %d returns", c.Metric, len(c.Measures), c.Inputs.Returns)
			}
			said := ""
			for _, n := range c.Notes {
				if n.Kind == "short" {
					said = n.Text
				}
			}
			if want := fmt.Sprintf("VaR and CVaR are not computed: there are %d of 60 returns up to 2026-06-11", returns); short != strings.HasPrefix(said, want) {
				t.Errorf("it says %q", said)
			}
			var nulls, unknown, limits, scenarios int
			var leverage float64
			if err := s.Pool().QueryRow(t.Context(), `SELECT (SELECT num_nulls(var_95_pct, var_99_pct, cvar_95_pct) FROM risk_metrics_daily),
				(SELECT count(*) FROM risk_limits_status WHERE utilization_pct IS NULL AND limit_value = 5), (SELECT count(*) FROM risk_limits_status),
				(SELECT count(*) FROM stress_test_results WHERE scenario_name = 'All falls' AND portfolio_pnl_pct <> 0),
				(SELECT current_value FROM risk_limits_status WHERE limit_name = 'Gross leverage')`).Scan(&nulls, &unknown, &limits, &scenarios, &leverage); err != nil {
				t.Fatal(err)
			}
			if want := map[bool][2]int{true: {3, 1}, false: {0, 0}}[short]; nulls != want[0] || unknown != want[1] || limits != 4 || scenarios != 1 || !(leverage > 0.1) {
				t.Errorf("%d nulls, %d of %d limits unknown, %d scenarios, leverage %v", nulls, unknown, limits, scenarios, leverage)
			}
			if n, stale, err := runner.Stale(t.Context(), times[0], times[0]); err != nil || n != 1 || len(stale) != 0 {
				t.Errorf("%d stored, stale %+v, %v", n, stale, err)
			}
		})
	}
}

// A computation without a VaR has nothing to test.
func TestTheBacktestBeginsWithTheFirstVaR(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	times := storeDesk(t, s, 70, 20, day(162)) // the first ten snapshots have fewer than 60 returns
	result, err := riskrun.New(s, settings(), riskrun.Options{}).Backfill(t.Context(), day(1), day(200))
	if err != nil || len(result.Computed) != 20 || len(result.Refused) != 0 {
		t.Fatalf("%+v, %v", result, err)
	}
	tested, err := s.BacktestDays(t.Context(), day(1), day(200))
	if err != nil || len(tested) != 9 || !tested[0].VaRComputedAt.Equal(times[10]) {
		t.Errorf("%d tested days, the first %+v, %v", len(tested), tested, err)
	}
	// There is nothing to test either if the day gets prices or a NAV later.
	if _, err := riskrun.New(s, settings(), riskrun.Options{}).AsOf(t.Context(), times[19]); err != nil {
		t.Error(err)
	}
	if again, err := s.BacktestDays(t.Context(), day(1), day(200)); err != nil || len(again) != 9 {
		t.Errorf("%d tested days, %v", len(again), err)
	}
}

// A table that another tool made may allow no null.
func TestAShortHistoryOverTablesThatTakeNoNull(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ sql, refused, noted string }{
		"metrics": {`ALTER TABLE risk_metrics_daily ALTER COLUMN var_99_pct SET NOT NULL`,
			"there are 23 of 60 returns, and another tool made risk_metrics_daily.var_99_pct NOT NULL", ""},
		"limits": {`ALTER TABLE risk_limits_status ALTER COLUMN utilization_pct SET NOT NULL`, "",
			"The limits VaR 95% are not stored: another tool made risk_limits_status.utilization_pct NOT NULL."},
		"both": {`ALTER TABLE risk_limits_status ALTER COLUMN current_value SET NOT NULL; ALTER TABLE risk_metrics_daily ALTER COLUMN cvar_95_pct SET NOT NULL`,
			"another tool made risk_limits_status.current_value, risk_metrics_daily.cvar_95_pct NOT NULL", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			storeDesk(t, s, 24, 1, day(162))
			if _, err := s.Pool().Exec(t.Context(), c.sql); err != nil {
				t.Fatal(err)
			}
			computed, err := riskrun.New(s, settings(), riskrun.Options{}).AsOf(t.Context(), day(200))
			if c.refused != "" {
				if !errors.Is(err, riskrun.ErrNoNull) || !strings.Contains(err.Error(), c.refused) || stored(t, s) != "" {
					t.Errorf("%v", err)
				}
				return
			}
			if err != nil || len(computed.Limits) != 3 || computed.Notes[len(computed.Notes)-1].Text != c.noted {
				t.Errorf("%v, %+v, %+v", err, computed.Limits, computed.Notes)
			}
		})
	}
}

// Only pieces of one snapshot look torn. The notes of their figures say so.
func TestTheRiskOfATornSnapshotSaysSo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before desk.PortfolioState
		torn   bool
	}{
		"another strategy's row": {desk.PortfolioState{Strategy: "FX_9", Instrument: "A", Weight: 1, TotalEquity: 100}, true},
		"another NAV":            {desk.PortfolioState{Strategy: "FX_9", Instrument: "A", Weight: 1, TotalEquity: 100.5}, false},
		"the same position":      {desk.PortfolioState{Strategy: "FX_1", Instrument: "A", Weight: 1, TotalEquity: 100}, false},
		"a flat book":            {desk.PortfolioState{Strategy: "CASH", Instrument: "BRL", TotalEquity: 100}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			times := storeDesk(t, s, 90, 1, day(162))
			at := times[0].Add(time.Hour)
			c.before.Timestamp = at.Add(-2 * time.Millisecond)
			put(t, s, nil, nil, []desk.PortfolioState{c.before, {Timestamp: at, Strategy: "FX_1", Instrument: "A", Weight: 0.1, TotalEquity: 100}})
			computed, err := riskrun.New(s, settings(), riskrun.Options{}).AsOf(t.Context(), at)
			if err != nil {
				t.Fatal(err)
			}
			said := ""
			for _, n := range computed.Notes {
				if n.Kind == "torn" {
					said = n.Text
				}
			}
			if (said != "") != c.torn || c.torn && !strings.HasPrefix(said, "The snapshot looks torn: one 2ms before it has the same NAV and other positions.") {
				t.Errorf("it says %q", said)
			}
		})
	}
}
