package single_test

import (
	"testing"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/palette"
)

func TestAStatusTileShowsTextTimeAndDuration(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	sql := `SELECT 'SUCCESS' AS status, $__timeTo()::timestamptz - interval '1 hour' AS started_at, 42.5::float8 AS duration_seconds`
	v := b.View("stat", sql, paneltest.TileSettings)
	paneltest.NoNotices(t, v)
	s := v.Stat
	if got, want := paneltest.StatTexts(s.Items), "status=SUCCESS | started_at=an hour ago | duration_seconds=42.5 s"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if s.Items[0].Value.Color != "#73bf69" || s.Items[2].Value.Color != "#ccccdc" {
		t.Errorf("colours: %q, %q", s.Items[0].Value.Color, s.Items[2].Value.Color)
	}
	if s.TextMode != "value" || s.Orientation != "vertical" {
		t.Errorf("got %+v", s)
	}
	r := paneltest.Request()
	r.Theme = palette.Light
	light := b.Render(paneltest.OnePanel("stat", sql, paneltest.TileSettings), r)
	if c := light.View.Stat.Items[0].Value.Color; c != "#56a64b" {
		t.Errorf("green in the light theme: %s", c)
	}
}

func TestAStatusTileWithoutARunSaysSo(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	v := b.View("stat", `SELECT 'NO RUNS' AS status, NULL::timestamptz AS started_at, NULL::float8 AS duration_seconds`, paneltest.TileSettings)
	if got, want := paneltest.StatTexts(v.Stat.Items), "status=NO RUNS | started_at=never | duration_seconds="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAStatWithoutRowsSaysNoData(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	if got := paneltest.StatTexts(b.View("stat", "SELECT 1 AS v WHERE false", "").Stat.Items); got != "=No data" {
		t.Errorf("got %s", got)
	}
	if got := paneltest.StatTexts(b.View("stat", "SELECT 1 AS v WHERE false", `"fieldConfig": {"defaults": {"noValue": "none yet"}}`).Stat.Items); got != "=none yet" {
		t.Errorf("got %s", got)
	}
}

func TestAStatPanelNamesItsValuesWhereThereAreSeveral(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for rest, want := range map[string]string{
		`"options": {}`: "value",
		`"options": {"reduceOptions": {"calcs": ["min", "max"]}}`:           "value_and_name",
		`"options": {"textMode": "name"}`:                                   "name",
		`"fieldConfig": {"defaults": {"displayName": "Called"}}`:            "value_and_name",
		`"options": {"reduceOptions": {"calcs": ["max"], "values": false}}`: "value",
	} {
		t.Run(rest, func(t *testing.T) {
			b := b.In(t)
			if got := b.View("stat", "SELECT 1 AS v", rest).Stat.TextMode; got != want {
				t.Errorf("%s: got %s, want %s", rest, got, want)
			}
		})
	}
}

func TestAStatHasASparklineWhereItsRowsHaveTimes(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	sql := `SELECT now() + make_interval(secs => n) AS time, nullif(n, 2)::float8 AS v FROM generate_series(1, 3) n`
	line := b.View("stat", sql, `"options": {"graphMode": "area"}`).Stat.Items[0].Sparkline
	if len(line) != 3 || line[1] != nil || *line[2] != 3 {
		t.Errorf("got %v", line)
	}
	if line := b.View("stat", sql, `"options": {"graphMode": "none"}`).Stat.Items[0].Sparkline; line != nil {
		t.Errorf("got %v", line)
	}
}

func TestOptionsThatAreNotHonouredAreSaid(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	v := b.View("stat", "SELECT 1 AS v", `"options": {"showPercentChange": true, "reduceOptions": {"calcs": ["median"]}},
		"fieldConfig": {"defaults": {"color": {"mode": "rainbow"}, "mappings": [{"type": "regex", "options": {"pattern": "/(?=x)/"}}]},
		"overrides": [{"matcher": {"id": "byMoon", "options": 1}, "properties": []}]}`)
	for _, part := range []string{`"showPercentChange" is not supported with the value true`, "median",
		`colour mode "rainbow"`, `matcher "byMoon"`, `"/(?=x)/" is not a regular expression`} {
		paneltest.WantNotice(t, v, part)
	}
}

// There is no notice about settings that Grafana ignores too.
func TestLeftoversThatGrafanaIgnoresAreNotSaid(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for kind, sql := range map[string]string{
		"stat": "SELECT 1 AS v", "gauge": "SELECT 1 AS v", "bargauge": "SELECT 1 AS v", "table": "SELECT 1 AS v", "piechart": "SELECT 1 AS v",
		"barchart": "SELECT 'a' AS name, 1 AS v", "timeseries": "SELECT now() AS time, 1 AS v",
		"state-timeline": "SELECT now() AS time, 1 AS v", "heatmap": "SELECT now() AS time, 1 AS v",
	} {
		t.Run(kind, func(t *testing.T) {
			b := b.In(t)
			for _, rest := range []string{
				`"options": {"fieldOptions": {"calcs": ["mean"], "defaults": {"unit": "percent"}}}`,                        // before version 7
				`"options": {"alertThreshold": true, "dataLinks": [], "graphSomething": 3}`,                                // of the old graph
				`"options": {"xField": "x", "displayMode": "lcd", "pieType": "pie", "cellHeight": "sm", "rowHeight": 0.9}`, // of other kinds
				`"options": {"sparkline": true, "segments": 3, "barShape": "flat", "enablePagination": true}`,              // of later versions
				`"fieldConfig": {"defaults": {"custom": {"glow": 1, "showValues": true, "filterable": false}}}`,
				`"fieldConfig": {"overrides": [{"matcher": {"id": "byName", "options": "v"}, "properties": [{"id": "sparkle", "value": 1}, {"id": "custom.glow", "value": 2}]}]}`,
			} {
				if v := b.View(kind, sql, rest); len(v.Notices) > 0 {
					t.Errorf("%s with %s: %q", kind, rest, v.Notices)
				}
			}
		})
	}
	// There is a notice about settings that Grafana reads and the viewer does not.
	for setting, said := range map[string]bool{`"fillBelowTo": "x"`: true, `"lineColor": "red"`: true, `"axisWidth": 80`: true, `"fillBelowTo": ""`: false, `"axisColorMode": "series"`: true} {
		t.Run(setting, func(t *testing.T) {
			b := b.In(t)
			v := b.View("timeseries", "SELECT now() AS time, 1 AS v", `"fieldConfig": {"defaults": {"custom": {`+setting+`}}}`)
			if (len(v.Notices) > 0) != said {
				t.Errorf("%s: notices %q", setting, v.Notices)
			}
		})
	}
}

func TestAnUnknownCalculationIsAnError(t *testing.T) {
	t.Parallel()
	p := paneltest.New(t).Render(paneltest.OnePanel("stat", "SELECT 1 AS v", `"options": {"reduceOptions": {"calcs": ["mode"]}}`), paneltest.Request())
	if p.Error != `The calculation "mode" is not known.` || p.View != nil {
		t.Errorf("got %+v", p)
	}
}
