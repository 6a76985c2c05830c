package single_test

import (
	"fmt"
	"strings"
	"testing"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/view"
)

func slicesOf(p *view.PieChart) string {
	var out []string
	for _, s := range p.Slices {
		out = append(out, fmt.Sprintf("%s %s%s %s %.3g", s.Title, s.Value.Text, s.Value.Suffix, s.Percent, s.Share))
	}
	return strings.Join(out, " | ")
}

const allRows = `"options": {"reduceOptions": {"values": true, "calcs": ["lastNotNull"], "fields": ""}}`

func TestAPieIsSortedAndSharedOut(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for _, c := range []struct{ name, rows, config, want string }{
		{"sorted by size", "('a', 1.0), ('b', 3.0), ('c', 4.0)", `{"unit": "percent"}`, "c 4% 50% 0.5 | b 3% 38% 0.375 | a 1% 13% 0.125"},
		{"decimals of the percentages", "('a', 1.0), ('b', 3.0), ('c', 4.0)", `{"decimals": 1}`, "c 4.0 50.0% 0.5 | b 3.0 37.5% 0.375 | a 1.0 12.5% 0.125"},
		{"a missing value comes last", "('a', NULL), ('b', 3.0), ('c', 1.0)", `{}`, "b 3 75% 0.75 | c 1 25% 0.25 | a  - 0"},
		{"noValue", "('a', NULL), ('b', 3.0)", `{"noValue": "none"}`, "b 3 100% 1 | a none none 0"},
		{"all zero", "('a', 0.0), ('b', 0.0)", `{}`, "a 0 - 0 | b 0 - 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := b.In(t)
			v := b.View("piechart", "SELECT * FROM (VALUES "+c.rows+") r(name, v)", allRows+`, "fieldConfig": {"defaults": `+c.config+`}`)
			paneltest.NoNotices(t, v)
			if got := slicesOf(v.PieChart); got != c.want {
				t.Errorf("%s %s:\ngot  %s\nwant %s", c.rows, c.config, got, c.want)
			}
		})
	}
}

// A value below zero has no slice, but it counts in the sum to which the percentages refer.
func TestAPieSaysWhatValuesBelowZeroDo(t *testing.T) {
	t.Parallel()
	v := paneltest.New(t).View("piechart", "SELECT * FROM (VALUES ('a', 3.0), ('b', -1.0), ('c', 1.0)) r(name, v)", allRows)
	if got, want := slicesOf(v.PieChart), "a 3 100% 0.75 | c 1 33% 0.25 | b -1 -33% 0"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	paneltest.WantNotice(t, v, "The percentages are of the sum 3")
}

func TestAPieHidesWhatItsPanelHides(t *testing.T) {
	t.Parallel()
	v := paneltest.New(t).View("piechart", "SELECT 1 AS a, 2 AS b, 5 AS c", `"options": {"pieType": "donut", "displayLabels": ["name", "percent"], "tooltip": {"mode": "multi"},
		"legend": {"showLegend": true, "displayMode": "table", "placement": "right", "values": ["value", "percent"]}},
		"fieldConfig": {"defaults": {"custom": {"hideFrom": {"legend": false, "tooltip": false, "viz": false}}}, "overrides": [{"matcher": {"id": "byName", "options": "c"},
		"properties": [{"id": "custom.hideFrom", "value": {"legend": true, "tooltip": true, "viz": true}}]}]}`)
	paneltest.NoNotices(t, v)
	p := v.PieChart
	if got, want := slicesOf(p), "c 5 - 0 | b 2 67% 0.667 | a 1 33% 0.333"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if c := p.Slices[0]; !c.HideFromViz || !c.HideFromLegend || !c.HideFromTip {
		t.Errorf("got %+v", c)
	}
	if got := fmt.Sprintln(p.Type, p.Labels, p.Tooltip, p.LegendShow, p.LegendMode, p.LegendPlacement,
		p.LegendValues); got != "donut [name percent] multi true table right [value percent]\n" {
		t.Errorf("got %s", got)
	}
	if got := p.Slices[1].Value.Color + " " + p.Slices[2].Value.Color; got != "#f2cc0c #73bf69" {
		t.Errorf("colours of the palette: %s", got)
	}
}

func TestAPieReducedToTheLastRowIsOneSlice(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	sql := "SELECT * FROM (VALUES ('a', 3.0), ('b', 1.0)) r(name, v)"
	if got := slicesOf(b.View("piechart", sql, "").PieChart); got != "v 1 100% 1" {
		t.Errorf("got %s", got)
	}
	if v := b.View("piechart", "SELECT 'a' AS name, 1.0 AS v WHERE false", allRows); v.Kind != "empty" || v.Message != "No data" {
		t.Errorf("without rows: %+v", v)
	}
}
