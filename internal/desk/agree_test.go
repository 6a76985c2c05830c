package desk_test

import (
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// A row is figures that agree or do not, and what is said then.
func TestTheFiguresOfARowAgreeWithEachOther(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 21, 0, 0, 0, time.UTC)
	ended := func(wall time.Duration, seconds float64) desk.Run {
		return desk.Run{ID: "a", Step: "fred", Status: desk.Success, StartedAt: at, FinishedAt: at.Add(wall), DurationSeconds: seconds}
	}
	metric := func(var95, var99, cvar95 float64) desk.RiskMetric {
		return desk.RiskMetric{ComputedAt: at, VaR95Pct: var95, VaR99Pct: var99, CVaR95Pct: cvar95}
	}
	limit := func(value, current, use float64) desk.LimitStatus {
		return desk.LimitStatus{CheckedAt: at, Limit: "VaR 99%", LimitValue: value, CurrentValue: current, UtilizationPct: use}
	}
	instrument := func(tenor, duration float64) desk.Instrument {
		return desk.Instrument{Name: "A", Kind: desk.KindYield, QuotedIn: desk.InPercent, TenorYears: &tenor, ModifiedDuration: &duration}
	}
	net := func(net, gross float64) desk.RiskContribution {
		return desk.RiskContribution{ComputedAt: at, Grouping: desk.ByStrategy, Name: "FX_1", NetWeight: net, GrossWeight: gross}
	}
	for _, c := range []struct {
		row  interface{ Validate() error }
		want string // "" agrees
	}{
		{ended(90*time.Second, 90), ""},
		{ended(90*time.Second, 91.9), ""},
		{ended(10*time.Hour, 36100), ""},
		{ended(0, 0), ""},
		{ended(90*time.Second, 12), "duration_seconds 12 does not agree with the 90 seconds"},
		{ended(90*time.Second, 90000), "it looks like milliseconds"},
		{ended(time.Hour, 60), "it looks like minutes"},
		{ended(90*time.Minute, 1.5), "it looks like hours"},
		{ended(90*time.Second, 0), "duration_seconds 0 does not agree"},
		{ended(3*time.Hour, 90), "duration_seconds 90 does not agree with the 10800 seconds"},
		{desk.Run{ID: "a", Step: "fred", Status: desk.Running, StartedAt: at, DurationSeconds: 3}, "duration_seconds is set although"},
		{metric(1, 2, 1.5), ""},
		{metric(1, 1, 1), ""},
		{metric(-0.3, -0.1, 0), ""},
		{metric(2, 1, 2.5), "var_99_pct 1 is below var_95_pct 2"},
		{metric(1, 2, 0.9), "cvar_95_pct 0.9 is below var_95_pct 1"},
		{metric(-1, -2, -1.5), "a loss is written as a positive percentage"},
		{limit(3, 1.5, 50), ""},
		{limit(3, -1.5, 50), ""},
		{limit(3, -1.5, -50), ""},
		{limit(-20, -9.5, 47.5), ""},
		{limit(8, 6, 75.4), ""},
		{limit(0, 0, 0), ""},
		{desk.LimitStatus{CheckedAt: at, Limit: "VaR 99%", LimitValue: 3, Unknown: true}, ""},
		{limit(3, 4.5, 50), "utilization_pct 50 does not agree with current_value 4.5 of limit_value 3, which is 150 percent"},
		{limit(3, 1.5, 0.5), "it looks like a fraction"},
		{limit(3, 0, 40), "does not agree"},
		{limit(0, 1, 100), "limit_value is 0"},
		{instrument(10, 7.8), ""},
		{instrument(1, 1.02), ""},
		{instrument(2, 4.5), "modified_duration 4.5 does not agree with tenor_years 2"},
		{net(-0.5, 0.5), ""},
		{net(-0.5, 0.4), "gross_weight 0.4 is below"},
		{desk.RiskMeasure{ComputedAt: at, Method: desk.Parametric, ConfidencePct: 99, VaRPct: 2, CVaRPct: 1, Observations: 60, WindowFrom: at, WindowTo: at.Add(time.Hour)}, "cvar_pct 1 is below var_pct 2"},
		{desk.RiskMeasure{ComputedAt: at, Method: desk.Modified, ConfidencePct: 99, VaRPct: 2, CVaRPct: 1, Observations: 60, WindowFrom: at, WindowTo: at.Add(time.Hour)}, ""},
		{desk.RiskComputation{Metric: metric(1, 2, 1.5), Stress: []desk.StressResult{{RunDate: at, Scenario: "2008", PortfolioPnLPct: -9}},
			StressParts: []desk.StressContribution{{RunDate: at, Scenario: "2008", AssetClass: "FX", PnLPct: -4}, {RunDate: at, Scenario: "2008", AssetClass: "Rates", PnLPct: -5}}}, ""},
		{desk.RiskComputation{Metric: metric(1, 2, 1.5), Stress: []desk.StressResult{{RunDate: at, Scenario: "2008", PortfolioPnLPct: -9}},
			StressParts: []desk.StressContribution{{RunDate: at, Scenario: "2008", AssetClass: "FX", PnLPct: -4}}}, "is not the sum of its parts"},
	} {
		err := c.row.Validate()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%+v: %v, want %q", c.row, err, c.want)
		}
	}
}

// A run must never be lost for what the machine's clocks did.
func TestARunAgreesWithItsClocks(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 21, 0, 0, 0, time.UTC)
	for _, c := range []struct{ wall, measured, want float64 }{
		{90, 90.2, 90.2},
		{7200, 30, 7200}, // the machine slept
		{0, 500, 0},
	} {
		r := desk.Run{ID: "a", Step: "fred", Status: desk.Failed, StartedAt: at, FinishedAt: at.Add(time.Duration(c.wall) * time.Second), DurationSeconds: c.measured}.Agreeing()
		if err := r.Validate(); err != nil || r.DurationSeconds != c.want {
			t.Errorf("%+v: %v seconds, %v", c, r.DurationSeconds, err)
		}
	}
}
