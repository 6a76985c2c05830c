package single

import (
	"math"

	"macrowatch/internal/viewer/axis"
	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/view"
)

// Stat is the kind of stats: large values, each with a line of its course.
func Stat() panel.Kind {
	return panel.Kind{Type: "stat", Title: "Stat", ShowsNumbers: true, Options: statOptions, Columns: reducedColumns, Draw: drawStat,
		Supports: "`reduceOptions` with `values` or `calcs`, `fields`, `limit`; colour modes none, value, background, background_solid; " +
			"text modes; sparkline",
	}
}

func statOptions() panel.KnownOptions {
	return panel.KnownOptions{
		"reduceOptions": panel.Read{}, "colorMode": panel.Read{}, "graphMode": panel.Read{}, "textMode": panel.Read{},
		"orientation": panel.Read{},
		"justifyMode": panel.Read{}, "wideLayout": panel.Read{}, "showPercentChange": false,
		"percentChangeColorMode": panel.Read{}, // without showPercentChange it has no effect
		"text":                   []any{map[string]any{}},
	}
}

func drawStat(j *panel.Job) (*view.View, error) {
	fc := j.Configure()
	o := j.Panel.Options
	values, err := shownValues(j, fc)
	if err != nil {
		return nil, err
	}
	s := &view.Stat{
		ColorMode:   o.TextOr("colorMode", "value"),
		Orientation: o.TextOr("orientation", "auto"),
		JustifyMode: o.TextOr("justifyMode", "auto"),
		TextMode:    textMode(o.TextOr("textMode", "auto"), j.Panel.Title, fc.Defaults.Text("displayName"), len(values)),
	}
	for _, v := range values {
		item := view.StatItem{Title: v.Title, Value: v.Display.Value(), Links: v.links(j)}
		if o.TextOr("graphMode", "area") == "area" && v.Field != nil && v.Row < 0 && v.Field.Kind == frame.Number {
			if times := v.frame.FirstOf(frame.Time); times != nil {
				item.Sparkline = sparkline(j, v.Field)
				item.SparkTimes, item.SparkTexts = sparkTexts(v.Field, times)
			}
		}
		s.Items = append(s.Items, item)
	}
	return &view.View{Stat: s}, nil
}

// textMode decides what "auto" means. The name is shown if there are several values, if the panel has no title, or if the
// settings name the value.
func textMode(mode, title, displayName string, count int) string {
	if mode != "auto" {
		return mode
	}
	if count > 1 || title == "" || displayName != "" {
		return "value_and_name"
	}
	return "value"
}

// sparkline is the line of a field's values. A value that lies far beyond the others is drawn at the line's edge.
func sparkline(j *panel.Job, f *frame.Field) []*float64 {
	out := numbersOf(f)
	lo, hi, beyond := axis.Within(fieldconfig.NumbersIn([]*frame.Field{f}))
	if !beyond || lo > hi {
		return out
	}
	count, example := 0, ""
	for i, n := range out {
		if n == nil || *n >= lo && *n <= hi {
			continue
		}
		if count++; count == 1 {
			example = f.Show(*n, nil).Full()
		}
		out[i] = new(math.Max(lo, math.Min(*n, hi)))
	}
	j.NoteOutliers(count, example)
	return out
}

// sparkTexts returns the times of a sparkline's values, and the values as a reader sees them.
func sparkTexts(f, times *frame.Field) ([]int64, []string) {
	at, texts := make([]int64, len(f.Values)), make([]string, len(f.Values))
	for i, v := range f.Values {
		at[i] = int64(js.OrZero(js.NumberOrNil(times.Values[i])))
		if n, ok := v.(float64); ok && js.FiniteOrNil(n) != nil {
			texts[i] = f.Show(v, nil).Full()
		}
	}
	return at, texts
}

func numbersOf(f *frame.Field) []*float64 {
	out := make([]*float64, len(f.Values))
	for i, v := range f.Values {
		if n, ok := v.(float64); ok {
			out[i] = js.FiniteOrNil(n)
		}
	}
	return out
}
