package panel

import (
	"math"
	"strings"

	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

func heatmapOptions() knownOptions {
	return knownOptions{"calculate": read{}, "calculation": read{}, "color": read{}, "filterValues": read{}, "rowsFrame": read{}, "yAxis": read{},
		"cellValues": read{}, "cellGap": read{}, "cellRadius": read{}, "showValue": []any{"auto", "always", "never"}, "legend": read{},
		"tooltip": read{}, "exemplars": read{}, // there are no exemplars in rows of SQL
		"selectionMode": []any{"x"}} // dragging zooms in time
}

func drawHeatmap(j *job) (*view.View, error) {
	j.checkOptions(heatmapOptions())
	j.checkCustom(knownOptions{"hideFrom": read{}, "scaleDistribution": read{}})
	o := j.panel.options
	if o.flag("calculate") {
		return unsupported("Heatmaps that count raw values into buckets (\"calculate from data\") are not supported; " +
			"count them in SQL: a column for the time and one for each row of the heatmap."), nil
	}
	j.configureHeatmap()
	if !j.hasRows() {
		return j.empty("No data"), nil
	}
	heat, message := j.heatRows()
	if message != "" {
		return j.empty(message), nil
	}
	y, tip := o.child("yAxis"), o.child("tooltip")
	h := &view.Heatmap{XTime: heat.time, CellGap: o.numberOr("cellGap", 1), CellRadius: o.numberOr("cellRadius", 0), ShowValue: "never",
		YLabel: y.text("axisLabel"), YPlacement: y.textOr("axisPlacement", "left"), YWidth: y.numberOr("axisWidth", 0),
		Tooltip: tip.textOr("mode", "single"), ValueName: o.child("rowsFrame").textOr("value", "Value"), Rows: heat.names}
	if shown, set := tip["show"].(bool); set && tip.text("mode") == "" && !shown {
		h.Tooltip = "none"
	}
	if tip.flag("yHistogram") {
		j.notices.add("The histogram in the tooltip is not supported.")
	}
	if tip.flag("showColorScale") {
		j.notices.add("The colour scale in the tooltip is not supported.")
	}
	// Grafana reads this option and draws no values; asked for, they are drawn here.
	if o.text("showValue") == "always" {
		h.ShowValue = "always"
	}
	j.heatCells(h, heat)
	j.nameMonths(h, heat)
	if y.flag("reverse") {
		turnRows(h)
	}
	return &view.View{Kind: "heatmap", Heatmap: h}, nil
}

// configureHeatmap leaves out what Grafana's heatmap has no settings for: units, names, colours and
// the other standard ones. Its own options say how rows and values are shown.
func (j *job) configureHeatmap() {
	fc := fieldConfig{defaults: props{"custom": map[string]any(j.panel.fields.defaults.child("custom"))}}
	for _, o := range j.panel.fields.overrides {
		kept := o
		kept.properties = nil
		for _, p := range o.properties {
			if strings.HasPrefix(p.id, "custom.") {
				kept.properties = append(kept.properties, p)
			}
		}
		fc.overrides = append(fc.overrides, kept)
	}
	j.notices.addAll(applyFieldConfig(j.frames, fc, j.env))
}

// heatCells fills in the columns, the cells that the panel's filter lets through, and the scale.
func (j *job) heatCells(h *view.Heatmap, heat heatData) {
	o := j.panel.options
	above, under := filterEnds(o.child("filterValues"))
	passes := func(v *float64) bool { return v != nil && *v > above && *v < under }
	colors := heatColors{palette: j.heatPalette(o.child("color")), min: math.Inf(1), max: math.Inf(-1)}
	var shown []float64
	for _, column := range heat.values {
		for _, v := range column {
			if passes(v) && finite(*v) != nil {
				shown = append(shown, *v)
			}
		}
	}
	colors.min, colors.max, _ = within(shown)
	j.sayBeyondScale(o, shown, colors)
	any := colors.min <= colors.max
	if n := o.child("color").number("min"); n != nil {
		colors.min = *n
	}
	if n := o.child("color").number("max"); n != nil {
		colors.max = *n
	}
	show := j.cellDisplay(o.child("cellValues"))
	h.X, h.Columns, h.Cells = j.heatAxis(heat), []view.HeatmapColumn{}, []view.HeatmapCell{}
	for i, column := range heat.values {
		from, to := heat.xs[i]-heat.step, heat.xs[i]
		if to <= h.X.Min || from >= h.X.Max {
			continue
		}
		for row, v := range column {
			if passes(v) {
				value := show(*v, nil).value()
				value.Color = colors.of(*v)
				h.Cells = append(h.Cells, view.HeatmapCell{Column: len(h.Columns), Row: row, Value: value})
			}
		}
		h.Columns = append(h.Columns, view.HeatmapColumn{From: from, To: to, Text: heat.text(j, heat.xs[i])})
	}
	if !any && (math.IsInf(colors.min, 0) || math.IsInf(colors.max, 0)) {
		h.Scale.Stops = []view.ColorStop{}
		return
	}
	h.Scale = view.HeatmapScale{Show: o.child("legend").flagOr("show", true), Stops: colors.stops(),
		Min: show(colors.min, nil).value(), Max: show(colors.max, nil).value()}
	h.Scale.Min.Color, h.Scale.Max.Color = "", ""
}

// filterEnds are the open ends between which a cell is drawn. Where nothing is said Grafana hides
// what is not above 1e-9, every negative cell among it.
func filterEnds(o props) (above, under float64) {
	above, under = 1e-9, math.Inf(1)
	if v, set := o["le"]; set {
		above = orZero(props{"n": v}.number("n")) // null counts as 0 in JavaScript's comparisons
	}
	if v, set := o["ge"]; set {
		under = orZero(props{"n": v}.number("n"))
	}
	return above, under
}

// cellDisplay shows the values with the unit and the decimals that the panel gives cells.
func (j *job) cellDisplay(o props) func(any, *int) display {
	f := &field{kind: typeNumber, config: config{unit: o.text("unit")}}
	if d := o.number("decimals"); d != nil && math.Abs(*d) < 100 {
		f.config.decimals = ptr(int(*d))
	}
	return newDisplay(f, j.env)
}

// heatAxis is the panel's range, or for numbers that of the columns.
func (j *job) heatAxis(heat heatData) view.Axis {
	if heat.time {
		return j.timeAxis()
	}
	a := view.Axis{Placement: "bottom", Min: math.Inf(1), Max: math.Inf(-1)}
	for _, x := range heat.xs {
		a.Min, a.Max = math.Min(a.Min, x-heat.step), math.Max(a.Max, x)
	}
	plain := func(v float64, _ *int) string { return unit.Plain(v) }
	const spacing = 60 // pixels between the texts
	a.Ticks = valueTicks(a.Min, a.Max, j.request.width()*tickSpacing/spacing, "", false, plain)
	return a
}

// turnRows puts the first row on top.
func turnRows(h *view.Heatmap) {
	last := len(h.Rows) - 1
	names := make([]string, len(h.Rows))
	for i, name := range h.Rows {
		names[last-i] = name
	}
	h.Rows = names
	for i := range h.Cells {
		h.Cells[i].Row = last - h.Cells[i].Row
	}
}
