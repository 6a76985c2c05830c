package panel

import (
	"math"

	"macrowatch/internal/viewer/view"
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
		"thresholdsStyle": read{}, "axisWidth": unread{}}
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
	beyond, scaled := setAside(plot, func(i int) string { return c.fields[i].config.unit })
	axes := newBarAxes(j, c.fields, stacks, tops(scaled, stacks, c.rows), b.Orientation)
	for i := range c.fields {
		s := j.barSeries(c, i, stacks[i], plot[i], axes.index[i])
		j.edge(&s, beyond, i, plot[i], axes.list[axes.index[i]])
		b.Series = append(b.Series, s)
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
