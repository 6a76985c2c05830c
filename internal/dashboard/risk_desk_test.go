package dashboard

import (
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/riskfile"
	"macrowatch/internal/risk/riskrun"
	"macrowatch/internal/sample/market"
	"macrowatch/internal/sample/sampledesk"
)

// With the risk that is computed for the sample desk, no panel is empty on any weekday, and the parts sum to the dials.
func TestNoRiskPanelIsEmptyOnTheSampleDesk(t *testing.T) {
	t.Parallel()
	db := newRiskDatabase(t, "UTC")
	last := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	m := market.Simulate(20, market.Epoch(), last)
	book, err := sampledesk.Desk{Seed: 20}.Open(m)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.store.InstrumentUpsert(t.Context(), sampledesk.Classified(m)...); err != nil {
		t.Fatal(err)
	}
	if _, err := db.store.PriceUpsert(t.Context(), m.Prices(last.AddDate(-3, 0, 0), last)...); err != nil {
		t.Fatal(err)
	}
	var states []desk.PortfolioState
	for day := range book.Days(last.AddDate(0, -2, 0), last) {
		states = append(states, day.States...)
	}
	if _, err := db.store.PortfolioStateUpsert(t.Context(), states...); err != nil {
		t.Fatal(err)
	}
	file, err := riskfile.Default()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := riskrun.New(db.store, riskrun.SettingsOf(file, false), riskrun.Options{}).Backfill(t.Context(), last.AddDate(0, -1, 0), last); err != nil {
		t.Fatal(err)
	}
	end := states[len(states)-1].Timestamp.Add(12 * time.Hour)
	for n := range 7 {
		to := end.AddDate(0, 0, -n)
		for _, days := range []int{7, 1000} {
			over := span{to.AddDate(0, 0, -days), to}
			for _, title := range titles(t, riskUID) {
				if title == "Limit Breaches" { // the sample desk keeps its limits
					continue
				}
				if got := db.table(title, over); len(got) == 0 || got[0][0] == nil || got[0][0] == "NO VAR" {
					t.Errorf("%s, %s is empty: %v", title, over, got)
				}
			}
		}
	}

	over := span{end.AddDate(0, 0, -7), end}
	dials := db.table("VaR 95% (1D)", over)[0]
	for _, title := range []string{"What drives the VaR: Asset Classes", "What drives the VaR: Strategies", "What drives the VaR: Instruments"} {
		cvar, valueAtRisk := 0.0, 0.0
		for _, row := range db.table(title, over) {
			cvar, valueAtRisk = cvar+row[2].(float64), valueAtRisk+row[3].(float64)
		}
		if !near(cvar, dials[2].(float64)) || !near(valueAtRisk, dials[1].(float64)) {
			t.Errorf("%s sums to %v and %v, the dials say %v and %v", title, cvar, valueAtRisk, dials[2], dials[1])
		}
	}
	parts := map[string]float64{}
	for _, row := range db.table("Stress by Asset Class", over) {
		if row[2] != nil {
			parts[row[0].(string)] += row[2].(float64)
		}
	}
	for _, row := range db.table("Stress Test Results", over) {
		if !near(parts[row[0].(string)], row[1].(float64)) {
			t.Errorf("the classes' parts of %s sum to %v, the result is %v", row[0], parts[row[0].(string)], row[1])
		}
	}
	if said := db.table("Risk Computed For", over)[0][0]; said != "CURRENT" {
		t.Errorf("on the morning after it says %v", said)
	}
}
