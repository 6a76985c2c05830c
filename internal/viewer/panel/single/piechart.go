package single

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"macrowatch/internal/viewer/axis"
	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/view"
)

// PieChart is the kind of pie charts.
func PieChart() panel.Kind {
	return panel.Kind{Type: "piechart", Title: "Pie chart", ShowsNumbers: true, Options: pieChartOptions, Custom: pieChartCustom,
		FieldDefaults: pieChartDefaults, Columns: reducedColumns, Draw: drawPieChart,
		Supports: "pie and donut; `reduceOptions`; labels and legend with value and percent; hide from legend, tooltip, drawing",
	}
}

func pieChartOptions() panel.KnownOptions {
	return panel.KnownOptions{"reduceOptions": panel.Read{}, "pieType": []any{"pie", "donut"}, "displayLabels": panel.Read{},
		"legend":  panel.Read{},
		"tooltip": panel.Read{}, "text": []any{map[string]any{}}, "orientation": panel.Read{}} // a pie is round
}

func pieChartCustom() panel.KnownOptions { return panel.KnownOptions{"hideFrom": panel.Read{}} }

func pieChartDefaults() settings.Object {
	return settings.Object{"color": map[string]any{"mode": "palette-classic"}}
}

func drawPieChart(j *panel.Job) (*view.View, error) {
	fc := j.Configure()
	o := j.Panel.Options
	values, err := shownValues(j, fc)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(values, func(v Shown) bool { return v.Field != nil && v.frame.Length > 0 }) {
		return j.Empty("No data"), nil
	}
	missing := "-"
	if v := fc.Defaults["noValue"]; v != nil {
		missing = js.Text(v)
	}
	legend := o.Child("legend")
	p := &view.PieChart{Type: o.TextOr("pieType", "pie"), Labels: o.Texts("displayLabels"), Tooltip: panel.TooltipMode(o),
		LegendShow: legend.FlagOr("showLegend", true), LegendMode: legend.TextOr("displayMode", "list"),
		LegendPlacement: legend.TextOr("placement", "bottom"), LegendValues: legend.Texts("values"),
		Slices: pieSlices(j, values, missing)}
	if p.LegendMode == "hidden" {
		p.LegendShow, p.LegendMode = false, "list"
	}
	return &view.View{PieChart: p}, nil
}

// pieSlices are the slices of a pie from the greatest to the least; values that are no numbers come last. The circle is
// divided among the values above zero, except those that are too large to be drawn with the others. As in Grafana a
// percentage refers to the sum of all numbers, and negative ones count in it.
func pieSlices(j *panel.Job, values []Shown, noValue string) []view.Slice {
	slices.SortStableFunc(values, func(a, b Shown) int {
		x, y := a.Display.Numeric, b.Display.Numeric
		switch {
		case math.IsNaN(x) && math.IsNaN(y):
			return 0
		case math.IsNaN(x):
			return 1
		case math.IsNaN(y):
			return -1
		}
		return cmp.Compare(y, x)
	})
	var numbers []float64
	for _, v := range values {
		if n := js.FiniteOrNil(v.Display.Numeric); n != nil && !hiddenFrom(v, "viz") {
			numbers = append(numbers, *n)
		}
	}
	far := axis.ReachOf(numbers)
	drawn, total := 0.0, 0.0
	for _, v := range values {
		if n := v.Display.Numeric; !hiddenFrom(v, "viz") && !math.IsNaN(n) {
			total += n
			if !far.Exceeds(n) {
				drawn += math.Max(n, 0)
			}
		}
	}
	out := []view.Slice{}
	var beyond []string
	for _, v := range values {
		s := view.Slice{Title: v.Title, Value: v.Display.Value(), Percent: noValue, HideFromViz: hiddenFrom(v, "viz"),
			HideFromLegend: hiddenFrom(v, "legend"), HideFromTip: hiddenFrom(v, "tooltip"),
			Links: v.links(j)}
		n := v.Display.Numeric
		if share := n / total; !s.HideFromViz && !math.IsNaN(share) {
			s.Percent = js.Fixed(share*100, decimalsOf(v.Field)) + "%"
		}
		if share := n / drawn; !s.HideFromViz && n > 0 && !math.IsNaN(share) && !far.Exceeds(n) {
			s.Share = share
		}
		if far.Exceeds(n) && !s.HideFromViz {
			beyond = append(beyond, s.Title)
		}
		out = append(out, s)
	}
	if len(beyond) > 0 {
		j.Notices.Add("What is too large to be drawn with the others has no slice: %s.", strings.Join(beyond, ", "))
	} else if total != drawn {
		j.Notices.Add("The percentages are of the sum %s, in which values below zero count.", sumText(j, values, total))
	}
	return out
}

// sumText writes the sum of all values with the unit and the decimals of the first one.
func sumText(j *panel.Job, values []Shown, total float64) string {
	return fieldconfig.NewDisplay(values[0].Field, j.Env)(total, nil).Full()
}

func hiddenFrom(v Shown, what string) bool {
	return v.Field != nil && v.Field.Config.Custom.Child("hideFrom").Flag(what)
}

// decimalsOf is the number of decimals that a field's settings ask for, 0 if they don't say.
func decimalsOf(f *frame.Field) int {
	if f == nil || f.Config.Decimals == nil {
		return 0
	}
	return *f.Config.Decimals
}
