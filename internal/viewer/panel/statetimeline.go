package panel

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

func stateTimelineDefaults() props {
	return props{"color": map[string]any{"mode": "continuous-GrYlRd"},
		"custom": map[string]any{"lineWidth": 0.0, "fillOpacity": 70.0, "spanNulls": false}}
}

func drawStateTimeline(j *job) (*view.View, error) {
	j.checkOptions(knownOptions{"mergeValues": read{}, "showValue": []any{"auto", "always", "never"}, "alignValue": "left", "rowHeight": read{},
		"legend": read{}, "tooltip": read{}, "perPage": read{}, // all rows are shown
		"timezone": []any{[]any{}, []any{""}, []any{"browser"}}})
	j.checkCustom(knownOptions{"lineWidth": read{}, "fillOpacity": read{}, "spanNulls": read{}, "insertNulls": read{}, "hideFrom": read{}})
	j.configure(stateTimelineDefaults())
	if !j.hasRows() {
		return j.empty("No data"), nil
	}
	o := j.panel.options
	merge := o.flagOr("mergeValues", true)
	s := &view.StateTimeline{X: j.timeAxis(), RowHeight: o.numberOr("rowHeight", 0.9), ShowValue: o.textOr("showValue", "auto"),
		LegendShow: o.child("legend").flagOr("showLegend", true), LegendPlacement: o.child("legend").textOr("placement", "bottom"),
		Tooltip: o.child("tooltip").textOr("mode", "single"), Annotations: j.annotations(), Legend: []view.LegendItem{}}
	var shownFields []*field
	timed := false
	values := &stateValues{at: map[view.Value]int{}}
	for _, fr := range j.frames {
		if fr.firstOf(typeTime) == nil {
			continue
		}
		timed = true
		j.insertGaps([]*frame{fr})
		points := statePoints(fr)
		for _, f := range fr.fields {
			if f.kind != typeNumber && f.kind != typeString && f.kind != typeBoolean {
				continue
			}
			if merge && f.config.color.mode == "thresholds" {
				j.asThresholds(f)
			} else {
				replaceMissing(f)
			}
			c := f.config.custom
			s.FillOpacity, s.LineWidth = c.numberOr("fillOpacity", 70), c.numberOr("lineWidth", 0)
			shownFields = append(shownFields, f)
			if c.child("hideFrom").flag("viz") {
				continue
			}
			s.Rows = append(s.Rows, view.StateRow{Name: f.title, Spans: j.spans(f, points, merge, values)})
		}
	}
	switch {
	case !timed:
		return j.empty("Data does not have a time field"), nil
	case len(shownFields) == 0:
		return j.empty("No graphable fields"), nil
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
func statePoints(fr *frame) []statePoint {
	var points []statePoint
	times := fr.firstOf(typeTime)
	starts := map[int64]bool{}
	for _, row := range timeOrder(fr) {
		at := int64(times.values[row].(float64))
		starts[at] = true
		points = append(points, statePoint{at, row})
	}
	for _, f := range fr.fields {
		if f.kind != typeTime || f == times {
			continue
		}
		for _, v := range f.values {
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
func (j *job) spans(f *field, points []statePoint, merge bool, states *stateValues) []view.State {
	values := make([]any, len(points))
	for i, p := range points {
		if p.row >= 0 {
			values[i] = f.values[p.row]
		}
	}
	passed := passedOver(values, points, f.config.custom["spanNulls"])
	from, to := j.from.UnixMilli(), j.to.UnixMilli()
	mappedNull := mapsNull(f)
	spans := []view.State{}
	runsAt := j.details.of(f)
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
			if shown := f.show(v, nil).value(); inside && shown.Color != "transparent" {
				s := view.State{State: states.index(shown), From: max(start, from), To: min(end, to)}
				if j.trueSpans(&s, runsAt, points[i:next]); s.Span == "" {
					s.Span = j.spanText(start, end)
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

func mapsNull(f *field) bool {
	if strings.HasPrefix(f.config.color.mode, "continuous-") {
		return false
	}
	for _, m := range f.config.mappings {
		if m.kind == "special" && (m.match == "null" || m.match == "null+nan") {
			return true
		}
	}
	return false
}

// trueSpans says of a state that is drawn from some rows which runs each of them stands for, where
// the query says so: what is drawn may be wider than a run, or stand for many.
func (j *job) trueSpans(s *view.State, runsAt map[int64]detail, points []statePoint) {
	for _, p := range points {
		if d, known := runsAt[p.at]; known {
			s.Parts = append(s.Parts, view.StatePart{From: max(p.at, s.From), Span: d.sentence(j)})
		}
	}
	if len(s.Parts) > 0 {
		s.Span = s.Parts[0].Span
	}
	if len(s.Parts) == 1 {
		s.Parts = nil
	}
}

// spanText is "2026-01-05 06:00:00 – 06:00:42 (42 s)".
func (j *job) spanText(from, to int64) string {
	a, b := j.stamps(from, to)
	return fmt.Sprintf("%s – %s (%s)", a, b, j.length(from, to))
}

// stamps are two instants; the second goes without its day where that is the day of the first.
func (j *job) stamps(from, to int64) (string, string) {
	a, b := stamp(from, j.request), stamp(to, j.request)
	const date = len("YYYY-MM-DD ")
	if a[:date] == b[:date] {
		b = b[date:]
	}
	return a, b
}

// length is how long it is from one instant to another, "3.20 mins".
func (j *job) length(from, to int64) string {
	return unit.Lookup("ms")(float64(to-from), nil, unit.Env{}).String()
}

// asThresholds replaces numbers by the names of the thresholds they have reached, as Grafana does
// where equal states are merged and colours come from thresholds.
func (j *job) asThresholds(f *field) {
	t := f.config.thresholds
	if f.kind != typeNumber || t == nil || len(t.steps) == 0 {
		return
	}
	labels := j.thresholdLabels(f)
	base := ownSpan(f)
	if f.span != nil {
		base = f.span
	}
	colorOf := map[string]string{}
	for i, s := range t.steps {
		colorOf[labels[i]] = j.env.colors.hex(s.color)
	}
	for i, v := range f.values {
		n, ok := v.(float64)
		if !ok {
			f.values[i] = nil
			continue
		}
		if t.percentage {
			n = (n - orZero(base.min)) / base.delta * 100
		}
		active := t.active(n)
		f.values[i] = labels[slices.Index(t.steps, active)]
	}
	f.kind = typeString
	f.show = func(v any, _ *int) display {
		return display{text: toText(v), color: colorOf[toText(v)], numeric: math.NaN()}
	}
}

// thresholdLabels are "< 60", "60+", "80+".
func (j *job) thresholdLabels(f *field) []string {
	t := f.config.thresholds
	u := f.config.unit
	if t.percentage {
		u = "percent"
	}
	format := func(v float64) string {
		return unit.Lookup(u)(v, f.config.decimals, unit.Env{Now: j.env.now, Location: j.env.location}).String()
	}
	labels := make([]string, len(t.steps))
	for i, s := range t.steps {
		if math.IsInf(s.value, -1) && i < len(t.steps)-1 {
			labels[i] = "< " + format(t.steps[i+1].value)
		} else {
			labels[i] = format(s.value) + "+"
		}
	}
	return labels
}

// stateLegend lists the states that occur, or the thresholds where colours come from those. A
// continuous scale has no legend.
func (j *job) stateLegend(fields []*field) []view.LegendItem {
	items := []view.LegendItem{}
	first := fields[0]
	if first.config.color.mode == "thresholds" && first.config.thresholds != nil && len(first.config.thresholds.steps) > 1 {
		for i, label := range j.thresholdLabels(first) {
			items = append(items, view.LegendItem{Name: label, Color: j.env.colors.hex(first.config.thresholds.steps[i].color)})
		}
		return items
	}
	if strings.HasPrefix(first.config.color.mode, "continuous-") {
		return items
	}
	at := map[string]int{}
	for _, f := range fields {
		if f.config.custom.child("hideFrom").flag("legend") {
			continue
		}
		for _, v := range f.values {
			d := f.show(v, nil)
			if d.text == "" || d.color == "" {
				continue
			}
			i, known := at[d.text]
			if !known {
				i = len(items)
				at[d.text] = i
				items = append(items, view.LegendItem{Name: d.text})
			}
			items[i].Color = d.color
		}
	}
	return items
}
