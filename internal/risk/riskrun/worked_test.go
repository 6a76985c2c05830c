package riskrun_test

import (
	"math"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/risk"
	"macrowatch/internal/risk/riskrun"
)

// workedDays are the days of the worked book's prices: 101 weekdays, and so 100 returns.
func workedDays() []time.Time { return weekdays(101, day(162)) } // 11 June 2026, a Thursday

// workedBook is 50 % of NAV in SOY, in BRL, and 40 % in a DI of two years.
//
// SOY falls by 10, 5, 4, 3, 2 and 1 % on six days, and does not move on the others. The DI is at 10 %, at 11 % on one day, and
// back at 10 % on the next. The NAVs of the last three days are 100, 110 and 99.
func workedBook(t *testing.T, s *store.Store) {
	t.Helper()
	days := workedDays()
	falls := map[int]float64{5: 10, 15: 5, 25: 4, 35: 3, 45: 2, 55: 1}
	two := 2.0
	soy, di := inReais("SOY"), desk.Instrument{Name: "DI_2Y", Kind: desk.KindYield, QuotedIn: desk.InPercent, TenorYears: &two}
	var prices []desk.Price
	level := 1000.0
	for n, d := range days {
		level *= 1 - falls[n]/100
		yield := 10.0
		if n == 70 {
			yield = 11
		}
		prices = append(prices, desk.Price{Instrument: "SOY", Date: d, Value: level}, desk.Price{Instrument: "DI_2Y", Date: d, Value: yield})
	}
	var states []desk.PortfolioState
	for n, nav := range []float64{100, 110, 99} {
		when := at(days[98+n], 20)
		states = append(states,
			desk.PortfolioState{Timestamp: when, Strategy: "FX_1", Instrument: "SOY", Weight: 0.3, TotalEquity: nav},
			desk.PortfolioState{Timestamp: when, Strategy: "CROSS_1", Instrument: "SOY", Weight: 0.2, TotalEquity: nav},
			desk.PortfolioState{Timestamp: when, Strategy: "RATES_1", Instrument: "DI_2Y", Weight: 0.4, TotalEquity: nav})
	}
	put(t, s, []desk.Instrument{soy, di}, prices, states)
}

func workedSettings() riskrun.Settings {
	fall, rise, five, half := -20.0, 200.0, 5.0, 0.5
	return riskrun.Settings{
		Scenarios: []risk.Scenario{
			{Name: "Rates up", Shocks: []risk.Shock{{Prefix: "DI", BP: &rise}}},
			{Name: "Soy down", Shocks: []risk.Shock{{Instrument: "SOY", Percent: &fall}}},
		},
		ReplayDays: []int{1},
		Limits:     risk.Limits{VaR95Pct: &five, MaxDrawdownPct: &five, StrategyGross: &half},
	}
}

// The book has these losses, in percent of NAV: six of SOY, which are 5, 2.5, 2, 1.5, 1 and 0.5; one of the DI, when it rises by
// a point; none on 92 days; and a gain when the DI falls back. With D = 2/1.1 = 1.818182 and C = 2·3/1.1² = 4.958678 the DI
// loses 40 % of 1.818182 − 4.958678·0.01/2 = 1.793388 %, which is 0.717355.
//
// In ascending order, counted from 0, the 94th to 99th of the 100 losses are 0.717355, 1, 1.5, 2, 2.5 and 5.
// VaR 95 is at the place 99·0.95 = 94.05: 0.717355 + 0.05·(1 − 0.717355) = 0.731488.
// VaR 99 is at 98.01: 2.5 + 0.01·2.5 = 2.525. CVaR 95 = (1 + 1.5 + 2 + 2.5 + 5)/5 = 2.4, and CVaR 99 = 5.
func TestAWorkedBookEndToEnd(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	workedBook(t, s)
	days := workedDays()
	last := at(days[100], 20)
	runner := riskrun.New(s, workedSettings(), riskrun.Options{})
	if result, err := runner.Backfill(t.Context(), days[98], days[100]); err != nil || len(result.Computed) != 3 || len(result.Refused) != 0 {
		t.Fatalf("%+v, %v", result, err)
	}
	is := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-6 {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	number := func(what string, want float64, sql string, args ...any) {
		t.Helper()
		var got float64
		if err := s.Pool().QueryRow(t.Context(), sql, append([]any{last}, args...)...).Scan(&got); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		is(what, got, want)
	}
	for column, want := range map[string]float64{"var_95_pct": 0.731488, "var_99_pct": 2.525, "cvar_95_pct": 2.4,
		// From 110 to 99.
		"max_drawdown": 10, "max_drawdown_252d_pct": 10} {
		number(column, want, `SELECT `+column+` FROM risk_metrics_daily WHERE computed_at = $1`)
	}
	for confidence, want := range map[float64]float64{95: 2.4, 99: 5} {
		number("CVaR", want, `SELECT cvar_pct FROM risk_measures WHERE computed_at = $1 AND method = 'historical' AND confidence_pct = $2`, confidence)
	}
	var observations int
	var from, to time.Time
	err := s.Pool().QueryRow(t.Context(), `SELECT observations, window_from, window_to FROM risk_measures WHERE computed_at = $1 AND method = 'modified' AND confidence_pct = 99`, last).
		Scan(&observations, &from, &to)
	if err != nil || observations != 100 || !from.Equal(days[0]) || !to.Equal(days[100]) {
		t.Errorf("%d observations from %v to %v, %v", observations, from, to, err)
	}

	// VaR 95 is made of 0.95 times the DI's loss and 0.05 times SOY's loss of 1. Without the DI the 94th and 95th losses
	// are 0.5 and 1, so VaR 95 is 0.525; the 98th and 99th losses are the same as with it. Without SOY the DI's loss is the
	// only one: VaR 95 is 0, and VaR 99 is 0.01 of the way from 0 to 0.717355.
	for _, c := range []struct {
		grouping, name                            string
		net, var95, var99, cvar95, incr95, incr99 float64
	}{
		{"instrument", "SOY", 0.5, 0.05, 2.525, 2.4, 0.731488, 2.525 - 0.00717355},
		{"instrument", "DI_2Y", 0.4, 0.681488, 0, 0, 0.731488 - 0.525, 0},
		{"strategy", "FX_1", 0.3, 0.03, 1.515, 1.44, 0.731488 - 0.4, 2.525 - 1.01},
		{"asset_class", "Rates", 0.4, 0.681488, 0, 0, 0.731488 - 0.525, 0},
		{"asset_class", "Other", 0.5, 0.05, 2.525, 2.4, 0.731488, 2.525 - 0.00717355},
	} {
		var net, var95, var99, cvar95, incr95, incr99 float64
		err := s.Pool().QueryRow(t.Context(), `SELECT net_weight, var_95_pct, var_99_pct, cvar_95_pct, incremental_var_95_pct, incremental_var_99_pct
			FROM risk_contributions WHERE computed_at = $1 AND grouping = $2 AND name = $3`, last, c.grouping, c.name).
			Scan(&net, &var95, &var99, &cvar95, &incr95, &incr99)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		is(c.name+"'s weight", net, c.net)
		is(c.name+"'s part of VaR 95", var95, c.var95)
		is(c.name+"'s part of VaR 99", var99, c.var99)
		is(c.name+"'s part of CVaR 95", cvar95, c.cvar95)
		if c.name != "FX_1" { // not for FX_1: without it, the order statistics belong to another book
			is(c.name+"'s incremental VaR 95", incr95, c.incr95)
			is(c.name+"'s incremental VaR 99", incr99, c.incr99)
		}
	}

	// 40 % of −1.818182·0.02 + 4.958678·0.0004/2 is −1.414876 %; 50 % of −20 % is −10 %.
	number("rates up", -1.414876, `SELECT portfolio_pnl_pct FROM stress_test_results WHERE run_date = $1 AND scenario_name = 'Rates up'`)
	number("soy down", -10, `SELECT pnl_pct FROM stress_test_contributions WHERE run_date = $1 AND scenario_name = 'Soy down' AND asset_class = 'Other'`)
	// Of SOY's 50 %, FX_1 holds 30 and CROSS_1 20.
	number("FX_1 in soy down", -6, `SELECT pnl_pct FROM stress_test_positions WHERE run_date = $1 AND scenario_name = 'Soy down' AND strategy_id = 'FX_1' AND asset_class = 'Other' AND weight = 0.3`)
	number("CROSS_1 on the worst day", -2, `SELECT pnl_pct FROM stress_test_positions WHERE run_date = $1 AND scenario_name = 'Worst day of the history' AND strategy_id = 'CROSS_1'`)
	number("RATES_1 in soy down", 0, `SELECT pnl_pct FROM stress_test_positions WHERE run_date = $1 AND scenario_name = 'Soy down' AND strategy_id = 'RATES_1' AND instrument = 'DI_2Y'`)
	number("the positions of all scenarios", 9, `SELECT count(*) FROM stress_test_positions WHERE run_date = $1`)
	number("the worst day", -5, `SELECT portfolio_pnl_pct FROM stress_test_results WHERE run_date = $1 AND scenario_name = 'Worst day of the history'`)

	number("VaR's utilisation", 14.629752, `SELECT utilization_pct FROM risk_limits_status WHERE checked_at = $1 AND limit_name = 'VaR 95%'`)
	number("drawdown's utilisation", 200, `SELECT utilization_pct FROM risk_limits_status WHERE checked_at = $1 AND limit_name = 'Max drawdown'`)
	number("a strategy's utilisation", 80, `SELECT utilization_pct FROM risk_limits_status WHERE checked_at = $1 AND limit_name = 'Single strategy'`)

	// No price moves on the last days, so the book makes nothing. The NAV makes −10 %.
	tested, err := s.BacktestDays(t.Context(), days[0], days[100])
	if err != nil || len(tested) != 2 {
		t.Fatalf("tested %+v, %v", tested, err)
	}
	if b := tested[1]; !b.Day.Equal(days[100]) || !b.VaRComputedAt.Equal(at(days[99], 20)) || b.HypotheticalPnLPct != 0 {
		t.Errorf("tested %+v", b)
	}
	// The day before there were 99 returns: 98·0.95 = 93.1, 0.717355 + 0.1·(1 − 0.717355).
	is("the tested VaR", tested[1].VaR95Pct, 0.745620)
	is("the actual return", *tested[1].ActualReturnPct, -10)
	number("days tested", 2, `SELECT days FROM risk_backtest_summary WHERE computed_at = $1 AND confidence_pct = 99 AND exceptions = 0 AND zone IS NULL`)
	number("the carry's note", 1, `SELECT count(*) FROM risk_notes WHERE computed_at = $1 AND kind = 'carry'`)
}
