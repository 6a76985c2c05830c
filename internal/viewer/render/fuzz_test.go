package render_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/testkit/testenv"
	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/panel/kinds"
	"macrowatch/internal/viewer/render"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/timerange"
)

// kindsWithQueries are the kinds of panels that draw what a query returns.
func kindsWithQueries() []string {
	var out []string
	for _, k := range kinds.All() {
		if !k.NoQueries {
			out = append(out, k.Type)
		}
	}
	return out
}

// seedDashboards have one panel of each kind, with many settings.
func seedDashboards() [][]byte {
	var out [][]byte
	for _, kind := range kindsWithQueries() {
		seed := `{"panels": [{"id": 1, "type": "` + kind + `", "gridPos": {"h": 8}, "interval": "1m", "maxDataPoints": 100, "timeFrom": "2d", "timeShift": "1d",
			"transformations": [{"id": "organize", "options": {"renameByName": {"n": "N"}, "excludeByName": {"up": true}, "indexByName": {"v": 1}}},
			{"id": "calculateField", "options": {"mode": "binary", "binary": {"left": "N", "operator": "/", "right": "2"}, "replaceFields": false}},
			{"id": "calculateField", "options": {"mode": "windowFunctions", "window": {"windowSize": 2, "windowSizeMode": "fixed", "windowAlignment": "centered", "reducer": "mean"}}},
			{"id": "calculateField", "options": {"mode": "reduceRow", "reduce": {"reducer": "p50", "include": ["N"]}, "alias": "row"}}, {"id": "calculateField", "options": {"mode": "cumulativeFunctions"}},
			{"id": "sortBy", "options": {"sort": [{"field": "status", "desc": true}]}}, {"id": "merge"}, {"id": "joinByField", "options": {"byField": "status", "mode": "inner"}},
			{"id": "reduce", "disabled": true, "options": {"reducers": ["max"], "labelsToFields": true, "mode": "reduceFields"}},
			{"id": "groupBy", "filter": {"id": "byRefId", "options": "B"}, "options": {"fields": {"status": {"operation": "groupby"}, "N": {"operation": "aggregate", "aggregations": ["sum"]}}}},
			{"id": "groupingToMatrix", "disabled": true, "options": {"columnField": "status", "rowField": "N", "valueField": "row", "emptyValue": "null"}}],
			"targets": [{"refId": "A", "rawSql": "SELECT $__interval"}, {"refId": "B", "rawSql": "SELECT 2"}], "options": {"mergeValues": true, "rowHeight": 0.9, "frameIndex": 0,
			"showThresholdLabels": true, "sizing": "manual", "minVizWidth": 75, "orientation": "vertical", "displayMode": "lcd", "pieType": "donut", "displayLabels": ["name"],
			"xField": "status", "colorByField": "n", "stacking": "percent", "groupWidth": 0.7, "xTickLabelRotation": 45, "xTickLabelMaxLength": 9, "tooltip": {"mode": "multi"},
			"color": {"mode": "opacity", "fill": "red", "steps": 9, "exponent": 0.5, "min": -1, "max": 1}, "filterValues": {"le": -1e9, "ge": 1e9}, "cellGap": 1,
			"yAxis": {"unit": "s", "decimals": 1, "reverse": true}, "cellValues": {"unit": "percent", "decimals": 1}, "showValue": "always",
			"reduceOptions": {"calcs": ["mean"], "fields": "/.*/", "values": true, "limit": 3}, "sortBy": [{"displayName": "n", "desc": true}],
			"footer": {"show": true, "reducer": ["sum"], "fields": ["n"], "countRows": false}, "legend": {"displayMode": "table", "calcs": ["max"], "sortBy": "Max"}},
			"fieldConfig": {"defaults": {"unit": "s", "decimals": 1, "noValue": "0", "min": 0, "max": 10, "fieldMinMax": true,
			"color": {"mode": "thresholds", "fixedColor": "red", "seriesBy": "last"},
			"mappings": [{"type": "value", "options": {"SUCCESS": {"text": "x", "color": "green"}}}, {"type": "range", "options": {"from": 0, "to": 1, "result": {"text": "y"}}},
			{"type": "regex", "options": {"pattern": "/(S)(U)/g", "result": {"text": "$2$1$3$<a>$"}}}, {"type": "special", "options": {"match": "null", "result": {"text": "z"}}}],
			"thresholds": {"mode": "percentage", "steps": [{"value": null, "color": "red"}, {"value": 3, "color": "#fff"}]},
			"links": [{"url": "${__value.text}${__data.fields[1]}"}], "displayName": "${__field.labels.step} $__cell_0",
			"custom": {"stacking": {"mode": "percent", "group": "A"}, "insertNulls": 600000, "spanNulls": 5, "scaleDistribution": {"type": "log", "log": 10}, "axisPlacement": "auto",
			"thresholdsStyle": {"mode": "area"}, "drawStyle": "bars", "gradientMode": "scheme", "axisSoftMin": 1, "axisSoftMax": 2, "axisCenteredZero": true, "lineStyle": {"fill": "dash", "dash": [1]},
			"hideFrom": {"viz": false}, "neutral": 1, "cellOptions": {"type": "color-background", "mode": "gradient"}, "align": "auto", "width": 10}},
			"overrides": [{"matcher": {"id": "byRegexp", "options": "/v/"}, "properties": [{"id": "custom.transform", "value": "negative-Y"}, {"id": "unit", "value": "short"}]},
			{"matcher": {"id": "byValue", "options": {"reducer": "max", "op": "gt", "value": 1}}, "properties": [{"id": "decimals", "value": 2}]}]}}],
			"annotations": {"list": [{"name": "a", "enable": true, "iconColor": "red", "target": {"rawSql": "SELECT 1"}, "mappings": {"text": {"source": "field", "value": "status"}}}]},
			"templating": {"list": [{"name": "v", "type": "custom", "current": {"value": ["a"]}}]}}`
		if kind == "heatmap" { // its columns must lie in the range, and its rows be numbers
			seed = strings.NewReplacer(`"timeShift": "1d"`, `"timeShift": ""`, `"transformations": [`, `"transformations": [{"id": "sortBy", "options": {}}], "left": [`).Replace(seed)
		}
		out = append(out, []byte(seed))
	}
	return out
}

// renderAll draws every panel of a dashboard and returns the kinds of the views.
func renderAll(t *testing.T, raw []byte) (kinds []string) {
	t.Helper()
	d, err := model.Parse(raw)
	if err != nil {
		return nil
	}
	now := time.Date(2025, 5, 30, 12, 0, 0, 0, time.UTC)
	r := request.Request{Range: timerange.Range{From: now.Add(-24 * time.Hour), To: now, Relative: true}, Clock: timerange.Clock{Now: now}}
	marks := annotation.Fetch(t.Context(), paneltest.MadeUp{}, d, r)
	for _, p := range d.Panels {
		out := render.Panel(t.Context(), paneltest.MadeUp{}, d, p.ID, r, marks)
		if out.View != nil {
			kinds = append(kinds, out.View.Kind)
		}
		if _, err := json.Marshal(out); err != nil {
			t.Errorf("panel %d: %v in %s", p.ID, err, raw)
		}
		if (out.Error == "") == (out.View == nil) {
			t.Errorf("panel %d: error %q and view %v", p.ID, out.Error, out.View)
		}
	}
	return kinds
}

// FuzzRender looks for settings with which rendering panics, or with which the view can't be written as JSON.
func FuzzRender(f *testing.F) {
	for _, raw := range seedDashboards() {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) { renderAll(t, raw) })
}

// odd is a value that a setting may not expect.
func odd(r *rand.Rand) any {
	pool := []any{nil, true, false, "", "x", "-1", "1e999", "/(/", "/a/gi", "now", "$__x", -1.0, 0.0, 0.5, 1.0, 7.0, 1e9, -1e300, 1e300,
		1e-300, []any{}, []any{nil, 1.0},
		map[string]any{}, map[string]any{"mode": 3.0}, "continuous-blues", "palette-classic-by-name", "shades", "bool", "bytes",
		"dateTimeFromNow", "time:YYYY", "log", "line",
		"points", "uniqueValues", "allValues", "p50", "firstNotNull", "byNames", "timeseries", "stat", "table", "text", "state-timeline",
		"row", "gauge", "bargauge", "barchart", "piechart", "heatmap", "Viridis", "percentunit", "+Inf"}
	return pool[r.IntN(len(pool))]
}

// disturb replaces one value somewhere in v by an odd one.
func disturb(r *rand.Rand, v any) any {
	switch v := v.(type) {
	case map[string]any:
		keys := settings.SortedKeys(v)
		if len(keys) == 0 || r.IntN(12) == 0 {
			return odd(r)
		}
		k := keys[r.IntN(len(keys))]
		v[k] = disturb(r, v[k])
		return v
	case []any:
		if len(v) == 0 || r.IntN(12) == 0 {
			return odd(r)
		}
		i := r.IntN(len(v))
		v[i] = disturb(r, v[i])
		return v
	}
	return odd(r)
}

func TestNoSettingMakesAPanelFailUnsaid(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 30))
	drawn := map[string]int{}
	settings := testenv.Scaled(1000, 8000)
	for range settings {
		var tree any
		seeds := seedDashboards()
		if err := json.Unmarshal(seeds[r.IntN(len(seeds))], &tree); err != nil {
			t.Fatal(err)
		}
		for range 1 + r.IntN(4) {
			tree = disturb(r, tree)
		}
		raw, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range renderAll(t, raw) {
			drawn[kind]++
		}
		if t.Failed() {
			return
		}
	}
	for _, kind := range kindsWithQueries() {
		t.Run(kind, func(t *testing.T) {
			if drawn[kind] < settings/40 {
				t.Errorf("only %d of %d drew a %s: the settings were too broken to test much", drawn[kind], settings, kind)
			}
		})
	}
}
