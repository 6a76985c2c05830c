package chart

import (
	"fmt"
	"slices"
	"strings"

	"macrowatch/internal/viewer/align"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/view"
)

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
func spans(j *panel.Job, fr *frame.Frame, f *frame.Field, points []statePoint, merge bool, states *stateValues) []view.State {
	values := make([]any, len(points))
	for i, p := range points {
		if p.row >= 0 {
			values[i] = f.Values[p.row]
		}
	}
	isBridged := bridged(values, points, f.Config.Custom["spanNulls"])
	from, to := j.From.UnixMilli(), j.To.UnixMilli()
	mappedNull := mapsNull(f)
	spans := []view.State{}
	runsAt := j.Details.Of(f)
	for i := 0; i < len(points); {
		next := i + 1
		for next < len(points) && (isBridged[next] || merge && values[next] == values[i] && !isBridged[i]) {
			next++
		}
		if v := values[i]; !isBridged[i] && (v != nil || mappedNull) {
			start, end := points[i].at, to
			if next < len(points) {
				end = points[next].at
			}
			inside := end > from && start < to || start == end && start >= from && start <= to
			if shown := f.Show(v, nil).Value(); inside && shown.Color != "transparent" {
				s := view.State{State: states.index(shown), From: max(start, from), To: min(end, to)}
				s.Links = j.Links(fr, f, points[i].row, f.Show(v, nil))
				if trueSpans(j, &s, runsAt, points[i:next]); s.Span == "" && s.Parts == nil {
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

// trueSpans adds to a state the times of the runs behind its rows, if the query returns these times. The drawn state may
// be wider than a run, or show several runs as one.
func trueSpans(j *panel.Job, s *view.State, runsAt map[int64]panel.Detail, points []statePoint) {
	for _, p := range points {
		if d, known := runsAt[p.at]; known {
			s.Parts = append(s.Parts, view.StatePart{From: max(p.at, s.From), Span: d.Sentence(j)})
		}
	}
	if len(s.Parts) == 1 {
		s.Span, s.Parts = s.Parts[0].Span, nil
	}
}
