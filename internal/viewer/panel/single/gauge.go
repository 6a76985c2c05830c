package single

import (
	"math"

	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

// Gauge is the kind of gauges: a dial for each value.
func Gauge() panel.Kind {
	return panel.Kind{Type: "gauge", Title: "Gauge", ShowsNumbers: true, Options: gaugeOptions, Custom: gaugeCustom,
		Columns: reducedColumns, Draw: drawGauge,
		Supports: "`reduceOptions`; ends from the settings, the unit or the data; thresholds as bands with their labels, absolute and " +
			"percentage; `neutral`; `sizing`; `text.valueSize`, where the number fits into the dial; in a large dial the number is larger",
	}
}

func gaugeCustom() panel.KnownOptions { return panel.KnownOptions{"neutral": panel.Read{}} }

func gaugeOptions() panel.KnownOptions {
	return panel.KnownOptions{"reduceOptions": panel.Read{}, "orientation": panel.Read{}, "showThresholdLabels": panel.Read{},
		"showThresholdMarkers": panel.Read{},
		"sizing":               []any{"auto", "manual"}, "minVizWidth": panel.Read{}, "minVizHeight": panel.Read{}, "text": panel.Read{}}
}

func drawGauge(j *panel.Job) (*view.View, error) {
	fc := j.Configure()
	percentRanges(j)
	o := j.Panel.Options
	values, err := titledValues(j, fc)
	if err != nil {
		return nil, err
	}
	g := &view.Gauge{Orientation: o.TextOr("orientation", "auto"), ShowThresholdLabels: o.Flag("showThresholdLabels"),
		ShowThresholdMarkers: o.FlagOr("showThresholdMarkers", true), SizeMode: o.TextOr("sizing", "auto"), MinWidth: 75, MinHeight: 75}
	text := o.Child("text")
	g.ValueSize = text.NumberOr("valueSize", 0)
	if text["titleSize"] != nil {
		j.Notices.Add("The option \"text\" has a size of titles, which is not supported; they are as large as fits.")
	}
	if g.SizeMode == "manual" {
		switch g.Orientation {
		case "vertical":
			g.MinWidth = o.NumberOr("minVizWidth", g.MinWidth)
		case "horizontal":
			g.MinHeight = o.NumberOr("minVizHeight", g.MinHeight)
		}
	}
	for _, v := range values {
		g.Items = append(g.Items, gaugeItem(j, v, fc, g.ShowThresholdMarkers))
	}
	return &view.View{Gauge: g}, nil
}

// titledValues returns the same values as shownValues, for a gauge or a bar gauge. If there is only one
// value, it has no title unless the settings name it.
func titledValues(j *panel.Job, fc settings.FieldConfig) ([]Shown, error) {
	values, err := shownValues(j, fc)
	if err != nil {
		return nil, err
	}
	if len(values) == 1 && fc.Defaults.Text("displayName") == "" {
		values[0].Title = ""
	}
	return values, nil
}

// percentRanges gives fields in percent the ends 0 and 100 %, unless the settings have other ends.
func percentRanges(j *panel.Job) {
	for _, fr := range j.Frames {
		for _, f := range fr.Fields {
			most := 100.0
			switch f.Config.Unit {
			case "percent":
			case "percentunit":
				most = 1
			default:
				continue
			}
			s := &frame.Span{Min: new(0.0), Max: &most}
			if f.Config.Min != nil {
				s.Min = f.Config.Min
			}
			if f.Config.Max != nil {
				s.Max = f.Config.Max
			}
			s.Delta = *s.Max - *s.Min
			f.Span = s
			f.Show = fieldconfig.NewDisplay(f, j.Env)
		}
	}
}

// ends returns the ends of the scale of a value. They are 0 and 100 if neither the settings nor the data have ends.
func (v Shown) ends(fc settings.FieldConfig) (lo, hi float64, c settings.Config) {
	lo, hi = 0, 100
	if v.Field == nil { // no data
		c = settings.ReadConfig(fc.Defaults)
		return js.OrZero(c.Min), js.OrZero(c.Max), c
	}
	c = v.Field.Config
	from, to := c.Min, c.Max
	if s := v.Field.Span; s != nil {
		from, to = s.Min, s.Max
	}
	if from != nil && !math.IsNaN(*from) {
		lo = *from
	}
	if to != nil && !math.IsNaN(*to) {
		hi = *to
	}
	return lo, hi, c
}

// dial is the scale of one gauge.
type dial struct{ min, max float64 }

// share is a value's place on the dial, from 0 to 1, or nil if it has no place there.
func (d dial) share(v float64) *float64 {
	s := (v/2 - d.min/2) / (d.max/2 - d.min/2) // halves, since the difference of the whole numbers might be infinite
	if math.IsNaN(s) {
		return nil
	}
	return new(math.Min(math.Max(s, 0), 1))
}

func gaugeItem(j *panel.Job, v Shown, fc settings.FieldConfig, rounded bool) view.GaugeItem {
	lo, hi, c := v.ends(fc)
	numeric := v.Display.Numeric
	if c.Thresholds != nil && c.Thresholds.Percentage {
		if lo, hi = 0, 100; !math.IsNaN(v.Display.Percent) {
			numeric = v.Display.Percent * 100
		}
	}
	decimals := 2
	if c.Decimals != nil {
		decimals = *c.Decimals
	}
	d := dial{lo, hi}
	if rounded {
		d = dial{js.FixedNumber(lo, decimals), js.FixedNumber(hi, decimals)}
	}
	item := view.GaugeItem{Title: v.Title, Value: v.Display.Value(), Min: plainValue(d.min), Max: plainValue(d.max),
		Bands: []view.Band{}, Marks: []view.Mark{}, Links: v.links(j)}
	if !v.Display.Unrated {
		item.Fill = d.share(numeric)
	}
	stretches := stretches(j, c, lo, hi, decimals, v.Display.Color)
	at := 0.0
	for _, s := range stretches {
		if to := d.share(s.Value); to != nil && *to > at {
			item.Bands = append(item.Bands, view.Band{From: at, To: *to, Color: s.Color})
			at = *to
		}
	}
	for i, s := range stretches {
		// If an end of the dial is infinite, no value has a place on it.
		if at := d.share(s.Value); at != nil && s.Value > d.min && s.Value < d.max {
			// The mark has the colour of the stretch that begins at it.
			item.Marks = append(item.Marks, view.Mark{At: *at, Text: unit.Plain(s.Value), Color: stretches[min(i+1, len(stretches)-1)].Color})
		}
	}
	for _, s := range stretches {
		if item.FillColor = s.Color; numeric < s.Value {
			break
		}
	}
	if neutral := c.Custom.Number("neutral"); neutral != nil {
		item.FillFrom = js.OrZero(d.share(*neutral))
		if *neutral > d.min && *neutral < d.max {
			item.Marks = append(item.Marks, view.Mark{At: item.FillFrom, Text: unit.Plain(*neutral), Color: item.FillColor})
		}
	}
	return item
}

// stretches cuts the scale from lo to hi at the thresholds. Each stretch has the value at which it ends and its
// colour. The first one ends at lo. If colours don't come from thresholds, it is the only one.
func stretches(j *panel.Job, c settings.Config, lo, hi float64, decimals int, color string) []settings.Threshold {
	if c.Color.Mode != "thresholds" {
		return []settings.Threshold{{Value: lo, Color: color}}
	}
	first, last := c.Thresholds.Active(lo), c.Thresholds.Active(hi)
	out := []settings.Threshold{{Value: js.FixedNumber(lo, decimals), Color: j.Env.Colors.Hex(first.Color)}}
	if c.Thresholds != nil {
		begun := false
		for i, s := range c.Thresholds.Steps {
			if !begun {
				begun = s == first
				continue
			}
			out = append(out, settings.Threshold{Value: s.Value, Color: j.Env.Colors.Hex(c.Thresholds.Steps[i-1].Color)})
			if s == last {
				break
			}
		}
	}
	return append(out, settings.Threshold{Value: js.FixedNumber(hi, decimals), Color: j.Env.Colors.Hex(last.Color)})
}

// plainValue is a number as it stands at a dial's ends and marks, without a unit.
func plainValue(v float64) view.Value {
	return view.Value{Text: unit.Plain(v), Number: js.FiniteOrNil(v)}
}
