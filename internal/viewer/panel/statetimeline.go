package panel

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

func stateTimelineDefaults() Object {
	return Object{"color": map[string]any{"mode": "continuous-GrYlRd"},
		"custom": map[string]any{"lineWidth": 0.0, "fillOpacity": 70.0, "spanNulls": false}}
}

func drawStateTimeline(j *Job) (*view.View, error) {
	j.CheckOptions(KnownOptions{"mergeValues": Read{}, "showValue": []any{"auto", "always", "never"}, "alignValue": "left", "rowHeight": Read{},
		"legend": Read{}, "tooltip": Read{}, "perPage": Read{}, // all rows are shown
		"timezone": []any{[]any{}, []any{""}, []any{"browser"}}})
	j.CheckCustom(KnownOptions{"lineWidth": Read{}, "fillOpacity": Read{}, "spanNulls": Read{}, "insertNulls": Read{}, "hideFrom": Read{}})
	j.Configure(stateTimelineDefaults())
	if !j.HasRows() {
		return j.Empty("No data"), nil
	}
	o := j.Panel.Options
	merge := o.FlagOr("mergeValues", true)
	s := &view.StateTimeline{X: j.TimeAxis(), RowHeight: o.NumberOr("rowHeight", 0.9), ShowValue: o.TextOr("showValue", "auto"),
		LegendShow: o.Child("legend").FlagOr("showLegend", true), LegendPlacement: o.Child("legend").TextOr("placement", "bottom"),
		Tooltip: o.Child("tooltip").TextOr("mode", "single"), Annotations: j.Annotations(), Legend: []view.LegendItem{}}
	var shownFields []*Field
	timed := false
	values := &stateValues{at: map[view.Value]int{}}
	for _, fr := range j.Frames {
		if fr.FirstOf(typeTime) == nil {
			continue
		}
		timed = true
		j.insertGaps([]*Frame{fr})
		points := statePoints(fr)
		for _, f := range fr.Fields {
			if f.Kind != typeNumber && f.Kind != typeString && f.Kind != typeBoolean {
				continue
			}
			if merge && f.Config.Color.Mode == "thresholds" {
				j.asThresholds(f)
			} else {
				replaceMissing(f)
			}
			c := f.Config.Custom
			s.FillOpacity, s.LineWidth = c.NumberOr("fillOpacity", 70), c.NumberOr("lineWidth", 0)
			shownFields = append(shownFields, f)
			if c.Child("hideFrom").Flag("viz") {
				continue
			}
			s.Rows = append(s.Rows, view.StateRow{Name: f.Title, Spans: j.spans(f, points, merge, values)})
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
		s.Legend = j.stateLegend(shownFields)
	}
	return &view.View{Kind: "state-timeline", StateTimeline: s}, nil
}

// A statePoint is an instant at which states may change; row is −1 where one ends.
type statePoint struct {
	at  int64
	row int
}

// statePoints orders a frame's rows by time. A second time field holds the ends of the states:
// at an end no state begins unless a row does.
func statePoints(fr *Frame) []statePoint {
	var points []statePoint
	times := fr.FirstOf(typeTime)
	starts := map[int64]bool{}
	for _, row := range timeOrder(fr) {
		at := int64(times.Values[row].(float64))
		starts[at] = true
		points = append(points, statePoint{at, row})
	}
	for _, f := range fr.Fields {
		if f.Kind != typeTime || f == times {
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

// stateValues lists the values that occur in a drawing, each once: a long timeline has thousands of states
// of few values.
type stateValues struct {
	list []view.Value
	at   map[view.Value]int
}

// index is a value's place in the list, to which it is added where it is new. Numbers are compared by what they
// are, not by where they are kept.
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

// spans are the states of a field that touch the panel's range: each from its instant to the next
// one, equal neighbours as one where merge is set, the last one to the end of the range. States whose
// colour is transparent are not drawn, and left out.
func (j *Job) spans(f *Field, points []statePoint, merge bool, states *stateValues) []view.State {
	values := make([]any, len(points))
	for i, p := range points {
		if p.row >= 0 {
			values[i] = f.Values[p.row]
		}
	}
	passed := passedOver(values, points, f.Config.Custom["spanNulls"])
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
				if j.trueSpans(&s, runsAt, points[i:next]); s.Span == "" {
					s.Span = j.SpanText(start, end)
				}
				spans = append(spans, s)
			}
		}
		i = next
	}
	return spans
}

// passedOver marks the missing values over which the state before them goes on: all between two
// values with spanNulls true, or those in a pause that is shorter than spanNulls milliseconds.
func passedOver(values []any, points []statePoint, spanNulls any) []bool {
	limit := 0.0
	switch n := spanNulls.(type) {
	case bool:
		if n {
			limit = math.Inf(1)
		}
	case float64:
		limit = n
	}
	passed := make([]bool, len(values))
	if !(limit > 0) {
		return passed
	}
	before, gap := -1, -1
	for i, v := range values {
		if v == nil {
			if gap < 0 && before >= 0 {
				gap = i
			}
			continue
		}
		if gap >= 0 && float64(points[i].at-points[before].at) < limit {
			for k := gap; k < i; k++ {
				passed[k] = true
			}
		}
		before, gap = i, -1
	}
	return passed
}

func mapsNull(f *Field) bool {
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

// trueSpans says of a state that is drawn from some rows which runs each of them stands for, where
// the query says so: what is drawn may be wider than a run, or stand for many.
func (j *Job) trueSpans(s *view.State, runsAt map[int64]Detail, points []statePoint) {
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

// SpanText is "2026-01-05 06:00:00 – 06:00:42 (42 s)".
func (j *Job) SpanText(from, to int64) string {
	a, b := j.stamps(from, to)
	return fmt.Sprintf("%s – %s (%s)", a, b, j.length(from, to))
}

// stamps are two instants; the second goes without its day where that is the day of the first.
func (j *Job) stamps(from, to int64) (string, string) {
	a, b := stamp(from, j.Request), stamp(to, j.Request)
	const date = len("YYYY-MM-DD ")
	if a[:date] == b[:date] {
		b = b[date:]
	}
	return a, b
}

// length is how long it is from one instant to another, "3.20 mins".
func (j *Job) length(from, to int64) string {
	return unit.Lookup("ms")(float64(to-from), nil, unit.Env{}).String()
}

// asThresholds replaces numbers by the names of the thresholds they have reached, as Grafana does
// where equal states are merged and colours come from thresholds.
func (j *Job) asThresholds(f *Field) {
	t := f.Config.Thresholds
	if f.Kind != typeNumber || t == nil || len(t.Steps) == 0 {
		return
	}
	labels := j.thresholdLabels(f)
	base := ownSpan(f)
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
			n = (n - orZero(base.Min)) / base.Delta * 100
		}
		active := t.Active(n)
		f.Values[i] = labels[slices.Index(t.Steps, active)]
	}
	f.Kind = typeString
	f.Show = func(v any, _ *int) Display {
		return Display{Text: toText(v), Color: colorOf[toText(v)], Numeric: math.NaN()}
	}
}

// thresholdLabels are "< 60", "60+", "80+".
func (j *Job) thresholdLabels(f *Field) []string {
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

// stateLegend lists the states that occur, or the thresholds where colours come from those. A
// continuous scale has no legend.
func (j *Job) stateLegend(fields []*Field) []view.LegendItem {
	items := []view.LegendItem{}
	first := fields[0]
	if first.Config.Color.Mode == "thresholds" && first.Config.Thresholds != nil && len(first.Config.Thresholds.Steps) > 1 {
		for i, label := range j.thresholdLabels(first) {
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
