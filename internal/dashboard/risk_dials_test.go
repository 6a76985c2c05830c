package dashboard

import (
	"math"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/riskfile"
)

// dialShown is a dial as a reader sees it: its text, its colour, its marks and the end of its scale.
func dialShown(d riskDatabase, title string, over span) string {
	d.t.Helper()
	items := d.drawnOf(riskUID, title, over).View.Gauge.Items
	if len(items) != 1 {
		d.t.Fatalf("%s has %d dials", title, len(items))
	}
	parts := []string{reads(items[0].Value), items[0].Value.Color}
	for _, m := range items[0].Marks {
		parts = append(parts, m.Text)
	}
	return strings.Join(append(parts, "to", items[0].Max.Text), " ")
}

// Each case has what the latest check stored about the limit on VaR 99 %, and how a dial with a VaR of 1.25 % then looks.
func TestTheDialsFollowTheLimitsOfTheLatestCheck(t *testing.T) {
	t.Parallel()
	at := local(t, "2024-03-05 19:01:00")
	limit := func(name string, value float64) desk.LimitStatus {
		return desk.LimitStatus{CheckedAt: at, Limit: name, LimitValue: value, CurrentValue: 1.25, UtilizationPct: 125 / value}
	}
	for name, c := range map[string]struct {
		limits []desk.LimitStatus
		sql    string
		want   string
	}{
		"the one built in":     {[]desk.LimitStatus{limit("VaR 99%", 7)}, "", "1.25% " + drawnGreen + " 3 7 to 10"},
		"1 %":                  {[]desk.LimitStatus{limit("VaR 99%", 1)}, "", "1.25% " + drawnRed + " 0.43 1 to 1.5"},
		"2 %":                  {[]desk.LimitStatus{limit("VaR 99%", 2)}, "", "1.25% " + drawnYellow + " 0.86 2 to 2.9"},
		"twenty":               {[]desk.LimitStatus{limit("VaR 99%", 20)}, "", "1.25% " + drawnGreen + " 8.6 20 to 29"},
		"a half":               {[]desk.LimitStatus{limit("VaR 99%", 0.5)}, "", "1.25% " + drawnRed + " 0.21 0.5 to 0.72"},
		"none":                 {[]desk.LimitStatus{limit("VaR 95%", 5)}, "", "1.25% " + colourUnknown + " to 10"},
		"not checked":          {nil, "", "1.25% " + drawnGreen + " 3 7 to 10"},
		"other names":          {[]desk.LimitStatus{limit("Value at risk", 1)}, "", "1.25% " + drawnGreen + " 3 7 to 10"},
		"a limit of zero":      {[]desk.LimitStatus{limit("VaR 99%", 7)}, "UPDATE risk_limits_status SET limit_value = 0", "1.25% " + drawnGreen + " 3 7 to 10"},
		"no column of limits":  {[]desk.LimitStatus{limit("VaR 99%", 1)}, "ALTER TABLE risk_limits_status DROP COLUMN limit_value", "1.25% " + drawnGreen + " 3 7 to 10"},
		"a check of yesterday": {[]desk.LimitStatus{limit("VaR 99%", 1)}, "UPDATE risk_limits_status SET checked_at = checked_at - interval '1 day'", "1.25% " + drawnRed + " 0.43 1 to 1.5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newRiskDatabase(t, "UTC")
			d.fill(riskRows{computations: []desk.RiskComputation{{Metric: desk.RiskMetric{ComputedAt: at, VaR95Pct: 1, VaR99Pct: 1.25, CVaR95Pct: 1.1}, Limits: c.limits}}})
			if c.sql != "" {
				d.exec(c.sql)
			}
			if got := dialShown(d, "VaR 99% (1D)", span{at.AddDate(0, 0, -1), at.Add(time.Hour)}); got != c.want {
				t.Errorf("the dial is %s, want %s", got, c.want)
			}
		})
	}
}

// The marks in the dials' own settings must be the marks of the built-in limits.
func TestTheDialsOwnMarksAreTheLimitsBuiltIn(t *testing.T) {
	t.Parallel()
	file, err := riskfile.Default()
	if err != nil {
		t.Fatal(err)
	}
	for title, limit := range map[string]*float64{
		"VaR 95% (1D)": file.Limits.VaR95Pct, "VaR 99% (1D)": file.Limits.VaR99Pct, "CVaR 95%": file.Limits.CVaR95Pct, "Max Drawdown": file.Limits.MaxDrawdownPct,
	} {
		t.Run(title, func(t *testing.T) {
			steps := walk(panelNamed(t, riskDocument(t), "gauge", title), "fieldConfig", "defaults", "thresholds", "steps").([]any)
			if got := walk(steps[2], "value"); got != *limit {
				t.Errorf("%s turns red at %v, and the limit built in is %v", title, got, *limit)
			}
		})
	}
}

// Each case lists how much of a limit was used at successive checks. There is a check on each weekday, the last on
// Tuesday 5 March 2024.
func TestTheWorstLimitSaysSinceWhenItIsInBreach(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		uses         []float64
		others       int
		worst, since string
	}{
		"in breach today":              {[]float64{90, 166}, 0, "Stress loss 166.0%", "in breach since 5 Mar"},
		"in breach since Thursday":     {[]float64{50, 101, 130, 140, 166}, 0, "Stress loss 166.0%", "in breach since 29 Feb"},
		"in breach again":              {[]float64{150, 150, 100, 120, 166}, 0, "Stress loss 166.0%", "in breach since 4 Mar"},
		"a check that did not have it": {[]float64{150, math.NaN(), 120}, 0, "Stress loss 120.0%", "in breach since 5 Mar"},
		"in breach since last year":    {filled(70, 110), 2, "Stress loss 110.0% and 2 more", "in breach since 29 Nov 2023"},
		"in breach for years":          {filled(450, 110), 0, "Stress loss 110.0%", "in breach since before 24 Aug 2022"},
		"at the limit":                 {[]float64{150, 100}, 0, "Stress loss 100.0%", "nearly used up"},
		"from 80 % on":                 {[]float64{80}, 0, "Stress loss 80.0%", "nearly used up"},
		"just below 80 %":              {[]float64{79.9}, 0, "Stress loss 79.9%", "filling up"},
		"just below 80 % as it reads":  {[]float64{79.96}, 0, "Stress loss 80.0%", "filling up"},
		"from 60 % on":                 {[]float64{60}, 0, "Stress loss 60.0%", "filling up"},
		"just below 60 %":              {[]float64{59.94}, 0, "Stress loss 59.9%", "within its limit"},
		"a half of a tenth":            {[]float64{62.25}, 0, "Stress loss 62.3%", "filling up"},
		"used beyond belief":           {[]float64{90, 1.5e12}, 0, "Stress loss over 9999%", "in breach since 5 Mar"},
		"within":                       {[]float64{150, 41.5}, 0, "Stress loss 41.5%", "within its limit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newRiskDatabase(t, "UTC")
			day := local(t, "2024-03-05 19:01:00")
			var rows riskRows
			for n := range c.uses {
				use := c.uses[len(c.uses)-1-n]
				check := desk.RiskComputation{Metric: desk.RiskMetric{ComputedAt: day, VaR95Pct: 1, VaR99Pct: 2, CVaR95Pct: 1.5}}
				check.Limits = append(check.Limits, desk.LimitStatus{CheckedAt: day, Limit: "VaR 99%", LimitValue: 7, CurrentValue: 0.7, UtilizationPct: 10})
				if !math.IsNaN(use) {
					check.Limits = append(check.Limits, desk.LimitStatus{CheckedAt: day, Limit: "Stress loss", LimitValue: 20, CurrentValue: use / 5, UtilizationPct: use})
				}
				for k := range c.others {
					check.Limits = append(check.Limits, desk.LimitStatus{CheckedAt: day, Limit: []string{"Net FX", "Net Rates"}[k], LimitValue: 1, CurrentValue: 1.05, UtilizationPct: 105})
				}
				rows.computations = append(rows.computations, check)
				for day = day.AddDate(0, 0, -1); day.Weekday() == time.Saturday || day.Weekday() == time.Sunday; {
					day = day.AddDate(0, 0, -1)
				}
			}
			d.fill(rows)
			end := local(t, "2024-03-06 10:00:00")
			got := d.table("Worst Limit", span{end.AddDate(0, 0, -7), end})
			if len(got) != 1 || got[0][0] != c.worst || got[0][1] != c.since {
				t.Errorf("it says %v, want %s, %s", got, c.worst, c.since)
			}
			items := d.drawnOf(riskUID, "Worst Limit", span{end.AddDate(0, 0, -7), end}).View.Stat.Items
			want := map[string]string{"i": drawnRed, "n": drawnRed, "f": drawnYellow, "w": drawnGreen}[c.since[:1]]
			if len(items) != 2 || reads(items[0].Value) != c.worst || items[1].Value.Color != want || reads(items[1].Value) != c.since {
				t.Errorf("it shows %+v", items)
			}
			// The fullest bar is the first one.
			bar := d.drawnOf(riskUID, "Limit Utilization", span{end.AddDate(0, 0, -7), end}).View.BarGauge.Items[0].Value
			if bar.Color != want || !strings.Contains(c.worst+" ", " "+reads(bar)+" ") && !strings.Contains(c.worst, "over 9999%") {
				t.Errorf("its bar shows %s in %s", reads(bar), bar.Color)
			}
		})
	}
}

// A limit that was not checked may be in breach, so nothing of the tile is green.
func TestWorstLimitIsGreyWhereNoLimitWasChecked(t *testing.T) {
	t.Parallel()
	day := local(t, "2024-03-05 19:01:00")
	computed := desk.RiskComputation{Metric: desk.RiskMetric{ComputedAt: day, VaR95Pct: 1, VaR99Pct: 2, CVaR95Pct: 1.5}}
	later := desk.RiskComputation{Metric: desk.RiskMetric{ComputedAt: day.AddDate(0, 0, 7), VaR95Pct: 1, VaR99Pct: 2, CVaR95Pct: 1.5},
		Limits: []desk.LimitStatus{{CheckedAt: day.AddDate(0, 0, 7), Limit: "VaR 99%", LimitValue: 7, CurrentValue: 0.7, UtilizationPct: 10}}}
	for name, rows := range map[string]riskRows{
		"an empty record":                 {},
		"figures without limits":          {computations: []desk.RiskComputation{computed}},
		"limits checked after the moment": {computations: []desk.RiskComputation{later}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newRiskDatabase(t, "UTC")
			d.fill(rows)
			end := local(t, "2024-03-06 10:00:00")
			items := d.drawnOf(riskUID, "Worst Limit", span{end.AddDate(0, 0, -7), end}).View.Stat.Items
			if len(items) != 2 || reads(items[0].Value) != "No limits checked yet" || items[0].Value.Color == drawnGreen {
				t.Fatalf("it shows %+v", items)
			}
			if reads(items[1].Value) != "–" || items[1].Value.Color != colourUnknown {
				t.Errorf("below it stands %q in %s, want – in grey", reads(items[1].Value), items[1].Value.Color)
			}
		})
	}
}

func filled(n int, use float64) []float64 {
	all := make([]float64, n)
	for k := range all {
		all[k] = use
	}
	return all
}
