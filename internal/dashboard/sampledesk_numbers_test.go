package dashboard

import (
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sample/market"
	"macrowatch/internal/sample/sampledesk"
	"macrowatch/internal/testkit/testenv"
	"macrowatch/internal/testkit/testfiles"
)

// deskRows are what the sample desk writes on a market, from a day to another.
func deskRows(t testing.TB, m *market.Market, from, to time.Time) rows {
	t.Helper()
	book, err := sampledesk.Desk{Seed: 20}.Open(m)
	if err != nil {
		t.Fatal(err)
	}
	r := rows{instruments: sampledesk.Classified(m)}
	for day := range book.Days(from, to) {
		r.signals = append(r.signals, day.Signals...)
		r.states = append(r.states, day.States...)
	}
	if len(r.signals) == 0 || len(r.states) == 0 {
		t.Fatal("the desk wrote nothing")
	}
	return r
}

// simulated is five years of the sample desk on simulated prices.
func simulated(t testing.TB) rows {
	from, to := time.Date(2021, 5, 3, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	return deskRows(t, market.Simulate(20, market.Epoch(), to), from, to)
}

// realPrices are the prices of the price history.
func realPrices(t testing.TB) *market.Market {
	t.Helper()
	m, err := market.New(testfiles.Instruments(t), testfiles.Prices(t))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// agreeDesk compares Signal Overview and Portfolio Performance with the rows, over ranges that end at several moments.
func agreeDesk(t *testing.T, db *database, r rows) {
	t.Helper()
	db.fill(r)
	last := r.states[len(r.states)-1].Timestamp
	saturday := last
	for saturday.In(desk.BuiltInRules().Location()).Weekday() != time.Saturday {
		saturday = saturday.Add(24 * time.Hour)
	}
	ends := []time.Time{last, saturday, saturday.AddDate(0, 0, -70), last.AddDate(-1, -3, -5), last.AddDate(-3, 0, 0)}
	for i, zone := range zones() {
		db.exec("SELECT set_config('TimeZone', $1, false)", zone)
		for j, end := range ends {
			days := []int{7, 30, 365, 1830, 9000}[(i+j)%5]
			over := span{end.AddDate(0, 0, -days), end}
			agreeSignals(db, r, over)
			agreePortfolio(db, r, over)
		}
	}
}

func TestPanelsAgreeWithTheSampleDesk(t *testing.T) {
	t.Parallel()
	db, r := newDatabase(t, "UTC"), simulated(t)
	agreeDesk(t, db, r)
	noneEmpty(t, db, r)
}

func TestPanelsAgreeWithTheSampleDeskOnRealPrices(t *testing.T) {
	t.Parallel()
	m := realPrices(t)
	from := m.First()
	if !testenv.Long() { // the months' panels look six years back
		from = m.Last().AddDate(-6, 0, 0)
	}
	agreeDesk(t, newDatabase(t, "UTC"), deskRows(t, m, from, m.Last()))
}

// noneEmpty sees that at the default range and at a long one no panel of the filled-in desk is
// empty, whatever the weekday on which it is looked at.
func noneEmpty(t *testing.T, db *database, r rows) {
	t.Helper()
	last := r.states[len(r.states)-1].Timestamp
	for n := range 7 {
		to := last.AddDate(0, 0, -n)
		for _, days := range []int{7, 1000} {
			over := span{to.AddDate(0, 0, -days), to}
			for _, uid := range []string{signalUID, portfolioUID} {
				for _, title := range titles(t, uid) {
					if got := askMaps(db, uid, title, over); len(got) == 0 {
						t.Errorf("%s, %s is empty", title, over)
					} else if nothing(got) {
						t.Errorf("%s, %s has no value: %v", title, over, got)
					}
				}
			}
		}
	}
}

// titles returns the titles of a dashboard's panels.
func titles(t testing.TB, uid string) []string {
	t.Helper()
	var all []string
	for _, p := range definitionOf(t, uid).Dashboard.Panels {
		if p.Panel != nil {
			all = append(all, *p.Panel.Title)
		}
	}
	return all
}

// nothing reports whether no row has a number.
func nothing(got []map[string]any) bool {
	for _, row := range got {
		for name, v := range row {
			if _, number := v.(float64); number || name == "From" {
				return false
			}
		}
	}
	return true
}
