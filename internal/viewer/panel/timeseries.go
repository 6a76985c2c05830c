package panel

import (
	"math"
	"strings"

	"macrowatch/internal/viewer/view"
)

func timeSeriesDefaults() Object {
	return Object{"color": map[string]any{"mode": "palette-classic"}, "custom": map[string]any{
		"drawStyle": "line", "lineInterpolation": "linear", "lineWidth": 1.0, "fillOpacity": 0.0, "gradientMode": "none",
		"showPoints": "auto", "pointSize": 5.0, "barWidthFactor": 0.6, "axisPlacement": "auto",
	}}
}

func timeSeriesOptions() KnownOptions {
	return KnownOptions{"legend": Read{}, "tooltip": Read{}, "orientation": []any{"auto", "horizontal"},
		"timezone": []any{[]any{}, []any{""}, []any{"browser"}}}
}

func timeSeriesCustom() KnownOptions {
	return KnownOptions{
		"drawStyle": []any{"line", "bars", "points"}, "lineInterpolation": []any{"linear", "smooth", "stepBefore", "stepAfter"},
		"lineWidth": Read{}, "lineStyle": Read{}, "fillOpacity": Read{}, "gradientMode": Read{}, "showPoints": Read{}, "pointSize": Read{},
		"barAlignment": 0.0, "barWidthFactor": Read{}, "barMaxWidth": Read{}, "stacking": Read{}, "spanNulls": Read{}, "insertNulls": Read{},
		"axisPlacement": []any{"auto", "left", "right", "hidden"}, "axisLabel": Read{}, "axisSoftMin": Read{}, "axisSoftMax": Read{},
		"axisCenteredZero": Read{}, "axisColorMode": "text", "axisBorderShow": false, "axisGridShow": true, "scaleDistribution": Read{},
		"thresholdsStyle": Read{}, "hideFrom": Read{}, "transform": "negative-Y", "fillBelowTo": Unread{}, "fillColor": Unread{}, "lineColor": Unread{}, "pointColor": Unread{}, "axisWidth": Unread{},
	}
}

func drawTimeSeries(j *Job) (*view.View, error) {
	j.CheckOptions(timeSeriesOptions())
	j.CheckCustom(timeSeriesCustom())
	j.Configure(timeSeriesDefaults())
	if message := j.graphable(); message != "" {
		return j.Empty(message), nil
	}
	j.insertGaps(j.Frames)
	j.prepareNumbers()
	joined := align(j.Frames, func(f *Field) bool { return f.Kind == typeNumber })
	n := len(joined.Times)

	stacks := make([]stacking, len(joined.Series))
	for i, s := range joined.Series {
		stacks[i] = stackingOf(s, s.Field.Config.Custom)
	}
	plot := drawn(joined.Series, stacks, n)
	beyond, scaled := setAside(plot, func(i int) string { return axisKey(joined.Series[i].Field) })
	t := &view.TimeSeries{Times: joined.Times, X: j.TimeAxis(), Tooltip: j.Panel.Options.Child("tooltip").TextOr("mode", "single"),
		Annotations: j.Annotations()}
	axes := newAxes(j, joined, stacks, tops(scaled, stacks, n))
	for i, s := range joined.Series {
		drawn := j.series(s, joined.Times, stacks[i], plot[i], axes.index[i])
		j.edge(&drawn, beyond, i, plot[i], axes.list[axes.index[i]])
		t.Series = append(t.Series, drawn)
	}
	t.Axes = axes.views()
	t.Thresholds = axes.thresholds()
	fields := make([]*Field, len(joined.Series))
	for i, s := range joined.Series {
		fields[i] = s.Field
	}
	t.Legend = j.FieldLegend(fields, true)
	return &view.View{Kind: "timeseries", TimeSeries: t}, nil
}

// graphable says why nothing can be drawn, "" if something can.
func (j *Job) graphable() string {
	if !j.HasRows() {
		return "No data"
	}
	hasTime, hasNumber := false, false
	for _, fr := range j.Frames {
		t := fr.FirstOf(typeTime) != nil
		v := fr.FirstOf(typeNumber) != nil || fr.FirstOf(typeBoolean) != nil
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

// prepareNumbers makes numbers of booleans and gives the series their places in the palette.
func (j *Job) prepareNumbers() {
	place := 0
	for _, fr := range j.Frames {
		for i, f := range fr.Fields {
			if f.Kind != typeNumber && f.Kind != typeBoolean {
				continue
			}
			if f.Kind == typeBoolean {
				asNumbers(f)
			}
			replaceMissing(f)
			if i != 0 {
				f.SeriesIndex = place
				place++
			}
			f.Show = newDisplay(f, j.Env)
		}
	}
}

// asNumbers draws a boolean as steps between 0 and 1.
func asNumbers(f *Field) {
	f.Kind, f.Config.Min, f.Config.Max = typeNumber, new(0.0), new(1.0)
	if !strings.HasPrefix(f.Config.Unit, "bool") {
		f.Config.Unit = "bool"
	}
	f.Config.Custom = f.Config.Custom.Clone()
	if f.Config.Custom.Text("lineInterpolation") != "stepBefore" {
		f.Config.Custom["lineInterpolation"] = "stepAfter"
	}
	for i, v := range f.Values {
		if v != nil {
			f.Values[i] = toNumber(v)
		}
	}
}

func (j *Job) series(s *Series, times []int64, st stacking, plot []*float64, axis int) view.Series {
	f, c := s.Field, s.Field.Config.Custom
	out := view.Series{
		Name: f.Title, Color: seriesColor(f, j.Env.Colors), Axis: axis,
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
	switch gaps := c["spanNulls"].(type) {
	case bool:
		out.ConnectGaps = gaps
	case float64:
		out.ConnectGaps, out.ConnectGapsMaxMs = gaps > 0, math.Max(gaps, 0)
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

func dashes(style Object) []float64 {
	var out []float64
	for _, v := range style.List("dash") {
		if n := toNumber(v); n >= 0 {
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

// stepOf is the smallest distance between two rows of a series: the width that a bar may take.
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

// Annotations are the marks on this panel that touch its range.
func (j *Job) Annotations() []view.Annotation {
	var out []view.Annotation
	from, to := j.From.UnixMilli(), j.To.UnixMilli()
	for _, m := range j.Marks.On(j.Panel.ID) {
		if max(m.Time, m.TimeEnd) >= from && m.Time <= to {
			out = append(out, m)
		}
	}
	for _, e := range j.Marks.Errors {
		j.Notices.Add("%s", e)
	}
	return out
}

// FieldLegend lists the fields that are not hidden from it, with the calculations that the panel asks
// for. visible is whether it is shown where the panel says nothing.
func (j *Job) FieldLegend(fields []*Field, visible bool) view.Legend {
	o := j.Panel.Options.Child("legend")
	mode := o.TextOr("displayMode", "list")
	l := view.Legend{Show: o.FlagOr("showLegend", visible) && mode != "hidden", Mode: mode, Placement: o.TextOr("placement", "bottom"),
		Items: []view.LegendItem{}}
	if mode == "hidden" {
		l.Mode = "list"
	}
	calcs := o.Texts("calcs")
	j.SayMedian(calcs)
	for _, id := range calcs {
		info, known := reducerInfo(reducerID(id))
		if !known {
			j.Notices.Add("%s", sentence(unknownCalc(id)))
			continue
		}
		l.Calcs = append(l.Calcs, info.Title)
	}
	for i, f := range fields {
		if f.Config.Custom.Child("hideFrom").Flag("legend") {
			continue
		}
		item := view.LegendItem{Series: i, Name: f.Title, Color: seriesColor(f, j.Env.Colors)}
		for _, id := range calcs {
			if d, ok := j.calculated(f, id); ok {
				item.Values = append(item.Values, d.Value())
			}
		}
		l.Items = append(l.Items, item)
	}
	sortLegend(&l, o.Text("sortBy"), o.Flag("sortDesc"))
	return l
}

// calculated is a reduced value as a legend shows it: counts without the unit, shares in percent.
func (j *Job) calculated(f *Field, id string) (Display, bool) {
	v, known := reduceField(f, id)
	if !known {
		return Display{}, false
	}
	show := f.Show
	switch reducerID(id) {
	case "diffperc":
		show = j.WithUnit(f, "percent")
	case "count", "changeCount", "distinctCount":
		show = j.WithUnit(f, "none")
	}
	return show(v, nil), true
}

func (j *Job) WithUnit(f *Field, u string) func(any, *int) Display {
	other := *f
	other.Config.Unit = u
	return newDisplay(&other, j.Env)
}
