package chart

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"macrowatch/internal/viewer/align"
	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

// StateTimeline is the kind of state timelines: a row of states over time for each series.
func StateTimeline() panel.Kind {
	return panel.Kind{Type: "state-timeline", Title: "State timeline", ShowsAnnotations: true, Options: stateTimelineOptions,
		Custom: stateTimelineCustom, FieldDefaults: stateTimelineDefaults, Draw: drawStateTimeline,
		Supports: "texts, numbers and booleans; `mergeValues`, `spanNulls`, value mappings, legend",
	}
}

func stateTimelineOptions() panel.KnownOptions {
	return panel.KnownOptions{"mergeValues": panel.Read{}, "showValue": []any{"auto", "always", "never"}, "alignValue": "left",
		"rowHeight": panel.Read{},
		"legend":    panel.Read{}, "tooltip": panel.Read{}, "perPage": panel.Read{}, // all rows are shown
		"timezone": []any{[]any{}, []any{""}, []any{"browser"}}}
}

func stateTimelineCustom() panel.KnownOptions {
	return panel.KnownOptions{"lineWidth": panel.Read{}, "fillOpacity": panel.Read{}, "spanNulls": panel.Read{},
		"insertNulls": panel.Read{}, "hideFrom": panel.Read{}}
}

func stateTimelineDefaults() settings.Object {
	return settings.Object{"color": map[string]any{"mode": "continuous-GrYlRd"},
		"custom": map[string]any{"lineWidth": 0.0, "fillOpacity": 70.0, "spanNulls": false}}
}

func drawStateTimeline(j *panel.Job) (*view.View, error) {
	j.Configure()
	if !j.HasRows() {
		return j.Empty("No data"), nil
	}
	o := j.Panel.Options
	merge := o.FlagOr("mergeValues", true)
	s := &view.StateTimeline{X: j.TimeAxis(), RowHeight: o.NumberOr("rowHeight", 0.9), ShowValue: o.TextOr("showValue", "auto"),
		LegendShow: o.Child("legend").FlagOr("showLegend", true), LegendPlacement: o.Child("legend").TextOr("placement", "bottom"),
		Tooltip: panel.TooltipMode(o), Annotations: j.Annotations(), Legend: []view.LegendItem{}}
	var shownFields []*frame.Field
	timed := false
	values := &stateValues{at: map[view.Value]int{}}
	for _, fr := range j.Frames {
		if fr.FirstOf(frame.Time) == nil {
			continue
		}
		timed = true
		insertGaps(j, []*frame.Frame{fr})
		points := statePoints(fr)
		for _, f := range fr.Fields {
			if f.Kind != frame.Number && f.Kind != frame.String && f.Kind != frame.Boolean {
				continue
			}
			if merge && f.Config.Color.Mode == "thresholds" {
				asThresholds(j, f)
			} else {
				replaceMissing(f)
			}
			c := f.Config.Custom
			s.FillOpacity, s.LineWidth = c.NumberOr("fillOpacity", 70), c.NumberOr("lineWidth", 0)
			shownFields = append(shownFields, f)
			if c.Child("hideFrom").Flag("viz") {
				continue
			}
			s.Rows = append(s.Rows, view.StateRow{Name: f.Title, Spans: spans(j, f, points, merge, values)})
		}
	}
	switch {
	case !timed:
		return j.Empty("Data does not have a time field"), nil
	case len(shownFields) == 0:
		return j.Empty("No graphable fields"), nil
	}
	s.States = values.list
	if s.LegendShow {
		s.Legend = stateLegend(j, shownFields)
	}
	return &view.View{StateTimeline: s}, nil
}

// A statePoint is an instant at which the state may change.
type statePoint struct {
	at  int64
	row int // the row that begins here, or −1 if a state only ends
}

// statePoints orders a frame's rows by time. If the frame has a second time field, it holds the ends of the states. No
// state begins at such an end, unless a row begins there too.
func statePoints(fr *frame.Frame) []statePoint {
	var points []statePoint
	times := fr.FirstOf(frame.Time)
	starts := map[int64]bool{}
	for _, row := range align.TimeOrder(fr) {
		at := int64(times.Values[row].(float64))
		starts[at] = true
		points = append(points, statePoint{at, row})
	}
	for _, f := range fr.Fields {
		if f.Kind != frame.Time || f == times {
			continue
		}
		for _, v := range f.Values {
			if n, ok := v.(float64); ok && !starts[int64(n)] {
				starts[int64(n)] = true
				points = append(points, statePoint{int64(n), -1})
			}
		}
		slices.SortStableFunc(points, func(a, b statePoint) int {
			switch {
			case a.at < b.at:
				return -1
			case a.at > b.at:
				return 1
			}
			return 0
		})
		break
	}
	return points
}

// stateValues lists the values that occur in a drawing, each once. A long timeline has thousands of states, but few
// different values.
type stateValues struct {
	list []view.Value
	at   map[view.Value]int
}

// index returns a value's place in the list. A new value is added. The key holds the number itself in place of the
// pointer to it, so that equal numbers are one value.
func (d *stateValues) index(v view.Value) int {
	key := v
	key.Number = nil
	if v.Number != nil {
		key.Text += fmt.Sprint("\x00", *v.Number)
	}
	i, known := d.at[key]
	if !known {
		i = len(d.list)
		d.at[key] = i
		d.list = append(d.list, v)
	}
	return i
}

// spans are the states of a field that touch the panel's range. Each lasts until the next one begins, and the last one
// until the end of the range. If merge is set, equal neighbours are one state. States with a transparent colour are left
// out, since they would not be seen.
func spans(j *panel.Job, f *frame.Field, points []statePoint, merge bool, states *stateValues) []view.State {
	values := make([]any, len(points))
	for i, p := range points {
		if p.row >= 0 {
			values[i] = f.Values[p.row]
		}
	}
	passed := bridged(values, points, f.Config.Custom["spanNulls"])
	from, to := j.From.UnixMilli(), j.To.UnixMilli()
	mappedNull := mapsNull(f)
	spans := []view.State{}
	runsAt := j.Details.Of(f)
	for i := 0; i < len(points); {
		next := i + 1
		for next < len(points) && (passed[next] || merge && values[next] == values[i] && !passed[i]) {
			next++
		}
		if v := values[i]; !passed[i] && (v != nil || mappedNull) {
			start, end := points[i].at, to
			if next < len(points) {
				end = points[next].at
			}
			inside := end > from && start < to || start == end && start >= from && start <= to
			if shown := f.Show(v, nil).Value(); inside && shown.Color != "transparent" {
				s := view.State{State: states.index(shown), From: max(start, from), To: min(end, to)}
				if trueSpans(j, &s, runsAt, points[i:next]); s.Span == "" {
					s.Span = j.SpanText(start, end)
				}
				spans = append(spans, s)
			}
		}
		i = next
	}
	return spans
}

// mapsNull reports whether a value mapping gives missing values a text, so that they are states too.
func mapsNull(f *frame.Field) bool {
	if strings.HasPrefix(f.Config.Color.Mode, "continuous-") {
		return false
	}
	for _, m := range f.Config.Mappings {
		if m.Kind == "special" && (m.Match == "null" || m.Match == "null+nan") {
			return true
		}
	}
	return false
}

// trueSpans adds to a state the times of the runs that its rows stand for, if the query returns these. What is drawn may
// be wider than a run, or stand for several runs.
func trueSpans(j *panel.Job, s *view.State, runsAt map[int64]panel.Detail, points []statePoint) {
	for _, p := range points {
		if d, known := runsAt[p.at]; known {
			s.Parts = append(s.Parts, view.StatePart{From: max(p.at, s.From), Span: d.Sentence(j)})
		}
	}
	if len(s.Parts) > 0 {
		s.Span = s.Parts[0].Span
	}
	if len(s.Parts) == 1 {
		s.Parts = nil
	}
}

// asThresholds replaces each number by the label of the threshold that it has reached. Grafana does so if equal states
// are merged and colours come from thresholds.
func asThresholds(j *panel.Job, f *frame.Field) {
	t := f.Config.Thresholds
	if f.Kind != frame.Number || t == nil || len(t.Steps) == 0 {
		return
	}
	labels := thresholdLabels(j, f)
	base := fieldconfig.OwnSpan(f)
	if f.Span != nil {
		base = f.Span
	}
	colorOf := map[string]string{}
	for i, s := range t.Steps {
		colorOf[labels[i]] = j.Env.Colors.Hex(s.Color)
	}
	for i, v := range f.Values {
		n, ok := v.(float64)
		if !ok {
			f.Values[i] = nil
			continue
		}
		if t.Percentage {
			n = (n - js.OrZero(base.Min)) / base.Delta * 100
		}
		active := t.Active(n)
		f.Values[i] = labels[slices.Index(t.Steps, active)]
	}
	f.Kind = frame.String
	f.Show = func(v any, _ *int) frame.Display {
		return frame.Display{Text: js.Text(v), Color: colorOf[js.Text(v)], Numeric: math.NaN()}
	}
}

// thresholdLabels are the labels of a field's thresholds: "< 60", "60+", "80+".
func thresholdLabels(j *panel.Job, f *frame.Field) []string {
	t := f.Config.Thresholds
	u := f.Config.Unit
	if t.Percentage {
		u = "percent"
	}
	format := func(v float64) string {
		return unit.Lookup(u)(v, f.Config.Decimals, unit.Env{Now: j.Env.Now, Location: j.Env.Location}).String()
	}
	labels := make([]string, len(t.Steps))
	for i, s := range t.Steps {
		if math.IsInf(s.Value, -1) && i < len(t.Steps)-1 {
			labels[i] = "< " + format(t.Steps[i+1].Value)
		} else {
			labels[i] = format(s.Value) + "+"
		}
	}
	return labels
}

// stateLegend lists the states that occur, or the thresholds if colours come from thresholds. A continuous colour scale
// has no legend.
func stateLegend(j *panel.Job, fields []*frame.Field) []view.LegendItem {
	items := []view.LegendItem{}
	first := fields[0]
	if first.Config.Color.Mode == "thresholds" && first.Config.Thresholds != nil && len(first.Config.Thresholds.Steps) > 1 {
		for i, label := range thresholdLabels(j, first) {
			items = append(items, view.LegendItem{Name: label, Color: j.Env.Colors.Hex(first.Config.Thresholds.Steps[i].Color)})
		}
		return items
	}
	if strings.HasPrefix(first.Config.Color.Mode, "continuous-") {
		return items
	}
	at := map[string]int{}
	for _, f := range fields {
		if f.Config.Custom.Child("hideFrom").Flag("legend") {
			continue
		}
		for _, v := range f.Values {
			d := f.Show(v, nil)
			if d.Text == "" || d.Color == "" {
				continue
			}
			i, known := at[d.Text]
			if !known {
				i = len(items)
				at[d.Text] = i
				items = append(items, view.LegendItem{Name: d.Text})
			}
			items[i].Color = d.Color
		}
	}
	return items
}
