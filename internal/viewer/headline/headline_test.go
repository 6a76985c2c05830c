package headline_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/headline"
)

// thresholds are steps of the dashboards' kind: green below 80, yellow below 90, red from there on.
const thresholds = `"fieldConfig": {"defaults": {"color": {"mode": "thresholds"}, "thresholds": {"mode": "absolute", "steps": [
	{"value": null, "color": "green"}, {"value": 80, "color": "yellow"}, {"value": 90, "color": "red"}]}}}`

// aLossIsRed are thresholds that tell only a loss from a gain.
const aLossIsRed = `"fieldConfig": {"defaults": {"color": {"mode": "thresholds"}, "thresholds": {"mode": "absolute", "steps": [
	{"value": null, "color": "red"}, {"value": 0, "color": "green"}]}}}`

// belowZeroAndMore are thresholds of which zero is only one.
const belowZeroAndMore = `"fieldConfig": {"defaults": {"color": {"mode": "thresholds"}, "thresholds": {"mode": "absolute", "steps": [
	{"value": null, "color": "red"}, {"value": 0, "color": "yellow"}, {"value": 2, "color": "green"}]}}}`

const eachRow = `"options": {"reduceOptions": {"values": true, "calcs": []}}`

// boardOf is a dashboard of one panel over the last day.
func boardOf(kind, sql, rest string) string {
	return strings.TrimSuffix(paneltest.OnePanel(kind, sql, rest), "}") + `, "uid": "u", "time": {"from": "now-24h", "to": "now"}}`
}

func TestHeadlinesHaveTheDashboardsWordsAndSeverities(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for name, c := range map[string]struct {
		board string
		want  []headline.Headline
	}{
		"a dial in the red": {boardOf("gauge", "SELECT 97.5 AS v", thresholds),
			[]headline.Headline{{PanelID: 1, Panel: "T", Values: []string{"97.5"}, Severity: headline.Critical}}},
		"bars": {boardOf("bargauge", "SELECT * FROM (VALUES ('VaR', 12.0), ('Stress', 85), ('Net FX', 90)) x(name, v)", thresholds+","+eachRow),
			[]headline.Headline{{PanelID: 1, Panel: "T", Name: "VaR", Values: []string{"12"}, Severity: headline.OK},
				{PanelID: 1, Panel: "T", Name: "Stress", Values: []string{"85"}, Severity: headline.Warning},
				{PanelID: 1, Panel: "T", Name: "Net FX", Values: []string{"90"}, Severity: headline.Critical}}},
		"a tile of a failed run": {boardOf("stat", "SELECT 'FAILED' AS status, timestamptz '2025-05-30 06:00Z' AS started_at, 90.0 AS duration_seconds", paneltest.TileSettings),
			[]headline.Headline{{PanelID: 1, Panel: "T", Values: []string{"FAILED", "6 hours ago", "1.50 mins"}, Severity: headline.Critical}}},
		"named values are lines": {boardOf("stat", "SELECT 'a' AS fred, 'b' AS yahoo", `"options": {"textMode": "value_and_name", "reduceOptions": {"calcs": ["lastNotNull"], "fields": "/.*/"}}`),
			[]headline.Headline{{PanelID: 1, Panel: "T", Name: "fred", Values: []string{"a"}, Severity: headline.OK}, {PanelID: 1, Panel: "T", Name: "yahoo", Values: []string{"b"}, Severity: headline.OK}}},
		"orange and dark shades count": {boardOf("stat", "SELECT 5 AS v", `"fieldConfig": {"defaults": {"color": {"mode": "fixed", "fixedColor": "semi-dark-orange"}}}`),
			[]headline.Headline{{PanelID: 1, Panel: "T", Values: []string{"5"}, Severity: headline.Warning}}},
		"blue says nothing": {boardOf("stat", "SELECT 5 AS v", `"fieldConfig": {"defaults": {"color": {"mode": "fixed", "fixedColor": "blue"}}}`),
			[]headline.Headline{{PanelID: 1, Panel: "T", Values: []string{"5"}}}},
		"a loss in red is no fault":   {boardOf("stat", "SELECT -5 AS v", aLossIsRed), []headline.Headline{{PanelID: 1, Panel: "T", Values: []string{"-5"}}}},
		"a gain in green is no merit": {boardOf("gauge", "SELECT 5 AS v", aLossIsRed), []headline.Headline{{PanelID: 1, Panel: "T", Values: []string{"5"}}}},
		"zero is one mark of several": {boardOf("stat", "SELECT -5 AS v", belowZeroAndMore),
			[]headline.Headline{{PanelID: 1, Panel: "T", Values: []string{"-5"}, Severity: headline.Critical}}},
		"neither null nor NaN is OK": {boardOf("bargauge", "SELECT * FROM (VALUES ('VaR', NULL::float8), ('Stress', 'NaN'), ('Net FX', 12)) x(name, v)", thresholds+","+eachRow),
			[]headline.Headline{{PanelID: 1, Panel: "T", Name: "VaR", Values: []string{""}}, {PanelID: 1, Panel: "T", Name: "Stress", Values: []string{"NaN"}},
				{PanelID: 1, Panel: "T", Name: "Net FX", Values: []string{"12"}, Severity: headline.OK}}},
		"no rows":               {boardOf("stat", "SELECT 5 AS v WHERE false", ""), []headline.Headline{{PanelID: 1, Panel: "T", Values: []string{"No data"}}}},
		"other kinds have none": {boardOf("table", "SELECT 5 AS v", ""), nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := headline.Read(t.Context(), paneltest.Runner(b.Pool), b.Dashboard(c.board), headline.Options{Now: paneltest.Noon()})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAPanelThatCannotBeComputedIsCritical(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	got, err := headline.Read(t.Context(), paneltest.Runner(b.Pool), b.Dashboard(boardOf("stat", "SELECT v FROM no_such_table", "")),
		headline.Options{Now: paneltest.Noon()})
	if err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	if got[0].Severity != headline.Critical || !strings.Contains(got[0].Problem, "no_such_table") {
		t.Errorf("%+v", got[0])
	}
	if headline.Worst(got) != headline.Critical || headline.Worst(nil) != headline.Neutral {
		t.Error("the worst of them is another")
	}
}
