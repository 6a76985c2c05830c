package dashboard

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// agreeRisk compares every panel of the Risk Dashboard with figures computed from the rows.
func agreeRisk(d riskDatabase, r riskRows, over span) {
	d.t.Helper()
	all := d.panels()
	want := r.panels(over, all["VaR History"].interval(over), all["Utilization over Time"].interval(over))
	for title, p := range all {
		sameTables(d.database, title, over, d.rows(p, over), want[title])
	}
}

func TestRiskPanelsAgreeWithTheRows(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time { return local(t, s) }
	one := madeUpRisk(t, 3, "2024-03-05", 1)
	first := one.computations[0].Metric.ComputedAt
	cases := []struct {
		name string
		rows riskRows
		ends []time.Time
	}{
		{"a busy half-year", madeUpRisk(t, 1, "2024-01-02", 180), []time.Time{
			at("2024-06-20 19:00:00"), at("2024-06-20 18:59:59.999"), at("2024-03-02 23:59:00") /* Saturday */, at("2024-03-04 11:00:00"), /* Monday */
			at("2024-02-29 22:00:00"), at("2024-01-02 12:00:00") /* before the first */, at("2025-05-02 12:00:00"), /* long after the last */
		}},
		{"no rows", riskRows{}, []time.Time{at("2024-06-20 18:00:00")}},
		{"one computation", one, []time.Time{first, first.Add(-time.Microsecond), first.Add(36 * time.Hour), first.Add(36*time.Hour + time.Second), first.AddDate(0, 0, 5)}},
		{"nothing but dials", riskRows{computations: []desk.RiskComputation{{Metric: desk.RiskMetric{ComputedAt: first, VaR95Pct: -1, VaR99Pct: -0.5, CVaR95Pct: -0.25}}}},
			[]time.Time{first.Add(time.Hour)}},
		{"daylight saving time that begins and ends at midnight", madeUpRisk(t, 5, "2017-09-25", 150),
			[]time.Time{at("2017-10-15 01:00:00"), at("2018-02-18 12:00:00"), at("2018-02-19 10:00:00")}},
	}
	for _, zone := range zones() {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			db := newRiskDatabase(t, zone)
			for _, c := range cases {
				t.Run(c.name, func(t *testing.T) {
					db := db.in(t)
					db.fill(c.rows)
					for _, end := range c.ends {
						for _, days := range []int{7, 2500} {
							agreeRisk(db, c.rows, span{end.AddDate(0, 0, -days), end})
						}
					}
				})
			}
		})
	}
}

// The made-up rows must hold what the comparison is about.
func TestMadeUpRiskHasTheHardCases(t *testing.T) {
	t.Parallel()
	r := madeUpRisk(t, 1, "2024-01-02", 180)
	has := map[string]bool{}
	for _, c := range r.computations {
		has["a negative VaR"] = has["a negative VaR"] || c.Metric.VaR95Pct < 0
		has["no stress"] = has["no stress"] || len(c.Stress) == 0
		has["positions"] = has["positions"] || len(c.StressPositions) > positionsMost
		has["no parts"] = has["no parts"] || len(c.Stress) > 0 && len(c.StressParts) == 0
		has["no detail"] = has["no detail"] || len(c.Measures) == 0
		has["no limits"] = has["no limits"] || len(c.Limits) == 0
		weekday := c.Metric.ComputedAt.In(desk.BuiltInRules().Location()).Weekday()
		has["a weekend"] = has["a weekend"] || weekday == time.Sunday
	}
	for _, b := range r.tested {
		has["an exception"] = has["an exception"] || b.HypotheticalPnLPct < -b.VaR99Pct
		has["a loss of the VaR"] = has["a loss of the VaR"] || b.HypotheticalPnLPct == -b.VaR99Pct
		has["no NAV"] = has["no NAV"] || b.ActualReturnPct == nil
	}
	if len(has) != 10 || slices.Contains(slicesValues(has), false) {
		t.Errorf("it has %v", has)
	}
	said := map[string]bool{}
	for n := range 180 {
		end := local(t, "2024-01-02 12:00:00").AddDate(0, 0, n)
		tile := r.computedFor(end)[0]
		words := fmt.Sprint(tile[0], " ", tile[1])
		if day := strings.IndexAny(words, "0123456789"); day >= 0 {
			words = words[:day]
		}
		said[strings.TrimRight(words, ": ")] = true
	}
	for _, status := range []string{"CURRENT", "STALE stress", "STALE limits", "NO VAR <nil>"} {
		if !said[status] {
			t.Errorf("it is never %s: %v", status, said)
		}
	}
}

// A figure becomes stale when the end of the range moves on, but not because the range ends in the future.
func TestRiskIsNotStaleInARangeThatEndsAhead(t *testing.T) {
	t.Parallel()
	db := newRiskDatabase(t, "UTC")
	now := time.Now().Truncate(time.Millisecond)
	db.fill(riskRows{computations: []desk.RiskComputation{{Metric: desk.RiskMetric{ComputedAt: now.Add(-time.Hour)}}}})
	got := db.table("Risk Computed For", span{now.AddDate(0, 0, -7), now.AddDate(0, 0, 14)})
	if got[0][0] != "CURRENT" {
		t.Errorf("it says %v", got[0][0])
	}
}

func TestTheHourOfTheBacktestIsTheOneFromWhichPricesAreKnown(t *testing.T) {
	t.Parallel()
	day := time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)
	r := riskRows{tested: []desk.BacktestDay{{Day: day, VaRComputedAt: day}}}
	at := r.backtest(span{day, day.AddDate(0, 0, 2)})[0][0].(time.Time)
	if !desk.BuiltInRules().LastPricedDay(at).Equal(day) || desk.BuiltInRules().LastPricedDay(at.Add(-time.Second)).Equal(day) {
		t.Errorf("prices up to %v are known at %v", desk.BuiltInRules().LastPricedDay(at), at)
	}
}

// The highest VaR of ten years is drawn even though a cell then has more than one computation.
func TestTheVaRHistoryKeepsItsExtremes(t *testing.T) {
	t.Parallel()
	db := newRiskDatabase(t, "UTC")
	db.exec(`INSERT INTO risk_metrics_daily (computed_at, var_95_pct, var_99_pct, cvar_95_pct, max_drawdown, max_drawdown_252d_pct)
		SELECT t, CASE t WHEN '2019-06-04 21:00Z' THEN 4.5 WHEN '2017-03-08 15:00Z' THEN 0.25 ELSE 1 END,
			CASE t WHEN '2021-08-18 18:00Z' THEN 9.5 WHEN '2023-01-11 15:00Z' THEN 1.1 ELSE 5 END, 5, 1, 1
		FROM (SELECT d + h * interval '3 hours' AS t FROM generate_series(timestamptz '2016-01-01 12:00Z', '2025-12-30', '1 day') d, generate_series(0, 3) h) times`)
	to := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, over := range []span{{to.AddDate(-10, 0, 0), to}, {to.AddDate(-9, 0, 0), to}, {to.AddDate(-20, 0, 0), to}} {
		lows, highs := [2]float64{9, 9}, [2]float64{}
		for _, row := range ask[struct {
			At           time.Time
			VaR95, VaR99 float64
		}](db.database, riskUID, "VaR History", over) {
			for i, v := range []float64{row.VaR95, row.VaR99} {
				lows[i], highs[i] = min(lows[i], v), max(highs[i], v)
			}
		}
		if lows != [2]float64{0.25, 1.1} || highs != [2]float64{4.5, 9.5} {
			t.Errorf("%v: the VaR lies between %v and %v, want [0.25 1.1] and [4.5 9.5]", over, lows, highs)
		}
	}
}
