package panel

import "macrowatch/internal/view"

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
			item.Sparkline = numbersOf(v.field)
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
