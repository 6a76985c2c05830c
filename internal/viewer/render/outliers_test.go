package render_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/view"
)

// huge are values that are too large to be drawn to scale with 1 to 5.
func huge() []string {
	return []string{"1e308", "-1e300", "-1.7e308", "4e200", "6e18", "-2e25"}
}

// valuesOf is a query that returns values an hour apart.
func valuesOf(values ...string) string {
	var rows []string
	for i, v := range values {
		rows = append(rows, fmt.Sprintf("(timestamptz '2025-05-30 00:00Z' + interval '%d hours', 's%d', %s::float8)", i, i, v))
	}
	return "SELECT t AS time, v AS value FROM (VALUES " + strings.Join(rows, ", ") + ") x(t, s, v) ORDER BY 1"
}

func withNames(sql string) string { return strings.Replace(sql, "t AS time, v", "s AS name, v", 1) }

// sendable checks that a view can be written as JSON, and that no text in it says NaN or Infinity.
func sendable(t *testing.T, what string, v *view.View) {
	t.Helper()
	line, err := json.Marshal(v)
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
	for _, no := range []string{"NaN", "Infinity"} {
		if strings.Contains(string(line), no) {
			t.Errorf("%s: %s in %s", what, no, line)
		}
	}
}

func TestAValueFarBeyondTheOthersLeavesThemReadable(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for _, far := range huge() {
		values := []string{"1", "2", far, "3", "4", "5"}
		for kind, rest := range map[string]string{
			"lines":   `"fieldConfig": {"defaults": {"decimals": 2}}`,
			"bars":    `"fieldConfig": {"defaults": {"custom": {"drawStyle": "bars"}}}`,
			"stacked": `"fieldConfig": {"defaults": {"custom": {"drawStyle": "bars", "stacking": {"mode": "normal", "group": "A"}}}}`,
		} {
			v := b.View("timeseries", valuesOf(values...), rest)
			what := kind + " with " + far
			sendable(t, what, v)
			paneltest.WantNotice(t, v, "1 value is too large to be drawn with the others")
			s, axis := v.TimeSeries.Series[0], v.TimeSeries.Axes[0]
			if axis.Max > 20 || axis.Min < -20 || axis.Max < 5 {
				t.Errorf("%s: the axis goes from %v to %v", what, axis.Min, axis.Max)
			}
			if len(s.Beyond) != 1 || s.Beyond[0] != 2 || s.Plot == nil || *s.Plot[2] != axis.Max && *s.Plot[2] != axis.Min || math.Abs(*s.Values[2]) < 1e18 || *s.Plot[3] != 3 {
				t.Errorf("%s: beyond %v, drawn %v, value %v", what, s.Beyond, s.Plot, *s.Values[2])
			}
		}
		bars := b.View("barchart", withNames(valuesOf(values...)), "")
		sendable(t, "barchart with "+far, bars)
		paneltest.WantNotice(t, bars, "too large to be drawn")
		if a := bars.BarChart.Axes[0]; a.Max > 20 || a.Min < -20 || len(bars.BarChart.Series[0].Beyond) != 1 {
			t.Errorf("barchart with %s: %+v", far, a)
		}
		for _, kind := range []string{"gauge", "bargauge"} {
			v := b.View(kind, withNames(valuesOf(values...)), `"options": {"reduceOptions": {"values": true, "calcs": []}}`)
			sendable(t, kind+" with "+far, v)
			var fills []*float64
			if kind == "gauge" {
				for _, i := range v.Gauge.Items {
					fills = append(fills, i.Fill)
				}
			} else {
				for _, i := range v.BarGauge.Items {
					fills = append(fills, i.Fill)
				}
			}
			if len(fills) != 6 || *fills[3] < 0.3 || *fills[3] > 0.8 || *fills[5] != 1 || *fills[2] != map[bool]float64{true: 0,
				false: 1}[far[0] == '-'] {
				t.Errorf("%s with %s: filled %v %v %v %v", kind, far, *fills[1], *fills[2], *fills[3], *fills[5])
			}
		}
		pie := b.View("piechart", withNames(valuesOf(values...)), `"options": {"reduceOptions": {"values": true, "calcs": []}}`)
		sendable(t, "pie with "+far, pie)
		shares := 0.0
		for _, s := range pie.PieChart.Slices {
			if shares += s.Share; s.Title == "s5" && math.Abs(s.Share-5.0/15) > 1e-9 {
				t.Errorf("pie with %s: 5 of 15 is %v", far, s.Share)
			}
		}
		if math.Abs(shares-1) > 1e-9 {
			t.Errorf("pie with %s: the slices are %v of it", far, shares)
		}
		paneltest.WantNotice(t, pie, "no slice: s2")
		stat := b.View("stat", valuesOf(values...), `"options": {"graphMode": "area", "reduceOptions": {"calcs": ["lastNotNull"]}}`)
		sendable(t, "stat with "+far, stat)
		for i, n := range stat.Stat.Items[0].Sparkline {
			if n == nil || *n < 1 || *n > 5 {
				t.Errorf("the line of the stat with %s: %v at %d", far, n, i)
			}
		}
		heat := b.View("heatmap", valuesOf(values...), `"options": {"calculate": false, "filterValues": {"le": -1.79e308}, "color": {"mode": "scheme", "scheme": "Blues", "steps": 8}}`)
		sendable(t, "heatmap with "+far, heat)
		if heat.Heatmap != nil {
			if lo, hi := heat.Heatmap.Scale.Min.Number, heat.Heatmap.Scale.Max.Number; lo == nil || hi == nil || *lo != 1 || *hi != 5 {
				t.Errorf("heatmap with %s: the scale goes from %v to %v", far, lo, hi)
			}
		}
	}
}

func TestTheLargestNumbersAloneAreDrawnAsNumbers(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for _, values := range [][]string{{"1e308", "-1e308"}, {"1.7e308", "1.7e308", "1.6e308"}, {"'Infinity'", "'-Infinity'", "'NaN'"},
		{"1e308"}, {"100"}, {"'Infinity'", "1", "2"}} {
		for _, kind := range kindsWithQueries() {
			for _, rest := range []string{"", `"options": {"reduceOptions": {"values": true, "calcs": []}, "stacking": "percent"}, "fieldConfig": {"defaults": {"custom": {"stacking": {"mode": "percent", "group": "A"}}}}`,
				`"options": {"reduceOptions": {"calcs": ["range"]}, "stacking": "normal"}, "fieldConfig": {"defaults": {"color": {"mode": "continuous-GrYlRd"}, "custom": {"axisCenteredZero": true, "stacking": {"mode": "normal", "group": "A"}}}}`} {
				sql := valuesOf(values...)
				if kind == "barchart" {
					sql = withNames(sql)
				}
				v := b.View(kind, sql, rest)
				line, err := json.Marshal(v)
				if err != nil {
					t.Errorf("%s of %v: %v", kind, values, err)
				}
				if v.TimeSeries != nil && !strings.Contains(string(line), `"ticks":[{`) {
					t.Errorf("%s of %v has an axis without ticks", kind, values)
				}
			}
		}
	}
}

func TestWhatADeskMeasuresIsDrawnToScale(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for _, values := range [][]string{
		{"0.5", "1000000000", "0.25", "0.1"},          // a NAV beside weights
		{"1e-17", "1e-17", "-1e-17", "0.4", "120000"}, // what is left of sums that should be nothing
		{"0", "0", "0", "0", "3e11"},                  // one large amount
		{"40", "41", "39", "7200", "42"},              // a run that took two hours
		{"1e15", "2e15", "1.5e15"},                    // all of them large
	} {
		v := b.View("timeseries", valuesOf(values...), "")
		paneltest.NoNotices(t, v)
		if s := v.TimeSeries.Series[0]; s.Beyond != nil || s.Plot != nil {
			t.Errorf("%v: %+v", values, s)
		}
	}
}
