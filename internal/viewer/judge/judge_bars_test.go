package judge_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/settings"
)

type judgedBars struct {
	Empty  bool
	X      []string
	Series []struct {
		Name, Color string
		Values      []any
		Texts       []string
		Colors      []string
		Calcs       []judgedDisplay
	}
}

func barQuestions(configs map[string]judgedConfig) []*kindQuestion {
	var out []*kindQuestion
	for i, options := range []settings.Object{
		{"xField": "", "colorByField": ""},
		{"xField": "v", "colorByField": "w"},
		{"xField": "nowhere", "colorByField": "status"},
	} {
		for _, q := range kindQuestions("barchart", "barchart", configs) {
			q.Options = options.Clone()
			q.Options["calcs"] = []any{"lastNotNull", "min", "max", "mean", "sum", "count", "range", "diff", "diffperc", "stdDev", "distinctCount"}
			q.FieldConfig.Defaults = q.FieldConfig.Defaults.Clone()
			q.FieldConfig.Defaults.Set("custom.gradientMode", "scheme")
			q.about = fmt.Sprint(q.about, " options ", i)
			out = append(out, q)
		}
	}
	return out
}

func TestBarChartsAreGrafanas(t *testing.T) {
	t.Parallel()
	judgeOwn(t, "barchart", 150_000)
}

func compareBars(v *verdict, q *kindQuestion, raw json.RawMessage, theme palette.Theme) {
	v.t.Helper()
	var want judgedBars
	if err := json.Unmarshal(raw, &want); err != nil {
		v.t.Fatalf("%s: %v", q.about, err)
	}
	got := q.draw(v.t, theme, settings.Object{"xField": q.Options["xField"], "colorByField": q.Options["colorByField"],
		"legend": map[string]any{"calcs": q.Options["calcs"]}})
	v.same(got.Kind == "empty", want.Empty, "%s: nothing to draw", q.about)
	if want.Empty || got.Kind == "empty" {
		return
	}
	b := got.BarChart
	for i, text := range want.X {
		v.same(b.Categories[i].Text, text, "%s: category %d", q.about, i)
	}
	v.same(float64(len(b.Series)), float64(len(want.Series)), "%s: series", q.about)
	for i, w := range want.Series[:min(len(b.Series), len(want.Series))] {
		s, where := b.Series[i], fmt.Sprintf("%s: series %d", q.about, i)
		v.same(s.Name, w.Name, "%s: name", where)
		if !q.colourless() && !q.uncached() {
			v.same(s.Color, w.Color, "%s: colour", where)
		}
		for row, value := range w.Values {
			if value == nil || s.Values[row] == nil {
				v.same(s.Values[row] == nil, value == nil, "%s: row %d", where, row)
				continue
			}
			v.same(*s.Values[row], arrived(value), "%s: row %d", where, row)
			v.same(s.Texts[row], w.Texts[row], "%s: text %d", where, row)
			if s.Colors != nil && !q.colourless() {
				v.same(s.Colors[row], w.Colors[row], "%s: colour %d", where, row)
			}
		}
		if len(b.Legend.Calcs) == 0 || q.uncached() {
			continue // the legend lists the colours of a field
		}
		for k, calc := range w.Calcs {
			v.value(b.Legend.Items[i].Values[k], calc, true, "%s: calculation %d", where, k)
		}
	}
}

// uncached reports a field whose reductions in Grafana are a mixture: some are of the field as the query returned it, and
// some of the field as it is drawn. This happens if values are not finite, and if a joined field has both ends set. The
// viewer reduces a field as it is drawn, but before it is joined.
func (q *kindQuestion) uncached() bool {
	bothEnds := q.FieldConfig.Defaults["min"] != nil && q.FieldConfig.Defaults["max"] != nil
	return bothEnds && len(q.Frames) > 1 || strings.Contains(q.about, "infinite")
}
