package desk_test

import (
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

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
	measure := func(method desk.Method) desk.RiskMeasure {
		return desk.RiskMeasure{
			ComputedAt: at, Method: method, ConfidencePct: 99, VaRPct: 2, CVaRPct: 1, Observations: 60, WindowFrom: at, WindowTo: at.Add(time.Hour),
		}
	}
	// stressed is a scenario that loses 9 percent, and its parts.
	stressed := func(parts ...float64) desk.RiskComputation {
		c := desk.RiskComputation{Metric: metric(1, 2, 1.5), Stress: []desk.StressResult{{RunDate: at, Scenario: "2008", PortfolioPnLPct: -9}}}
		for n, pnl := range parts {
			c.StressParts = append(c.StressParts, desk.StressContribution{RunDate: at, Scenario: "2008", AssetClass: []string{desk.FX, desk.Rates}[n], PnLPct: pnl})
		}
		return c
	}
	for _, c := range []struct {
		name string
		row  interface{ Validate() error }
		says string // "" where the figures agree
	}{
		{"the duration is the time between", ended(90*time.Second, 90), ""},
		{"the duration is rounded", ended(90*time.Second, 91.9), ""},
		{"the clock was corrected", ended(10*time.Hour, 36100), ""},
		{"no time at all", ended(0, 0), ""},
		{"another duration", ended(90*time.Second, 12), "duration_seconds 12 does not agree with the 90 seconds"},
		{"milliseconds", ended(90*time.Second, 90000), "it looks like milliseconds"},
		{"minutes", ended(time.Hour, 60), "it looks like minutes"},
		{"hours", ended(90*time.Minute, 1.5), "it looks like hours"},
		{"no duration", ended(90*time.Second, 0), "duration_seconds 0 does not agree"},
		{"the machine slept", ended(3*time.Hour, 90), "duration_seconds 90 does not agree with the 10800 seconds"},
		{"a duration while it runs", desk.Run{ID: "a", Step: "fred", Status: desk.Running, StartedAt: at, DurationSeconds: 3}, "duration_seconds is set although"},
		{"a VaR and a CVaR", metric(1, 2, 1.5), ""},
		{"all the same", metric(1, 1, 1), ""},
		{"gains", metric(-0.3, -0.1, 0), ""},
		{"99 % below 95 %", metric(2, 1, 2.5), "var_99_pct 1 is below var_95_pct 2"},
		{"CVaR below VaR", metric(1, 2, 0.9), "cvar_95_pct 0.9 is below var_95_pct 1"},
		{"losses with a minus", metric(-1, -2, -1.5), "a loss is written as a positive percentage"},
		{"half of a limit", limit(3, 1.5, 50), ""},
		{"a value below zero, used without sign", limit(3, -1.5, 50), ""},
		{"a value below zero, used with sign", limit(3, -1.5, -50), ""},
		{"a limit below zero", limit(-20, -9.5, 47.5), ""},
		{"a rounded use", limit(8, 6, 75.4), ""},
		{"a limit of zero, unused", limit(0, 0, 0), ""},
		{"an unknown value", desk.LimitStatus{CheckedAt: at, Limit: "VaR 99%", LimitValue: 3, Unknown: true}, ""},
		{"another use", limit(3, 4.5, 50), "utilization_pct 50 does not agree with current_value 4.5 of limit_value 3, which is 150 percent"},
		{"a use as a fraction", limit(3, 1.5, 0.5), "it looks like a fraction"},
		{"a use of nothing", limit(3, 0, 40), "does not agree"},
		{"a limit of zero, used", limit(0, 1, 100), "limit_value is 0"},
		{"a duration below the tenor", instrument(10, 7.8), ""},
		{"a duration a little above the tenor", instrument(1, 1.02), ""},
		{"a duration far above the tenor", instrument(2, 4.5), "modified_duration 4.5 does not agree with tenor_years 2"},
		{"a gross weight as large as the net", net(-0.5, 0.5), ""},
		{"a gross weight below the net", net(-0.5, 0.4), "gross_weight 0.4 is below"},
		{"a parametric CVaR below the VaR", measure(desk.Parametric), "cvar_pct 1 is below var_pct 2"},
		{"a modified CVaR below the VaR", measure(desk.Modified), ""},
		{"parts that sum to the result", stressed(-4, -5), ""},
		{"parts that do not", stressed(-4), "is not the sum of its parts"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := c.row.Validate()
			if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("%+v: %v, want %q", c.row, err, c.says)
			}
		})
	}
}

// A run must never be lost for what the machine's clocks did.
func TestARunAgreesWithItsClocks(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 21, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct{ wall, measured, want float64 }{
		"both clocks agree":      {90, 90.2, 90.2},
		"the machine slept":      {7200, 30, 7200},
		"the clock was set back": {0, 500, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := desk.Run{ID: "a", Step: "fred", Status: desk.Failed, StartedAt: at, FinishedAt: at.Add(time.Duration(c.wall) * time.Second), DurationSeconds: c.measured}.Agreeing()
			if err := r.Validate(); err != nil || r.DurationSeconds != c.want {
				t.Errorf("%+v: %v seconds, %v", c, r.DurationSeconds, err)
			}
		})
	}
}
