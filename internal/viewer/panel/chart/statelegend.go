package chart

import (
	"math"
	"slices"
	"strings"

	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

// asThresholds replaces each number by the label of the threshold that it has reached. Grafana does so if equal states
// are merged and colours come from thresholds.
func asThresholds(j *panel.Job, f *frame.Field) {
	t := f.Config.Thresholds
	if f.Kind != frame.Number || t == nil || len(t.Steps) == 0 {
		return
	}
	labels := thresholdLabels(j, f)
	base := fieldconfig.OwnSpan(f)
	if f.Span != nil {
		base = f.Span
	}
	colorOf := map[string]string{}
	for i, s := range t.Steps {
		colorOf[labels[i]] = j.Env.Colors.Hex(s.Color)
	}
	for i, v := range f.Values {
		n, ok := v.(float64)
		if !ok || math.IsNaN(n) {
			f.Values[i] = nil // Grafana gives NaN the lowest threshold, as if all were well
			continue
		}
		if t.Percentage {
			n = (n - js.OrZero(base.Min)) / base.Delta * 100
		}
		active := t.Active(n)
		f.Values[i] = labels[slices.Index(t.Steps, active)]
	}
	f.Kind = frame.String
	f.Show = func(v any, _ *int) frame.Display {
		return frame.Display{Text: js.Text(v), Color: colorOf[js.Text(v)], Status: true, Numeric: math.NaN()}
	}
}

// thresholdLabels are the labels of a field's thresholds: "< 60", "60+", "80+".
func thresholdLabels(j *panel.Job, f *frame.Field) []string {
	t := f.Config.Thresholds
	u := f.Config.Unit
	if t.Percentage {
		u = "percent"
	}
	format := func(v float64) string {
		return unit.Lookup(u)(v, f.Config.Decimals, unit.Env{Now: j.Env.Now, Location: j.Env.Location}).String()
	}
	labels := make([]string, len(t.Steps))
	for i, s := range t.Steps {
		if math.IsInf(s.Value, -1) && i < len(t.Steps)-1 {
			labels[i] = "< " + format(t.Steps[i+1].Value)
		} else {
			labels[i] = format(s.Value) + "+"
		}
	}
	return labels
}

// stateLegend lists the states that occur, or the thresholds if colours come from thresholds. A continuous colour scale
// has no legend.
func stateLegend(j *panel.Job, fields []*frame.Field) []view.LegendItem {
	items := []view.LegendItem{}
	first := fields[0]
	if first.Config.Color.Mode == "thresholds" && first.Config.Thresholds != nil && len(first.Config.Thresholds.Steps) > 1 {
		for i, label := range thresholdLabels(j, first) {
			items = append(items, view.LegendItem{Name: label, Color: j.Env.Colors.Hex(first.Config.Thresholds.Steps[i].Color), Status: true})
		}
		return items
	}
	if strings.HasPrefix(first.Config.Color.Mode, "continuous-") {
		return items
	}
	at := map[string]int{}
	for _, f := range fields {
		if f.Config.Custom.Child("hideFrom").Flag("legend") {
			continue
		}
		for _, v := range f.Values {
			d := f.Show(v, nil)
			value := d.Value()
			if d.Text == "" || value.Color == "" {
				continue
			}
			i, known := at[d.Text]
			if !known {
				i = len(items)
				at[d.Text] = i
				items = append(items, view.LegendItem{Name: d.Text})
			}
			items[i].Color, items[i].Status = value.Color, value.Status
		}
	}
	return items
}
