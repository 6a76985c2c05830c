package kinds_test

import (
	"fmt"
	"testing"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/view"
)

// The colours of these settings are the same two. Only the last two settings say how good or bad a value is.
const (
	fixedOrange = `"color": {"mode": "fixed", "fixedColor": "orange"}`
	paletteOnly = `"color": {"mode": "palette-classic"}`
	continuous  = `"color": {"mode": "continuous-RdYlGr"}`
	byThreshold = `"color": {"mode": "thresholds"}, "thresholds": {"mode": "absolute", "steps": [{"value": null, "color": "orange"}, {"value": 3, "color": "red"}]}`
	byMapping   = fixedOrange + `, "mappings": [{"type": "range", "options": {"from": 3, "to": 99, "result": {"color": "red"}}}]`
)

// statuses tells of each value that a panel draws whether its colour is a status.
func statuses(v *view.View) (all []bool) {
	add := func(v view.Value) { all = append(all, v.Status) }
	switch {
	case v.Stat != nil:
		for _, i := range v.Stat.Items {
			add(i.Value)
		}
	case v.Gauge != nil:
		for _, i := range v.Gauge.Items {
			add(i.Value)
		}
	case v.BarGauge != nil:
		for _, i := range v.BarGauge.Items {
			add(i.Value)
		}
	case v.PieChart != nil: // its slices are sorted from the greatest on
		for i := range v.PieChart.Slices {
			add(v.PieChart.Slices[len(v.PieChart.Slices)-1-i].Value)
		}
	case v.Table != nil:
		for _, r := range v.Table.Rows {
			add(r[1].Value)
		}
	case v.StateTimeline != nil:
		for _, s := range v.StateTimeline.States {
			add(s)
		}
	case v.BarChart != nil:
		return statusesOf(v.BarChart.Series[0])
	case v.TimeSeries != nil:
		return statusesOf(v.TimeSeries.Series[0])
	}
	return all
}

func statusesOf(s view.Series) []bool {
	if s.Colors != nil {
		return s.Statuses
	}
	all := make([]bool, len(s.Values))
	for i := range all {
		all[i] = s.Status
	}
	return all
}

// TestOnlyThresholdsAndMappingsSayHowGoodAValueIs asks every kind: an orange that was chosen for a series, or that a
// palette gave it, is no warning.
func TestOnlyThresholdsAndMappingsSayHowGoodAValueIs(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	rows := "SELECT timestamptz '2025-05-30 09:00Z' + n * interval '1 hour' AS time, n::float8 AS v FROM generate_series(2, 3) n"
	names := "SELECT 'row ' || n AS name, n::float8 AS v FROM generate_series(2, 3) n"
	every := `"options": {"reduceOptions": {"values": true, "calcs": ["lastNotNull"], "fields": ""}}`
	mixed := map[string]string{"": "[false true]", "timeseries": "[false false]"} // only bars of a bar chart are mapped one by one
	for _, k := range []struct{ kind, sql, options, custom string }{
		{"stat", names, every, `{}`}, {"gauge", names, every, `{}`}, {"bargauge", names, every, `{}`}, {"piechart", names, every, `{}`},
		{"table", names, `"options": {}`, `{"cellOptions": {"type": "color-text"}}`},
		{"barchart", names, `"options": {}`, `{"gradientMode": "scheme"}`},
		{"timeseries", rows, `"options": {}`, `{"drawStyle": "bars", "gradientMode": "scheme"}`},
		{"state-timeline", rows, `"options": {"mergeValues": false}`, `{}`},
	} {
		mapped := mixed[""]
		if m := mixed[k.kind]; m != "" {
			mapped = m
		}
		for _, c := range []struct{ name, config, want string }{
			{"a fixed colour", fixedOrange, "[false false]"}, {"a palette", paletteOnly, "[false false]"}, {"a continuous scale", continuous, "[false false]"},
			{"thresholds", byThreshold, "[true true]"}, {"a mapping", byMapping, mapped},
		} {
			t.Run(k.kind+" with "+c.name, func(t *testing.T) {
				b := b.In(t)
				v := b.View(k.kind, k.sql, k.options+`, "fieldConfig": {"defaults": {"custom": `+k.custom+`, `+c.config+`}}`)
				if got := fmt.Sprint(statuses(v)); got != c.want {
					t.Errorf("got %s, want %s", got, c.want)
				}
			})
		}
	}
	t.Run("a colour by name over thresholds", func(t *testing.T) {
		b := b.In(t)
		v := b.View("piechart", names, every+`, "fieldConfig": {"defaults": {`+byThreshold+`}, "overrides": [{"matcher": {"id": "byName", "options": "row 3"}, "properties": [
			{"id": "color", "value": {"mode": "fixed", "fixedColor": "red"}}]}]}`)
		if got := fmt.Sprint(statuses(v)); got != "[true false]" {
			t.Errorf("got %s", got)
		}
	})
}
