package chart_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/render"
	"macrowatch/internal/viewer/view"
)

func numbers(values []*float64) string {
	var out []string
	for _, v := range values {
		if v == nil {
			out = append(out, "–")
		} else {
			out = append(out, fmt.Sprint(*v))
		}
	}
	return strings.Join(out, " ")
}

func tickTexts(a view.Axis) string {
	var out []string
	for _, t := range a.Ticks {
		out = append(out, t.Text)
	}
	return strings.Join(out, " ")
}

func TestStackedBarsReachTheirSumAndKeepTheirColours(t *testing.T) {
	t.Parallel()
	v := paneltest.New(t).View("timeseries", paneltest.RunsQuery, paneltest.BarSettings)
	paneltest.NoNotices(t, v)
	ts := v.TimeSeries
	if len(ts.Series) != 2 || ts.Series[0].Name != "bcb FAILED" || ts.Series[1].Name != "fred SUCCESS" {
		t.Fatalf("series: %+v", ts.Series)
	}
	if ts.Series[0].Color != "#f2495c" || ts.Series[1].Color != "#73bf69" {
		t.Errorf("colours: %s %s", ts.Series[0].Color, ts.Series[1].Color)
	}
	if got := numbers(ts.Series[0].Values); got != "20 –" {
		t.Errorf("bcb: %s", got)
	}
	if !reflect.DeepEqual(ts.Series[0].Texts, []string{"20 s", ""}) {
		t.Errorf("texts: %q", ts.Series[0].Texts)
	}
	if ts.Series[0].Stack == "" || ts.Series[0].Stack != ts.Series[1].Stack {
		t.Errorf("stacks: %q and %q", ts.Series[0].Stack, ts.Series[1].Stack)
	}
	if a := ts.Axes[0]; a.Min != 0 || a.Max < 60 || a.Placement != "left" || !strings.HasPrefix(tickTexts(a), "0 s ") {
		t.Errorf("axis: %+v", a)
	}
	if ts.Series[1].StepMs != 3600e3 || ts.Series[1].BarMaxWidth != 12 || ts.Series[1].Style != "bars" {
		t.Errorf("bars: %+v", ts.Series[1])
	}
}

func TestPercentStacksAreShares(t *testing.T) {
	t.Parallel()
	v := paneltest.New(t).View("timeseries", paneltest.RunsQuery, strings.Replace(paneltest.BarSettings, `"normal"`, `"percent"`, 1))
	ts := v.TimeSeries
	if got := numbers(ts.Series[0].Plot) + " / " + numbers(ts.Series[1].Plot); got != "0.3333333333333333 – / 0.6666666666666666 1" {
		t.Errorf("shares: %s", got)
	}
	if a := ts.Axes[0]; a.Min != 0 || a.Max != 1 || !strings.Contains(tickTexts(a), "100%") {
		t.Errorf("axis: %+v", a)
	}
	if ts.Series[0].Texts[0] != "20 s" || !ts.Series[0].StackPercent {
		t.Errorf("the reader still reads the value: %+v", ts.Series[0])
	}
}

func TestLinesNeedNotBeginAtZeroButBarsDo(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	sql := `SELECT timestamptz '2025-05-30 06:00Z' + make_interval(hours => n) AS time, 1000 + n AS v FROM generate_series(0, 3) n`
	line := b.View("timeseries", sql, "").TimeSeries.Axes[0]
	if line.Min < 990 || line.Max > 1010 {
		t.Errorf("line: %v to %v", line.Min, line.Max)
	}
	bar := b.View("timeseries", sql, `"fieldConfig": {"defaults": {"custom": {"drawStyle": "bars"}}}`).TimeSeries.Axes[0]
	if bar.Min != 0 {
		t.Errorf("bars begin at %v", bar.Min)
	}
}

func TestTwoQueriesShareATimeAxisWithoutMakingGaps(t *testing.T) {
	t.Parallel()
	text := `{"panels": [{"id": 1, "type": "timeseries", "gridPos": {"h": 8}, "targets": [
		{"refId": "A", "format": "time_series", "rawSql": "SELECT timestamptz '2025-05-30 06:00Z' AS time, 1.0 AS a UNION ALL SELECT '2025-05-30 08:00Z', 3 ORDER BY 1"},
		{"refId": "B", "format": "time_series", "rawSql": "SELECT timestamptz '2025-05-30 07:00Z' AS time, 2.0 AS b UNION ALL SELECT '2025-05-30 08:00Z', NULL ORDER BY 1"},
		{"refId": "C", "hide": true, "format": "time_series", "rawSql": "broken"}]}]}`
	p := paneltest.New(t).Render(text, paneltest.Request())
	if p.Error != "" {
		t.Fatal(p.Error)
	}
	ts := p.View.TimeSeries
	if len(ts.Times) != 3 || len(p.Frames) != 2 {
		t.Fatalf("times %v, %d frames", ts.Times, len(p.Frames))
	}
	if a := ts.Series[0]; numbers(a.Values) != "1 – 3" || !reflect.DeepEqual(a.Absent, []int{1}) {
		t.Errorf("a: %s absent %v", numbers(a.Values), a.Absent)
	}
	if b := ts.Series[1]; numbers(b.Values) != "– 2 –" || !reflect.DeepEqual(b.Absent, []int{0}) {
		t.Errorf("b: %s absent %v (the last is a real gap)", numbers(b.Values), b.Absent)
	}
}

func TestUnitsDecideTheAxes(t *testing.T) {
	t.Parallel()
	sql := `SELECT timestamptz '2025-05-30 06:00Z' AS time, 3.0 AS pct, 40.0 AS secs, 2048.0 AS size, true AS up`
	p := paneltest.New(t).Render(strings.Replace(paneltest.OnePanel("timeseries", sql, `"fieldConfig": {"defaults": {}, "overrides": [
		{"matcher": {"id": "byName", "options": "pct"}, "properties": [{"id": "unit", "value": "percent"}, {"id": "custom.axisLabel", "value": "Share"}]},
		{"matcher": {"id": "byName", "options": "size"}, "properties": [{"id": "unit", "value": "bytes"}, {"id": "custom.axisPlacement", "value": "hidden"}]},
		{"matcher": {"id": "byName", "options": "secs"}, "properties": [{"id": "unit", "value": "s"}]}]}`), `"time_series"`, `"table"`, 1), paneltest.Request())
	if p.Error != "" {
		t.Fatal(p.Error)
	}
	ts := p.View.TimeSeries // as a table, since the other format makes numbers of booleans
	var got []string
	for _, a := range ts.Axes {
		got = append(got, a.Placement)
	}
	if strings.Join(got, " ") != "left right hidden right" || ts.Axes[0].Label != "Share" {
		t.Errorf("axes: %v %+v", got, ts.Axes)
	}
	if up := ts.Series[3]; up.Texts[0] != "True" || up.Interpolation != "stepAfter" || tickTexts(ts.Axes[3]) != "False True" {
		t.Errorf("a boolean: %+v, axis %+v", up, ts.Axes[3])
	}
	if ts.Series[0].Color == ts.Series[1].Color {
		t.Error("two series of one colour")
	}
}

func TestThresholdsLogScaleAndSigns(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	sql := `SELECT timestamptz '2025-05-30 06:00Z' + make_interval(hours => n) AS time, 10.0 ^ n AS v FROM generate_series(0, 4) n`
	ts := b.View("timeseries", sql, `"fieldConfig": {"defaults": {"min": 0, "max": 200, "custom": {"thresholdsStyle": {"mode": "dashed+area"}},
		"thresholds": {"mode": "percentage", "steps": [{"value": null, "color": "green"}, {"value": 50, "color": "red"}]}}}`).TimeSeries
	if m := ts.Thresholds; len(m) != 2 || m[0].Value != nil || *m[1].Value != 100 || !m[1].Dash || !m[1].Area || m[1].Color != "#f2495c" {
		t.Errorf("thresholds: %+v", m)
	}
	log := b.View("timeseries", sql, `"fieldConfig": {"defaults": {"custom": {"scaleDistribution": {"type": "log", "log": 10}}}}`).TimeSeries.Axes[0]
	if log.Log != 10 || log.Min != 1 || log.Max != 10000 || tickTexts(log) != "1 10 100 1000 10000" {
		t.Errorf("log axis: %+v", log)
	}
	neg := b.View("timeseries", sql, `"fieldConfig": {"defaults": {"custom": {"transform": "negative-Y"}}}`).TimeSeries
	if numbers(neg.Series[0].Plot) != "-1 -10 -100 -1000 -10000" || neg.Axes[0].Max != 0 || neg.Series[0].Texts[1] != "10" {
		t.Errorf("negative: %s, axis %+v", numbers(neg.Series[0].Plot), neg.Axes[0])
	}
}

func TestTheLegendCalculatesAndSorts(t *testing.T) {
	t.Parallel()
	sql := `SELECT timestamptz '2025-05-30 06:00Z' + make_interval(hours => n) AS time, n AS low, 10 * n AS high, 5 AS hidden FROM generate_series(1, 2) n`
	ts := paneltest.New(t).View("timeseries", sql, `"options": {"legend": {"displayMode": "table", "placement": "right", "calcs": ["max", "count", "diffperc"], "sortBy": "Max", "sortDesc": true}},
		"fieldConfig": {"defaults": {"unit": "s"}, "overrides": [{"matcher": {"id": "byName", "options": "hidden"}, "properties": [{"id": "custom.hideFrom", "value": {"legend": true, "viz": true, "tooltip": true}}]}]}`).TimeSeries
	if got := ts.Legend.Calcs; !reflect.DeepEqual(got, []string{"Max", "Count", "Difference percent"}) {
		t.Errorf("calcs: %q", got)
	}
	if len(ts.Legend.Items) != 2 || ts.Legend.Items[0].Name != "high" || ts.Legend.Items[0].Series != 1 {
		t.Fatalf("items: %+v", ts.Legend.Items)
	}
	got := ""
	for _, v := range ts.Legend.Items[0].Values {
		got += v.Text + v.Suffix + ";"
	}
	if got != "20 s;2;100%;" {
		t.Errorf("values: %s", got)
	}
	if h := ts.Series[2]; !h.HideFromViz || !h.HideFromLegend || !h.HideFromTooltip {
		t.Errorf("hidden: %+v", h)
	}
}

func TestPausesAndMissingValues(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	sql := `SELECT timestamptz '2025-05-30 06:00Z' + make_interval(hours => n) AS time, nullif(n, 1)::float8 AS v FROM unnest(ARRAY[0, 1, 2, 6]) n`
	insert := b.View("timeseries", sql, `"fieldConfig": {"defaults": {"custom": {"insertNulls": 7200000}}}`).TimeSeries
	if got := numbers(insert.Series[0].Values); !strings.Contains(got, "0 – 2 – 6") {
		t.Errorf("a pause of four hours must be a gap: %s", got)
	}
	zero := b.View("timeseries", sql, `"fieldConfig": {"defaults": {"noValue": "0"}}`).TimeSeries
	if got := numbers(zero.Series[0].Values); got != "0 0 2 6" {
		t.Errorf("noValue 0: %s", got)
	}
	span := b.View("timeseries", sql, `"fieldConfig": {"defaults": {"custom": {"spanNulls": 3600000}}}`).TimeSeries.Series[0]
	if !span.ConnectGaps || span.ConnectGapsMaxMs != 3600000 {
		t.Errorf("spanNulls: %+v", span)
	}
}

func TestFilledBucketsStandBetweenTheRows(t *testing.T) {
	t.Parallel()
	ts := paneltest.New(t).View("timeseries", `SELECT $__timeGroupAlias(t, '6h', 0), sum(v)::float8 AS v
		FROM (VALUES (timestamptz '2025-05-29 19:00Z', 2), ('2025-05-30 07:00Z', 3)) x(t, v) GROUP BY 1 ORDER BY 1`, "").TimeSeries
	if got := numbers(ts.Series[0].Values); got != "0 2 0 3 0" {
		t.Errorf("buckets from 12:00: %s", got)
	}
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for sql, want := range map[string]string{
		"SELECT now() AS time, 1 AS v WHERE false": "No data",
		"SELECT now() AS time, 'x' AS v":           "Data is missing a number field",
	} {
		t.Run(sql, func(t *testing.T) {
			b := b.In(t)
			if v := b.View("timeseries", sql, ""); v.Kind != "empty" || v.Message != want {
				t.Errorf("%s: got %+v", sql, v)
			}
		})
	}
	p := b.Render(strings.Replace(paneltest.OnePanel("timeseries", "SELECT 1 AS v", ""), `"time_series"`, `"table"`, 1), paneltest.Request())
	if p.View.Message != "Data is missing a time field" {
		t.Errorf("got %+v", p.View)
	}
	if v := b.View("timeseries", "SELECT now() AS time, 1 AS v WHERE false", `"fieldConfig": {"defaults": {"noValue": "No runs"}}`); v.Message != "No runs" {
		t.Errorf("got %+v", v)
	}
}

func TestTheTimeAxisIsTheRangeInTheReadersZone(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	sp, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name  string
		span  time.Duration
		loc   *time.Location
		first string
	}{
		{"five minutes", 5 * time.Minute, nil, "11:55:00"},
		{"six hours", 6 * time.Hour, nil, "06:00"},
		{"a day in Sao Paulo", 24 * time.Hour, sp, "10:00"},
		{"a week in Sao Paulo", 7 * 24 * time.Hour, sp, "05-24 00:00"},
		{"a month", 30 * 24 * time.Hour, nil, "05-01"},
		{"ten months", 300 * 24 * time.Hour, nil, "09-01"},
		{"two years", 2 * 365 * 24 * time.Hour, nil, "2023-0"},
		{"thirty years", 30 * 365 * 24 * time.Hour, nil, "1996"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := b.In(t)
			r := paneltest.Request()
			r.From, r.Location = paneltest.Noon().Add(-tc.span), tc.loc
			x := b.Render(paneltest.OnePanel("timeseries", "SELECT $__timeTo()::timestamptz AS time, 1 AS v", ""), r).View.TimeSeries.X
			if x.Min != float64(r.From.UnixMilli()) || x.Max != float64(r.To.UnixMilli()) {
				t.Errorf("%s: ends %v and %v", tc.span, x.Min, x.Max)
			}
			if n := len(x.Ticks); n < 4 || n > 16 {
				t.Errorf("%s: %d ticks: %s", tc.span, n, tickTexts(x))
			}
			if got := tickTexts(x); !strings.HasPrefix(got, tc.first) {
				t.Errorf("%s: ticks %s, want them to begin with %s", tc.span, got, tc.first)
			}
		})
	}
}

func TestAnnotationsAreFetchedOnceAndFiltered(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	text := `{"annotations": {"list": [{"builtIn": 1, "datasource": {"type": "grafana"}, "enable": true, "name": "Grafana's own"},
		{"name": "Failures", "enable": true, "iconColor": "red", "datasource": {"type": "grafana-postgresql-datasource", "uid": "x"},
		 "target": {"refId": "Anno", "format": "table", "rawSql": "SELECT timestamptz '2025-05-30 06:00Z' AS time, timestamptz '2025-05-30 06:05Z' AS timeend, 'it broke' AS text, 'fred,late' AS tags UNION ALL SELECT '2025-05-30 03:00Z', NULL, 'earlier', NULL UNION ALL SELECT '2025-05-20 03:00Z', NULL, 'long ago', NULL"}},
		{"name": "Elsewhere", "enable": true, "filter": {"exclude": false, "ids": [2]}, "target": {"rawSql": "SELECT timestamptz '2025-05-30 06:00Z' AS time, 'no' AS text"}},
		{"name": "Off", "enable": false, "target": {"rawSql": "broken"}},
		{"name": "Broken", "enable": true, "target": {"rawSql": "SELECT * FROM nowhere"}}]},
		` + paneltest.OnePanel("timeseries", "SELECT $__timeTo()::timestamptz AS time, 1 AS v", "")[1:]
	v := b.Render(text, paneltest.Request()).View
	marks := v.TimeSeries.Annotations
	if len(marks) != 2 || marks[0].Text != "earlier" || marks[1].Text != "it broke" {
		t.Fatalf("marks: %+v", marks)
	}
	m := marks[1]
	if m.TimeEnd-m.Time != 300e3 || m.Color != "#f2495c" || m.Name != "Failures" || !reflect.DeepEqual(m.Tags, []string{"fred", "late"}) ||
		m.TimeText != "Fri 30 May 2025, 06:00 – 06:05" {
		t.Errorf("mark: %+v", m)
	}
	paneltest.WantNotice(t, v, "The annotations Broken are missing.")
	table := b.Render(strings.Replace(text, `"type": "timeseries"`, `"type": "table"`, 1), paneltest.Request())
	if table.View.Table == nil || len(table.View.Notices) != 0 {
		t.Errorf("a table has no annotations to miss: %+v", table.View)
	}
}

func TestColoursByValueColourEachValueOnlyInAScheme(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	sql := `SELECT timestamptz '2025-05-30 06:00Z' + make_interval(hours => n) AS time, n - 1.0 AS v FROM generate_series(0, 2) n`
	fields := `"fieldConfig": {"defaults": {"color": {"mode": "thresholds"}, "custom": {"gradientMode": %q},
		"thresholds": {"mode": "absolute", "steps": [{"value": null, "color": "red"}, {"value": 0, "color": "green"}]}}}`
	s := b.View("timeseries", sql, fmt.Sprintf(fields, "scheme")).TimeSeries.Series[0]
	if !reflect.DeepEqual(s.Colors, []string{"#f2495c", "#73bf69", "#73bf69"}) || s.Color != "#73bf69" {
		t.Errorf("scheme: %v, %s", s.Colors, s.Color)
	}
	if s := b.View("timeseries", sql, fmt.Sprintf(fields, "none")).TimeSeries.Series[0]; s.Colors != nil {
		t.Errorf("none: %v", s.Colors)
	}
}

func BenchmarkRenderTimeSeriesOf10000Points(b *testing.B) {
	h := paneltest.New(b)
	if _, err := h.Pool.Exec(b.Context(), `CREATE TABLE p AS SELECT timestamptz '2025-05-30 12:00Z' - make_interval(secs => n) AS time,
		sin(n / 100.0) * n AS v FROM generate_series(0, 9999) n ORDER BY 1`); err != nil {
		b.Fatal(err)
	}
	d := h.Dashboard(paneltest.OnePanel("timeseries", "SELECT time, v FROM p WHERE $__timeFilter(time) ORDER BY 1", `"fieldConfig": {"defaults": {"unit": "s"}}`))
	q := paneltest.Runner(h.Pool)
	b.ReportAllocs()
	for b.Loop() {
		if p := render.Panel(b.Context(), q, d, 1, paneltest.Request(), annotation.Marks{}); len(p.View.TimeSeries.Times) != 10000 {
			b.Fatal(len(p.View.TimeSeries.Times))
		}
	}
}

// TestAHiddenSeriesDecidesNothing covers columns that are there for links, such as instants in milliseconds.
func TestAHiddenSeriesDecidesNothing(t *testing.T) {
	t.Parallel()
	v := paneltest.New(t).View("timeseries", `SELECT '2025-05-30 06:00Z'::timestamptz AS time, 1.5 AS v, 1.7e18 AS at`,
		`"fieldConfig": {"defaults": {"unit": "percent"}, "overrides": [{"matcher": {"id": "byName", "options": "at"}, "properties": [
		{"id": "custom.hideFrom", "value": {"viz": true, "legend": true, "tooltip": true}}]}]}`)
	paneltest.NoNotices(t, v)
	if a := v.TimeSeries.Axes; len(a) != 1 || a[0].Max > 10 {
		t.Errorf("the axes are %+v", a)
	}
}

// The axis is scaled to the series that the reader sees alone, stacked or not. The answer has all series.
func TestTheAxisIsThatOfTheSeriesSeenAlone(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	const sql = `SELECT timestamptz '2025-05-30 06:00Z' + make_interval(hours => n) AS time, n AS low, 10 * n AS middle, 1000 * n AS high FROM generate_series(1, 4) n`
	for name, c := range map[string]struct {
		custom string
		only   map[int][]string
		want   float64 // the highest value
	}{
		"all":                         {`"drawStyle": "line"`, nil, 4000},
		"the lowest":                  {`"drawStyle": "line"`, map[int][]string{1: {"low"}}, 4},
		"two of them":                 {`"drawStyle": "line"`, map[int][]string{1: {"low", "middle"}}, 40},
		"a name that there is not":    {`"drawStyle": "line"`, map[int][]string{1: {"none"}}, 4000},
		"one that there is, and one":  {`"drawStyle": "line"`, map[int][]string{1: {"none", "middle"}}, 40},
		"those of another panel":      {`"drawStyle": "line"`, map[int][]string{2: {"low"}}, 4000},
		"bars in a stack":             {`"drawStyle": "bars", "stacking": {"mode": "normal", "group": "A"}`, nil, 4044},
		"the topmost bar in a stack":  {`"drawStyle": "bars", "stacking": {"mode": "normal", "group": "A"}`, map[int][]string{1: {"middle"}}, 40},
		"the two lowest bars stacked": {`"drawStyle": "bars", "stacking": {"mode": "normal", "group": "A"}`, map[int][]string{1: {"low", "middle"}}, 44},
	} {
		t.Run(name, func(t *testing.T) {
			r := paneltest.Request()
			r.Only = c.only
			ts := b.In(t).Render(paneltest.AsTable("timeseries", sql, `"fieldConfig": {"defaults": {"custom": {`+c.custom+`}}}`), r).View.TimeSeries
			if len(ts.Series) != 3 || len(ts.Axes) != 1 || ts.Series[2].Texts[3] != "4000" {
				t.Fatalf("%d series, %d axes", len(ts.Series), len(ts.Axes))
			}
			if got := ts.Axes[0].Max; got < c.want || got > 1.2*c.want {
				t.Errorf("the axis ends at %v, want a little above %v", got, c.want)
			}
		})
	}
}
