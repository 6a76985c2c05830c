package chart

import (
	"math"
	"strings"

	"macrowatch/internal/viewer/align"
	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/view"
)

// TimeSeries is the kind of time series: lines, bars and points over time.
func TimeSeries() panel.Kind {
	return panel.Kind{Type: "timeseries", Title: "Time series", ShowsNumbers: true, ShowsAnnotations: true, Options: timeSeriesOptions,
		Custom: timeSeriesCustom, FieldDefaults: timeSeriesDefaults, Draw: drawTimeSeries,
		Supports: "lines (linear, smooth, stepped), bars, points; stacking normal and percent; fill and gradients; gaps and `spanNulls`; " +
			"left and right axes by unit; soft and hard ends; logarithmic scales; thresholds as lines and areas; legends as list or table " +
			"with calculations; negative-Y; hide from legend, tooltip, drawing",
	}
}

func timeSeriesDefaults() settings.Object {
	return settings.Object{"color": map[string]any{"mode": "palette-classic"}, "custom": map[string]any{
		"drawStyle": "line", "lineInterpolation": "linear", "lineWidth": 1.0, "fillOpacity": 0.0, "gradientMode": "none",
		"showPoints": "auto", "pointSize": 5.0, "barWidthFactor": 0.6, "axisPlacement": "auto",
	}}
}

func timeSeriesOptions() panel.KnownOptions {
	return panel.KnownOptions{"legend": panel.Read{}, "tooltip": panel.Read{}, "orientation": []any{"auto", "horizontal"},
		"timezone": []any{[]any{}, []any{""}, []any{"browser"}}}
}

func timeSeriesCustom() panel.KnownOptions {
	return panel.KnownOptions{
		"drawStyle": []any{"line", "bars", "points"}, "lineInterpolation": []any{"linear", "smooth", "stepBefore", "stepAfter"},
		"lineWidth": panel.Read{}, "lineStyle": panel.Read{}, "fillOpacity": panel.Read{}, "gradientMode": panel.Read{},
		"showPoints": panel.Read{}, "pointSize": panel.Read{},
		"barAlignment": 0.0, "barWidthFactor": panel.Read{}, "barMaxWidth": panel.Read{}, "stacking": panel.Read{},
		"spanNulls": panel.Read{}, "insertNulls": panel.Read{},
		"axisPlacement": []any{"auto", "left", "right", "hidden"}, "axisLabel": panel.Read{}, "axisSoftMin": panel.Read{},
		"axisSoftMax":      panel.Read{},
		"axisCenteredZero": panel.Read{}, "axisColorMode": "text", "axisBorderShow": false, "axisGridShow": true,
		"scaleDistribution": panel.Read{},
		"thresholdsStyle":   panel.Read{}, "hideFrom": panel.Read{}, "transform": "negative-Y", "fillBelowTo": panel.Unread{},
		"fillColor": panel.Unread{}, "lineColor": panel.Unread{}, "pointColor": panel.Unread{}, "axisWidth": panel.Unread{},
	}
}

func drawTimeSeries(j *panel.Job) (*view.View, error) {
	j.Configure()
	if message := graphable(j); message != "" {
		return j.Empty(message), nil
	}
	insertGaps(j, j.Frames)
	prepareNumbers(j)
	joined := align.Frames(j.Frames, func(f *frame.Field) bool { return f.Kind == frame.Number })
	n := len(joined.Times)

	stacks := make([]stacking, len(joined.Series))
	for i, s := range joined.Series {
		stacks[i] = stackingOf(s, s.Field.Config.Custom)
	}
	plot := drawn(joined.Series, stacks, n)
	beyond, scaled := separateOutliers(plot, func(i int) string { return axisKey(joined.Series[i].Field) })
	t := &view.TimeSeries{Times: joined.Times, X: j.TimeAxis(), Tooltip: panel.TooltipMode(j.Panel.Options),
		Annotations: j.Annotations()}
	axes := newAxes(j, joined, stacks, tops(scaled, stacks, n))
	for i, s := range joined.Series {
		drawn := series(j, s, joined.Times, stacks[i], plot[i], axes.index[i])
		drawOutliers(j, &drawn, beyond, i, plot[i], axes.list[axes.index[i]])
		t.Series = append(t.Series, drawn)
	}
	t.Axes = axes.views()
	t.Thresholds = axes.thresholds()
	fields := make([]*frame.Field, len(joined.Series))
	for i, s := range joined.Series {
		fields[i] = s.Field
	}
	t.Legend = j.FieldLegend(fields, true)
	return &view.View{TimeSeries: t}, nil
}

// graphable says why nothing can be drawn. It is "" if something can be drawn.
func graphable(j *panel.Job) string {
	if !j.HasRows() {
		return "No data"
	}
	hasTime, hasNumber := false, false
	for _, fr := range j.Frames {
		t := fr.FirstOf(frame.Time) != nil
		v := fr.FirstOf(frame.Number) != nil || fr.FirstOf(frame.Boolean) != nil
		if t && v {
			return ""
		}
		hasTime, hasNumber = hasTime || t, hasNumber || v
	}
	switch {
	case !hasTime:
		return "Data is missing a time field"
	case !hasNumber:
		return "Data is missing a number field"
	}
	return "No data"
}

// prepareNumbers turns booleans into numbers and gives each series its place in the palette.
func prepareNumbers(j *panel.Job) {
	place := 0
	for _, fr := range j.Frames {
		for i, f := range fr.Fields {
			if f.Kind != frame.Number && f.Kind != frame.Boolean {
				continue
			}
			if f.Kind == frame.Boolean {
				asNumbers(f)
			}
			replaceMissing(f)
			if i != 0 {
				f.SeriesIndex = place
				place++
			}
			f.Show = fieldconfig.NewDisplay(f, j.Env)
		}
	}
}

// asNumbers draws a boolean as steps between 0 and 1.
func asNumbers(f *frame.Field) {
	f.Kind, f.Config.Min, f.Config.Max = frame.Number, new(0.0), new(1.0)
	if !strings.HasPrefix(f.Config.Unit, "bool") {
		f.Config.Unit = "bool"
	}
	f.Config.Custom = f.Config.Custom.Clone()
	if f.Config.Custom.Text("lineInterpolation") != "stepBefore" {
		f.Config.Custom["lineInterpolation"] = "stepAfter"
	}
	for i, v := range f.Values {
		if v != nil {
			f.Values[i] = js.Number(v)
		}
	}
}

func series(j *panel.Job, s *align.Series, times []int64, st stacking, plot []*float64, axis int) view.Series {
	f, c := s.Field, s.Field.Config.Custom
	out := view.Series{
		Name: f.Title, Color: fieldconfig.SeriesColor(f, j.Env.Colors), Axis: axis,
		Values: make([]*float64, len(times)), Texts: make([]string, len(times)),
		Style: c.Text("drawStyle"), LineWidth: c.NumberOr("lineWidth", 1), Interpolation: c.Text("lineInterpolation"),
		FillOpacity: c.NumberOr("fillOpacity", 0), GradientMode: c.Text("gradientMode"), ShowPoints: c.Text("showPoints"),
		PointSize: c.NumberOr("pointSize", 5), BarWidthFactor: c.NumberOr("barWidthFactor", 0.6), BarMaxWidth: c.NumberOr("barMaxWidth", 0),
		Stack: st.key, StackPercent: st.percent, TransformNegative: c.Text("transform") == "negative-Y",
		HideFromLegend: c.Child("hideFrom").Flag("legend"), HideFromTooltip: c.Child("hideFrom").Flag("tooltip"),
		HideFromViz: c.Child("hideFrom").Flag("viz"), StepMs: stepOf(times, s.Absent),
	}
	if out.Style == "points" {
		out.ShowPoints = "always"
	}
	if longest := longestBridged(c["spanNulls"]); longest > 0 {
		out.ConnectGaps = true
		if !math.IsInf(longest, 1) {
			out.ConnectGapsMaxMs = longest
		}
	}
	if style := c.Child("lineStyle"); style.Text("fill") == "dash" || style.Text("fill") == "dot" {
		out.LineDash = dashes(style)
	}
	colored := f.Config.Color.ByValue() && out.GradientMode == "scheme"
	runsAt := j.Details.Of(f)
	for i, v := range s.Values {
		if s.Absent != nil && s.Absent[i] {
			out.Absent = append(out.Absent, i)
		}
		n, ok := v.(float64)
		if !ok || math.IsNaN(n) || math.IsInf(n, 0) {
			if colored {
				out.Colors = append(out.Colors, "")
			}
			continue
		}
		d := f.Show(v, nil)
		out.Values[i], out.Texts[i] = &n, d.Full()
		if runs, known := runsAt[times[i]]; known {
			if out.Notes == nil {
				out.Notes = map[int]string{}
			}
			out.Notes[i] = runs.Sentence(j)
			if runs.Runs > 1 {
				out.Notes[i] = "the longest of " + out.Notes[i]
			}
		}
		if colored {
			out.Colors = append(out.Colors, d.Color)
		}
	}
	if st.percent || out.TransformNegative {
		out.Plot = plot
	}
	return out
}

// dashes are the lengths of a dashed line's dashes and gaps in turn.
func dashes(style settings.Object) []float64 {
	var out []float64
	for _, v := range style.List("dash") {
		if n := js.Number(v); n >= 0 {
			out = append(out, n)
		}
	}
	if len(out) == 0 {
		out = []float64{10, 10}
		if style.Text("fill") == "dot" {
			out = []float64{0, 10}
		}
	}
	return out
}

// stepOf is the smallest distance in time between two values of a series. A bar may be that wide.
func stepOf(times []int64, absent []bool) float64 {
	least, before := int64(0), -1
	for i, t := range times {
		if absent != nil && absent[i] {
			continue
		}
		if before >= 0 {
			if d := t - times[before]; d > 0 && (least == 0 || d < least) {
				least = d
			}
		}
		before = i
	}
	return float64(least)
}
