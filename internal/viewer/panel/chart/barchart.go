package chart

import (
	"math"

	"macrowatch/internal/viewer/align"
	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/view"
)

// BarChart is the kind of bar charts: bars over categories.
func BarChart() panel.Kind {
	return panel.Kind{Type: "barchart", Title: "Bar chart", ShowsNumbers: true, Options: barChartOptions, Custom: barChartCustom,
		FieldDefaults: barChartDefaults, Columns: barChartColumns, Draw: drawBarChart,
		Supports: "`xField`, `colorByField`; colours by threshold (`gradientMode: scheme`) and by value mapping; stacking normal and " +
			"percent; value axes by unit with soft and hard ends; logarithmic scales; thresholds as lines and areas; legend with " +
			"calculations; rotated, cut and spaced texts; several queries joined by time",
	}
}

func barChartColumns(options settings.Object) []panel.NamedColumn {
	return []panel.NamedColumn{{Option: "xField", Name: options.Text("xField")}, {Option: "colorByField", Name: options.Text("colorByField")}}
}

func barChartDefaults() settings.Object {
	return settings.Object{"color": map[string]any{"mode": "palette-classic"}, "custom": map[string]any{
		"lineWidth": 1.0, "fillOpacity": 80.0, "gradientMode": "none", "axisPlacement": "auto"}}
}

func barChartOptions() panel.KnownOptions {
	return panel.KnownOptions{"xField": panel.Read{}, "colorByField": panel.Read{}, "orientation": []any{"auto", "horizontal", "vertical"},
		"stacking": []any{"none", "normal", "percent"}, "showValue": []any{"auto", "always", "never"}, "groupWidth": panel.Read{},
		"barWidth":  panel.Read{},
		"barRadius": panel.Read{}, "fullHighlight": panel.Read{}, "xTickLabelRotation": panel.Read{}, "xTickLabelMaxLength": panel.Read{},
		"xTickLabelSpacing": panel.Read{},
		"legend":            panel.Read{}, "tooltip": panel.Read{}, "text": []any{map[string]any{}}}
}

func barChartCustom() panel.KnownOptions {
	return panel.KnownOptions{"lineWidth": panel.Read{}, "fillOpacity": panel.Read{}, "gradientMode": panel.Read{}, "hideFrom": panel.Read{},
		"axisPlacement": []any{"auto", "left", "right", "hidden"}, "axisLabel": panel.Read{}, "axisSoftMin": panel.Read{},
		"axisSoftMax":      panel.Read{},
		"axisCenteredZero": panel.Read{}, "axisColorMode": "text", "axisBorderShow": false, "axisGridShow": true,
		"scaleDistribution": panel.Read{},
		"thresholdsStyle":   panel.Read{}, "axisWidth": panel.Unread{}}
}

func drawBarChart(j *panel.Job) (*view.View, error) {
	j.Configure()
	if !j.HasRows() {
		return j.Empty("No data"), nil
	}
	c, message := barData(j)
	if message != "" {
		return j.Empty(message), nil
	}
	o := j.Panel.Options
	b := &view.BarChart{Orientation: o.TextOr("orientation", "auto"), Stacking: o.TextOr("stacking", "none"),
		ShowValue: o.TextOr("showValue", "auto"), GroupWidth: o.NumberOr("groupWidth", 0.7), BarWidth: o.NumberOr("barWidth", 0.97),
		BarRadius: o.NumberOr("barRadius", 0), FullHighlight: o.Flag("fullHighlight"), TickRotation: o.NumberOr("xTickLabelRotation", 0),
		TickSpacing: o.NumberOr("xTickLabelSpacing", 0), Tooltip: panel.TooltipMode(o), Categories: categories(j, c.x),
		CategoryLabel: c.x.Config.Custom.Text("axisLabel"), CategoryHidden: c.x.Config.Custom.Text("axisPlacement") == "hidden"}
	if b.TickRotation != 0 { // texts that are not turned are cut by the room that they have, not by a length
		b.TickMaxLength = int(o.NumberOr("xTickLabelMaxLength", 0))
	}
	// If a category has only one bar or one stack, it is as wide as the whole group.
	if b.Stacking != "none" || len(c.fields) == 1 {
		b.GroupWidth, b.BarWidth = b.BarWidth, 1
	}
	stacks, plot := c.stacked(b.Stacking)
	shares := sharesOf(plot, stacks, c.rows)
	beyond, scaled := separateOutliers(plot, func(i int) string { return c.fields[i].Config.Unit })
	axes := newBarAxes(j, c.fields, stacks, tops(scaled, stacks, c.rows), b.Orientation)
	for i := range c.fields {
		s := barSeries(j, c, i, stacks[i], plot[i], axes.index[i])
		s.Shares = shareTexts(j, c.fields[i], shares[i])
		drawOutliers(j, &s, beyond, i, plot[i], axes.list[axes.index[i]])
		b.Series = append(b.Series, s)
	}
	barColors(j, c, b.Series)
	b.Axes, b.Thresholds = axes.views(), axes.thresholds()
	b.Legend = j.FieldLegend(c.whole, true)
	if c.color != nil {
		if items := stateLegend(j, []*frame.Field{c.color}); len(items) > 0 {
			for i := range items {
				items[i].Series = -1
			}
			b.Legend.Items, b.Legend.Calcs = items, nil
		}
	}
	return &view.View{BarChart: b}, nil
}

// stacked returns each field's stack and the heights that are drawn.
func (c bars) stacked(mode string) ([]stacking, [][]*float64) {
	stacks := make([]stacking, len(c.fields))
	series := make([]*align.Series, len(c.fields))
	for i, f := range c.fields {
		series[i] = &align.Series{Field: f, Values: f.Values}
		if mode == "none" {
			continue
		}
		side := "+"
		if below(f.Values) {
			side = "-"
		}
		stacks[i] = stacking{side + "/" + axisKey(f), mode == "percent"}
	}
	return stacks, drawn(series, stacks, c.rows)
}

// barSeries is what the page draws of field i.
func barSeries(j *panel.Job, c bars, i int, st stacking, plot []*float64, axis int) view.Series {
	f, custom := c.fields[i], c.fields[i].Config.Custom
	s := view.Series{Name: f.Title, Color: fieldconfig.SeriesColor(c.whole[i], j.Env.Colors), Status: c.whole[i].Config.SaysStatus(),
		Axis: axis, Values: make([]*float64, c.rows),
		Texts: make([]string, c.rows), Style: "bars", LineWidth: custom.NumberOr("lineWidth", 1), FillOpacity: custom.NumberOr("fillOpacity", 80),
		GradientMode: custom.TextOr("gradientMode", "none"), Stack: st.key, StackPercent: st.percent,
		HideFromLegend: custom.Child("hideFrom").Flag("legend"), HideFromTooltip: custom.Child("hideFrom").Flag("tooltip")}
	shares := j.WithUnit(f, "percentunit")
	if st.percent {
		s.Plot, s.EndTexts = plot, make([]string, c.rows)
	}
	for i, v := range f.Values {
		n, ok := v.(float64)
		if !ok {
			continue
		}
		d := f.Show(v, nil)
		s.Values[i], s.Texts[i] = &n, d.Full()
		if links := j.Links(c.frame, f, i, d); len(links) > 0 {
			s.Links = withLinks(s.Links, i, links)
		}
		if st.percent && plot[i] != nil {
			s.EndTexts[i] = shares(math.Abs(*plot[i]), nil).Full()
		}
	}
	return s
}

// barColors gives each bar a colour of its own if the panel asks for that: the colour of another field's value, of a
// threshold or of a value mapping.
func barColors(j *panel.Job, c bars, series []view.Series) {
	each := c.color != nil || perBar(c.x.Config)
	for _, f := range c.fields {
		each = each || perBar(f.Config)
	}
	for i, f := range c.fields {
		scheme := f.Config.Color.ByValue() && series[i].GradientMode == "scheme"
		if !each && !scheme {
			continue
		}
		if !each {
			j.Notices.Add("Bars have the colour of their value, where Grafana draws a gradient up to it.")
		}
		from := f
		if c.color != nil {
			from = c.color
		}
		series[i].Colors, series[i].Statuses = make([]string, c.rows), make([]bool, c.rows)
		for row := range series[i].Colors {
			if series[i].Values[row] != nil {
				d := from.Show(from.Values[row], nil)
				series[i].Colors[row], series[i].Statuses[row] = d.Color, d.Status
			}
		}
	}
}

// perBar reports whether a field's settings colour each bar by itself: by a scheme of thresholds, or by a value mapping
// with a colour.
func perBar(c settings.Config) bool {
	if c.Color.Mode == "thresholds" && c.Custom.Text("gradientMode") == "scheme" {
		return true
	}
	for _, m := range c.Mappings {
		if m.Result.Color != nil {
			return true
		}
		for _, r := range m.Values {
			if r.Color != nil {
				return true
			}
		}
	}
	return false
}
