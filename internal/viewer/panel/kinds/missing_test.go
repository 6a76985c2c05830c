package kinds_test

import (
	"fmt"
	"testing"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/view"
)

// colours returns the colour of each value that a panel draws.
func colours(v *view.View) (all []string) {
	switch {
	case v.Stat != nil:
		for _, i := range v.Stat.Items {
			all = append(all, i.Value.Color)
		}
	case v.Gauge != nil:
		for _, i := range v.Gauge.Items {
			all = append(all, i.Value.Color)
		}
	case v.BarGauge != nil:
		for _, i := range v.BarGauge.Items {
			all = append(all, i.Value.Color)
		}
	case v.Table != nil:
		for _, r := range v.Table.Rows {
			c := r[len(r)-1]
			all = append(all, c.Color+c.Background+c.BackgroundFrom)
		}
	case v.StateTimeline != nil:
		for _, s := range v.StateTimeline.States {
			all = append(all, s.Color)
		}
	}
	return all
}

// TestNoNumberHasNoThresholdsColour reads values that are missing. A threshold says nothing about them, whatever its
// colour is. A value mapping or a colour that the dashboard sets does.
func TestNoNumberHasNoThresholdsColour(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	const eachRow = `"options": {"reduceOptions": {"values": true, "calcs": []}}, `
	const rows = "SELECT * FROM (VALUES ('Rates', NULL::float8), ('FX', 'NaN'), ('Inflation', 91.75)) r(name, v)"
	const none = "SELECT 'a' AS name, 1.0::float8 AS v WHERE false"
	const timed = "SELECT timestamptz '2025-05-30 06:00Z' + n * interval '1 hour' AS time, (ARRAY['NaN', '91.75'])[n]::float8 AS v FROM generate_series(1, 2) n"
	steps := `"color": {"mode": "thresholds"}, "thresholds": {"mode": "absolute", "steps": [{"value": null, "color": "green"}, {"value": 90, "color": "red"}]}`
	custom := func(cells, config string) string {
		return `"fieldConfig": {"defaults": {"custom": {"cellOptions": {"type": "` + cells + `"}}, ` + config + `}, "overrides": []}`
	}
	mapped := `, "mappings": [{"type": "special", "options": {"match": "null+nan", "result": {"color": "blue", "text": "not yet"}}}]`
	for _, c := range []struct{ kind, sql, rest, want string }{
		{"stat", rows, eachRow + custom("", steps), "[  #f2495c]"},
		{"stat", none, eachRow + custom("", steps), "[]"},
		{"stat", none, eachRow + custom("", steps+`, "noValue": "0"`), "[]"},
		{"stat", rows, eachRow + custom("", steps+mapped), "[#5794f2 #5794f2 #f2495c]"},
		{"stat", rows, eachRow + custom("", `"color": {"mode": "fixed", "fixedColor": "orange"}`), "[#ff9830 #ff9830 #ff9830]"},
		{"stat", rows, eachRow + custom("", `"color": {"mode": "continuous-GrYlRd"}, "min": 0, "max": 91.75`), "[  #f2495c]"},
		{"gauge", rows, eachRow + custom("", steps), "[  #f2495c]"},
		{"gauge", none, eachRow + custom("", steps), "[]"},
		{"bargauge", rows, eachRow + custom("", steps), "[  #f2495c]"},
		{"bargauge", none, eachRow + custom("", steps), "[]"},
		{"table", rows, custom("color-text", steps), "[  #f2495c]"},
		{"table", rows, `"fieldConfig": {"defaults": {` + steps + `}, "overrides": [{"matcher": {"id": "byName", "options": "v"},
			"properties": [{"id": "custom.cellOptions", "value": {"type": "color-background", "mode": "basic"}}]}]}`, "[  #f7f8fa#f2495c]"},
		{"state-timeline", timed, custom("", steps), "[#f2495c]"},
		{"state-timeline", timed, `"options": {"mergeValues": false}, ` + custom("", steps), "[ #f2495c]"},
	} {
		t.Run(c.kind, func(t *testing.T) {
			v := b.In(t).View(c.kind, c.sql, c.rest)
			if got := fmt.Sprint(colours(v)); got != c.want {
				t.Errorf("%s with %s: %s, want %s", c.sql, c.rest, got, c.want)
			}
			if v.Gauge != nil && c.sql == none && v.Gauge.Items[0].Fill != nil {
				t.Errorf("a dial without data is filled to %v", *v.Gauge.Items[0].Fill)
			}
			if v.BarGauge != nil && c.sql == none && v.BarGauge.Items[0].Fill != nil {
				t.Errorf("a bar without data is filled to %v", *v.BarGauge.Items[0].Fill)
			}
		})
	}
}
