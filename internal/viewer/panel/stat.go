package panel

import (
	"math"

	"macrowatch/internal/viewer/view"
)

func statOptions() knownOptions {
	return knownOptions{
		"reduceOptions": read{}, "colorMode": read{}, "graphMode": read{}, "textMode": read{}, "orientation": read{},
		"justifyMode": read{}, "wideLayout": read{}, "showPercentChange": false,
		"percentChangeColorMode": read{}, // nothing to colour without showPercentChange
		"text":                   []any{map[string]any{}},
	}
}

func drawStat(j *job) (*view.View, error) {
	j.checkOptions(statOptions())
	j.checkCustom(knownOptions{})
	fc := j.configure(nil)
	o := j.panel.options
	reduce := readReduceOptions(o.child("reduceOptions"))
	j.sayMedian(reduce.calcs)
	values, err := displayValues(j.frames, reduce, fc, j.env)
	if err != nil {
		return nil, err
	}
	j.sayRest(reduce, values)
	s := &view.Stat{
		ColorMode:   o.textOr("colorMode", "value"),
		Orientation: o.textOr("orientation", "auto"),
		JustifyMode: o.textOr("justifyMode", "auto"),
		TextMode:    textMode(o.textOr("textMode", "auto"), j.panel.Title, fc.defaults.text("displayName"), len(values)),
	}
	for _, v := range values {
		item := view.StatItem{Title: v.title, Value: v.display.value()}
		if o.textOr("graphMode", "area") == "area" && v.field != nil && v.row < 0 && v.field.kind == typeNumber &&
			v.frame.firstOf(typeTime) != nil {
			item.Sparkline = j.sparkline(v.field)
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
func (j *job) sparkline(f *field) []*float64 {
	out := numbersOf(f)
	lo, hi, beyond := within(numbersIn([]*field{f}))
	if !beyond || lo > hi {
		return out
	}
	count, example := 0, ""
	for i, n := range out {
		if n == nil || *n >= lo && *n <= hi {
			continue
		}
		if count++; count == 1 {
			example = f.show(*n, nil).full()
		}
		out[i] = ptr(math.Max(lo, math.Min(*n, hi)))
	}
	j.sayBeyond(count, example)
	return out
}

func numbersOf(f *field) []*float64 {
	out := make([]*float64, len(f.values))
	for i, v := range f.values {
		if n, ok := v.(float64); ok {
			out[i] = finite(n)
		}
	}
	return out
}

func (j *job) sayMedian(calcs []string) {
	for _, c := range calcs {
		if c == "median" {
			j.notices.add("Grafana 11.4 computes no median; the 50th percentile (p50) is near it.")
		}
	}
}
