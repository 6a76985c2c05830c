package dashboard

import (
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// A VaR of half a book must not look like one of the whole.
func TestRiskOfAPartOfTheBookSaysSo(t *testing.T) {
	t.Parallel()
	d := newRiskDatabase(t, "UTC")
	at := time.Date(2026, 3, 4, 22, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		included float64
		want     []any
	}{
		"six tenths of the book":   {0.6, []any{"PARTIAL", "2026-03-04: 40.0 % left out"}},
		"all but a rounding error": {0.9995, []any{"CURRENT", "2026-03-04 19:00 UTC-03"}},
		"the whole book":           {1, []any{"CURRENT", "2026-03-04 19:00 UTC-03"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := d.in(t)
			d.exec("TRUNCATE portfolio_state")
			d.exec(`INSERT INTO portfolio_state VALUES ($1::timestamptz, 'FX_A', 'USDBRL', 0.25, 100), ($1, 'RATES_B', 'DI1F30', -0.75, 100)`, at)
			d.fill(riskRows{computations: []desk.RiskComputation{{
				Metric:        desk.RiskMetric{ComputedAt: at, VaR95Pct: 1, VaR99Pct: 2, CVaR95Pct: 1.5},
				Contributions: []desk.RiskContribution{{ComputedAt: at, Grouping: "strategy", Name: "FX_A", GrossWeight: c.included}},
			}}})
			got := d.table("Risk Computed For", span{at.Add(-time.Hour), at.Add(time.Hour)})
			if len(got) != 1 || got[0][0] != c.want[0] || got[0][1] != c.want[1] {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}
