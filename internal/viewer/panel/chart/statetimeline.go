package chart

import (
	"slices"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/settings"
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
			row := view.StateRow{Name: f.Title, Spans: spans(j, fr, f, points, merge, values)}
			shareLinks(&row)
			s.Rows = append(s.Rows, row)
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

// shareLinks gives a row the links of its states if all states have the same, since a long row has thousands of states.
func shareLinks(row *view.StateRow) {
	if len(row.Spans) == 0 {
		return
	}
	first := row.Spans[0].Links
	for _, s := range row.Spans {
		if !slices.Equal(s.Links, first) {
			return
		}
	}
	row.Links = first
	for i := range row.Spans {
		row.Spans[i].Links = nil
	}
}
