package chart

import (
	"slices"
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
	shares := sharesOf(plot, stacks, n)
	beyond, scaled := separateOutliers(seen(j, joined.Series, plot, n), func(i int) string { return axisKey(joined.Series[i].Field) })
	t := &view.TimeSeries{Times: joined.Times, X: j.TimeAxis(), Tooltip: panel.TooltipMode(j.Panel.Options),
		Annotations: j.Annotations()}
	axes := newAxes(j, joined, stacks, tops(scaled, stacks, n))
	for i, s := range joined.Series {
		drawn := series(j, s, joined.Times, stacks[i], plot[i], axes.index[i])
		if drawn.Notes == nil { // the runs behind stacked bars are no parts of a whole
			drawn.Shares = shareTexts(j, s.Field, shares[i])
		}
		drawOutliers(j, &drawn, beyond, i, plot[i], axes.list[axes.index[i]])
		t.Series = append(t.Series, drawn)
	}
	shareSeriesLinks(t.Series)
	t.Axes = axes.views()
	t.Thresholds = axes.thresholds()
	fields := make([]*frame.Field, len(joined.Series))
	for i, s := range joined.Series {
		fields[i] = s.Field
	}
	t.Legend = j.FieldLegend(fields, true)
	return &view.View{TimeSeries: t}, nil
}

// seen are the heights of the series without those that the panel hides or that the reader has left out. A hidden series decides
// nothing about the others.
func seen(j *panel.Job, all []*align.Series, heights [][]*float64, n int) [][]*float64 {
	out := slices.Clone(heights)
	only := j.Request.Only[j.Panel.ID]
	isolated := func(s *align.Series) bool { return slices.Contains(only, s.Field.Title) }
	someIsolated := slices.ContainsFunc(all, isolated)
	for i, s := range all {
		if s.Field.Config.Custom.Child("hideFrom").Flag("viz") || someIsolated && !isolated(s) {
			out[i] = make([]*float64, n)
		}
	}
	return out
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
