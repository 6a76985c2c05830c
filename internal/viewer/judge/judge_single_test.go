package judge_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/settings"
	"macrowatch/internal/viewer/view"
)

// judgedSingle is one value of a gauge, a bar gauge or a pie as Grafana shows it.
type judgedSingle struct {
	judgedDisplay
	Min, Max, BarMin, BarMax any
	Share                    any
	Bands, Cells, Colors     []string
	Percent                  *string
}

func singleQuestions(panel string) func(map[string]judgedConfig) []*kindQuestion {
	return func(configs map[string]judgedConfig) []*kindQuestion {
		all := kindQuestions("single", panel, configs)
		for _, q := range all {
			r := judgedReductions()
			q.ReduceOptions = []judgedReduce{r[1], r[2], r[6]}
		}
		return all
	}
}

// eachReduction draws the panel with each reduction and compares the items that Grafana could draw.
func eachReduction(v *verdict, q *kindQuestion, raw json.RawMessage, theme palette.Theme, options settings.Object,
	compare func(got *view.View, want []judgedSingle, where string)) {
	v.t.Helper()
	var want [][]judgedSingle
	if err := json.Unmarshal(raw, &want); err != nil {
		v.t.Fatalf("%s: %v", q.about, err)
	}
	for i, r := range q.ReduceOptions {
		if want[i] == nil {
			continue
		}
		o := settings.Object{"reduceOptions": map[string]any(reduceProps(r))}
		compare(q.draw(v.t, theme, o.Over(options)), want[i], about(q, "%+v", r))
	}
}

// titled removes the title of a value that stands alone, as the panels do.
func titled(q *kindQuestion, want []judgedSingle) {
	if len(want) == 1 && q.FieldConfig.Defaults.Text("displayName") == "" {
		want[0].Title = ""
	}
}

// place compares places on a scale. An infinite place counts as none, because JSON can't hold it.
func (v *verdict) place(got *float64, want any, format string, args ...any) {
	v.t.Helper()
	number, ok := arrived(want).(float64)
	if !ok || math.IsNaN(number) || math.IsInf(number, 0) {
		return
	}
	if got == nil {
		v.same(nil, number, format, args...)
		return
	}
	v.same(*got, number, format, args...)
}

func TestGaugesAreGrafanas(t *testing.T) {
	t.Parallel()
	judgeOwn(t, "gauge", 200_000)
}

func compareGauge(v *verdict, q *kindQuestion, raw json.RawMessage, theme palette.Theme) {
	v.t.Helper()
	eachReduction(v, q, raw, theme, nil, func(got *view.View, want []judgedSingle, where string) {
		titled(q, want)
		v.same(float64(len(got.Gauge.Items)), float64(len(want)), "%s: count", where)
		for i, w := range want[:min(len(want), len(got.Gauge.Items))] {
			item := got.Gauge.Items[i]
			v.same(item.Title, w.Title, "%s: title %d", where, i)
			v.value(item.Value, w.judgedDisplay, q.colourless(), "%s: value %d", where, i)
			v.place(item.Min.Number, w.Min, "%s: least %d", where, i)
			v.place(item.Max.Number, w.Max, "%s: greatest %d", where, i)
			if share, ok := arrived(w.Share).(float64); ok && !math.IsNaN(share) && item.Fill != nil {
				v.same(*item.Fill, math.Min(math.Max(share, 0), 1), "%s: filling %d", where, i)
			} else if ok && item.Value.Color != "" { // the page fills no dial without a number
				v.same(item.Fill == nil, math.IsNaN(share), "%s: no filling %d", where, i)
			}
			for k, color := range w.Bands {
				v.same(bandAt(item.Bands, (float64(k)+0.5)/16), color, "%s: band %d at %d/16", where, i, k)
			}
		}
	})
}

func bandAt(bands []view.Band, at float64) string {
	color := ""
	for _, b := range bands {
		if b.From <= at {
			color = b.Color
		}
	}
	return color
}

func TestBarGaugesAreGrafanas(t *testing.T) {
	t.Parallel()
	judgeOwn(t, "bargauge", 300_000)
}

func compareBarGauge(v *verdict, q *kindQuestion, raw json.RawMessage, theme palette.Theme) {
	v.t.Helper()
	for _, mode := range []string{"lcd", "gradient"} {
		eachReduction(v, q, raw, theme, settings.Object{"displayMode": mode}, func(got *view.View, want []judgedSingle, where string) {
			titled(q, want)
			v.same(float64(len(got.BarGauge.Items)), float64(len(want)), "%s: count", where)
			for i, w := range want[:min(len(want), len(got.BarGauge.Items))] {
				v.barGauge(q, got.BarGauge.Items[i], w, mode, fmt.Sprint(where, " ", i))
			}
		})
	}
}

func (v *verdict) barGauge(q *kindQuestion, item view.BarGaugeItem, w judgedSingle, mode, where string) {
	v.t.Helper()
	v.same(item.Title, w.Title, "%s: title", where)
	v.value(item.Value, w.judgedDisplay, q.colourless(), "%s: value", where)
	v.place(item.Min.Number, w.BarMin, "%s: least", where)
	v.place(item.Max.Number, w.BarMax, "%s: greatest", where)
	if mode == "gradient" && len(w.Colors) > 0 {
		v.same(float64(len(item.Stops)), float64(len(w.Colors)), "%s: colours", where)
		for i, color := range w.Colors[:min(len(w.Colors), len(item.Stops))] {
			v.same(item.Stops[i].Color, color, "%s: colour %d", where, i)
		}
	}
	// In these modes Grafana's colours depend on the values that it has shown before.
	switch colors := q.FieldConfig.Defaults.Child("color").Text("mode"); {
	case mode != "lcd", q.colourless(), colors == "palette-classic", colors == "shades":
		return
	}
	for k, color := range w.Cells {
		v.same(stopAt(item.Stops, float64(k)/16), color, "%s: cell %d/16", where, k)
	}
}

func stopAt(stops []view.ColorStop, at float64) string {
	color := ""
	for _, s := range stops {
		if s.At <= at {
			color = s.Color
		}
	}
	return color
}

func TestPiesAreGrafanas(t *testing.T) {
	t.Parallel()
	judgeOwn(t, "piechart", 75_000)
}

func comparePie(v *verdict, q *kindQuestion, raw json.RawMessage, theme palette.Theme) {
	v.t.Helper()
	eachReduction(v, q, raw, theme, nil, func(got *view.View, want []judgedSingle, where string) {
		if len(want) == 0 {
			v.same(got.Kind, "empty", "%s: kind", where)
			return
		}
		v.same(float64(len(got.PieChart.Slices)), float64(len(want)), "%s: count", where)
		for i, w := range want[:min(len(want), len(got.PieChart.Slices))] {
			s := got.PieChart.Slices[i]
			v.same(s.Title, w.Title, "%s: title %d", where, i)
			v.value(s.Value, w.judgedDisplay, q.colourless(), "%s: value %d", where, i)
			if w.Percent != nil {
				v.same(s.Percent, *w.Percent, "%s: percent %d", where, i)
			} else {
				v.same(s.Share, 0.0, "%s: no share %d", where, i)
			}
		}
	})
}
