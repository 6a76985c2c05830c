package dashboard

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"macrowatch/internal/desk"
)

// riskDocument is the JSON of the Risk Dashboard as Grafana reads it.
func riskDocument(t *testing.T) map[string]any {
	t.Helper()
	defs, _ := definitions(t, desk.BuiltInRules())
	text, err := JSON(defs[slices.IndexFunc(defs, func(d Definition) bool { return d.UID == riskUID })])
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestTheDashboardsStandInTheSpecifiedOrder(t *testing.T) {
	t.Parallel()
	defs, _ := definitions(t, desk.BuiltInRules())
	var got []string
	for _, d := range defs {
		got = append(got, d.UID+" "+d.Title+" "+d.File)
	}
	want := []string{
		"pipeline-health Pipeline Health pipeline_health.json", "signal-overview Signal Overview signal_overview.json",
		"risk-dashboard Risk Dashboard risk_dashboard.json", "portfolio-performance Portfolio Performance portfolio_performance.json",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the dashboards are %v, want %v", got, want)
	}
}

// Ids stand in bookmarks: this list only ever grows, and no id in it changes.
func TestRiskPanelsAreTheSpecifiedOnes(t *testing.T) {
	t.Parallel()
	type entry struct {
		id    float64
		title string
	}
	var got []entry
	for _, p := range riskDocument(t)["panels"].([]any) {
		got = append(got, entry{walk(p, "id").(float64), walk(p, "type").(string) + " " + walk(p, "title").(string)})
	}
	want := []entry{
		{101, "row VaR Gauges"}, {1, "gauge VaR 95% (1D)"}, {2, "gauge VaR 99% (1D)"}, {3, "gauge CVaR 95%"}, {4, "gauge Max Drawdown"},
		{18, "stat Worst Limit"}, {5, "stat Max Drawdown 1Y"},
		{103, "row Limit Utilization"}, {9, "bargauge Limit Utilization"}, {6, "stat Risk Computed For"}, {19, "table Worst Scenarios"},
		{102, "row Stress Test Results"}, {7, "barchart Stress Test Results"}, {8, "table Stress by Asset Class"}, {20, "table Positions of a Scenario"},
		{104, "row VaR History"}, {10, "timeseries VaR History"}, {11, "table VaR by Method"},
		{108, "row Limits over Time"}, {21, "timeseries Utilization over Time"}, {22, "table Limit Breaches"},
		{105, "row What drives the VaR"}, {12, "table What drives the VaR: Asset Classes"}, {13, "table What drives the VaR: Strategies"},
		{14, "table What drives the VaR: Instruments"},
		{106, "row Backtest"}, {15, "timeseries VaR Backtest"}, {16, "table Backtest Summary"},
		{107, "row Notes"}, {17, "table Notes on the Computation"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("the panels are\n%v, want\n%v", got, want)
	}
}

func TestEachDialNamesItsFieldAndShowsItsLimits(t *testing.T) {
	t.Parallel()
	doc := riskDocument(t)
	for title, want := range map[string]struct {
		field              string
		watch, limit, most float64
	}{
		"VaR 95% (1D)": {"/^var_95_pct$/", 2, 5, 8}, "VaR 99% (1D)": {"/^var_99_pct$/", 3, 7, 10},
		"CVaR 95%": {"/^cvar_95_pct$/", 3, 7, 10}, "Max Drawdown": {"/^max_drawdown$/", 5, 10, 15},
	} {
		p := panelNamed(t, doc, "gauge", title)
		calc := "last" // "last" does not skip NaN, for which there is a text
		if title == "Max Drawdown" {
			calc = "lastNotNull"
		}
		equal(t, title+": reduction", walk(p, "options", "reduceOptions"), map[string]any{"values": false, "calcs": []any{calc}, "fields": want.field})
		equal(t, title+": labels", walk(p, "options", "showThresholdLabels"), true)
		equal(t, title+": markers", walk(p, "options", "showThresholdMarkers"), true)
		equal(t, title+": scale", []any{walk(p, "fieldConfig", "defaults", "min"), walk(p, "fieldConfig", "defaults", "max")}, []any{0.0, want.most})
		equal(t, title+": thresholds", walk(p, "fieldConfig", "defaults", "thresholds"), map[string]any{"mode": "absolute", "steps": []any{
			map[string]any{"value": nil, "color": "green"}, map[string]any{"value": want.watch, "color": "yellow"}, map[string]any{"value": want.limit, "color": "red"},
		}})
		equal(t, title+": name", walk(p, "fieldConfig", "defaults", "displayName"), nil) // a display name would rename the field that other settings name
	}
	equal(t, "the year's drawdown", walk(panelNamed(t, doc, "stat", "Max Drawdown 1Y"), "options", "reduceOptions", "fields"), "/^max_drawdown_252d_pct$/")
}

func TestStressBarsTakeTheColourOfTheirValue(t *testing.T) {
	t.Parallel()
	p := panelNamed(t, riskDocument(t), "barchart", "Stress Test Results")
	equal(t, "orientation", walk(p, "options", "orientation"), "horizontal")
	equal(t, "x", walk(p, "options", "xField"), "Scenario")
	equal(t, "gradient", walk(p, "fieldConfig", "defaults", "custom", "gradientMode"), "scheme")
	equal(t, "colour", walk(p, "fieldConfig", "defaults", "color", "mode"), "thresholds")
	equal(t, "steps", walk(p, "fieldConfig", "defaults", "thresholds", "steps"), []any{
		map[string]any{"value": nil, "color": "red"}, map[string]any{"value": 0.0, "color": "green"},
	})
}

func TestLimitBarsDrawEveryRow(t *testing.T) {
	t.Parallel()
	p := panelNamed(t, riskDocument(t), "bargauge", "Limit Utilization")
	equal(t, "reduction", walk(p, "options", "reduceOptions"), map[string]any{"values": true, "calcs": []any{"lastNotNull"}, "fields": "", "limit": 100.0})
	equal(t, "scale", []any{walk(p, "fieldConfig", "defaults", "min"), walk(p, "fieldConfig", "defaults", "max")}, []any{0.0, 100.0})
	equal(t, "steps", walk(p, "fieldConfig", "defaults", "thresholds", "steps"), []any{
		map[string]any{"value": nil, "color": "green"}, map[string]any{"value": 60.0, "color": "yellow"}, map[string]any{"value": 80.0, "color": "red"},
	})
}

func TestTheBacktestShowsTheYearThatItsSummaryCounts(t *testing.T) {
	t.Parallel()
	p := panelNamed(t, riskDocument(t), "timeseries", "VaR Backtest")
	equal(t, "range", p["timeFrom"], "1y")
	equal(t, "where the bars begin", walk(p, "fieldConfig", "defaults", "custom", "axisSoftMax"), 0.0) // Grafana's axis may leave zero out
	for name, want := range map[string][2]any{
		"-VaR 95%": {"line", "never"}, "-VaR 99%": {"line", "never"}, "Beyond VaR 95%": {"points", "always"}, "Beyond VaR 99%": {"points", "always"}, "Actual return": {"points", "always"},
	} {
		equal(t, name+": style", overrideOf(p, "byName", name, "custom.drawStyle"), want[0])
		equal(t, name+": points", overrideOf(p, "byName", name, "custom.showPoints"), want[1])
	}
	equal(t, "exceptions", walk(overrideOf(p, "byName", "Beyond VaR 99%", "color"), "fixedColor"), "red")
}

// A reader can't use a figure of risk without its sign, unit, method and source.
func TestRiskDescriptionsSaySignUnitMethodAndSource(t *testing.T) {
	t.Parallel()
	for _, p := range riskDocument(t)["panels"].([]any) {
		if walk(p, "type") == "row" {
			continue
		}
		title, text := walk(p, "title").(string), walk(p, "description").(string)
		says := []string{"From ", "chosen range"}
		switch {
		case title == "VaR 95% (1D)" || title == "VaR 99% (1D)" || title == "CVaR 95%":
			says = append(says, "percent of NAV", "a loss is positive", "Historical simulation", "500", "type 7", "carry is left out")
		case title == "VaR History":
			says = []string{"From risk_metrics_daily", "percent of NAV", "a loss is positive", "Historical simulation"}
		case strings.HasPrefix(title, "Stress"):
			says = append(says, "percent of NAV", "a loss is negative")
		case strings.HasPrefix(title, "What drives"):
			says = append(says, "percent of NAV", "sum to the whole", "long the bond")
		case title == "VaR Backtest":
			says = append(says, "percent of NAV", "a loss is negative", "carry left out", "exception")
		}
		for _, words := range says {
			if !strings.Contains(text, words) {
				t.Errorf("%s does not say %q", title, words)
			}
		}
	}
}

// For Grafana 9.3 a text is a missing number, so a mapping would call each bar "No limits checked yet".
func TestNamesOfLimitsAreNotMapped(t *testing.T) {
	t.Parallel()
	p := panelNamed(t, riskDocument(t), "bargauge", "Limit Utilization")
	if len(walk(p, "fieldConfig", "defaults", "mappings").([]any)) == 0 {
		t.Error("nothing stands for a limit without a check")
	}
	equal(t, "mappings of the names", overrideOf(p, "byName", "Limit", "mappings"), []any{})
}
