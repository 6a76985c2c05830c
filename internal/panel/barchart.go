package panel

import (
	"math"
	"strings"
	"time"

	"macrowatch/internal/unit"
	"macrowatch/internal/view"
)

func barChartDefaults() props {
	return props{"color": map[string]any{"mode": "palette-classic"}, "custom": map[string]any{
		"lineWidth": 1.0, "fillOpacity": 80.0, "gradientMode": "none", "axisPlacement": "auto"}}
}

func barChartOptions() knownOptions {
	return knownOptions{"xField": read{}, "colorByField": read{}, "orientation": []any{"auto", "horizontal", "vertical"},
		"stacking": []any{"none", "normal", "percent"}, "showValue": []any{"auto", "always", "never"}, "groupWidth": read{}, "barWidth": read{},
		"barRadius": read{}, "fullHighlight": read{}, "xTickLabelRotation": read{}, "xTickLabelMaxLength": read{}, "xTickLabelSpacing": read{},
		"legend": read{}, "tooltip": read{}, "text": []any{map[string]any{}}}
}

func barChartCustom() knownOptions {
	return knownOptions{"lineWidth": read{}, "fillOpacity": read{}, "gradientMode": read{}, "hideFrom": read{},
		"axisPlacement": []any{"auto", "left", "right", "hidden"}, "axisLabel": read{}, "axisSoftMin": read{}, "axisSoftMax": read{},
		"axisCenteredZero": read{}, "axisColorMode": "text", "axisBorderShow": false, "axisGridShow": true, "scaleDistribution": read{},
		"thresholdsStyle": read{}}
}

func drawBarChart(j *job) (*view.View, error) {
	j.checkOptions(barChartOptions())
	j.checkCustom(barChartCustom())
	j.configure(barChartDefaults())
	if !j.hasRows() {
		return j.empty("No data"), nil
	}
	c, message := j.barData()
	if message != "" {
		return j.empty(message), nil
	}
	o := j.panel.options
	b := &view.BarChart{Orientation: o.textOr("orientation", "auto"), Stacking: o.textOr("stacking", "none"),
		ShowValue: o.textOr("showValue", "auto"), GroupWidth: o.numberOr("groupWidth", 0.7), BarWidth: o.numberOr("barWidth", 0.97),
		BarRadius: o.numberOr("barRadius", 0), FullHighlight: o.flag("fullHighlight"), TickRotation: o.numberOr("xTickLabelRotation", 0),
		TickSpacing: o.numberOr("xTickLabelSpacing", 0), Tooltip: tooltipMode(o), Categories: j.categories(c.x),
		CategoryLabel: c.x.config.custom.text("axisLabel"), CategoryHidden: c.x.config.custom.text("axisPlacement") == "hidden"}
	if b.TickRotation != 0 { // texts that lie are cut by the room that they have, not by a length
		b.TickMaxLength = int(o.numberOr("xTickLabelMaxLength", 0))
	}
	// Where only one bar stands in a category, or one stack, it takes the width of the whole group.
	if b.Stacking != "none" || len(c.fields) == 1 {
		b.GroupWidth, b.BarWidth = b.BarWidth, 1
	}
	stacks, plot := c.stacked(b.Stacking)
	axes := newBarAxes(j, c.fields, stacks, tops(plot, stacks, c.rows), b.Orientation)
	for i := range c.fields {
		b.Series = append(b.Series, j.barSeries(c, i, stacks[i], plot[i], axes.index[i]))
	}
	j.barColors(c, b.Series)
	b.Axes, b.Thresholds = axes.views(), axes.thresholds()
	b.Legend = j.fieldLegend(c.whole, true)
	if c.color != nil {
		if items := j.stateLegend([]*field{c.color}); len(items) > 0 {
			for i := range items {
				items[i].Series = -1
			}
			b.Legend.Items, b.Legend.Calcs = items, nil
		}
	}
	return &view.View{Kind: "barchart", BarChart: b}, nil
}

// bars are what a bar chart draws: the categories, the numbers, and the field whose colours the
// bars take, nil for their own.
type bars struct {
	x, color *field
	fields   []*field
	// whole are the fields as they were before joining: a legend's calculations are theirs.
	whole []*field
	rows  int
}

// barData picks the fields, or says why nothing can be drawn. Several queries are joined by time.
func (j *job) barData() (bars, string) {
	fr := j.frames[0]
	if len(j.frames) > 1 {
		if fr.firstOf(typeTime) == nil {
			j.notices.add("The panel has %d queries and the first has no time to join them by; only that one is drawn.", len(j.frames))
		} else {
			fr = joinByTime(j.frames)
		}
	}
	o := j.panel.options
	c := bars{x: fr.named(o.text("xField")), color: fr.named(o.text("colorByField")), rows: fr.length}
	if c.x == nil {
		c.x = fr.firstOf(typeString)
	}
	if c.x == nil {
		c.x = fr.firstOf(typeTime)
	}
	if c.x == nil {
		return c, "Bar charts need a text or a time field"
	}
	for _, of := range fr.fields {
		if of == c.x || of.kind != typeNumber || of.config.custom.child("hideFrom").flag("viz") {
			continue
		}
		f := new(field) // the field that gives the colours keeps its own place in the palette
		*f = *of
		f.seriesIndex = len(c.fields)
		f.values = finiteValues(f.values)
		f.show = newDisplay(f, j.env)
		whole := f
		if f.before != nil {
			whole = f.before
			whole.seriesIndex, whole.show = f.seriesIndex, f.show
		}
		c.fields, c.whole = append(c.fields, f), append(c.whole, whole)
	}
	if len(c.fields) == 0 {
		return c, "No numeric fields found"
	}
	return c, ""
}

// finiteValues takes out what has no place on an axis.
func finiteValues(values []any) []any {
	out := make([]any, len(values))
	for i, v := range values {
		if n, ok := v.(float64); ok && finite(n) != nil {
			out[i] = n
		}
	}
	return out
}

// named is the field with a display name or a name, nil for none.
func (f *frame) named(name string) *field {
	if name == "" {
		return nil
	}
	for _, c := range f.fields {
		if c.title == name || c.name == name {
			return c
		}
	}
	return nil
}

// joinByTime is the outer join of frames by their first time fields.
func joinByTime(frames []*frame) *frame {
	times := map[*field]bool{}
	var first *field
	for _, fr := range frames {
		if t := fr.firstOf(typeTime); t != nil {
			times[t] = true
			if first == nil {
				first = t
			}
		}
	}
	joined := align(frames, func(f *field) bool { return !times[f] })
	at := *first
	at.values = make([]any, len(joined.times))
	for i, t := range joined.times {
		at.values[i] = float64(t)
	}
	out := &frame{name: frames[0].name, refID: frames[0].refID, fields: []*field{&at}, length: len(joined.times)}
	for _, s := range joined.series {
		f := *s.field
		f.values, f.before = s.values, s.field
		out.fields = append(out.fields, &f)
	}
	return out
}

// categories are the texts of the category axis. Instants are written as far as they differ.
func (j *job) categories(x *field) []view.Category {
	out := make([]view.Category, len(x.values))
	pattern := ""
	if x.kind == typeTime && !strings.HasPrefix(x.config.unit, "time:") && len(x.values) > 0 {
		n := len(x.values)
		from, to := toNumber(x.values[0]), toNumber(x.values[n-1])
		pattern = timePattern(hourMs, 0)
		if n > 1 {
			if step := toNumber(x.values[1]) - from; !math.IsNaN(step) && !math.IsNaN(to-from) {
				pattern = timePattern(int64(step), int64(to-from))
			}
		}
	}
	for i, v := range x.values {
		if n, ok := v.(float64); ok && x.kind == typeTime {
			out[i].Time = ptr(int64(n))
			if pattern != "" {
				out[i].Text = unit.FormatTime(time.UnixMilli(int64(n)).In(j.env.location), pattern)
				continue
			}
		}
		out[i].Text = x.show(v, nil).full()
	}
	return out
}

// stacked gives each field its stack and the heights that are drawn.
func (c bars) stacked(mode string) ([]stacking, [][]*float64) {
	stacks := make([]stacking, len(c.fields))
	series := make([]*alignedSeries, len(c.fields))
	for i, f := range c.fields {
		series[i] = &alignedSeries{field: f, values: f.values}
		if mode == "none" {
			continue
		}
		side := "+"
		if below(f.values) {
			side = "-"
		}
		stacks[i] = stacking{side + "/" + axisKey(f), mode == "percent"}
	}
	return stacks, drawn(series, stacks, c.rows)
}

func (j *job) barSeries(c bars, i int, st stacking, plot []*float64, axis int) view.Series {
	f, custom := c.fields[i], c.fields[i].config.custom
	s := view.Series{Name: f.title, Color: seriesColor(c.whole[i], j.env.colors), Axis: axis, Values: make([]*float64, c.rows),
		Texts: make([]string, c.rows), Style: "bars", LineWidth: custom.numberOr("lineWidth", 1), FillOpacity: custom.numberOr("fillOpacity", 80),
		GradientMode: custom.textOr("gradientMode", "none"), Stack: st.key, StackPercent: st.percent,
		HideFromLegend: custom.child("hideFrom").flag("legend"), HideFromTooltip: custom.child("hideFrom").flag("tooltip")}
	shares := j.withUnit(f, "percentunit")
	if st.percent {
		s.Plot, s.EndTexts = plot, make([]string, c.rows)
	}
	for i, v := range f.values {
		n, ok := v.(float64)
		if !ok {
			continue
		}
		s.Values[i], s.Texts[i] = &n, f.show(v, nil).full()
		if st.percent && plot[i] != nil {
			s.EndTexts[i] = shares(math.Abs(*plot[i]), nil).full()
		}
	}
	return s
}

// barColors gives each bar a colour of its own where the panel asks for that: from another field,
// from thresholds, or from value mappings.
func (j *job) barColors(c bars, series []view.Series) {
	each := c.color != nil || perBar(c.x.config)
	for _, f := range c.fields {
		each = each || perBar(f.config)
	}
	for i, f := range c.fields {
		scheme := f.config.color.byValue() && series[i].GradientMode == "scheme"
		if !each && !scheme {
			continue
		}
		if !each {
			j.notices.add("Bars have the colour of their value, where Grafana draws a gradient up to it.")
		}
		series[i].Colors = make([]string, c.rows)
		for row := range series[i].Colors {
			switch {
			case series[i].Values[row] == nil:
			case c.color != nil:
				series[i].Colors[row] = c.color.show(c.color.values[row], nil).color
			default:
				series[i].Colors[row] = f.show(f.values[row], nil).color
			}
		}
	}
}

// perBar reports whether a field's settings colour every bar: thresholds as a colour scheme, or a
// mapping with a colour.
func perBar(c config) bool {
	if c.color.mode == "thresholds" && c.custom.text("gradientMode") == "scheme" {
		return true
	}
	for _, m := range c.mappings {
		if m.result.color != nil {
			return true
		}
		for _, r := range m.values {
			if r.color != nil {
				return true
			}
		}
	}
	return false
}
