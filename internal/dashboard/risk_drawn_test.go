package dashboard

import (
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	viewerannotation "macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/model"
	grafanaquery "macrowatch/internal/viewer/query"
	"macrowatch/internal/viewer/render"
	"macrowatch/internal/viewer/view"
)

// Colours as the dark theme has them.
const (
	drawnGreen  = "#73bf69"
	drawnYellow = "#fade2a"
	drawnRed    = "#f2495c"
)

// drawn are the panels of the Risk Dashboard as a reader of the viewer gets them, by title.
func (d riskDatabase) drawn(over span) map[string]view.Panel {
	d.t.Helper()
	defs, err := All(desk.BuiltInRules())
	if err != nil {
		d.t.Fatal(err)
	}
	def := defs[slices.IndexFunc(defs, func(d Definition) bool { return d.UID == riskUID })]
	text, err := JSON(def)
	if err != nil {
		d.t.Fatal(err)
	}
	parsed, err := model.Parse(text)
	if err != nil {
		d.t.Fatal(err)
	}
	run := grafanaquery.NewRunner(d.pool, grafanaquery.Options{})
	all := map[string]view.Panel{}
	for _, p := range def.Dashboard.Panels {
		if p.Panel == nil {
			continue
		}
		got := render.Panel(d.t.Context(), run, parsed, int(*p.Panel.Id), over.request(), viewerannotation.Marks{})
		if got.Error != "" || got.View == nil {
			d.t.Fatalf("%s: %s", *p.Panel.Title, got.Error)
		}
		if len(got.View.Notices) > 0 {
			d.t.Errorf("%s says %v", *p.Panel.Title, got.View.Notices)
		}
		all[*p.Panel.Title] = got
	}
	return all
}

// drawnOf is one panel of a dashboard as a reader of the viewer gets it.
func (d riskDatabase) drawnOf(uid, title string, over span) view.Panel {
	d.t.Helper()
	def := definitionOf(d.t, uid)
	text, err := JSON(def)
	if err != nil {
		d.t.Fatal(err)
	}
	parsed, err := model.Parse(text)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, p := range def.Dashboard.Panels {
		if p.Panel != nil && *p.Panel.Title == title {
			got := render.Panel(d.t.Context(), grafanaquery.NewRunner(d.pool, grafanaquery.Options{}), parsed, int(*p.Panel.Id),
				over.request(), viewerannotation.Marks{})
			if got.Error != "" || got.View == nil {
				d.t.Fatalf("%s: %s", title, got.Error)
			}
			return got
		}
	}
	d.t.Fatalf("there is no panel %q", title)
	return view.Panel{}
}

// reads is a value as it is read.
func reads(v view.Value) string { return v.Prefix + v.Text + v.Suffix }

func TestRiskPanelsSayThatNothingIsComputedYet(t *testing.T) {
	t.Parallel()
	now := time.Now()
	all := newRiskDatabase(t, "UTC").drawn(span{now.AddDate(0, 0, -7), now})
	for title, want := range map[string]string{
		"Stress Test Results": "No stress test yet", "VaR History": "No VaR computed in this range", "VaR Backtest": "No VaR tested in this range",
	} {
		if got := all[title].View.Message; got != want {
			t.Errorf("%s says %q, want %q", title, got, want)
		}
	}
	for title, want := range map[string]string{
		"Stress by Asset Class": "No stress test by asset class", "VaR by Method": "No VaR by method",
		"What drives the VaR: Strategies": "No contributions", "Backtest Summary": "No backtest",
		"Notes on the Computation": "No notes",
	} {
		if v := all[title].View; v.Message != want && (v.Table == nil || v.Table.NoRows != want) {
			t.Errorf("%s says %q, want %q", title, v.Message, want)
		}
	}
	for _, title := range []string{"VaR 95% (1D)", "VaR 99% (1D)", "CVaR 95%", "Max Drawdown"} {
		if items := all[title].View.Gauge.Items; len(items) != 1 || reads(items[0].Value) != "Not computed" || items[0].Value.Color != colourUnknown {
			t.Errorf("%s shows %v", title, items)
		}
	}
	if items := all["Max Drawdown 1Y"].View.Stat.Items; len(items) != 1 || reads(items[0].Value) != "Not computed" {
		t.Errorf("the year's drawdown shows %v", items)
	}
	if items := all["Risk Computed For"].View.Stat.Items; len(items) != 2 || reads(items[0].Value) != "NO VAR" || reads(items[1].Value) != "–" {
		t.Errorf("the time shows %v", items)
	}
	if items := all["Limit Utilization"].View.BarGauge.Items; len(items) != 1 || reads(items[0].Value) != "No limits checked yet" || items[0].Value.Color != colourUnknown {
		t.Errorf("the limits show %v", items)
	}
}

func TestRiskPanelsColourByTheLimitsAndSayTheSign(t *testing.T) {
	t.Parallel()
	db := newRiskDatabase(t, "UTC")
	at := local(t, "2024-03-05 19:01:00")
	limit := func(name string, percent float64) desk.LimitStatus {
		return desk.LimitStatus{CheckedAt: at, Limit: name, LimitValue: 5, CurrentValue: percent / 20, UtilizationPct: percent}
	}
	c := desk.RiskComputation{
		Metric: desk.RiskMetric{ComputedAt: at, VaR95Pct: -0.5, VaR99Pct: 3, CVaR95Pct: 12.345, MaxDrawdownPct: 9.994, MaxDrawdown252dPct: 21},
		Stress: []desk.StressResult{{RunDate: at, Scenario: "Gains", PortfolioPnLPct: 2}, {RunDate: at, Scenario: "Loses", PortfolioPnLPct: -3.04}, {RunDate: at, Scenario: "Nothing"}},
		Limits: []desk.LimitStatus{limit("Low", 59.9), limit("Middle", 60), limit("High", 80), limit("Over", 100.1), limit("Under", -10), limit("Full", 100)},
		Contributions: []desk.RiskContribution{
			{ComputedAt: at, Grouping: desk.ByStrategy, Name: "FX", NetWeight: -0.282, GrossWeight: 0.282, CVaR95Pct: -0.25, VaR99Pct: 0.5, IncrementalVaR99Pct: 0.1},
			{ComputedAt: at, Grouping: desk.ByStrategy, Name: "RATES", NetWeight: 1, GrossWeight: 1, CVaR95Pct: 1, VaR99Pct: 2.5, IncrementalVaR99Pct: 2},
		},
		Backtest: []desk.BacktestSummary{
			{ComputedAt: at, ConfidencePct: 95, Days: 250, Exceptions: 30, Kupiec: &desk.LikelihoodRatio{P: 0.0001}, Christoffersen: &desk.LikelihoodRatio{P: 0.05}},
			{ComputedAt: at, ConfidencePct: 99, Days: 250, Exceptions: 7, Kupiec: &desk.LikelihoodRatio{P: 0.049}, Zone: desk.Yellow},
		},
	}
	day := time.Date(2024, 3, 4, 0, 0, 0, 0, time.UTC)
	db.fill(riskRows{[]desk.RiskComputation{c}, []desk.BacktestDay{{Day: day, VaRComputedAt: day, VaR95Pct: 1, VaR99Pct: 2, HypotheticalPnLPct: -2.5}}})
	all := db.drawn(span{at.AddDate(0, 0, -7), at.Add(time.Hour)})

	for title, want := range map[string][]string{
		"VaR 95% (1D)": {"-0.50%", drawnGreen, "0", "8", "2 5"}, "VaR 99% (1D)": {"3.00%", drawnYellow, "0", "10", "3 7"},
		"CVaR 95%": {"12.35%", drawnRed, "0", "10", "3 7"}, "Max Drawdown": {"9.99%", drawnYellow, "0", "15", "5 10"},
	} {
		items := all[title].View.Gauge.Items
		if len(items) != 1 {
			t.Errorf("%s has %d dials", title, len(items))
			continue
		}
		var marks []string
		for _, m := range items[0].Marks {
			marks = append(marks, m.Text)
		}
		g := all[title].View.Gauge
		got := []string{reads(items[0].Value), items[0].Value.Color, items[0].Min.Text, items[0].Max.Text, strings.Join(marks, " ")}
		if !slices.Equal(got, want) || !g.ShowThresholdLabels || !g.ShowThresholdMarkers {
			t.Errorf("%s is %v, want %v", title, got, want)
		}
	}

	bars := all["Stress Test Results"].View.BarChart
	var names []string
	for _, category := range bars.Categories {
		names = append(names, category.Text)
	}
	if !slices.Equal(names, []string{"Loses", "Nothing", "Gains"}) || len(bars.Series) != 1 || bars.Orientation != "horizontal" ||
		!slices.Equal(bars.Series[0].Colors, []string{drawnRed, drawnGreen, drawnGreen}) || !slices.Equal(bars.Series[0].Texts, []string{"-3.0%", "0.0%", "2.0%"}) {
		t.Errorf("the stress test is %v %v", names, bars.Series)
	}
	if bars.Series[0].Status || slices.Contains(bars.Series[0].Statuses, true) {
		t.Errorf("losses are marked like failures: %v", bars.Series[0].Statuses)
	}

	var limits []string
	for _, i := range all["Limit Utilization"].View.BarGauge.Items {
		limits = append(limits, i.Title+" = "+reads(i.Value)+" "+i.Value.Color)
	}
	if want := []string{"Over: 5.01 of 5, BREACH = 100.1% " + drawnRed, "Full: 5.00 of 5 = 100.0% " + drawnRed, "High: 4.00 of 5 = 80.0% " + drawnRed,
		"Middle: 3.00 of 5 = 60.0% " + drawnYellow, "Low: 3.00 of 5 = 59.9% " + drawnGreen, "Under: -0.50 of 5 = -10.0% " + drawnGreen}; !slices.Equal(limits, want) {
		t.Errorf("the limits are\n%v, want\n%v", limits, want)
	}

	if items := all["Risk Computed For"].View.Stat.Items; len(items) != 2 || reads(items[0].Value) != "CURRENT" || items[0].Value.Color != drawnGreen || reads(items[1].Value) != "2024-03-05 19:01 UTC-03" {
		t.Errorf("the time shows %v", items)
	}
	later := db.drawn(span{at, at.Add(40 * time.Hour)})["Risk Computed For"].View.Stat.Items
	if reads(later[0].Value) != "STALE" || later[0].Value.Color != drawnYellow {
		t.Errorf("forty hours later it shows %v", later)
	}

	rows := tableTexts(all["What drives the VaR: Strategies"].View.Table)
	if want := []string{"RATES | 100.0% | 1.00% | 2.50% | 2.00%", "FX | -28.2% | -0.25% " + drawnGreen + " | 0.50% | 0.10%", "Total | | 0.75% | 3.00% |"}; !slices.Equal(rows, want) {
		t.Errorf("the drivers are\n%q, want\n%q", rows, want)
	}
	rows = tableTexts(all["Backtest Summary"].View.Table)
	if want := []string{"VaR 99% | 250 | 7 | 2.5 | 0.049 " + drawnYellow + " | – | YELLOW " + drawnYellow, "VaR 95% | 250 | 30 | 12.5 | 0.000 " + drawnRed + " | 0.050 | –"}; !slices.Equal(rows, want) {
		t.Errorf("the backtest comes to\n%q, want\n%q", rows, want)
	}
	forLinks := []string{"week_from", "day_to"} // columns that only the links of a day read
	for _, s := range all["VaR Backtest"].View.TimeSeries.Series {
		hidden := s.HideFromViz && s.HideFromLegend && s.HideFromTooltip
		if want := slices.Contains(forLinks, s.Name); hidden != want {
			t.Errorf("%s is hidden: %v, want %v", s.Name, hidden, want)
		}
		if hidden {
			continue
		}
		style := map[string]string{"Hypothetical P&L": "bars", "-VaR 95%": "line", "-VaR 99%": "line"}[s.Name]
		if style == "" {
			style = "points"
		}
		if s.Style != style || s.Name == "Beyond VaR 99%" && (s.Color != drawnRed || *s.Values[0] != -2.5) {
			t.Errorf("%s is drawn as %s in %s: %v", s.Name, s.Style, s.Color, s.Values)
		}
	}
}

// tableTexts are a table's rows and its footer as they are read, with the colours that mean something.
func tableTexts(table *view.Table) (out []string) {
	for _, row := range append(slices.Clone(table.Rows), table.Footer) {
		if row == nil {
			continue
		}
		var cells []string
		for _, c := range row {
			text := reads(c.Value)
			if slices.Contains([]string{drawnGreen, drawnYellow, drawnRed}, c.Color) {
				text += " " + c.Color
			}
			cells = append(cells, text)
		}
		out = append(out, strings.ReplaceAll(strings.Join(cells, " | "), "|  |", "| |"))
	}
	for i := range out {
		out[i] = strings.TrimRight(out[i], " ")
	}
	return out
}
