package heatmap

import (
	"math"
	"slices"
	"strings"

	"macrowatch/internal/viewer/axis"
	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

// Kind is the kind of heatmaps.
func Kind() panel.Kind {
	return panel.Kind{Type: "heatmap", Title: "Heatmap", ShowsNumbers: true, Options: heatmapOptions, Custom: heatmapCustom, Draw: draw,
		Supports: "rows from columns (`calculate: false`) over time or numbers; `filterValues`; all colour schemes, steps, reverse, " +
			"opacity; `cellValues`, y axis, colour scale",
	}
}

func heatmapCustom() panel.KnownOptions {
	return panel.KnownOptions{"hideFrom": panel.Read{}, "scaleDistribution": panel.Read{}}
}

func heatmapOptions() panel.KnownOptions {
	return panel.KnownOptions{"calculate": panel.Read{}, "calculation": panel.Read{}, "color": panel.Read{}, "filterValues": panel.Read{},
		"rowsFrame": panel.Read{}, "yAxis": panel.Read{},
		"cellValues": panel.Read{}, "cellGap": panel.Read{}, "cellRadius": panel.Read{}, "showValue": []any{"auto", "always", "never"},
		"legend":  panel.Read{},
		"tooltip": panel.Read{}, "exemplars": panel.Read{}, // SQL returns no exemplars
		"selectionMode": []any{"x"}} // dragging zooms in time
}

func draw(j *panel.Job) (*view.View, error) {
	o := j.Panel.Options
	if o.Flag("calculate") {
		return panel.Unsupported("Heatmaps that count raw values into buckets (\"calculate from data\") are not supported; " +
			"count them in SQL: a column for the time and one for each row of the heatmap."), nil
	}
	configureHeatmap(j)
	if !j.HasRows() {
		return j.Empty("No data"), nil
	}
	heat, message := heatRows(j)
	if message != "" {
		return j.Empty(message), nil
	}
	y, tip := o.Child("yAxis"), o.Child("tooltip")
	h := &view.Heatmap{XTime: heat.time, CellGap: o.NumberOr("cellGap", 1), CellRadius: o.NumberOr("cellRadius", 0), ShowValue: "never",
		YLabel: y.Text("axisLabel"), YPlacement: y.TextOr("axisPlacement", "left"), YWidth: y.NumberOr("axisWidth", 0),
		Tooltip: tip.TextOr("mode", "single"), ValueName: o.Child("rowsFrame").TextOr("value", "Value"), Rows: heat.names}
	if shown, set := tip["show"].(bool); set && tip.Text("mode") == "" && !shown {
		h.Tooltip = "none"
	}
	if tip.Flag("yHistogram") {
		j.Notices.Add("The histogram in the tooltip is not supported.")
	}
	if tip.Flag("showColorScale") {
		j.Notices.Add("The colour scale in the tooltip is not supported.")
	}
	// Grafana reads this option but draws no values. They are drawn here if a panel asks for them.
	if o.Text("showValue") == "always" {
		h.ShowValue = "always"
	}
	if heatCells(j, h, heat); len(h.Cells) == 0 {
		return j.Empty(nothingShown(o.Child("filterValues"), heat)), nil
	}
	nameMonths(j, h, heat)
	if y.Flag("reverse") {
		turnRows(h)
	}
	return &view.View{Heatmap: h}, nil
}

// configureHeatmap applies the field settings that Grafana's heatmap reads: links and those under custom. It ignores the
// other standard settings, such as units, names and colours, because the heatmap's own options say how rows and values are
// shown.
func configureHeatmap(j *panel.Job) {
	fc := settings.FieldConfig{Defaults: settings.Object{"custom": map[string]any(j.Panel.Fields.Defaults.Child("custom")),
		"links": j.Panel.Fields.Defaults["links"]}}
	for _, o := range j.Panel.Fields.Overrides {
		kept := o
		kept.Properties = nil
		for _, p := range o.Properties {
			if p.ID == "links" || strings.HasPrefix(p.ID, "custom.") {
				kept.Properties = append(kept.Properties, p)
			}
		}
		fc.Overrides = append(fc.Overrides, kept)
	}
	j.Notices.AddAll(fieldconfig.Apply(j.Frames, fc, j.Env))
}

// heatCells fills in the columns, the cells that pass the panel's filter, and the colour scale.
func heatCells(j *panel.Job, h *view.Heatmap, heat heatData) {
	o := j.Panel.Options
	above, under := filterEnds(o.Child("filterValues"))
	passes := func(v *float64) bool { return v != nil && *v > above && *v < under }
	colors := heatColors{palette: heatPalette(j, o.Child("color")), min: math.Inf(1), max: math.Inf(-1)}
	var shown []float64
	for _, column := range heat.values {
		for _, v := range column {
			if passes(v) && js.FiniteOrNil(*v) != nil {
				shown = append(shown, *v)
			}
		}
	}
	colors.min, colors.max, _ = axis.Within(shown)
	noteOutliers(j, o, shown, colors)
	hasNumbers := colors.min <= colors.max
	if n := o.Child("color").Number("min"); n != nil {
		colors.min = *n
	}
	if n := o.Child("color").Number("max"); n != nil {
		colors.max = *n
	}
	show := cellDisplay(j, o.Child("cellValues"))
	h.X, h.Columns, h.Cells = heatAxis(j, heat), []view.HeatmapColumn{}, []view.HeatmapCell{}
	for i, column := range heat.values {
		from, to := heat.xs[i]-heat.step, heat.xs[i]
		if to <= h.X.Min || from >= h.X.Max {
			continue
		}
		for row, v := range column {
			if passes(v) {
				d := show(*v, nil)
				value := d.Value()
				value.Color = colors.of(*v)
				h.Cells = append(h.Cells, view.HeatmapCell{Column: len(h.Columns), Row: row, Value: value,
					Links: j.Links(heat.frame, heat.fields[row], heat.at[i], d)})
			}
		}
		h.Columns = append(h.Columns, view.HeatmapColumn{From: from, To: to, Text: heat.text(j, heat.xs[i])})
	}
	if !hasNumbers && (math.IsInf(colors.min, 0) || math.IsInf(colors.max, 0)) {
		h.Scale.Stops = []view.ColorStop{}
		return
	}
	h.Scale = view.HeatmapScale{Show: o.Child("legend").FlagOr("show", true), Stops: colors.stops(),
		Min: show(colors.min, nil).Value(), Max: show(colors.max, nil).Value()}
	h.Scale.Min.Color, h.Scale.Max.Color = "", ""
}

// filterEnds are the two values between which a cell must lie to be drawn. If the panel does not say, Grafana hides all
// cells that are not above 1e-9, which includes every negative cell.
func filterEnds(o settings.Object) (above, under float64) {
	above, under = 1e-9, math.Inf(1)
	if v, set := o["le"]; set {
		above = js.OrZero(settings.Object{"n": v}.Number("n")) // JavaScript compares null as 0
	}
	if v, set := o["ge"]; set {
		under = js.OrZero(settings.Object{"n": v}.Number("n"))
	}
	return above, under
}

// nothingShown says why a heatmap with rows has no cell to draw.
func nothingShown(filter settings.Object, heat heatData) string {
	above, under := filterEnds(filter)
	known := false
	for _, v := range slices.Concat(heat.values...) {
		if v != nil && *v > above && *v < under {
			return "No data" // the columns lie outside the range
		}
		known = known || v != nil
	}
	if !known {
		return "No data"
	}
	return hiddenByFilter(above, under)
}

// hiddenByFilter says which values the panel's filter lets pass.
func hiddenByFilter(above, under float64) string {
	passing := "values above " + unit.Plain(above)
	if !math.IsInf(under, 1) {
		passing += " and below " + unit.Plain(under)
	}
	return "The panel's filter hides every value. It lets only " + passing + " pass."
}

// cellDisplay returns the function that shows a cell's value, with the unit and the decimals of the option cellValues.
func cellDisplay(j *panel.Job, o settings.Object) func(any, *int) frame.Display {
	f := &frame.Field{Kind: frame.Number, Config: settings.Config{Unit: o.Text("unit")}}
	if d := o.Number("decimals"); d != nil && math.Abs(*d) < 100 {
		f.Config.Decimals = new(int(*d))
	}
	return fieldconfig.NewDisplay(f, j.Env)
}

// heatAxis is the horizontal axis. For times it has the panel's range, for numbers the range of the columns.
func heatAxis(j *panel.Job, heat heatData) view.Axis {
	if heat.time && len(heat.xs) > 1 {
		return j.TimeAxisOf(heat.step)
	}
	if heat.time {
		return j.TimeAxis()
	}
	a := view.Axis{Placement: "bottom", Min: math.Inf(1), Max: math.Inf(-1)}
	for _, x := range heat.xs {
		a.Min, a.Max = math.Min(a.Min, x-heat.step), math.Max(a.Max, x)
	}
	plain := func(v float64, _ *int) string { return unit.Plain(v) }
	const spacing = 60 // pixels between the texts
	a.Ticks = axis.ValueTicks(a.Min, a.Max, j.Request.DrawnWidth()*axis.TickSpacing/spacing, "", false, plain)
	return a
}

// turnRows reverses the rows, so that the first one is on top.
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
