package judge_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"macrowatch/internal/viewer/palette"
	"macrowatch/internal/viewer/settings"
)

type judgedHeat struct {
	Empty bool
	Names []string
	Cells []struct {
		Row         int
		X           float64
		Text, Color string
	}
	Colors []string
	Ends   []string
}

func heatColorOptions() []settings.Object {
	out := []settings.Object{}
	for _, scheme := range []string{"BrBG", "PiYG", "PRGn", "PuOr", "RdBu", "RdGy", "RdYlBu", "RdYlGn", "Spectral", "Blues", "Greens", "Greys",
		"Oranges", "Purples", "Reds", "Turbo", "Cividis", "Viridis", "Magma", "Inferno", "Plasma", "Warm", "Cool", "Cubehelix", "BuGn", "BuPu",
		"GnBu", "OrRd", "PuBuGn", "PuBu", "PuRd", "RdPu", "YlGnBu", "YlGn", "YlOrBr", "YlOrRd", "Rainbow", "Sinebow"} {
		for i, steps := range []float64{64, 128, 7, 2} {
			out = append(out, settings.Object{"mode": "scheme", "scheme": scheme, "steps": steps, "reverse": i%2 == 0})
		}
	}
	for _, fill := range []string{"dark-orange", "red", "#123456", "super-light-blue", "rgb(1, 2, 3)"} {
		out = append(out, settings.Object{"mode": "opacity", "fill": fill, "steps": 64.0, "scale": "exponential", "exponent": 0.5},
			settings.Object{"mode": "opacity", "fill": fill, "steps": 10.0, "scale": "exponential", "exponent": 1.7},
			settings.Object{"mode": "opacity", "fill": fill, "steps": 33.0, "scale": "linear"})
	}
	return out
}

func heatQuestions(configs map[string]judgedConfig) []*kindQuestion {
	var out []*kindQuestion
	colors := heatColorOptions()
	filters := []settings.Object{{}, {"le": -1e9}, {"le": -1e9, "ge": 3.0}, {"le": -3.0, "ge": 1e9}}
	ends := []settings.Object{{}, {"min": -10.0, "max": 10.0}, {"min": 0.0}, {"max": 2.0}}
	shown := []settings.Object{{}, {"unit": "percent", "decimals": 1.0}, {"decimals": 3.0}, {"unit": "s"}}
	add := func(q *kindQuestion, i int, color settings.Object) {
		copied := *q
		copied.Options = settings.Object{"color": map[string]any(color.Over(ends[i%4])), "filterValues": map[string]any(filters[(i/4)%4]),
			"cellValues": map[string]any(shown[(i/2)%4]), "yAxis": map[string]any(shown[(i/8)%4])}
		copied.about = fmt.Sprint(q.about, " options ", copied.Options)
		out = append(out, &copied)
	}
	all := kindQuestions("heatmap", "heatmap", configs)
	for i, q := range all {
		q.FieldConfig.Defaults, q.FieldConfig.Overrides = settings.Object{}, []settings.Object{} // a heatmap has none of them
		add(q, i, colors[i%len(colors)])
	}
	months := slices.IndexFunc(all, func(q *kindQuestion) bool {
		return len(q.Frames[0].Fields) == 4 && q.Frames[0].Fields[1].Name == "Year"
	})
	for i, color := range colors {
		add(all[months], 4+i%4*5, color)
	}
	return out
}

func TestHeatmapsAreGrafanas(t *testing.T) {
	t.Parallel()
	judgeOwn(t, "heatmap", 40_000)
}

func compareHeat(v *verdict, q *kindQuestion, raw json.RawMessage, theme palette.Theme) {
	v.t.Helper()
	var want judgedHeat
	if err := json.Unmarshal(raw, &want); err != nil {
		v.t.Fatalf("%s: %v", q.about, err)
	}
	got := q.draw(v.t, theme, q.Options)
	// Where a filter hides all cells, the page says so instead of drawing axes without cells.
	v.same(got.Kind == "empty", want.Empty || len(want.Cells) == 0, "%s: nothing to draw", q.about)
	if want.Empty || got.Kind == "empty" {
		return
	}
	h := got.Heatmap
	v.same(fmt.Sprint(h.Rows), fmt.Sprint(want.Names), "%s: rows", q.about)
	v.same(float64(len(h.Cells)), float64(len(want.Cells)), "%s: cells", q.about)
	for i, w := range want.Cells[:min(len(want.Cells), len(h.Cells))] {
		c := h.Cells[i]
		v.same(float64(c.Row), float64(w.Row), "%s: row of cell %d", q.about, i)
		v.same(h.Columns[c.Column].To, w.X, "%s: column of cell %d", q.about, i)
		v.same(c.Value.Prefix+c.Value.Text+c.Value.Suffix, w.Text, "%s: cell %d", q.about, i)
		v.same(c.Value.Color, w.Color, "%s: colour of cell %d", q.about, i)
	}
	if want.Ends == nil {
		return
	}
	for i, color := range want.Colors {
		v.same(h.Scale.Stops[2*i].Color, color, "%s: colour %d of the scale", q.about, i)
	}
	v.same(h.Scale.Min.Prefix+h.Scale.Min.Text+h.Scale.Min.Suffix, want.Ends[0], "%s: least", q.about)
	v.same(h.Scale.Max.Prefix+h.Scale.Max.Text+h.Scale.Max.Suffix, want.Ends[1], "%s: greatest", q.about)
}
