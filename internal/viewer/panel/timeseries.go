package panel

import (
	"math"
	"strings"

	"macrowatch/internal/viewer/view"
)

func timeSeriesDefaults() props {
	return props{"color": map[string]any{"mode": "palette-classic"}, "custom": map[string]any{
		"drawStyle": "line", "lineInterpolation": "linear", "lineWidth": 1.0, "fillOpacity": 0.0, "gradientMode": "none",
		"showPoints": "auto", "pointSize": 5.0, "barWidthFactor": 0.6, "axisPlacement": "auto",
	}}
}

func timeSeriesOptions() knownOptions {
	return knownOptions{"legend": read{}, "tooltip": read{}, "orientation": []any{"auto", "horizontal"},
		"timezone": []any{[]any{}, []any{""}, []any{"browser"}}}
}

func timeSeriesCustom() knownOptions {
	return knownOptions{
		"drawStyle": []any{"line", "bars", "points"}, "lineInterpolation": []any{"linear", "smooth", "stepBefore", "stepAfter"},
		"lineWidth": read{}, "lineStyle": read{}, "fillOpacity": read{}, "gradientMode": read{}, "showPoints": read{}, "pointSize": read{},
		"barAlignment": 0.0, "barWidthFactor": read{}, "barMaxWidth": read{}, "stacking": read{}, "spanNulls": read{}, "insertNulls": read{},
		"axisPlacement": []any{"auto", "left", "right", "hidden"}, "axisLabel": read{}, "axisSoftMin": read{}, "axisSoftMax": read{},
		"axisCenteredZero": read{}, "axisColorMode": "text", "axisBorderShow": false, "axisGridShow": true, "scaleDistribution": read{},
		"thresholdsStyle": read{}, "hideFrom": read{}, "transform": "negative-Y", "fillBelowTo": unread{}, "fillColor": unread{}, "lineColor": unread{}, "pointColor": unread{}, "axisWidth": unread{},
	}
}

func drawTimeSeries(j *job) (*view.View, error) {
	j.checkOptions(timeSeriesOptions())
	j.checkCustom(timeSeriesCustom())
	j.configure(timeSeriesDefaults())
	if message := j.graphable(); message != "" {
		return j.empty(message), nil
	}
	j.insertGaps(j.frames)
	j.prepareNumbers()
	joined := align(j.frames, func(f *field) bool { return f.kind == typeNumber })
	n := len(joined.times)

	stacks := make([]stacking, len(joined.series))
	for i, s := range joined.series {
		stacks[i] = stackingOf(s, s.field.config.custom)
	}
	plot := drawn(joined.series, stacks, n)
	beyond, scaled := setAside(plot, func(i int) string { return axisKey(joined.series[i].field) })
	t := &view.TimeSeries{Times: joined.times, X: j.timeAxis(), Tooltip: j.panel.options.child("tooltip").textOr("mode", "single"),
		Annotations: j.annotations()}
	axes := newAxes(j, joined, stacks, tops(scaled, stacks, n))
	for i, s := range joined.series {
		drawn := j.series(s, joined.times, stacks[i], plot[i], axes.index[i])
		j.edge(&drawn, beyond, i, plot[i], axes.list[axes.index[i]])
		t.Series = append(t.Series, drawn)
	}
	t.Axes = axes.views()
	t.Thresholds = axes.thresholds()
	fields := make([]*field, len(joined.series))
	for i, s := range joined.series {
		fields[i] = s.field
	}
	t.Legend = j.fieldLegend(fields, true)
	return &view.View{Kind: "timeseries", TimeSeries: t}, nil
}

// graphable says why nothing can be drawn, "" if something can.
func (j *job) graphable() string {
	if !j.hasRows() {
		return "No data"
	}
	hasTime, hasNumber := false, false
	for _, fr := range j.frames {
		t := fr.firstOf(typeTime) != nil
		v := fr.firstOf(typeNumber) != nil || fr.firstOf(typeBoolean) != nil
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
func (j *job) prepareNumbers() {
	place := 0
	for _, fr := range j.frames {
		for i, f := range fr.fields {
			if f.kind != typeNumber && f.kind != typeBoolean {
				continue
			}
			if f.kind == typeBoolean {
				asNumbers(f)
			}
			replaceMissing(f)
			if i != 0 {
				f.seriesIndex = place
				place++
			}
			f.show = newDisplay(f, j.env)
		}
	}
}

// asNumbers draws a boolean as steps between 0 and 1.
func asNumbers(f *field) {
	f.kind, f.config.min, f.config.max = typeNumber, ptr(0.0), ptr(1.0)
	if !strings.HasPrefix(f.config.unit, "bool") {
		f.config.unit = "bool"
	}
	f.config.custom = f.config.custom.clone()
	if f.config.custom.text("lineInterpolation") != "stepBefore" {
		f.config.custom["lineInterpolation"] = "stepAfter"
	}
	for i, v := range f.values {
		if v != nil {
			f.values[i] = toNumber(v)
		}
	}
}

func (j *job) series(s *alignedSeries, times []int64, st stacking, plot []*float64, axis int) view.Series {
	f, c := s.field, s.field.config.custom
	out := view.Series{
		Name: f.title, Color: seriesColor(f, j.env.colors), Axis: axis,
		Values: make([]*float64, len(times)), Texts: make([]string, len(times)),
		Style: c.text("drawStyle"), LineWidth: c.numberOr("lineWidth", 1), Interpolation: c.text("lineInterpolation"),
		FillOpacity: c.numberOr("fillOpacity", 0), GradientMode: c.text("gradientMode"), ShowPoints: c.text("showPoints"),
		PointSize: c.numberOr("pointSize", 5), BarWidthFactor: c.numberOr("barWidthFactor", 0.6), BarMaxWidth: c.numberOr("barMaxWidth", 0),
		Stack: st.key, StackPercent: st.percent, TransformNegative: c.text("transform") == "negative-Y",
		HideFromLegend: c.child("hideFrom").flag("legend"), HideFromTooltip: c.child("hideFrom").flag("tooltip"),
		HideFromViz: c.child("hideFrom").flag("viz"), StepMs: stepOf(times, s.absent),
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
	if style := c.child("lineStyle"); style.text("fill") == "dash" || style.text("fill") == "dot" {
		out.LineDash = dashes(style)
	}
	colored := f.config.color.byValue() && out.GradientMode == "scheme"
	runsAt := j.details.of(f)
	for i, v := range s.values {
		if s.absent != nil && s.absent[i] {
			out.Absent = append(out.Absent, i)
		}
		n, ok := v.(float64)
		if !ok || math.IsNaN(n) || math.IsInf(n, 0) {
			if colored {
				out.Colors = append(out.Colors, "")
			}
			continue
		}
		d := f.show(v, nil)
		out.Values[i], out.Texts[i] = &n, d.full()
		if runs, known := runsAt[times[i]]; known {
			if out.Notes == nil {
				out.Notes = map[int]string{}
			}
			out.Notes[i] = runs.sentence(j)
			if runs.runs > 1 {
				out.Notes[i] = "the longest of " + out.Notes[i]
			}
		}
		if colored {
			out.Colors = append(out.Colors, d.color)
		}
	}
	if st.percent || out.TransformNegative {
		out.Plot = plot
	}
	return out
}

func dashes(style props) []float64 {
	var out []float64
	for _, v := range style.list("dash") {
		if n := toNumber(v); n >= 0 {
			out = append(out, n)
		}
	}
	if len(out) == 0 {
		out = []float64{10, 10}
		if style.text("fill") == "dot" {
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

// annotations are the marks on this panel that touch its range.
func (j *job) annotations() []view.Annotation {
	var out []view.Annotation
	from, to := j.from.UnixMilli(), j.to.UnixMilli()
	for _, m := range j.marks.on(j.panel.ID) {
		if max(m.Time, m.TimeEnd) >= from && m.Time <= to {
			out = append(out, m)
		}
	}
	for _, e := range j.marks.Errors {
		j.notices.add("%s", e)
	}
	return out
}

// fieldLegend lists the fields that are not hidden from it, with the calculations that the panel asks
// for. visible is whether it is shown where the panel says nothing.
func (j *job) fieldLegend(fields []*field, visible bool) view.Legend {
	o := j.panel.options.child("legend")
	mode := o.textOr("displayMode", "list")
	l := view.Legend{Show: o.flagOr("showLegend", visible) && mode != "hidden", Mode: mode, Placement: o.textOr("placement", "bottom"),
		Items: []view.LegendItem{}}
	if mode == "hidden" {
		l.Mode = "list"
	}
	calcs := o.texts("calcs")
	j.sayMedian(calcs)
	for _, id := range calcs {
		info, known := reducerInfo(reducerID(id))
		if !known {
			j.notices.add("%s", sentence(unknownCalc(id)))
			continue
		}
		l.Calcs = append(l.Calcs, info.title)
	}
	for i, f := range fields {
		if f.config.custom.child("hideFrom").flag("legend") {
			continue
		}
		item := view.LegendItem{Series: i, Name: f.title, Color: seriesColor(f, j.env.colors)}
		for _, id := range calcs {
			if d, ok := j.calculated(f, id); ok {
				item.Values = append(item.Values, d.value())
			}
		}
		l.Items = append(l.Items, item)
	}
	sortLegend(&l, o.text("sortBy"), o.flag("sortDesc"))
	return l
}

// calculated is a reduced value as a legend shows it: counts without the unit, shares in percent.
func (j *job) calculated(f *field, id string) (display, bool) {
	v, known := reduceField(f, id)
	if !known {
		return display{}, false
	}
	show := f.show
	switch reducerID(id) {
	case "diffperc":
		show = j.withUnit(f, "percent")
	case "count", "changeCount", "distinctCount":
		show = j.withUnit(f, "none")
	}
	return show(v, nil), true
}

func (j *job) withUnit(f *field, u string) func(any, *int) display {
	other := *f
	other.config.unit = u
	return newDisplay(&other, j.env)
}
