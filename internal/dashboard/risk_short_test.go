package dashboard

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
	"macrowatch/internal/viewer/view"
)

// shortRisk is a computation with too few returns for a VaR.
func shortRisk(at time.Time, returns int) desk.RiskComputation {
	return desk.RiskComputation{
		Metric: desk.RiskMetric{ComputedAt: at, NoVaR: true, MaxDrawdownPct: 1.5, MaxDrawdown252dPct: 2.5},
		Stress: []desk.StressResult{{RunDate: at, Scenario: "October 2008", PortfolioPnLPct: -16.6}},
		Limits: []desk.LimitStatus{{CheckedAt: at, Limit: "VaR 99%", LimitValue: 7.5, Unknown: true}, {CheckedAt: at, Limit: "Gross leverage", LimitValue: 8, CurrentValue: 2.14, UtilizationPct: 26.75}},
		Notes:  []desk.RiskNote{{ComputedAt: at, No: 1, Kind: "short", Text: "VaR and CVaR are not computed."}},
		Inputs: &desk.RiskInputs{ComputedAt: at, Digest: strings.Repeat("0", 64), RowsDigest: strings.Repeat("0", 64), PricesTo: desk.BuiltInRules().LastPricedDay(at), Returns: returns},
	}
}

func TestTheRiskOfAShortHistorySaysHowManyReturnsThereAre(t *testing.T) {
	t.Parallel()
	if returnsLeast != risk.MinReturns || drawdownDays != risk.DrawdownDays || backtestDays != risk.BacktestDays {
		t.Errorf("the dashboard says %d returns, %d days and %d days", returnsLeast, drawdownDays, backtestDays)
	}
	at := local(t, "2020-03-13 19:01:00")
	for _, returns := range []int{0, 23, 59} {
		t.Run(fmt.Sprint(returns), func(t *testing.T) {
			t.Parallel()
			d := newRiskDatabase(t, "UTC")
			d.fill(riskRows{computations: []desk.RiskComputation{shortRisk(at, returns)}})
			d.exec("UPDATE risk_inputs SET rows_digest = encode(sha256(''::bytea), 'hex')") // of no rows: not other ones
			all := d.drawn(span{at.AddDate(0, 0, -7), at.Add(40 * time.Hour)})
			says := fmt.Sprintf("%d of 60 returns", returns)
			for _, title := range []string{"VaR 95% (1D)", "VaR 99% (1D)", "CVaR 95%"} {
				if items := all[title].View.Gauge.Items; len(items) != 1 || reads(items[0].Value) != says || items[0].Value.Color != colourUnknown || items[0].Fill != nil {
					t.Errorf("%s shows %+v", title, items)
				}
			}
			if items := all["Max Drawdown"].View.Gauge.Items; len(items) != 1 || reads(items[0].Value) != "1.50%" || items[0].Value.Color != colourUnknown { // without a limit
				t.Errorf("the drawdown shows %+v", items)
			}
			var limits []string
			for _, i := range all["Limit Utilization"].View.BarGauge.Items {
				limits = append(limits, i.Title+" = "+reads(i.Value)+" "+i.Value.Color)
			}
			if want := []string{"Gross leverage: 2.14 of 8 = 26.8% " + drawnGreen, "VaR 99%: " + says + ", limit 7.5 = Not computed " + colourUnknown}; fmt.Sprint(limits) != fmt.Sprint(want) {
				t.Errorf("the limits are %q, want %q", limits, want)
			}
			if items := all["Risk Computed For"].View.Stat.Items; reads(items[0].Value) != "NO VAR" || reads(items[1].Value) != "2020-03-13: "+says {
				t.Errorf("the time shows %+v", items)
			}
			if says := all["VaR History"].View.Message; says != "No VaR computed in this range" {
				t.Errorf("the history says %q", says)
			}
			if bars := all["Stress Test Results"].View.BarChart; len(bars.Series) != 1 || bars.Series[0].Texts[0] != "-16.6%" {
				t.Errorf("the stress test is %+v", bars)
			}
		})
	}
}

func TestABacktestOfFewerThan250DaysHasNoZone(t *testing.T) {
	t.Parallel()
	d := newRiskDatabase(t, "UTC")
	at := local(t, "2024-03-05 19:01:00")
	for days, want := range map[int]string{0: "0 of 250 days", 22: "22 of 250 days", 249: "249 of 250 days", 250: "green"} {
		c := shortRisk(at, 60)
		c.Backtest = []desk.BacktestSummary{{ComputedAt: at, ConfidencePct: 95, Days: days}, {ComputedAt: at, ConfidencePct: 99, Days: days, Zone: desk.Green}}
		d.fill(riskRows{computations: []desk.RiskComputation{c}})
		got := d.table("Backtest Summary", span{at.AddDate(0, 0, -1), at})
		if got[0][6] != want || got[1][6] != nil {
			t.Errorf("of %d days it says %v and %v, want %s", days, got[0][6], got[1][6], want)
		}
	}
}

// A day without a VaR is a gap in the history, and no line crosses it.
func TestTheVaRHistoryHasAGapWhereThereIsNoVaR(t *testing.T) {
	t.Parallel()
	d := newRiskDatabase(t, "UTC")
	at := local(t, "2020-03-16 19:01:00")
	var rows riskRows
	for n := range 5 {
		c := shortRisk(at.AddDate(0, 0, n), 58+n)
		if n != 2 {
			c.Metric = desk.RiskMetric{ComputedAt: c.Metric.ComputedAt, VaR95Pct: 1, VaR99Pct: 2, CVaR95Pct: 1.5}
		}
		rows.computations = append(rows.computations, c)
	}
	d.fill(rows)
	v := d.drawn(span{at.AddDate(0, 0, -1), at.AddDate(0, 0, 5)})["VaR History"].View.TimeSeries
	if len(v.Series) != 2 {
		t.Fatalf("%d lines", len(v.Series))
	}
	for _, s := range v.Series {
		if got := describe(s); got != "11_11" || s.Plot != nil {
			t.Errorf("%s is %s", s.Name, got)
		}
	}
}

// describe writes a line's values as 1 and its gaps as _.
func describe(s view.Series) string {
	text := ""
	for _, v := range s.Values {
		if v == nil || math.IsNaN(*v) {
			text += "_"
		} else {
			text += "1"
		}
	}
	return text
}
