package e2e

import (
	"encoding/json"
	"slices"
	"testing"

	"macrowatch/internal/viewer/view"
)

// Most browser tests compare the page with the API's answer, so the comparison itself is tested: it must
// report an answer that differs from the page in one value, text or colour.
func differencesAreSeen(t *testing.T, chrome *chromium, url string) {
	const otherColour = "#123456"
	pages, drawn := map[string]*tab{}, map[string]map[int]view.Panel{}
	for name, c := range map[string]struct {
		uid    string
		id     int
		change func(*view.View)
	}{
		"a stat's text":             {"portfolio-performance", leverageID, func(v *view.View) { v.Stat.Items[0].Value.Text = "6.01" }},
		"a cell's text":             {"signal-overview", matrixID, func(v *view.View) { v.Table.Rows[0][1].Text = "0.99" }},
		"a cell's background":       {"signal-overview", matrixID, func(v *view.View) { v.Table.Rows[0][1].Background = otherColour }},
		"an empty cell's colour":    {"signal-overview", matrixID, func(v *view.View) { last := len(v.Table.Columns) - 1; v.Table.Rows[0][last].Background = otherColour }},
		"a column's title":          {"signal-overview", matrixID, func(v *view.View) { v.Table.Columns[1].Title = "FX_OTHER" }},
		"the order of rows":         {"signal-overview", matrixID, func(v *view.View) { r := v.Table.Rows; r[0], r[1] = r[1], r[0] }},
		"a text's colour":           {"signal-overview", latestFlipsID, func(v *view.View) { v.Table.Rows[0][3].Color = "#0000ff" }},
		"a bar's length":            {"signal-overview", strengthID, func(v *view.View) { *v.BarGauge.Items[0].Fill += 0.03 }},
		"a bar's text":              {"signal-overview", strengthID, func(v *view.View) { v.BarGauge.Items[0].Value.Text = "99" }},
		"a bar's colour":            {"signal-overview", strengthID, func(v *view.View) { v.BarGauge.Items[0].Value.Color = otherColour }},
		"a bar's name":              {"signal-overview", strengthID, func(v *view.View) { v.BarGauge.Items[0].Title = "Other" }},
		"a series' value":           {"portfolio-performance", navID, func(v *view.View) { v.TimeSeries.Series[0].Texts[1] = "1.00" }},
		"a series' colour":          {"portfolio-performance", navID, func(v *view.View) { v.TimeSeries.Series[0].Color = "#00ff00" }},
		"a legend's name":           {"portfolio-performance", navID, func(v *view.View) { v.TimeSeries.Legend.Items[0].Name = "Other" }},
		"a slice's share":           {"portfolio-performance", attributionID, func(v *view.View) { v.PieChart.Slices[0].Share += 0.02 }},
		"a slice's colour":          {"portfolio-performance", attributionID, func(v *view.View) { v.PieChart.Slices[0].Value.Color = otherColour }},
		"a slice's percent":         {"portfolio-performance", attributionID, func(v *view.View) { v.PieChart.Slices[0].Percent = "99%" }},
		"a month's value":           {"portfolio-performance", monthsMapID, func(v *view.View) { v.Heatmap.Cells[3].Value.Text = "9.9" }},
		"a month's colour":          {"portfolio-performance", monthsMapID, func(v *view.View) { v.Heatmap.Cells[3].Value.Color = otherColour }},
		"the order of years":        {"portfolio-performance", monthsMapID, func(v *view.View) { mirror(v.Heatmap) }},
		"a dial's filling":          {"risk-dashboard", varID, func(v *view.View) { *v.Gauge.Items[0].Fill += 0.05 }},
		"a dial's value":            {"risk-dashboard", varID, func(v *view.View) { v.Gauge.Items[0].Value.Text = "9.99" }},
		"a dial's limits":           {"risk-dashboard", varID, func(v *view.View) { v.Gauge.Items[0].Bands[1].Color = otherColour }},
		"a scenario's bar":          {"risk-dashboard", stressID, func(v *view.View) { *v.BarChart.Series[0].Values[1] *= 1.2 }},
		"a scenario's side":         {"risk-dashboard", stressID, func(v *view.View) { *v.BarChart.Series[0].Values[1] *= -1 }},
		"a scenario's name":         {"risk-dashboard", stressID, func(v *view.View) { v.BarChart.Categories[1].Text = "Other" }},
		"a panel that says nothing": {"risk-dashboard", varID, func(v *view.View) { v.Gauge.Items = nil }},
	} {
		p := pages[c.uid]
		if p == nil {
			p = chrome.tab(t, screen{})
			p.open(pageOf(url, c.uid, ""))
			pages[c.uid], drawn[c.uid] = p, p.answered()
		}
		// A copy of the answer, which the case changes.
		text, err := json.Marshal(drawn[c.uid][c.id])
		p.fatal(err)
		var a view.Panel
		p.fatal(json.Unmarshal(text, &a))
		told := 0
		count := func(string, ...any) { told++ }
		if p.compare(a, count); told > 0 {
			t.Errorf("%s: the panel differs already", name)
			continue
		}
		c.change(a.View)
		if p.compare(a, count); told == 0 {
			t.Errorf("%s: another one is not seen", name)
		}
	}
}

// mirror reverses the columns of a heatmap, so that each cell's colour is expected where another one is.
func mirror(v *view.Heatmap) {
	slices.Reverse(v.Columns)
	for i := range v.Cells {
		v.Cells[i].Column = len(v.Columns) - 1 - v.Cells[i].Column
	}
}
