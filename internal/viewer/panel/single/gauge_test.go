package single_test

import (
	"fmt"
	"strings"
	"testing"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/view"
)

func gauge(b paneltest.Bench, sql, rest string) *view.Gauge {
	b.TB.Helper()
	v := b.View("gauge", sql, rest)
	paneltest.NoNotices(b.TB, v)
	return v.Gauge
}

func TestAGaugeOnAQueryOfFourNumbersShowsFour(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	sql := "SELECT 1 AS a, 2 AS b, 3 AS c, 4 AS d"
	if n := len(gauge(b, sql, "").Items); n != 4 {
		t.Errorf("got %d dials, want 4 as in Grafana", n)
	}
	g := gauge(b, sql, `"options": {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "/^c$/"}}`)
	if len(g.Items) != 1 || g.Items[0].Value.Text != "3" || g.Items[0].Title != "" {
		t.Errorf("got %+v", g.Items)
	}
	named := gauge(b, "SELECT 3 AS c", `"fieldConfig": {"defaults": {"displayName": "VaR"}}`)
	if named.Items[0].Title != "VaR" {
		t.Errorf("title %q", named.Items[0].Title)
	}
}

func TestAGaugeWithoutEndsTakesThemFromItsUnitOrItsData(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for _, c := range []struct{ name, sql, config, want string }{
		{"the data", "SELECT v FROM unnest(ARRAY[-20.0, 40, 10]) v", `{}`, "-20 40 0.5000"},
		{"percent", "SELECT 25 AS v", `{"unit": "percent"}`, "0 100 0.2500"},
		{"shares", "SELECT 0.25 AS v", `{"unit": "percentunit"}`, "0 1 0.2500"},
		{"shares with a maximum", "SELECT 5 AS v", `{"unit": "percentunit", "max": 10}`, "0 10 0.5000"},
		{"above the maximum", "SELECT 50 AS v", `{"min": 0, "max": 8}`, "0 8 1.0000"},
		{"below the minimum", "SELECT -50 AS v", `{"min": 0, "max": 8}`, "0 8 0.0000"},
		{"decimals", "SELECT 0.123456 AS v", `{"min": 0.12345, "max": 1.98765, "decimals": 3}`, "0.123 1.988 0.0002"},
		{"thresholds in percent", "SELECT 30 AS v", `{"min": 20, "max": 40, "thresholds": {"mode": "percentage", "steps": [{"value": null, "color": "green"}, {"value": 50, "color": "red"}]}}`, "0 100 0.5000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := b.In(t)
			i := gauge(b, c.sql, `"fieldConfig": {"defaults": `+c.config+`}`).Items[0]
			if got := fmt.Sprintf("%s %s %.4f", i.Min.Text, i.Max.Text, *i.Fill); got != c.want {
				t.Errorf("%s %s: got %s, want %s", c.sql, c.config, got, c.want)
			}
		})
	}
}

func TestAGaugesBandsAndMarksAreItsThresholdsWithinItsEnds(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	steps := `"thresholds": {"mode": "%s", "steps": [{"value": null, "color": "green"}, {"value": 10, "color": "yellow"}, {"value": 50, "color": "red"}, {"value": 90, "color": "blue"}]}`
	for _, c := range []struct{ name, config, bands, marks string }{
		{"absolute", `"min": 0, "max": 80, ` + fmt.Sprintf(steps, "absolute"), "[{0 0.125 #73bf69} {0.125 0.625 #fade2a} {0.625 1 #f2495c}]",
			"[{0.125 10 #fade2a} {0.625 50 #f2495c}]"},
		{"begins in the middle", `"min": 20, "max": 60, ` + fmt.Sprintf(steps, "absolute"), "[{0 0.75 #fade2a} {0.75 1 #f2495c}]", "[{0.75 50 #f2495c}]"},
		{"percentage", `"min": 200, "max": 400, ` + fmt.Sprintf(steps, "percentage"),
			"[{0 0.1 #73bf69} {0.1 0.5 #fade2a} {0.5 0.9 #f2495c} {0.9 1 #5794f2}]", "[{0.1 10 #fade2a} {0.5 50 #f2495c} {0.9 90 #5794f2}]"},
		{"another colour mode", `"min": 0, "max": 80, "color": {"mode": "fixed", "fixedColor": "purple"}, ` + fmt.Sprintf(steps, "absolute"), "[]", "[]"},
		{"neutral", `"min": -100, "max": 100, "custom": {"neutral": 0}, ` + fmt.Sprintf(steps, "absolute"),
			"[{0 0.55 #73bf69} {0.55 0.75 #fade2a} {0.75 0.95 #f2495c} {0.95 1 #5794f2}]",
			"[{0.55 10 #fade2a} {0.75 50 #f2495c} {0.95 90 #5794f2} {0.5 0 #73bf69}]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := b.In(t)
			i := gauge(b, "SELECT -5 AS v", `"fieldConfig": {"defaults": {`+c.config+`}}`).Items[0]
			if got := fmt.Sprint(i.Bands); got != c.bands {
				t.Errorf("%s: bands %s, want %s", c.name, got, c.bands)
			}
			if got := fmt.Sprint(i.Marks); got != c.marks {
				t.Errorf("%s: marks %s, want %s", c.name, got, c.marks)
			}
			if c.name == "neutral" && (i.FillFrom != 0.5 || *i.Fill != 0.475) {
				t.Errorf("neutral: filled from %v to %v", i.FillFrom, *i.Fill)
			}
		})
	}
}

func TestAGaugeFillsInItsThresholdsColourWhateverAMappingSays(t *testing.T) {
	t.Parallel()
	i := gauge(paneltest.New(t), "SELECT 50 AS v", `"fieldConfig": {"defaults": {"min": 0, "max": 100, "mappings": [
		{"type": "value", "options": {"50": {"text": "half", "color": "blue"}}}]}}`).Items[0]
	if i.Value.Text != "half" || i.Value.Color != "#5794f2" || i.FillColor != "#73bf69" {
		t.Errorf("got %+v", i)
	}
}

func TestAGaugeWithoutANumberIsNotFilled(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	i := gauge(b, "SELECT NULL::float8 AS v", `"fieldConfig": {"defaults": {"min": 0, "max": 1, "noValue": "–"}}`).Items[0]
	if i.Fill != nil || i.Value.Text != "–" || i.Value.Number != nil {
		t.Errorf("got %+v", i)
	}
	if i := gauge(b, "SELECT 1.0 AS v WHERE false", "").Items[0]; i.Value.Text != "No data" || i.Value.Number == nil {
		t.Errorf("without rows: %+v", i)
	}
}

func TestGaugesTakeManualSizesWhereGrafanaDoes(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for orientation, want := range map[string]string{"vertical": "200 75", "horizontal": "75 300", "auto": "75 75"} {
		t.Run(orientation, func(t *testing.T) {
			b := b.In(t)
			g := gauge(b, "SELECT 1 AS v", `"options": {"sizing": "manual", "minVizWidth": 200, "minVizHeight": 300, "orientation": "`+orientation+`"}`)
			if got := fmt.Sprint(g.MinWidth, g.MinHeight); got != want {
				t.Errorf("%s: %s, want %s", orientation, got, want)
			}
		})
	}
	paneltest.WantNotice(t, b.View("gauge", "SELECT 1 AS v", `"options": {"text": {"titleSize": 40}}`), `"text"`)
}

func TestGaugesHaveTheSizeOfNumbersThatThePanelSets(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for options, want := range map[string]float64{`{}`: 0, `{"text": {}}`: 0, `{"text": {"valueSize": 18}}`: 18, `{"text": {"valueSize": 7.5}}`: 7.5} {
		t.Run(options, func(t *testing.T) {
			b := b.In(t)
			v := b.View("gauge", "SELECT 1 AS v", `"options": `+options)
			if v.Gauge.ValueSize != want || len(v.Notices) > 0 {
				t.Errorf("%s: the size is %v, want %v; notices %q", options, v.Gauge.ValueSize, want, v.Notices)
			}
		})
	}
}

func barTexts(items []view.BarGaugeItem) string {
	var out []string
	for _, i := range items {
		fill := "none"
		if i.Fill != nil {
			fill = fmt.Sprintf("%.3g", *i.Fill)
		}
		out = append(out, fmt.Sprintf("%s=%s%s %s", i.Title, i.Value.Text, i.Value.Suffix, fill))
	}
	return strings.Join(out, " | ")
}

func barGauge(b paneltest.Bench, sql, rest string) *view.BarGauge {
	b.TB.Helper()
	v := b.View("bargauge", sql, rest)
	paneltest.NoNotices(b.TB, v)
	return v.BarGauge
}

func TestABarGaugeOverRowsNeedsValues(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	sql := "SELECT name, v FROM (VALUES ('FX', 0.5), ('Rates', 0.25), ('Other', NULL)) r(name, v)"
	if got := barTexts(barGauge(b, sql, "").Items); got != "=0.250 0" {
		t.Errorf("reduced: %s", got) // one bar without a name on the range of the data, as in Grafana
	}
	if got := barTexts(barGauge(b, sql, `"options": {"reduceOptions": {"values": true, "calcs": ["lastNotNull"]}}, "fieldConfig": {"defaults": {"min": 0, "max": 1}}`).Items); got != "FX=0.500 0.5 | Rates=0.250 0.25 | Other= none" {
		t.Errorf("rows: %s", got)
	}
	many := "SELECT 'n' || n AS name, n FROM generate_series(1, 40) n"
	for limit, want := range map[string]int{"": 25, `, "limit": 100`: 40, `, "limit": 3`: 3} {
		t.Run("limit"+limit, func(t *testing.T) {
			b := b.In(t)
			g := b.View("bargauge", many, `"options": {"reduceOptions": {"values": true`+limit+`}}`).BarGauge
			if len(g.Items) != want {
				t.Errorf("limit %q: %d bars, want %d", limit, len(g.Items), want)
			}
		})
	}
}

func TestABarGaugesBarsAreColouredAlongTheirLength(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	steps := `"min": 0, "max": 100, "thresholds": {"mode": "absolute", "steps": [{"value": null, "color": "green"}, {"value": 60, "color": "yellow"}, {"value": 80, "color": "red"}]}`
	stops := func(mode, sql, config string) string {
		var out []string
		for _, s := range barGauge(b, sql, `"options": {"displayMode": "`+mode+`"}, "fieldConfig": {"defaults": {`+config+`}}`).Items[0].Stops {
			out = append(out, fmt.Sprintf("%.3g %s", s.At, s.Color))
		}
		return strings.Join(out, ", ")
	}
	for _, c := range []struct{ name, mode, sql, config, want string }{
		{"basic", "basic", "SELECT 90 AS v", steps, ""},
		// A colour is reached halfway between its threshold and the threshold before.
		{"gradient above all thresholds", "gradient", "SELECT 90 AS v", steps, "0 #73bf69, 0.3 #73bf69, 0.7 #fade2a, 0.9 #f2495c"},
		{"gradient above one threshold", "gradient", "SELECT 70 AS v", steps, "0 #73bf69, 0.3 #73bf69, 0.7 #fade2a"},
		{"gradient below all thresholds", "gradient", "SELECT 10 AS v", steps, "0 #73bf69, 0.1 #73bf69"},
		{"gradient of a continuous scale", "gradient", "SELECT 10 AS v", `"min": 0, "max": 100, "color": {"mode": "continuous-GrYlRd"}`, "0 #73bf69, 0.5 #fade2a, 1 #f2495c"},
		{"gradient of a fixed colour", "gradient", "SELECT 10 AS v", `"min": 0, "max": 100, "color": {"mode": "fixed", "fixedColor": "blue"}`, ""},
		{"lcd by thresholds", "lcd", "SELECT 10 AS v", steps, "0 #73bf69, 0.6 #fade2a, 0.8 #f2495c"},
		{"lcd of a fixed colour", "lcd", "SELECT 10 AS v", `"min": 0, "max": 100, "color": {"mode": "fixed", "fixedColor": "blue"}`, "0 #5794f2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := stops(c.mode, c.sql, c.config); got != c.want {
				t.Errorf("%s %s: %s, want %s", c.mode, c.sql, got, c.want)
			}
		})
	}
}

func TestABarGaugePassesItsLayoutOn(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	g := barGauge(b, "SELECT 1 AS a, 2 AS b", `"options": {"namePlacement": "left", "valueMode": "hidden", "showUnfilled": false, "sizing": "manual", "orientation": "horizontal",
		"minVizHeight": 20, "maxVizHeight": 40, "minVizWidth": 9, "legend": {"showLegend": true, "displayMode": "list", "placement": "bottom", "calcs": ["max"]}}`)
	if got := fmt.Sprintln(g.NamePlacement, g.ValueMode, g.ShowUnfilled, g.MinHeight, g.MaxHeight, g.MinWidth,
		g.DisplayMode); got != "left hidden false 20 40 8 gradient\n" {
		t.Errorf("got %s", got)
	}
	if !g.Legend.Show || len(g.Legend.Items) != 2 || g.Legend.Items[1].Values[0].Text != "2" {
		t.Errorf("legend %+v", g.Legend)
	}
	if plain := barGauge(b, "SELECT 1 AS a", ""); plain.Legend.Show || plain.MaxHeight != 300 {
		t.Errorf("got %+v", plain)
	}
}
