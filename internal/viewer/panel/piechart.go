package panel

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"macrowatch/internal/viewer/view"
)

func pieChartDefaults() props { return props{"color": map[string]any{"mode": "palette-classic"}} }

func drawPieChart(j *job) (*view.View, error) {
	j.checkOptions(knownOptions{"reduceOptions": read{}, "pieType": []any{"pie", "donut"}, "displayLabels": read{}, "legend": read{},
		"tooltip": read{}, "text": []any{map[string]any{}}, "orientation": read{}}) // a pie is round
	j.checkCustom(knownOptions{"hideFrom": read{}})
	fc := j.configure(pieChartDefaults())
	o := j.panel.options
	reduce := readReduceOptions(o.child("reduceOptions"))
	j.sayMedian(reduce.calcs)
	values, err := displayValues(j.frames, reduce, fc, j.env)
	if err != nil {
		return nil, err
	}
	j.sayRest(reduce, values)
	if !slices.ContainsFunc(values, func(v shown) bool { return v.field != nil && v.frame.length > 0 }) {
		return j.empty("No data"), nil
	}
	missing := "-"
	if v := fc.defaults["noValue"]; v != nil {
		missing = toText(v)
	}
	legend := o.child("legend")
	p := &view.PieChart{Type: o.textOr("pieType", "pie"), Labels: o.texts("displayLabels"), Tooltip: tooltipMode(o),
		LegendShow: legend.flagOr("showLegend", true), LegendMode: legend.textOr("displayMode", "list"),
		LegendPlacement: legend.textOr("placement", "bottom"), LegendValues: legend.texts("values"),
		Slices: j.slices(values, missing)}
	if p.LegendMode == "hidden" {
		p.LegendShow, p.LegendMode = false, "list"
	}
	return &view.View{Kind: "piechart", PieChart: p}, nil
}

func tooltipMode(o props) string { return o.child("tooltip").textOr("mode", "single") }

// slices are the values of a pie from the greatest to the least, those without a number last. The
// drawing is shared out over what is above zero and not far beyond the others; the percentages are of the sum of all numbers
// that are drawn, negative ones too, as in Grafana.
func (j *job) slices(values []shown, noValue string) []view.Slice {
	slices.SortStableFunc(values, func(a, b shown) int {
		x, y := a.display.numeric, b.display.numeric
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
		if n := finite(v.display.numeric); n != nil && !hiddenFrom(v, "viz") {
			numbers = append(numbers, *n)
		}
	}
	far := reachOf(numbers)
	drawn, total := 0.0, 0.0
	for _, v := range values {
		if n := v.display.numeric; !hiddenFrom(v, "viz") && !math.IsNaN(n) {
			total += n
			if !far.exceeds(n) {
				drawn += math.Max(n, 0)
			}
		}
	}
	out := []view.Slice{}
	var beyond []string
	for _, v := range values {
		s := view.Slice{Title: v.title, Value: v.display.value(), Percent: noValue, HideFromViz: hiddenFrom(v, "viz"),
			HideFromLegend: hiddenFrom(v, "legend"), HideFromTip: hiddenFrom(v, "tooltip")}
		n := v.display.numeric
		if share := n / total; !s.HideFromViz && !math.IsNaN(share) {
			s.Percent = fixed(share*100, orNone(v.field)) + "%"
		}
		if share := n / drawn; !s.HideFromViz && n > 0 && !math.IsNaN(share) && !far.exceeds(n) {
			s.Share = share
		}
		if far.exceeds(n) && !s.HideFromViz {
			beyond = append(beyond, s.Title)
		}
		out = append(out, s)
	}
	if len(beyond) > 0 {
		j.notices.add("What is too large to be drawn with the others has no slice: %s.", strings.Join(beyond, ", "))
	} else if total != drawn {
		j.notices.add("The percentages are of the sum %s, in which values below zero count.", j.sumText(values, total))
	}
	return out
}

func (j *job) sumText(values []shown, total float64) string {
	return newDisplay(values[0].field, j.env)(total, nil).full()
}

func hiddenFrom(v shown, what string) bool {
	return v.field != nil && v.field.config.custom.child("hideFrom").flag(what)
}

func orNone(f *field) int {
	if f == nil || f.config.decimals == nil {
		return 0
	}
	return *f.config.decimals
}
