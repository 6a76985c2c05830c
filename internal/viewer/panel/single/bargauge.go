package single

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/view"
)

// BarGauge is the kind of bar gauges: a bar for each value.
func BarGauge() panel.Kind {
	return panel.Kind{Type: "bargauge", Title: "Bar gauge", ShowsNumbers: true, Options: barGaugeOptions, Custom: barGaugeCustom,
		Columns: reducedColumns, Draw: drawBarGauge,
		Supports: "`reduceOptions`; basic, gradient and lcd with the colours along the bar; `valueMode`, `namePlacement`, `showUnfilled`, " +
			"`sizing`, legend",
	}
}

func barGaugeCustom() panel.KnownOptions { return panel.KnownOptions{"hideFrom": panel.Read{}} }

func barGaugeOptions() panel.KnownOptions {
	return panel.KnownOptions{"reduceOptions": panel.Read{}, "orientation": panel.Read{}, "displayMode": []any{"basic", "gradient", "lcd"},
		"valueMode": []any{"color", "text", "hidden"}, "namePlacement": []any{"auto", "top", "left", "hidden"}, "showUnfilled": panel.Read{},
		"sizing": []any{"auto", "manual"}, "minVizWidth": panel.Read{}, "minVizHeight": panel.Read{}, "maxVizHeight": panel.Read{},
		"legend": panel.Read{},
		"text":   []any{map[string]any{}}}
}

func drawBarGauge(j *panel.Job) (*view.View, error) {
	fc := j.Configure()
	o := j.Panel.Options
	values, err := titledValues(j, fc)
	if err != nil {
		return nil, err
	}
	b := &view.BarGauge{DisplayMode: o.TextOr("displayMode", "gradient"), Orientation: o.TextOr("orientation", "auto"),
		ValueMode: o.TextOr("valueMode", "color"), NamePlacement: o.TextOr("namePlacement", "auto"),
		ShowUnfilled: o.FlagOr("showUnfilled", true), SizeMode: o.TextOr("sizing", "auto"), MinWidth: 8, MinHeight: 16, MaxHeight: 300}
	if b.SizeMode == "manual" {
		switch b.Orientation {
		case "vertical":
			b.MinWidth = o.NumberOr("minVizWidth", b.MinWidth)
		case "horizontal":
			b.MinHeight, b.MaxHeight = o.NumberOr("minVizHeight", b.MinHeight), o.NumberOr("maxVizHeight", b.MaxHeight)
		}
	}
	for _, v := range values {
		b.Items = append(b.Items, barGaugeItem(j, v, fc, b.DisplayMode))
	}
	b.Legend = j.FieldLegend(legendFields(j), false)
	return &view.View{BarGauge: b}, nil
}

// barShare is a value's place on a bar, from 0 to 1. As in Grafana it is 0 for NaN.
func barShare(v, lo, hi float64) float64 {
	s := math.Min((v/2-lo/2)/(hi/2-lo/2), 1) // halves, since the difference of the whole numbers might be infinite
	if math.IsNaN(s) {
		return 0
	}
	return math.Max(s, 0)
}

func barGaugeItem(j *panel.Job, v Shown, fc settings.FieldConfig, mode string) view.BarGaugeItem {
	lo, hi, c := v.ends(fc)
	item := view.BarGaugeItem{Title: v.Title, Value: v.Display.Value(), Min: endValue(j, v, lo), Max: endValue(j, v, hi), Links: v.links(j)}
	if !math.IsNaN(v.Display.Numeric) && !v.Display.Unrated {
		item.Fill = new(barShare(v.Display.Numeric, lo, hi))
	}
	switch {
	case mode == "gradient":
		item.Stops = gradientStops(j, c, lo, hi, v.Display.Numeric)
	case mode == "lcd" && v.Field != nil:
		item.Stops = cellStops(j, v.Field, lo, hi)
	}
	return item
}

// endValue returns an end of the scale, formatted as the value's field formats numbers.
func endValue(j *panel.Job, v Shown, at float64) view.Value {
	if v.Field == nil {
		return plainValue(at)
	}
	out := fieldconfig.NewDisplay(v.Field, j.Env)(at, nil).Value()
	out.Number = js.FiniteOrNil(at) // a text field shows no numbers
	return out
}

// gradientStops colour a bar from its beginning to its value. A threshold's colour is reached halfway between the
// threshold and the one before it. Thresholds above the value have no stop.
func gradientStops(j *panel.Job, c settings.Config, lo, hi, numeric float64) []view.ColorStop {
	colors := j.Env.Colors
	if path := palette.ContinuousPath(c.Color.Mode); path != nil {
		var out []view.ColorStop
		for i, name := range path {
			out = append(out, view.ColorStop{At: float64(i) / float64(len(path)-1), Color: colors.Hex(name)})
		}
		return out
	}
	if c.Color.Mode != "thresholds" || c.Thresholds == nil || len(c.Thresholds.Steps) == 0 {
		return nil
	}
	var out []view.ColorStop
	last, color := 0.0, ""
	for i, s := range c.Thresholds.Steps {
		if i == 0 {
			color = colors.Hex(s.Color)
			out = append(out, view.ColorStop{At: 0, Color: color})
			continue
		}
		place, value := math.Min((s.Value-lo)/(hi-lo), 1), s.Value
		if js.FiniteOrNil(place) == nil { // the scale has no length
			place = 0
		}
		if c.Thresholds.Percentage {
			place = s.Value / 100
			value = lo + (hi-lo)*place
		}
		if numeric < value {
			break
		}
		out = append(out, view.ColorStop{At: place - (place-last)/2, Color: color})
		last, color = place, colors.Hex(s.Color)
	}
	return append(out, view.ColorStop{At: barShare(numeric, lo, hi), Color: color})
}

// cellStops are the colours of the cells of an "lcd" bar. Each cell has the colour of the value that lies at its place on
// the scale.
func cellStops(j *panel.Job, f *frame.Field, lo, hi float64) []view.ColorStop {
	const samples = 256
	type place struct{ at, value float64 }
	show := fieldconfig.NewDisplay(f, j.Env)
	places := []place{{0, lo}}
	if t := f.Config.Thresholds; f.Config.Color.ByValue() && t != nil {
		for _, s := range t.Steps {
			p := place{(s.Value - lo) / (hi - lo), s.Value}
			if t.Percentage {
				// The value is chosen slightly above its threshold, so that rounding can't put it below the threshold.
				p = place{s.Value / 100, lo + (hi-lo)*(s.Value/100+1e-12)}
			}
			if p.at > 0 && p.at <= 1 {
				places = append(places, p)
			}
		}
	}
	// With mappings, continuous scales, booleans or texts the colour may change anywhere, so it is looked up at many
	// places.
	empty := f.Span != nil && f.Span.Delta != hi-lo
	if empty || f.Kind != frame.Number || len(f.Config.Mappings) > 0 || strings.HasPrefix(f.Config.Color.Mode, "continuous-") {
		for i := range samples {
			at := float64(i+1) / samples
			places = append(places, place{at, lo + (hi-lo)*at})
		}
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.at, b.at) })
	var out []view.ColorStop
	for _, p := range places {
		color := show(p.value, nil).Color
		if len(out) == 0 || out[len(out)-1].Color != color {
			out = append(out, view.ColorStop{At: p.at, Color: color})
		}
	}
	return out
}

// legendFields are the fields that a bar gauge's legend lists: all except time fields.
func legendFields(j *panel.Job) []*frame.Field {
	var out []*frame.Field
	for _, fr := range j.Frames {
		for _, f := range fr.Fields {
			if f.Kind != frame.Time {
				out = append(out, f)
			}
		}
	}
	return out
}
