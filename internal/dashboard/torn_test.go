package dashboard

import (
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// Each case is a way to stamp the rows of the newest snapshot, and whether that looks torn.
func TestBothDashboardsSayThatTheNewestSnapshotLooksTorn(t *testing.T) {
	t.Parallel()
	at := local(t, "2024-03-05 19:30:00")
	ms := func(n int) time.Time { return at.Add(time.Duration(n) * time.Millisecond) }
	state := func(when time.Time, strategy string, weight, nav float64) desk.PortfolioState {
		return desk.PortfolioState{Timestamp: when, Strategy: strategy, Instrument: "USDBRL", Weight: weight, TotalEquity: nav}
	}
	for name, c := range map[string]struct {
		rows []desk.PortfolioState
		torn bool
	}{
		"three rows, a millisecond apart": {[]desk.PortfolioState{state(ms(101), "FX_1", 0.9, 100), state(ms(102), "FX_2", 0.8, 100), state(ms(103), "FX_3", 0.1, 100)}, true},
		"two pieces of two rows":          {[]desk.PortfolioState{state(ms(0), "FX_1", 1, 100), state(ms(0), "FX_2", 1, 100), state(ms(900), "FX_3", 1, 100), state(ms(900), "FX_4", 1, 100)}, true},
		"a slow writer":                   {[]desk.PortfolioState{state(ms(0), "FX_1", 1, 100), state(ms(4000), "FX_2", 1, 100)}, true},
		"one snapshot":                    {[]desk.PortfolioState{state(ms(0), "FX_1", 1, 100), state(ms(0), "FX_2", 1, 100)}, false},
		"another NAV":                     {[]desk.PortfolioState{state(ms(0), "FX_1", 1, 100), state(ms(500), "FX_2", 1, 100.01)}, false},
		"the same positions again":        {[]desk.PortfolioState{state(ms(0), "FX_1", 1, 100), state(ms(500), "FX_1", 0.9, 100), state(ms(500), "FX_2", 1, 100)}, false},
		"a new book, minutes later":       {[]desk.PortfolioState{state(ms(0), "FX_1", 1, 100), state(ms(300_000), "FX_2", 1, 100)}, false},
		"a flat book, then a new one":     {[]desk.PortfolioState{state(ms(0), "CASH", 0, 100), state(ms(500), "FX_2", 1, 100)}, false},
		"a book, then flat":               {[]desk.PortfolioState{state(ms(0), "FX_1", 1, 100), state(ms(500), "CASH", 0, 100)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newRiskDatabase(t, "UTC")
			if _, err := d.store.PortfolioStateUpsert(t.Context(), c.rows...); err != nil {
				t.Fatal(err)
			}
			last := c.rows[len(c.rows)-1].Timestamp
			d.fill(riskRows{computations: []desk.RiskComputation{{Metric: desk.RiskMetric{ComputedAt: last, VaR95Pct: 1, VaR99Pct: 2, CVaR95Pct: 1.5}}}})
			over := span{at.AddDate(0, 0, -1), at.Add(time.Hour)}
			if got := d.table("Risk Computed For", over)[0]; (got[0] == "TORN") != c.torn || c.torn && got[1] != "2024-03-05 19:30: the snapshot looks torn" {
				t.Errorf("the risk dashboard says %v", got)
			}
			for title, suffix := range map[string][2]string{"Current Leverage": {" x", " x, torn"}, "Active Positions": {"", " torn"}} {
				value := d.drawnOf(portfolioUID, title, over).View.Stat.Items[0].Value
				want := suffix[0]
				if c.torn {
					want = suffix[1]
				}
				if value.Suffix != want || (value.Color == drawnYellow) != c.torn {
					t.Errorf("%s shows %+v, want %q behind it", title, value, want)
				}
			}
			found, err := d.store.TornSnapshots(t.Context(), last)
			if err != nil || (len(found) == 1) != c.torn {
				t.Errorf("the store finds %v, %v", found, err)
			}
		})
	}
}
