package store_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// local returns a time of a day in March 2026 in the desk's zone.
func local(day, hour int) time.Time {
	return time.Date(2026, 3, day, hour, 0, 0, 0, desk.BuiltInRules().Location())
}

// march returns a day of March 2026, at midnight UTC.
func march(day int) time.Time { return time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC) }

// withNAVs stores snapshots of one row. Each NAV tells the day and the hour: 2.06 is the 2nd at 6 o'clock.
func withNAVs(t *testing.T, times ...time.Time) *store.Store {
	t.Helper()
	s := newStore(t)
	var all []desk.PortfolioState
	for _, at := range times {
		all = append(all, desk.PortfolioState{Timestamp: at, Strategy: "A", Instrument: "X", Weight: 0.5,
			TotalEquity: float64(at.Day()) + float64(at.Hour())/100})
	}
	if _, err := s.PortfolioStateUpsert(t.Context(), all...); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestADailyNAVIsTheLastOfEachWeekdayOfTheDesks(t *testing.T) {
	t.Parallel()
	// 6 March 2026 is a Friday. The zone of the session must not matter.
	s := withNAVs(t, local(5, 6), local(5, 23), local(6, 20), local(7, 12), local(8, 23), local(9, 0), local(9, 18), local(11, 1))
	cfg := s.Pool().Config().Copy()
	cfg.ConnConfig.RuntimeParams["timezone"] = "Asia/Tokyo"
	elsewhere, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer elsewhere.Close()
	s = store.New(elsewhere, nil)
	for _, c := range []struct {
		name     string
		from, to int
		want     []desk.DailyNAV
	}{
		{"all", 1, 12, []desk.DailyNAV{{Day: march(5), At: local(5, 23), NAV: 5.23}, {Day: march(6), At: local(8, 23), NAV: 8.23},
			{Day: march(9), At: local(9, 18), NAV: 9.18}, {Day: march(11), At: local(11, 1), NAV: 11.01}}},
		{"up to Friday", 1, 6, []desk.DailyNAV{{Day: march(5), At: local(5, 23), NAV: 5.23}, {Day: march(6), At: local(8, 23), NAV: 8.23}}},
		{"Saturday and Sunday are no days", 7, 8, nil},
		{"one day", 9, 9, []desk.DailyNAV{{Day: march(9), At: local(9, 18), NAV: 9.18}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := s.DailyNAVs(t.Context(), march(c.from), march(c.to))
			if err != nil || len(got) != len(c.want) {
				t.Errorf("%s: %v, %v", c.name, got, err)
				return
			}
			for i, w := range c.want {
				if g := got[i]; !g.Day.Equal(w.Day) || !g.At.Equal(w.At) || g.NAV != w.NAV || !g.Day.Equal(desk.BuiltInRules().BookDay(g.At)) {
					t.Errorf("%s: %v, want %v", c.name, g, w)
				}
			}
		})
	}
}

func TestTheSnapshotOfATimeIsTheLastUpToIt(t *testing.T) {
	t.Parallel()
	s := withNAVs(t, local(5, 6), local(5, 23), local(7, 12))
	for at, want := range map[time.Time]time.Time{local(5, 5): {}, local(5, 6): local(5, 6), local(5, 22): local(5, 6), local(6, 12): local(5, 23), local(20, 0): local(7, 12)} {
		t.Run(at.Format(time.RFC3339), func(t *testing.T) {
			if got, err := s.SnapshotUpTo(t.Context(), at); err != nil || !got.Equal(want) {
				t.Errorf("at %v: %v, %v, want %v", at, got, err, want)
			}
		})
	}
	newest, err := s.SnapshotUpTo(t.Context(), march(31))
	oldest, err2 := s.SnapshotOldest(t.Context())
	if err != nil || err2 != nil || !newest.Equal(local(7, 12)) || !oldest.Equal(local(5, 6)) {
		t.Errorf("%v to %v (%v, %v)", oldest, newest, err, err2)
	}
	rows, err := s.Snapshots(t.Context(), local(7, 12), local(6, 0), local(5, 6))
	if err != nil || len(rows) != 2 || !rows[0].Timestamp.Equal(local(5, 6)) || rows[1].TotalEquity != 7.12 || rows[1].Strategy != "A" || rows[1].Weight != 0.5 {
		t.Errorf("%v, %v", rows, err)
	}
}

func TestWhereThereIsNothingTheNewestIsZero(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for name, ask := range map[string]func() (time.Time, error){
		"oldest":       func() (time.Time, error) { return s.SnapshotOldest(t.Context()) },
		"risk":         func() (time.Time, error) { return s.RiskNewest(t.Context()) },
		"risk up to":   func() (time.Time, error) { return s.RiskUpTo(t.Context(), march(31)) },
		"up to a time": func() (time.Time, error) { return s.SnapshotUpTo(t.Context(), local(1, 0)) },
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := ask(); err != nil || !got.IsZero() {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		})
	}
}

func TestADailyVaRIsTheLastOfEachWeekdayOfTheDesks(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for _, at := range []time.Time{local(5, 6), local(5, 23), local(8, 23), local(9, 18)} {
		if _, err := s.RiskMetricImport(t.Context(), rowsOf(desk.RiskMetric{ComputedAt: at, VaR95Pct: float64(at.Day()), VaR99Pct: float64(at.Hour()), CVaR95Pct: 31})); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.DailyVaRs(t.Context(), march(1), march(8))
	for i := range got {
		got[i].ComputedAt = got[i].ComputedAt.In(desk.BuiltInRules().Location())
	}
	want := []desk.DailyVaR{{Day: march(5), ComputedAt: local(5, 23), VaR95Pct: 5, VaR99Pct: 23}, {Day: march(6), ComputedAt: local(8, 23), VaR95Pct: 8, VaR99Pct: 23}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	if newest, err := s.RiskNewest(t.Context()); err != nil || !newest.Equal(local(9, 18)) {
		t.Errorf("newest %v, %v", newest, err)
	}
}
