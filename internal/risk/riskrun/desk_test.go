package riskrun_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/risk"
	"macrowatch/internal/risk/riskrun"
	"macrowatch/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func newStore(t testing.TB) *store.Store {
	t.Helper()
	return store.New(pgtest.Migrated(t), nil)
}

// day is a day of 2026, counted from 1 January, a Thursday.
func day(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }

// weekdays are the last n weekdays up to a day.
func weekdays(n int, to time.Time) []time.Time {
	days := make([]time.Time, n)
	for n > 0 {
		if !desk.BuiltInRules().Calendar.IsWeekend(to) {
			n--
			days[n] = to
		}
		to = to.AddDate(0, 0, -1)
	}
	return days
}

// at is an hour of a day in the desk's zone.
func at(day time.Time, hour int) time.Time {
	year, month, d := day.Date()
	return time.Date(year, month, d, hour, 0, 0, 0, desk.BuiltInRules().Location())
}

// put stores instruments, prices and snapshots.
func put(t testing.TB, s *store.Store, instruments []desk.Instrument, prices []desk.Price, states []desk.PortfolioState) {
	t.Helper()
	if _, err := s.InstrumentUpsert(t.Context(), instruments...); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PriceUpsert(t.Context(), prices...); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PortfolioStateUpsert(t.Context(), states...); err != nil {
		t.Fatal(err)
	}
}

// inReais is an instrument of kind price that is quoted in BRL.
func inReais(name string) desk.Instrument {
	return desk.Instrument{Name: name, Kind: desk.KindPrice, QuotedIn: "BRL per unit"}
}

// storeDesk stores a book of three instruments and a random history from a fixed seed: prices of priceDays weekdays up to the
// last one, and snapshots at 20:00 of the last bookDays of them. The weights change daily. It returns the times of the
// snapshots.
func storeDesk(t testing.TB, s *store.Store, priceDays, bookDays int, last time.Time) []time.Time {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	days := weekdays(priceDays, last)
	tenor := 5.0
	instruments := []desk.Instrument{inReais("A"), inReais("B"), {Name: "DI_5Y", Kind: desk.KindYield, QuotedIn: desk.InPercent, TenorYears: &tenor}}
	var prices []desk.Price
	for _, i := range instruments {
		level := 10.0
		for _, d := range days {
			level *= math.Exp(random.NormFloat64() / 50)
			prices = append(prices, desk.Price{Instrument: i.Name, Date: d, Value: level})
		}
	}
	var states []desk.PortfolioState
	var times []time.Time
	nav := 100.0
	for _, d := range days[len(days)-bookDays:] {
		nav *= 1 + random.NormFloat64()/100
		times = append(times, at(d, 20))
		for n, i := range instruments {
			states = append(states, desk.PortfolioState{Timestamp: at(d, 20), Strategy: fmt.Sprintf("FX_%d", n%2), Instrument: i.Name,
				Weight: random.NormFloat64() / 3, TotalEquity: nav})
		}
	}
	put(t, s, instruments, prices, states)
	return times
}

// settings has a scenario, two replays and some limits.
func settings() riskrun.Settings {
	fall, rise, five, eight := -20.0, 200.0, 5.0, 8.0
	return riskrun.Settings{
		Scenarios:  []risk.Scenario{{Name: "All falls", Shocks: []risk.Shock{{AssetClass: "Other", Percent: &fall}, {Prefix: "DI", BP: &rise}}}},
		ReplayDays: []int{1, 10},
		Limits:     risk.Limits{VaR95Pct: &five, GrossLeverage: &eight, InstrumentNet: &five, StressLossPct: &five},
	}
}

func tables() []string {
	return []string{"risk_metrics_daily", "stress_test_results", "risk_limits_status", "risk_measures", "risk_contributions",
		"stress_test_contributions", "stress_test_positions", "risk_backtest", "risk_backtest_summary", "risk_notes", "risk_inputs"}
}

// stored is every row of the risk tables as text, without the times at which they were stored.
func stored(t testing.TB, s *store.Store) string {
	t.Helper()
	var all []string
	for _, table := range tables() {
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

func count(t testing.TB, s *store.Store, table string) (n int) {
	t.Helper()
	if err := s.Pool().QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// sameText compares two long texts and shows the first line in which they differ.
func sameText(t *testing.T, what, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for n := range min(len(g), len(w)) {
		if g[n] != w[n] {
			t.Errorf("%s, line %d of %d and %d:\n%s\n%s", what, n+1, len(g), len(w), g[n], w[n])
			return
		}
	}
	t.Errorf("%s: %d and %d lines", what, len(g), len(w))
}
