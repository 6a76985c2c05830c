package store_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// computation returns a complete computation for an hour. Its figures follow from x.
func computation(hour int, x float64) desk.RiskComputation {
	t := at(hour, 0, 0)
	return desk.RiskComputation{
		Metric: desk.RiskMetric{ComputedAt: t, VaR95Pct: x, VaR99Pct: 2 * x, CVaR95Pct: 1.5 * x, MaxDrawdownPct: 1, MaxDrawdown252dPct: 2},
		Measures: []desk.RiskMeasure{
			{ComputedAt: t, Method: desk.Historical, ConfidencePct: 95, VaRPct: x, CVaRPct: 1.5 * x, Observations: 500, WindowFrom: day(1), WindowTo: day(9)},
			{ComputedAt: t, Method: desk.Modified, ConfidencePct: 99, VaRPct: -x, CVaRPct: 0, Observations: 60, WindowFrom: day(1), WindowTo: day(2)},
		},
		Contributions: []desk.RiskContribution{
			{ComputedAt: t, Grouping: desk.ByStrategy, Name: "FX_1\tand\\more", NetWeight: -x, GrossWeight: x, VaR95Pct: 1, VaR99Pct: 2, CVaR95Pct: 3, CVaR99Pct: 4, IncrementalVaR95Pct: 5, IncrementalVaR99Pct: 6},
		},
		Stress:      []desk.StressResult{{RunDate: t, Scenario: "2008", PortfolioPnLPct: -x}},
		StressParts: []desk.StressContribution{{RunDate: t, Scenario: "2008", AssetClass: "FX", PnLPct: -x}},
		StressPositions: []desk.StressPosition{
			{RunDate: t, Scenario: "2008", Strategy: "FX_1\tand\\more", Instrument: "USDBRL", AssetClass: "FX", Weight: -x, PnLPct: -x},
			{RunDate: t, Scenario: "2008", Strategy: "RATES_1", Instrument: "DI1F29", AssetClass: "Rates", Weight: x, Unpriced: true},
		},
		Limits: []desk.LimitStatus{{CheckedAt: t, Limit: "VaR 95", LimitValue: 5, CurrentValue: x, UtilizationPct: 20 * x}},
		Backtest: []desk.BacktestSummary{
			{ComputedAt: t, ConfidencePct: 95, Days: 2, Exceptions: 1, Kupiec: &desk.LikelihoodRatio{LR: x, P: 0.5}},
			{ComputedAt: t, ConfidencePct: 99, Days: 2, Christoffersen: &desk.LikelihoodRatio{LR: 1, P: 1}, Zone: desk.Green},
		},
		Notes: []desk.RiskNote{{ComputedAt: t, No: 1, Kind: "carry", Text: "Carry is left out."}},
		Inputs: &desk.RiskInputs{ComputedAt: t, Digest: strings.Repeat("a1", 32), RowsDigest: strings.Repeat("b2", 32),
			PricesFrom: map[string]time.Time{"A\"B": day(1), "C\tD": {}}, PricesTo: day(9)},
	}
}

func tested(n int, pnl float64) desk.BacktestDay {
	return desk.BacktestDay{Day: day(n), VaRComputedAt: at(6, 0, 0), VaR95Pct: 1, VaR99Pct: 2, HypotheticalPnLPct: pnl}
}

// allRisk returns every row of the risk tables as text, without stored_at.
func allRisk(t *testing.T, s *store.Store) string {
	t.Helper()
	var all []string
	for _, table := range riskTables() {
		rows, err := s.Pool().Query(t.Context(), `SELECT '`+table+` ' || (to_jsonb(t) - 'stored_at')::text FROM `+table+` t ORDER BY 1`)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, lines...)
	}
	return strings.Join(all, "\n")
}

func riskTables() []string {
	return []string{"risk_metrics_daily", "stress_test_results", "risk_limits_status", "risk_measures", "risk_contributions",
		"stress_test_contributions", "stress_test_positions", "risk_backtest", "risk_backtest_summary", "risk_notes", "risk_inputs"}
}

func TestAComputationIsStoredWholeAndReplacedWhole(t *testing.T) {
	t.Parallel()
	s, fresh := newStore(t), newStore(t)
	store := func(s *store.Store, tested []desk.BacktestDay, untested []time.Time, all ...desk.RiskComputation) {
		t.Helper()
		if err := s.RiskReplace(t.Context(), all, tested, untested); err != nil {
			t.Fatal(err)
		}
	}
	actual := 0.25
	withActual := tested(3, -4)
	withActual.ActualReturnPct = &actual
	store(s, []desk.BacktestDay{tested(2, -1), tested(3, 1), tested(4, 2)}, nil, computation(6, 1), computation(7, 2))

	// The second computation of the same time lacks nearly everything.
	again := computation(6, 3)
	again.Stress, again.StressParts, again.StressPositions, again.Notes = nil, nil, nil, nil
	again.Limits[0].Limit, again.Measures, again.Contributions[0].Name = "Drawdown", again.Measures[:1], "RATES_1"
	store(s, []desk.BacktestDay{withActual}, []time.Time{day(4), day(9)}, again)

	store(fresh, []desk.BacktestDay{tested(2, -1), withActual}, nil, again, computation(7, 2))
	if got, want := allRisk(t, s), allRisk(t, fresh); got != want || strings.Count(got, "\n") != 21 {
		t.Errorf("replaced:\n%s\n\nstored at once:\n%s", got, want)
	}
	days, err := s.BacktestDays(t.Context(), day(1), day(9))
	if err != nil || len(days) != 2 || days[0].HypotheticalPnLPct != -1 || !days[0].VaRComputedAt.Equal(at(6, 0, 0)) || days[0].ActualReturnPct != nil || days[1].ActualReturnPct == nil || *days[1].ActualReturnPct != actual {
		t.Errorf("tested days %+v, %v", days, err)
	}
}

// The rows of new times are copied straight into their tables, and those of stored times are not.
func TestAComputationOfANewTimeIsStoredAsThatOfAStoredOne(t *testing.T) {
	t.Parallel()
	twice := computation(6, 1)
	twice.Stress, twice.Limits = append(twice.Stress, twice.Stress[0]), append(twice.Limits, twice.Limits[0])
	s := newStore(t)
	for _, name := range []string{"new", "stored"} {
		if err := s.RiskReplace(t.Context(), []desk.RiskComputation{twice}, nil, nil); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for query, want := range map[string]string{
			`ROW(run_date, scenario_name, portfolio_pnl_pct) FROM stress_test_results`:                                 `("2026-03-02 06:00:00+00",2008,-1)`,
			`ROW(checked_at, limit_name, current_value) FROM risk_limits_status`:                                       `("2026-03-02 06:00:00+00","VaR 95",1)`,
			`ROW(var_pct, observations, window_from, window_to) FROM risk_measures WHERE method = 'historical'`:        `(1,500,2026-01-01,2026-01-09)`,
			`ROW(days, exceptions, kupiec_lr, christoffersen_lr, zone) FROM risk_backtest_summary WHERE kupiec_lr = 1`: `(2,1,1,,)`,
			`ROW(note_no, kind, note) FROM risk_notes`:                                                                 `(1,carry,"Carry is left out.")`,
			`ROW(prices_from ->> 'A"B', prices_from ? E'C\tD', prices_to, returns) FROM risk_inputs`:                   `(2026-01-01,t,2026-01-09,0)`,
			`ROW(pnl_pct, asset_class) FROM stress_test_positions WHERE instrument = 'DI1F29'`:                         `(,Rates)`,
			`ROW(name, net_weight, incremental_var_99_pct) FROM risk_contributions WHERE name = E'FX_1\tand\\more'`:    "(\"FX_1\tand\\\\more\",-1,6)",
		} {
			var got string
			if err := s.Pool().QueryRow(t.Context(), `SELECT string_agg(r::text, ' ') FROM (SELECT `+strings.Replace(query, " FROM", " AS r FROM", 1)+`) rows`).Scan(&got); err != nil || got != want {
				t.Errorf("%s: %s is %s, want %s (%v)", name, query, got, want, err)
			}
		}
	}
}

// The table takes the rows of the first times, and refuses a later copy, which has a row twice.
func TestTimesWhoseRowsWentStraightIntoTheTableStayThere(t *testing.T) {
	t.Parallel()
	first, second, twice := computation(6, 1), computation(7, 1), computation(8, 1)
	for _, c := range []*desk.RiskComputation{&first, &second} {
		for n := range 20_000 { // more than are copied at once
			r := c.Stress[0]
			r.Scenario = fmt.Sprint("scenario ", n)
			c.Stress = append(c.Stress, r)
		}
	}
	twice.Stress = append(twice.Stress, twice.Stress[0])
	s := newStore(t)
	if err := s.RiskReplace(t.Context(), []desk.RiskComputation{first, second, twice}, nil, nil); err != nil {
		t.Fatal(err)
	}
	if n, want := count(t, s, "stress_test_results"), 2*20_001+1; n != want {
		t.Errorf("%d results are stored, want %d", n, want)
	}
}

func TestAComputationIsStoredInOneTransaction(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	if err := s.RiskReplace(t.Context(), []desk.RiskComputation{computation(6, 1)}, []desk.BacktestDay{tested(2, -1)}, nil); err != nil {
		t.Fatal(err)
	}
	before := allRisk(t, s)
	for _, table := range riskTables() {
		run(t, s.Pool(), `ALTER TABLE `+table+` ADD CONSTRAINT nothing_more CHECK (stored_at < now() - interval '1 year') NOT VALID`)
		err := s.RiskReplace(t.Context(), []desk.RiskComputation{computation(6, 2), computation(7, 2)}, []desk.BacktestDay{tested(2, 5)}, []time.Time{day(3)})
		var refused *store.Error
		if !errors.As(err, &refused) || refused.Constraint != "nothing_more" || !strings.Contains(err.Error(), "store risk: table "+table+" refuses") {
			t.Errorf("%s refuses: %v", table, err)
		}
		if after := allRisk(t, s); after != before {
			t.Errorf("after %s refused a row:\n%s\n\nbefore:\n%s", table, after, before)
		}
		run(t, s.Pool(), `ALTER TABLE `+table+` DROP CONSTRAINT nothing_more`)
	}
}

func TestAComputationWithAnyBadRowIsRefused(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for want, spoil := range map[string]func(*desk.RiskComputation){
		"computed_at is missing":                                        func(c *desk.RiskComputation) { c.Metric.ComputedAt = time.Time{} },
		"var_95_pct NaN is not a finite number":                         func(c *desk.RiskComputation) { c.Metric.VaR95Pct = math.NaN() },
		"risk measure historical at 95 %: var_pct NaN":                  func(c *desk.RiskComputation) { c.Measures[0].VaRPct = math.NaN() },
		"window_from is not before window_to":                           func(c *desk.RiskComputation) { c.Measures[0].WindowTo = day(1) },
		`method "guess" is not`:                                         func(c *desk.RiskComputation) { c.Measures[0].Method = "guess" },
		"observations 0 is below 1":                                     func(c *desk.RiskComputation) { c.Measures[0].Observations = 0 },
		"incremental_var_99_pct +Inf":                                   func(c *desk.RiskComputation) { c.Contributions[0].IncrementalVaR99Pct = math.Inf(1) },
		"gross_weight -1 is not":                                        func(c *desk.RiskComputation) { c.Contributions[0].GrossWeight = -1 },
		`grouping "desk" is not`:                                        func(c *desk.RiskComputation) { c.Contributions[0].Grouping = "desk" },
		`part of  in the stress result of "2008": asset_class is empty`: func(c *desk.RiskComputation) { c.StressParts[0].AssetClass = "" },
		"pnl_pct -Inf":                                                  func(c *desk.RiskComputation) { c.StressParts[0].PnLPct = math.Inf(-1) },
		`position of  in USDBRL in the stress result of "2008": strategy_id is empty`: func(c *desk.RiskComputation) { c.StressPositions[0].Strategy = "" },
		"weight NaN": func(c *desk.RiskComputation) { c.StressPositions[0].Weight = math.NaN() },
		"pnl_pct 3 is given, but the position can't be priced":        func(c *desk.RiskComputation) { c.StressPositions[1].PnLPct = 3 },
		"is not the sum of its positions, -2":                         func(c *desk.RiskComputation) { c.StressPositions[0].PnLPct = -2 },
		`stress result of "2008": is of 2026-03-02T07:00:00Z, not of`: func(c *desk.RiskComputation) { c.Stress[0].RunDate = at(7, 0, 0) },
		`status of limit "VaR 95": utilization_pct NaN`:               func(c *desk.RiskComputation) { c.Limits[0].UtilizationPct = math.NaN() },
		"exceptions 3 is not between 0 and the 2 days":                func(c *desk.RiskComputation) { c.Backtest[0].Exceptions = 3 },
		"kupiec's likelihood ratio -1":                                func(c *desk.RiskComputation) { c.Backtest[0].Kupiec.LR = -1 },
		`zone "blue" is not`:                                          func(c *desk.RiskComputation) { c.Backtest[0].Zone = "blue" },
		"note 1: note is empty":                                       func(c *desk.RiskComputation) { c.Notes[0].Text = "" },
		"note_no 0 is below 1":                                        func(c *desk.RiskComputation) { c.Notes[0].No = 0 },
	} {
		t.Run(want, func(t *testing.T) {
			c := computation(6, 1)
			spoil(&c)
			says(t, s.RiskReplace(t.Context(), []desk.RiskComputation{computation(5, 1), c}, nil, nil), want)
		})
	}
	for want, bad := range map[string]desk.BacktestDay{
		"day is missing":               {VaRComputedAt: at(6, 0, 0)},
		"var_computed_at is missing":   {Day: day(1)},
		"hypothetical_pnl_pct NaN":     tested(1, math.NaN()),
		"backtest of 2026-01-01: var_": {Day: day(1), VaRComputedAt: at(6, 0, 0), VaR99Pct: math.Inf(1)},
	} {
		t.Run(want, func(t *testing.T) {
			says(t, s.RiskReplace(t.Context(), nil, []desk.BacktestDay{bad}, nil), want)
		})
	}
	if all := allRisk(t, s); all != "" {
		t.Errorf("stored:\n%s", all)
	}
}

func TestARiskTableOfAnotherToolWithoutAKeyIsNotWritten(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	run(t, pool, `CREATE TABLE stress_test_results (run_date timestamptz, scenario_name text, portfolio_pnl_pct float8, stored_at timestamptz)`)
	if err := store.Migrate(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	s := store.New(pool, nil)
	err := s.RiskReplace(t.Context(), []desk.RiskComputation{computation(6, 1)}, nil, nil)
	check(t, err, store.ReadOnlyTable, "table public.stress_test_results was made by another tool and macrowatch can only read it", true)
	if all := allRisk(t, s); all != "" {
		t.Errorf("stored:\n%s", all)
	}
}

func TestTwoComputationsOfOneTimeAtOnceLeaveOneOfThem(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	done := make(chan error)
	for n := range 4 {
		go func() {
			done <- s.RiskReplace(t.Context(), []desk.RiskComputation{computation(6, float64(n))}, []desk.BacktestDay{tested(2, float64(n))}, nil)
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := strings.Count(allRisk(t, s), "\n") + 1; n != 14 {
		t.Errorf("%d rows, want 14:\n%s", n, allRisk(t, s))
	}
}

func TestRiskFiguresAreARecordAndGoWithEverything(t *testing.T) {
	t.Parallel()
	for _, table := range riskTables() {
		s := newStore(t)
		if err := s.RiskReplace(t.Context(), []desk.RiskComputation{computation(6, 1)}, []desk.BacktestDay{tested(2, 1)}, nil); err != nil {
			t.Fatal(err)
		}
		for _, other := range riskTables() {
			if other != table {
				run(t, s.Pool(), "DELETE FROM "+other)
			}
		}
		if empty, err := s.RecordEmpty(t.Context()); err != nil || empty {
			t.Errorf("with rows of %s only: the record is empty %v, %v", table, empty, err)
		}
		if err := s.DeleteAll(t.Context()); err != nil || allRisk(t, s) != "" {
			t.Errorf("%s is left: %v", table, err)
		}
	}
}
