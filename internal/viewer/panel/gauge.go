package panel

import (
	"math"

	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

func gaugeOptions() knownOptions {
	return knownOptions{"reduceOptions": read{}, "orientation": read{}, "showThresholdLabels": read{}, "showThresholdMarkers": read{},
		"sizing": []any{"auto", "manual"}, "minVizWidth": read{}, "minVizHeight": read{}, "text": read{}}
}

func drawGauge(j *job) (*view.View, error) {
	j.checkOptions(gaugeOptions())
	j.checkCustom(knownOptions{"neutral": read{}})
	fc := j.configure(nil)
	j.percentRanges()
	o := j.panel.options
	values, err := j.singleValues(fc)
	if err != nil {
		return nil, err
	}
	g := &view.Gauge{Orientation: o.textOr("orientation", "auto"), ShowThresholdLabels: o.flag("showThresholdLabels"),
		ShowThresholdMarkers: o.flagOr("showThresholdMarkers", true), SizeMode: o.textOr("sizing", "auto"), MinWidth: 75, MinHeight: 75}
	text := o.child("text")
	g.ValueSize = text.numberOr("valueSize", 0)
	if text["titleSize"] != nil {
		j.notices.add("The option \"text\" has a size of titles, which is not supported; they are as large as fits.")
	}
	if g.SizeMode == "manual" {
		switch g.Orientation {
		case "vertical":
			g.MinWidth = o.numberOr("minVizWidth", g.MinWidth)
		case "horizontal":
			g.MinHeight = o.numberOr("minVizHeight", g.MinHeight)
		}
	}
	for _, v := range values {
		g.Items = append(g.Items, j.gaugeItem(v, fc, g.ShowThresholdMarkers))
	}
	return &view.View{Kind: "gauge", Gauge: g}, nil
}

// singleValues are the values of a panel that shows each by itself. A value that stands alone has
// no title unless the settings name it.
func (j *job) singleValues(fc fieldConfig) ([]shown, error) {
	reduce := readReduceOptions(j.panel.options.child("reduceOptions"))
	j.sayMedian(reduce.calcs)
	values, err := displayValues(j.frames, reduce, fc, j.env)
	if err != nil {
		return nil, err
	}
	j.sayRest(reduce, values)
	if len(values) == 1 && fc.defaults.text("displayName") == "" {
		values[0].title = ""
	}
	return values, nil
}

// percentRanges gives fields in percent the ends 0 and 100 % where they have none of their own.
func (j *job) percentRanges() {
	for _, fr := range j.frames {
		for _, f := range fr.fields {
			most := 100.0
			switch f.config.unit {
			case "percent":
			case "percentunit":
				most = 1
			default:
				continue
			}
			s := &span{min: ptr(0.0), max: &most}
			if f.config.min != nil {
				s.min = f.config.min
			}
			if f.config.max != nil {
				s.max = f.config.max
			}
			s.delta = *s.max - *s.min
			f.span = s
			f.show = newDisplay(f, j.env)
		}
	}
}

// ends are the ends of the scale that a single value stands on, 0 and 100 where nothing sets them:
// a field without rows has none.
func (v shown) ends(fc fieldConfig) (lo, hi float64, c config) {
	lo, hi = 0, 100
	if v.field == nil { // no data
		c = readConfig(fc.defaults)
		return orZero(c.min), orZero(c.max), c
	}
	c = v.field.config
	from, to := c.min, c.max
	if s := v.field.span; s != nil {
		from, to = s.min, s.max
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

// share is a value's place on the dial, 0 to 1; nil where there is none.
func (d dial) share(v float64) *float64 {
	s := (v/2 - d.min/2) / (d.max/2 - d.min/2) // halves, whose difference is always a number
	if math.IsNaN(s) {
		return nil
	}
	return ptr(math.Min(math.Max(s, 0), 1))
}

func (j *job) gaugeItem(v shown, fc fieldConfig, rounded bool) view.GaugeItem {
	lo, hi, c := v.ends(fc)
	numeric := v.display.numeric
	if c.thresholds != nil && c.thresholds.percentage {
		if lo, hi = 0, 100; v.display.percent != nil {
			numeric = *v.display.percent * 100
		}
	}
	decimals := 2
	if c.decimals != nil {
		decimals = *c.decimals
	}
	d := dial{lo, hi}
	if rounded {
		d = dial{fixedNumber(lo, decimals), fixedNumber(hi, decimals)}
	}
	item := view.GaugeItem{Title: v.title, Value: v.display.value(), Min: plainValue(d.min), Max: plainValue(d.max),
		Bands: []view.Band{}, Marks: []view.Mark{}, Fill: d.share(numeric)}
	stretches := j.stretches(c, lo, hi, decimals, v.display.color)
	at := 0.0
	for _, s := range stretches {
		if to := d.share(s.value); to != nil && *to > at {
			item.Bands = append(item.Bands, view.Band{From: at, To: *to, Color: s.color})
			at = *to
		}
	}
	for i, s := range stretches {
		// On a dial from or to infinity nothing has a place.
		if at := d.share(s.value); at != nil && s.value > d.min && s.value < d.max {
			// The mark stands where the next stretch begins.
			item.Marks = append(item.Marks, view.Mark{At: *at, Text: unit.Plain(s.value), Color: stretches[min(i+1, len(stretches)-1)].color})
		}
	}
	for _, s := range stretches {
		if item.FillColor = s.color; numeric < s.value {
			break
		}
	}
	if neutral := c.custom.number("neutral"); neutral != nil {
		item.FillFrom = orZero(d.share(*neutral))
		if *neutral > d.min && *neutral < d.max {
			item.Marks = append(item.Marks, view.Mark{At: item.FillFrom, Text: unit.Plain(*neutral), Color: item.FillColor})
		}
	}
	return item
}

// stretches are the ends of the thresholds' stretches between lo and hi, each with the colour up
// to it. Where colours do not come from thresholds there is one, of no length.
func (j *job) stretches(c config, lo, hi float64, decimals int, color string) []threshold {
	if c.color.mode != "thresholds" {
		return []threshold{{lo, color}}
	}
	first, last := c.thresholds.active(lo), c.thresholds.active(hi)
	out := []threshold{{fixedNumber(lo, decimals), j.env.colors.hex(first.color)}}
	if c.thresholds != nil {
		begun := false
		for i, s := range c.thresholds.steps {
			if !begun {
				begun = s == first
				continue
			}
			out = append(out, threshold{s.value, j.env.colors.hex(c.thresholds.steps[i-1].color)})
			if s == last {
				break
			}
		}
	}
	return append(out, threshold{fixedNumber(hi, decimals), j.env.colors.hex(last.color)})
}

// plainValue is a number as a dial's ends and marks show it: without unit.
func plainValue(v float64) view.Value { return view.Value{Text: unit.Plain(v), Number: finite(v)} }
