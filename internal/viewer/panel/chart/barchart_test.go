package chart_test

import (
	"fmt"
	"strings"
	"testing"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/view"
)

func barChart(b paneltest.Bench, sql, rest string) *view.BarChart {
	b.TB.Helper()
	v := b.View("barchart", sql, rest)
	paneltest.NoNotices(b.TB, v)
	if v.BarChart == nil {
		b.TB.Fatalf("%s: %s %s", sql, v.Kind, v.Message)
	}
	return v.BarChart
}

func categoryTexts(b *view.BarChart) string {
	var out []string
	for _, c := range b.Categories {
		out = append(out, c.Text)
	}
	return strings.Join(out, ", ")
}

func seriesNames(b *view.BarChart) string {
	var out []string
	for _, s := range b.Series {
		out = append(out, s.Name)
	}
	return strings.Join(out, ", ")
}

const scenarios = "SELECT * FROM (VALUES ('Taper', -4.2, 1.0, 'x'), ('COVID', NULL, 2.0, 'y'), ('Rally', 2.0, -3.0, 'z')) r(scenario, pnl, var, code)"

func TestABarChartFindsItsCategories(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for option, want := range map[string]string{
		`{}`:                                     "Taper, COVID, Rally / pnl, var",
		`{"xField": "code"}`:                     "x, y, z / pnl, var",
		`{"xField": "pnl"}`:                      "-4.20, , 2 / var",
		`{"xField": "missing"}`:                  "Taper, COVID, Rally / pnl, var",
		`{"xField": "code", "stacking": "none"}`: "x, y, z / pnl, var",
	} {
		t.Run(option, func(t *testing.T) {
			b := b.In(t)
			c := barChart(b, scenarios, `"options": `+option)
			if got := categoryTexts(c) + " / " + seriesNames(c); got != want {
				t.Errorf("%s: got %s, want %s", option, got, want)
			}
		})
	}
	s := barChart(b, scenarios, "").Series[0]
	if s.Values[1] != nil || s.Texts[1] != "" || *s.Values[2] != 2 || s.Colors != nil {
		t.Errorf("got %+v", s)
	}
}

func TestABarChartThatCanNotBeDrawnSaysWhy(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for sql, want := range map[string]string{
		"SELECT 1 AS a, 2 AS b":                  "Bar charts need a text or a time field",
		"SELECT 'a' AS name, 'b' AS other":       "No numeric fields found",
		"SELECT 'a' AS name, 1 AS n WHERE false": "No data",
	} {
		t.Run(sql, func(t *testing.T) {
			b := b.In(t)
			if v := b.View("barchart", sql, ""); v.Kind != "empty" || v.Message != want {
				t.Errorf("%s: got %s %q, want %q", sql, v.Kind, v.Message, want)
			}
		})
	}
	hidden := `"fieldConfig": {"defaults": {"noValue": "nothing"}, "overrides": [{"matcher": {"id": "byType", "options": "number"}, "properties": [{"id": "custom.hideFrom", "value": {"viz": true}}]}]}`
	if v := b.View("barchart", scenarios, hidden); v.Message != "nothing" {
		t.Errorf("all hidden: %+v", v)
	}
}

func TestBarsTakeTheirColours(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	signs := `"color": {"mode": "thresholds"}, "thresholds": {"mode": "absolute", "steps": [{"value": null, "color": "red"}, {"value": 0, "color": "green"}]}`
	for _, c := range []struct{ name, options, config, want string }{
		// Without gradientMode scheme all bars have the colour of the last value.
		{"thresholds without the scheme", `{}`, signs, "#73bf69 [] | #f2495c []"},
		{"thresholds as a scheme", `{}`, signs + `, "custom": {"gradientMode": "scheme"}`, "#73bf69 [#f2495c  #73bf69] | #f2495c [#73bf69 #73bf69 #f2495c]"},
		{"a mapping", `{}`, `"mappings": [{"type": "range", "options": {"from": 1.5, "to": 9, "result": {"color": "purple"}}}]`, "#73bf69 [#73bf69  #b877d9] | #f2cc0c [#f2cc0c #b877d9 #f2cc0c]"},
		{"another field", `{"colorByField": "var"}`, signs, "#73bf69 [#73bf69  #f2495c] | #f2495c [#73bf69 #73bf69 #f2495c]"},
		{"a fixed colour", `{}`, `"color": {"mode": "fixed", "fixedColor": "blue"}, "custom": {"gradientMode": "scheme"}`, "#5794f2 [] | #5794f2 []"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := b.In(t)
			var got []string
			for _, s := range barChart(b, scenarios, `"options": `+c.options+`, "fieldConfig": {"defaults": {`+c.config+`}}`).Series {
				got = append(got, fmt.Sprint(s.Color, " ", s.Colors))
			}
			if s := strings.Join(got, " | "); s != c.want {
				t.Errorf("%s %s:\ngot  %s\nwant %s", c.options, c.config, s, c.want)
			}
		})
	}
	paneltest.WantNotice(t, b.View("barchart", scenarios, `"fieldConfig": {"defaults": {"color": {"mode": "continuous-GrYlRd"}, "custom": {"gradientMode": "scheme"}}}`), "gradient")
}

func TestABarChartsAxisBeginsAtZeroUnlessTold(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for _, c := range []struct{ name, sql, config, want string }{
		{"above zero", "SELECT 'a' AS n, 95.0 AS v UNION ALL SELECT 'b', 97.0", `{}`, "0 97.2"},
		{"below zero", "SELECT 'a' AS n, -95.0 AS v UNION ALL SELECT 'b', -97.0", `{}`, "-97.2 0"},
		{"both sides of zero", "SELECT 'a' AS n, -2.0 AS v UNION ALL SELECT 'b', 3.0", `{}`, "-2.5 3.5"},
		{"zero in the middle", "SELECT 'a' AS n, -2.0 AS v UNION ALL SELECT 'b', 3.0", `{"custom": {"axisCenteredZero": true}}`, "-3.6 3.6"},
		{"a hard minimum", "SELECT 'a' AS n, 95.0 AS v UNION ALL SELECT 'b', 97.0", `{"min": 90}`, "90 97.7"},
		{"both hard ends", "SELECT 'a' AS n, 95.0 AS v UNION ALL SELECT 'b', 97.0", `{"min": 90, "max": 100}`, "90 100"},
		{"soft ends", "SELECT 'a' AS n, 5.0 AS v", `{"custom": {"axisSoftMin": -10, "axisSoftMax": 50}}`, "-10 50"},
		{"a logarithmic scale", "SELECT 'a' AS n, 5.0 AS v UNION ALL SELECT 'b', 500.0", `{"custom": {"axisSoftMax": 50, "scaleDistribution": {"type": "log", "log": 10}}}`, "1 1000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := b.In(t)
			a := barChart(b, c.sql, `"fieldConfig": {"defaults": `+c.config+`}`).Axes
			if got := fmt.Sprint(a[0].Min, a[0].Max); len(a) != 1 || got != c.want {
				t.Errorf("%s %s: %d axes, %s, want %s", c.sql, c.config, len(a), got, c.want)
			}
		})
	}
}

func TestBarsOfOneUnitShareAnAxis(t *testing.T) {
	t.Parallel()
	c := barChart(paneltest.New(t), "SELECT 'x' AS n, 1 AS a, 20 AS b, 300 AS c", `"fieldConfig": {"defaults": {"unit": "percent", "custom": {"axisLabel": "share"}}, "overrides": [
		{"matcher": {"id": "byName", "options": "c"}, "properties": [{"id": "unit", "value": "s"}, {"id": "custom.axisPlacement", "value": "right"}]}]}`)
	if got := fmt.Sprint(c.Series[0].Axis, c.Series[1].Axis, c.Series[2].Axis, len(c.Axes)); got != "0 0 1 2" {
		t.Errorf("axes %s", got)
	}
	if c.Axes[0].Placement != "left" || c.Axes[1].Placement != "right" || c.Axes[0].Max < 20 || c.Axes[0].Max > 30 || c.CategoryLabel != "share" {
		t.Errorf("got %+v %q", c.Axes, c.CategoryLabel)
	}
}

func TestBarsAreStacked(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	sql := "SELECT * FROM (VALUES ('x', 1.0, 3.0, -2.0), ('y', NULL, 5.0, -2.0)) r(n, a, b, c)"
	normal := barChart(b, sql, `"options": {"stacking": "normal", "barWidth": 0.5, "groupWidth": 0.2}`)
	if s := normal.Series; s[0].Stack == "" || s[0].Stack != s[1].Stack || s[2].Stack == s[0].Stack || s[0].StackPercent || s[0].Plot != nil {
		t.Errorf("stacks: %q %q %q", s[0].Stack, s[1].Stack, s[2].Stack)
	}
	if a := normal.Axes[0]; a.Min > -2 || a.Max < 5 || normal.GroupWidth != 0.5 || normal.BarWidth != 1 {
		t.Errorf("axis %v to %v, widths %v %v", a.Min, a.Max, normal.GroupWidth, normal.BarWidth)
	}
	// A share is that of the stack on its side of zero. A series that is alone on its side has none.
	if got := fmt.Sprintf("%q %q %q", normal.Series[0].Shares, normal.Series[1].Shares, normal.Series[2].Shares); got != `["25%" ""] ["75%" "100%"] []` {
		t.Errorf("shares: %s", got)
	}
	if beside := barChart(b, sql, ""); beside.Series[0].Shares != nil {
		t.Errorf("bars side by side have the shares %q", beside.Series[0].Shares)
	}
	percent := barChart(b, sql, `"options": {"stacking": "percent"}, "fieldConfig": {"defaults": {"unit": "s"}}`)
	a, c := percent.Series[0], percent.Series[2]
	if *a.Plot[0] != 0.25 || a.Plot[1] != nil || *c.Plot[0] != -1 || a.Texts[0] != "1 s" || a.EndTexts[0] != "25%" || c.EndTexts[0] != "100%" {
		t.Errorf("percent: %v %v %v %v", *a.Plot[0], a.Texts, a.EndTexts, c.EndTexts)
	}
	if x := percent.Axes[0]; x.Min != -1 || x.Max != 1 || x.Ticks[len(x.Ticks)-1].Text != "100%" {
		t.Errorf("axis %+v", x)
	}
}

func TestABarChartOverTimeJoinsItsQueries(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	days := "SELECT timestamptz '2025-05-0%d 03:00Z' + n * interval '1 day' AS time, n::float8 AS %s FROM generate_series(0, 2) n"
	text := strings.Replace(paneltest.OnePanel("barchart", fmt.Sprintf(days, 1, "a"), ""), `"rawSql": `, `"format": "table", "rawSql": `, 1)
	second := fmt.Sprintf(`{"refId": "B", "format": "table", "rawSql": %q}]`, fmt.Sprintf(days, 2, "b"))
	p := b.Render(strings.Replace(text, "}]", "}, "+second, 1), paneltest.Request())
	if p.Error != "" || p.View.BarChart == nil {
		t.Fatalf("%s %+v", p.Error, p.View)
	}
	c := p.View.BarChart
	if got := categoryTexts(c) + " / " + seriesNames(c); got != "05-01 03:00, 05-02 03:00, 05-03 03:00, 05-04 03:00 / a, b" {
		t.Errorf("got %s", got)
	}
	if a, b := c.Series[0], c.Series[1]; a.Values[3] != nil || b.Values[0] != nil || *b.Values[3] != 2 || *c.Categories[0].Time != 1746068400000 {
		t.Errorf("got %v %v", a.Values, b.Values)
	}
	yearly := barChart(b, "SELECT make_timestamptz(2020 + n, 1, 1, 0, 0, 0, 'UTC') AS year, n FROM generate_series(0, 3) n", "")
	if got := categoryTexts(yearly); got != "2020, 2021, 2022, 2023" {
		t.Errorf("years: %s", got)
	}
}

func TestABarChartsLegendAndLayout(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	c := barChart(b, scenarios, `"options": {"orientation": "vertical", "showValue": "never", "barRadius": 0.2, "fullHighlight": true, "groupWidth": 0.6, "barWidth": 0.8,
		"xTickLabelRotation": -45, "xTickLabelMaxLength": 8, "xTickLabelSpacing": 100, "tooltip": {"mode": "multi", "sort": "none"},
		"legend": {"showLegend": true, "displayMode": "table", "placement": "right", "calcs": ["max", "count"]}},
		"fieldConfig": {"defaults": {"unit": "percent", "custom": {"thresholdsStyle": {"mode": "line"}}, "thresholds": {"mode": "absolute", "steps": [{"value": null, "color": "green"}, {"value": 1, "color": "red"}]}}}`)
	if got := fmt.Sprintln(c.Orientation, c.ShowValue, c.BarRadius, c.FullHighlight, c.GroupWidth, c.BarWidth, c.TickRotation,
		c.TickMaxLength, c.TickSpacing, c.Tooltip); got != "vertical never 0.2 true 0.6 0.8 -45 8 100 multi\n" {
		t.Errorf("got %s", got)
	}
	if l := c.Legend; !l.Show || l.Mode != "table" || len(l.Items) != 2 || l.Items[0].Values[0].Text+l.Items[0].Values[0].Suffix != "2%" || l.Items[0].Values[1].Text != "2" {
		t.Errorf("legend %+v", l)
	}
	if len(c.Thresholds) != 2 || *c.Thresholds[1].Value != 1 || !c.Thresholds[1].Line {
		t.Errorf("thresholds %+v", c.Thresholds)
	}
	by := barChart(b, scenarios, `"options": {"colorByField": "code"}, "fieldConfig": {"overrides": [{"matcher": {"id": "byName", "options": "code"}, "properties": [
		{"id": "mappings", "value": [{"type": "value", "options": {"x": {"text": "ex", "color": "red"}, "y": {"color": "blue"}, "z": {"color": "green"}}}]}]}]}`)
	if got := fmt.Sprint(by.Series[0].Colors); got != "[#f2495c  #73bf69]" || len(by.Legend.Items) != 3 || by.Legend.Items[0].Name != "ex" || by.Legend.Items[0].Series != -1 {
		t.Errorf("by a field: %s, %+v", got, by.Legend.Items)
	}
	paneltest.WantNotice(t, b.View("barchart", scenarios, `"options": {"text": {"valueSize": 9}}, "fieldConfig": {"defaults": {"custom": {"axisGridShow": false}}}`), "axisGridShow")
}
