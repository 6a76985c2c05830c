package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

func state(hour int, strategy string, weight, equity float64) desk.PortfolioState {
	return desk.PortfolioState{Timestamp: at(hour, 0, 0), Strategy: strategy, Instrument: "X", Weight: weight, TotalEquity: equity}
}

func TestASnapshotIsReplacedWhole(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for _, step := range []struct {
		name   string
		states []desk.PortfolioState
		want   desk.Counts
	}{
		{"new", []desk.PortfolioState{state(6, "A", 1, 100), state(6, "B", 1, 100), state(7, "A", 1, 101)}, desk.Counts{Inserted: 3}},
		{"again", []desk.PortfolioState{state(6, "A", 1, 100), state(6, "B", 1, 100)}, desk.Counts{Unchanged: 2}},
		{"computed again", []desk.PortfolioState{state(6, "A", 1, 102), state(6, "C", 1, 102)}, desk.Counts{Inserted: 1, Updated: 1, Removed: 1}},
		{"flat", []desk.PortfolioState{state(6, "CASH", 0, 102)}, desk.Counts{Inserted: 1, Removed: 2}},
	} {
		t.Run(step.name, func(t *testing.T) {
			if counts, err := s.PortfolioStateUpsert(t.Context(), step.states...); err != nil || counts != step.want {
				t.Errorf("%s: %+v, %v, want %+v", step.name, counts, err, step.want)
			}
		})
	}
	if n := count(t, s, "portfolio_state"); n != 2 {
		t.Errorf("%d rows, want CASH at 6 and A at 7", n)
	}
	var bad *desk.BadRowsError
	_, err := s.PortfolioStateUpsert(t.Context(), state(6, "A", 1, 100), state(7, "B", 1, 100), state(6, "B", 1, 101))
	if !errors.As(err, &bad) || len(bad.Rows) != 1 || bad.Rows[0].Line != 3 || !strings.Contains(bad.Rows[0].Problem, "line 1,") {
		t.Errorf("two NAVs: %v", err)
	}
}

// Where nothing is stored yet, rows are copied straight into the table.
func TestSnapshotsOfNewTimesAreCheckedAsThoseOfStoredTimes(t *testing.T) {
	t.Parallel()
	var many []desk.PortfolioState // more than are copied at once
	for n := range 20_000 {
		many = append(many, desk.PortfolioState{Timestamp: at(9, 0, 0), Strategy: fmt.Sprint(n), Instrument: "X", Weight: 1, TotalEquity: 100})
	}
	first := many[0]
	first.Timestamp = at(8, 0, 0)
	again, other := many[5], many[5]
	other.Weight = 2
	for _, c := range []struct {
		name   string
		states []desk.PortfolioState
		want   desk.Counts
		fault  int64 // the line that is named
	}{
		{"two NAVs", []desk.PortfolioState{state(6, "A", 1, 100), state(6, "B", 1, 101)}, desk.Counts{}, 2},
		{"a position twice", []desk.PortfolioState{state(6, "A", 1, 100), state(6, "A", 1, 100)}, desk.Counts{Inserted: 1}, 0},
		{"two weights of a position", []desk.PortfolioState{state(6, "A", 1, 100), state(7, "A", 1, 100), state(6, "A", 2, 100)}, desk.Counts{}, 3},
		{"many positions", many, desk.Counts{Inserted: 20_000}, 0},
		{"a position twice among many", slices.Concat(many, []desk.PortfolioState{again, first}), desk.Counts{Inserted: 20_001}, 0},
		{"two weights of a position among many", slices.Concat(many, []desk.PortfolioState{other}), desk.Counts{}, 20_001},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			counts, err := s.PortfolioStateUpsert(t.Context(), c.states...)
			var bad *desk.BadRowsError
			if c.fault != 0 && (!errors.As(err, &bad) || len(bad.Rows) != 1 || bad.Rows[0].Line != c.fault) {
				t.Errorf("%v, want a fault in line %d", err, c.fault)
			}
			if c.fault == 0 && err != nil || counts != c.want {
				t.Errorf("%+v, %v, want %+v", counts, err, c.want)
			}
			if n := count(t, s, "portfolio_state"); int64(n) != c.want.Inserted {
				t.Errorf("%d rows are stored, want %d", n, c.want.Inserted)
			}
		})
	}
}

func TestAnImportedSnapshotMayComeInPartsOfOneNAV(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for _, step := range []struct {
		name   string
		states []desk.PortfolioState
		want   desk.Counts
		fault  string
	}{
		{"a part", []desk.PortfolioState{state(6, "A", 1, 100)}, desk.Counts{Inserted: 1}, ""},
		{"another part", []desk.PortfolioState{state(6, "B", 1, 100), state(7, "B", 1, 100)}, desk.Counts{Inserted: 2}, ""},
		{"a part of another NAV", []desk.PortfolioState{state(8, "A", 1, 1), state(6, "A", 1, 101)}, desk.Counts{}, "differs from 100, which is stored"},
		{"all parts of another NAV", []desk.PortfolioState{state(6, "A", 1, 101), state(6, "B", 1, 101)}, desk.Counts{Updated: 2}, ""},
	} {
		t.Run(step.name, func(t *testing.T) {
			counts, _, err := s.PortfolioStateImport(t.Context(), rowsOf(step.states...), desk.SnapshotOptions{})
			if step.fault == "" && (err != nil || counts != step.want) {
				t.Errorf("%s: %+v, %v, want %+v", step.name, counts, err, step.want)
			}
			var bad *desk.BadRowsError
			if step.fault != "" && (!errors.As(err, &bad) || bad.Rows[0].Line != 20 || !strings.Contains(bad.Rows[0].Problem, step.fault)) {
				t.Errorf("%s: %v", step.name, err)
			}
		})
	}
}

func TestTwoNAVsOfATimeAreNamedHoweverFarApart(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	var rows []desk.PortfolioState
	for i := range 20_000 {
		rows = append(rows, desk.PortfolioState{Timestamp: at(0, 0, 0).Add(time.Duration(i/10) * time.Hour), Strategy: fmt.Sprint(i % 10), Instrument: "X", TotalEquity: float64(i / 10)})
	}
	late := rows[15]
	late.Strategy, late.TotalEquity = "late", 99
	_, _, err := s.PortfolioStateImport(t.Context(), rowsOf(append(rows, late)...), desk.SnapshotOptions{})
	var bad *desk.BadRowsError
	if !errors.As(err, &bad) || len(bad.Rows) != 1 || bad.Rows[0].Line != 200_010 || !strings.Contains(bad.Rows[0].Problem, "line 110, which has 1 ") {
		t.Errorf("%v", err)
	}
	late.TotalEquity = 1
	counts, _, err := s.PortfolioStateImport(t.Context(), rowsOf(append(rows, late, late)...), desk.SnapshotOptions{})
	if err != nil || counts != (desk.Counts{Inserted: 20_001}) {
		t.Errorf("%+v, %v", counts, err)
	}
}

func TestComputingADayAgainReplacesItAndItsStamp(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	risk := desk.RiskMetric{ComputedAt: at(21, 0, 0), VaR95Pct: 1, VaR99Pct: 2, CVaR95Pct: 1.5}
	stress := func(scenarios ...string) (all []desk.StressResult) {
		for _, name := range scenarios {
			all = append(all, desk.StressResult{RunDate: at(21, 0, 0), Scenario: name, PortfolioPnLPct: -float64(len(name))})
		}
		return all
	}
	limits := func(value float64, names ...string) (all []desk.LimitStatus) {
		for _, name := range names {
			all = append(all, desk.LimitStatus{CheckedAt: at(21, 0, 0), Limit: name, LimitValue: 2, CurrentValue: value, UtilizationPct: 50 * value})
		}
		return all
	}
	write := func(name string, want desk.Counts) func(desk.Counts, error) {
		return func(counts desk.Counts, err error) {
			t.Helper()
			if err != nil || counts != want {
				t.Errorf("%s: %+v, %v, want %+v", name, counts, err, want)
			}
		}
	}
	stamp := func(table string) (latest time.Time) {
		t.Helper()
		if err := s.Pool().QueryRow(t.Context(), "SELECT max(stored_at) FROM "+table).Scan(&latest); err != nil {
			t.Fatal(err)
		}
		return latest
	}
	write("risk", desk.Counts{Inserted: 1})(s.RiskMetricImport(t.Context(), rowsOf(risk)))
	write("stress", desk.Counts{Inserted: 2})(s.StressResultImport(t.Context(), rowsOf(stress("2008", "Taper tantrum")...)))
	write("limits", desk.Counts{Inserted: 2})(s.LimitStatusImport(t.Context(), rowsOf(limits(1, "VaR", "Leverage")...)))
	first := map[string]time.Time{}
	for _, table := range []string{"risk_metrics_daily", "stress_test_results", "risk_limits_status"} {
		first[table] = stamp(table)
	}
	write("risk again", desk.Counts{Unchanged: 1})(s.RiskMetricImport(t.Context(), rowsOf(risk, risk)))
	if got := stamp("risk_metrics_daily"); got != first["risk_metrics_daily"] {
		t.Error("an equal row was stamped anew")
	}
	risk.VaR99Pct = 3
	write("other risk", desk.Counts{Updated: 1})(s.RiskMetricImport(t.Context(), rowsOf(risk)))
	write("other stress", desk.Counts{Inserted: 1, Unchanged: 1})(s.StressResultImport(t.Context(), rowsOf(stress("2008", "2020")...)))
	write("other limits", desk.Counts{Updated: 1})(s.LimitStatusImport(t.Context(), rowsOf(limits(3, "VaR")...)))
	for table, was := range first {
		if !stamp(table).After(was) {
			t.Errorf("%s: replaced without a new stamp", table)
		}
	}
	if n := count(t, s, "stress_test_results"); n != 3 {
		t.Errorf("%d stress results: an import deleted some", n)
	}
}

func TestRowsThatBreakARuleAreRefusedByTheirNouns(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	_, err := s.PortfolioStateUpsert(t.Context(), desk.PortfolioState{Strategy: "A", Instrument: "X"})
	says(t, err, "portfolio state at 0001-01-01T00:00:00Z: timestamp is missing")
	_, err = s.InstrumentUpsert(t.Context(), desk.Instrument{Name: "A", Kind: "bond", QuotedIn: "USD"})
	says(t, err, `instrument "A": kind "bond" is not price or yield`)
	_, err = s.PriceUpsert(t.Context(), desk.Price{Instrument: "A", Value: 1})
	says(t, err, `price of "A": price_date is missing`)
}

func says(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}
