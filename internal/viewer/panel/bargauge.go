package panel

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"macrowatch/internal/viewer/view"
)

func barGaugeOptions() knownOptions {
	return knownOptions{"reduceOptions": read{}, "orientation": read{}, "displayMode": []any{"basic", "gradient", "lcd"},
		"valueMode": []any{"color", "text", "hidden"}, "namePlacement": []any{"auto", "top", "left", "hidden"}, "showUnfilled": read{},
		"sizing": []any{"auto", "manual"}, "minVizWidth": read{}, "minVizHeight": read{}, "maxVizHeight": read{}, "legend": read{},
		"text": []any{map[string]any{}}}
}

func drawBarGauge(j *job) (*view.View, error) {
	j.checkOptions(barGaugeOptions())
	j.checkCustom(knownOptions{"hideFrom": read{}})
	fc := j.configure(nil)
	o := j.panel.options
	values, err := j.singleValues(fc)
	if err != nil {
		return nil, err
	}
	b := &view.BarGauge{DisplayMode: o.textOr("displayMode", "gradient"), Orientation: o.textOr("orientation", "auto"),
		ValueMode: o.textOr("valueMode", "color"), NamePlacement: o.textOr("namePlacement", "auto"),
		ShowUnfilled: o.flagOr("showUnfilled", true), SizeMode: o.textOr("sizing", "auto"), MinWidth: 8, MinHeight: 16, MaxHeight: 300}
	if b.SizeMode == "manual" {
		switch b.Orientation {
		case "vertical":
			b.MinWidth = o.numberOr("minVizWidth", b.MinWidth)
		case "horizontal":
			b.MinHeight, b.MaxHeight = o.numberOr("minVizHeight", b.MinHeight), o.numberOr("maxVizHeight", b.MaxHeight)
		}
	}
	for _, v := range values {
		b.Items = append(b.Items, j.barGaugeItem(v, fc, b.DisplayMode))
	}
	b.Legend = j.fieldLegend(j.legendFields(), false)
	return &view.View{Kind: "bargauge", BarGauge: b}, nil
}

// barShare is a value's place on a bar; Grafana takes what is no number for 0.
func barShare(v, lo, hi float64) float64 {
	s := math.Min((v/2-lo/2)/(hi/2-lo/2), 1) // halves, whose difference is always a number
	if math.IsNaN(s) {
		return 0
	}
	return math.Max(s, 0)
}

func (j *job) barGaugeItem(v shown, fc fieldConfig, mode string) view.BarGaugeItem {
	lo, hi, c := v.ends(fc)
	item := view.BarGaugeItem{Title: v.title, Value: v.display.value(), Min: j.endValue(v, lo), Max: j.endValue(v, hi)}
	if !math.IsNaN(v.display.numeric) {
		item.Fill = ptr(barShare(v.display.numeric, lo, hi))
	}
	switch {
	case mode == "gradient":
		item.Stops = j.gradientStops(c, lo, hi, v.display.numeric)
	case mode == "lcd" && v.field != nil:
		item.Stops = j.cellStops(v.field, lo, hi)
	}
	return item
}

// endValue is an end of the scale as the value's field shows numbers.
func (j *job) endValue(v shown, at float64) view.Value {
	if v.field == nil {
		return plainValue(at)
	}
	out := newDisplay(v.field, j.env)(at, nil).value()
	out.Number = finite(at) // a text field shows no numbers
	return out
}

// gradientStops colour a bar from its beginning to its value: a threshold's colour is reached
// halfway between its place and that of the one before, as far as the value has come.
func (j *job) gradientStops(c config, lo, hi, numeric float64) []view.ColorStop {
	colors := j.env.colors
	if path := continuousPath(c.color.mode); path != nil {
		var out []view.ColorStop
		for i, name := range path {
			out = append(out, view.ColorStop{At: float64(i) / float64(len(path)-1), Color: colors.hex(name)})
		}
		return out
	}
	if c.color.mode != "thresholds" || c.thresholds == nil || len(c.thresholds.steps) == 0 {
		return nil
	}
	var out []view.ColorStop
	last, color := 0.0, ""
	for i, s := range c.thresholds.steps {
		if i == 0 {
			color = colors.hex(s.color)
			out = append(out, view.ColorStop{At: 0, Color: color})
			continue
		}
		place, value := math.Min((s.value-lo)/(hi-lo), 1), s.value
		if finite(place) == nil { // on a scale without length
			place = 0
		}
		if c.thresholds.percentage {
			place = s.value / 100
			value = lo + (hi-lo)*place
		}
		if numeric < value {
			break
		}
		out = append(out, view.ColorStop{At: place - (place-last)/2, Color: color})
		last, color = place, colors.hex(s.color)
	}
	return append(out, view.ColorStop{At: barShare(numeric, lo, hi), Color: color})
}

// cellStops are the colours of the cells of an "lcd" bar: each has the colour that its own place on
// the scale would have as a value.
func (j *job) cellStops(f *field, lo, hi float64) []view.ColorStop {
	const samples = 256
	type place struct{ at, value float64 }
	show := newDisplay(f, j.env)
	places := []place{{0, lo}}
	if t := f.config.thresholds; f.config.color.byValue() && t != nil {
		for _, s := range t.steps {
			p := place{(s.value - lo) / (hi - lo), s.value}
			if t.percentage {
				// A hair above, so that rounding does not leave the value below its threshold.
				p = place{s.value / 100, lo + (hi-lo)*(s.value/100+1e-12)}
			}
			if p.at > 0 && p.at <= 1 {
				places = append(places, p)
			}
		}
	}
	// Mappings and continuous scales may change the colour anywhere; booleans and fields without
	// numbers do.
	empty := f.span != nil && f.span.delta != hi-lo
	if empty || f.kind != typeNumber || len(f.config.mappings) > 0 || strings.HasPrefix(f.config.color.mode, "continuous-") {
		for i := range samples {
			at := float64(i+1) / samples
			places = append(places, place{at, lo + (hi-lo)*at})
		}
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.at, b.at) })
	var out []view.ColorStop
	for _, p := range places {
		color := show(p.value, nil).color
		if len(out) == 0 || out[len(out)-1].Color != color {
			out = append(out, view.ColorStop{At: p.at, Color: color})
		}
	}
	return out
}

// legendFields are the fields that a bar gauge's legend lists: all but instants.
func (j *job) legendFields() []*field {
	var out []*field
	for _, fr := range j.frames {
		for _, f := range fr.fields {
			if f.kind != typeTime {
				out = append(out, f)
			}
		}
	}
	return out
}
