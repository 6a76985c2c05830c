package panel

import (
	"math"

	"macrowatch/internal/viewer/view"
)

func statOptions() KnownOptions {
	return KnownOptions{
		"reduceOptions": Read{}, "colorMode": Read{}, "graphMode": Read{}, "textMode": Read{}, "orientation": Read{},
		"justifyMode": Read{}, "wideLayout": Read{}, "showPercentChange": false,
		"percentChangeColorMode": Read{}, // nothing to colour without showPercentChange
		"text":                   []any{map[string]any{}},
	}
}

func drawStat(j *Job) (*view.View, error) {
	j.CheckOptions(statOptions())
	j.CheckCustom(KnownOptions{})
	fc := j.Configure(nil)
	o := j.Panel.Options
	reduce := readReduceOptions(o.Child("reduceOptions"))
	j.SayMedian(reduce.Calcs)
	values, err := displayValues(j.Frames, reduce, fc, j.Env)
	if err != nil {
		return nil, err
	}
	j.sayRest(reduce, values)
	s := &view.Stat{
		ColorMode:   o.TextOr("colorMode", "value"),
		Orientation: o.TextOr("orientation", "auto"),
		JustifyMode: o.TextOr("justifyMode", "auto"),
		TextMode:    textMode(o.TextOr("textMode", "auto"), j.Panel.Title, fc.Defaults.Text("displayName"), len(values)),
	}
	for _, v := range values {
		item := view.StatItem{Title: v.Title, Value: v.Display.Value()}
		if o.TextOr("graphMode", "area") == "area" && v.Field != nil && v.Row < 0 && v.Field.Kind == typeNumber &&
			v.frame.FirstOf(typeTime) != nil {
			item.Sparkline = j.sparkline(v.Field)
		}
		s.Items = append(s.Items, item)
	}
	return &view.View{Kind: "stat", Stat: s}, nil
}

// textMode settles "auto": the name is shown where there are several values, where the panel has
// no title, or where the settings name the value.
func textMode(mode, title, displayName string, count int) string {
	if mode != "auto" {
		return mode
	}
	if count > 1 || title == "" || displayName != "" {
		return "value_and_name"
	}
	return "value"
}

// sparkline is a field's course, with what lies far beyond the rest at its edge.
func (j *Job) sparkline(f *Field) []*float64 {
	out := numbersOf(f)
	lo, hi, beyond := within(numbersIn([]*Field{f}))
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
	j.SayBeyond(count, example)
	return out
}

func numbersOf(f *Field) []*float64 {
	out := make([]*float64, len(f.Values))
	for i, v := range f.Values {
		if n, ok := v.(float64); ok {
			out[i] = finite(n)
		}
	}
	return out
}

func (j *Job) SayMedian(calcs []string) {
	for _, c := range calcs {
		if c == "median" {
			j.Notices.Add("Grafana 11.4 computes no median; the 50th percentile (p50) is near it.")
		}
	}
}
