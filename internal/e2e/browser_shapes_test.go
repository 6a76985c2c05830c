package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"macrowatch/internal/viewer/view"
)

// areaOf is a function for the page that returns the area that a path encloses.
const areaOf = `const area = (path) => {
	const [steps, length] = [600, path.getTotalLength()];
	let sum = 0;
	let last = path.getPointAtLength(length);
	for (let i = 1; i <= steps; i++) {
		const at = path.getPointAtLength(length * i / steps);
		sum += last.x * at.y - at.x * last.y;
		last = at;
	}
	return Math.abs(sum) / 2;
};`

func (p *tab) pieDrawn(a view.Panel, fail failure) {
	p.t.Helper()
	v := a.View.PieChart
	type slice struct {
		Colour string
		Area   float64
	}
	seen := eval[[]slice](p, fmt.Sprintf(`(() => { %s return [...%s.querySelectorAll(".pie-slice")].map((s) => ({Colour: s.dataset.color, Area: area(s)})); })()`, areaOf, panel(a.ID)))
	whole := 0.0
	for _, s := range seen {
		whole += s.Area
	}
	var shown []view.Slice
	var legend, told [][]string
	for _, s := range v.Slices {
		if s.Share > 0 && !s.HideFromViz {
			shown = append(shown, s)
		}
		told = append(told, []string{s.Title, words(s.Value), s.Percent})
		row := []string{s.Title}
		for _, value := range v.LegendValues {
			row = append(row, map[string]string{"value": words(s.Value), "percent": s.Percent}[value])
		}
		legend = append(legend, row)
	}
	if len(seen) != len(shown) {
		fail("%d slices, want %d", len(seen), len(shown))
		return
	}
	for i, s := range shown {
		if share := seen[i].Area / whole; math.Abs(share-s.Share) > 0.006 || seen[i].Colour != s.Value.Color {
			fail("slice %s takes %.3f in %s, want %.3f in %s", s.Title, share, seen[i].Colour, s.Share, s.Value.Color)
		}
	}
	rows := eval[[][]string](p, fmt.Sprintf(`[...%s.querySelectorAll(".legend-table tbody tr")].map((r) => [...r.cells].map((c) => c.innerText.trim()))`, panel(a.ID)))
	if v.LegendShow && v.LegendMode == "table" && !reflect.DeepEqual(rows, legend) {
		fail("its legend reads %q, want %q", rows, legend)
	}
	if rows := p.told(a.ID, "chart-data"); !reflect.DeepEqual(rows, told) {
		fail("its table says %q, want %q", rows, told)
	}
}

// patch is the place of the pixels of one exact colour in a canvas.
type patch struct {
	Count int
	X, Y  float64 // their middle
}

// patches finds the colours of a heatmap's cells in the panel's canvas.
func (p *tab) patches(id int, v *view.Heatmap) map[string]patch {
	p.t.Helper()
	p.comesNear(id)
	wanted := map[string]bool{}
	for _, c := range v.Cells {
		wanted[strings.ToLower(c.Value.Color)] = true
	}
	text, err := json.Marshal(slices.Sorted(maps.Keys(wanted)))
	p.fatal(err)
	return eval[map[string]patch](p, fmt.Sprintf(`(() => {
		const seen = %s.querySelector("canvas");
		const copy = new OffscreenCanvas(seen.width, seen.height).getContext("2d", {willReadFrequently: true});
		copy.drawImage(seen, 0, 0);
		const {data} = copy.getImageData(0, 0, seen.width, seen.height);
		const wanted = new Set(%s);
		const found = {};
		for (let y = 0; y < seen.height; y++) for (let x = 0; x < seen.width; x++) {
			const i = 4 * (y * seen.width + x);
			if (data[i + 3] < 255) continue;
			const colour = "#" + [0, 1, 2].map((k) => data[i + k].toString(16).padStart(2, "0")).join("");
			if (!wanted.has(colour)) continue;
			const f = found[colour] ??= {Count: 0, X: 0, Y: 0};
			f.Count++;
			f.X += x;
			f.Y += y;
		}
		for (const f of Object.values(found)) {
			f.X /= f.Count;
			f.Y /= f.Count;
		}
		return found;
	})()`, panel(id), text))
}

// heatmapDrawn checks a heatmap's texts, and that its canvas has the colour of each cell. A colour that only
// one cell has must be at that cell's column and row.
func (p *tab) heatmapDrawn(a view.Panel, fail failure) {
	p.t.Helper()
	v := a.View.Heatmap
	var want [][]string
	cells := map[string][]view.HeatmapCell{}
	for _, c := range v.Cells {
		want = append(want, []string{v.Columns[c.Column].Text, v.Rows[c.Row], words(c.Value)})
		cells[c.Value.Color] = append(cells[c.Value.Color], c)
	}
	if got := p.told(a.ID, "chart-data"); !reflect.DeepEqual(got, want[max(0, len(want)-mostTold):]) {
		fail("its table says %q, want %q", got, want)
	}
	found := p.patches(a.ID, v)
	across, down := map[int][]float64{}, map[int][]float64{}
	for shade, with := range cells {
		f := found[strings.ToLower(shade)]
		if f.Count < 40*len(with) {
			fail("%d cells are to be %s, %d pixels are", len(with), shade, f.Count)
		} else if len(with) == 1 {
			across[with[0].Column] = append(across[with[0].Column], f.X)
			down[len(v.Rows)-with[0].Row] = append(down[len(v.Rows)-with[0].Row], f.Y)
		}
	}
	if len(across) < 3 || len(down) < 3 {
		fail("too few cells have a colour of their own to tell where they are")
	}
	inOrder(across, func(format string, args ...any) { fail("columns: "+format, args...) })
	inOrder(down, func(format string, args ...any) { fail("rows: "+format, args...) })
}

// inOrder checks that places grow with their index, and that places of one index are together. A text in a
// cell moves the middle of the cell's pixels a little.
func inOrder(places map[int][]float64, fail failure) {
	end := math.Inf(-1)
	for _, index := range slices.Sorted(maps.Keys(places)) {
		low, high := slices.Min(places[index]), slices.Max(places[index])
		if low <= end || high-low > 12 {
			fail("number %d lies from %.0f to %.0f, the one before it ends at %.0f", index, low, high, end)
		}
		end = high
	}
}

// barChartDrawn checks a chart whose bars are not stacked: their order, colours, sides and lengths, and the
// texts at their ends.
func (p *tab) barChartDrawn(a view.Panel, fail failure) {
	p.t.Helper()
	v := a.View.BarChart
	var told [][]string
	for i, c := range v.Categories {
		row := []string{c.Text}
		for _, s := range v.Series {
			row = append(row, s.Texts[i])
		}
		told = append(told, row)
	}
	if rows := p.told(a.ID, "chart-data"); !reflect.DeepEqual(rows, told) {
		fail("its table says %q, want %q", rows, told)
	}
	type shape struct {
		Colour     string
		X, Y, W, H float64
	}
	seen := eval[[]shape](p, fmt.Sprintf(`[...%s.querySelectorAll(".bar-shape")].map((s) => { const b = s.getBBox(); return {Colour: s.dataset.color, X: b.x, Y: b.y, W: b.width, H: b.height}; })`, panel(a.ID)))
	if len(v.Series) != 1 || v.Orientation != "horizontal" || len(seen) != values(v.Series) {
		fail("%d bars of %d series, %s; want %d that lie", len(seen), len(v.Series), v.Orientation, values(v.Series))
		return
	}
	s := v.Series[0]
	longest, scale := 0.0, 0.0
	for i, value := range s.Values {
		if length := math.Abs(*value); length > longest {
			longest, scale = length, seen[i].W/length
		}
	}
	for i, value := range s.Values {
		want := s.Color
		if len(s.Colors) > 0 && s.Colors[i] != "" {
			want = s.Colors[i]
		}
		got := seen[i]
		if got.Colour != want || math.Abs(got.W-math.Abs(*value)*scale) > 1.5 {
			fail("the bar of %s is %.1f pixels long and %s, want %.1f and %s", v.Categories[i].Text, got.W, got.Colour, math.Abs(*value)*scale, want)
		}
		if i > 0 && got.Y <= seen[i-1].Y {
			fail("the bar of %s is not below the one before it", v.Categories[i].Text)
		}
		for j := range i {
			// All bars begin at the same place, in both directions.
			one, other := got.X, seen[j].X
			if *value < 0 {
				one += got.W
			}
			if *s.Values[j] < 0 {
				other += seen[j].W
			}
			if math.Abs(one-other) > 1.5 {
				fail("the bar of %s begins at %.1f, that of %s at %.1f", v.Categories[i].Text, one, v.Categories[j].Text, other)
			}
		}
	}
	readings := eval[[]string](p, fmt.Sprintf(`[...%s.querySelectorAll(".bar-reading")].map((e) => e.textContent)`, panel(a.ID)))
	if v.ShowValue == "always" && !reflect.DeepEqual(readings, s.Texts) {
		fail("at its bars stands %q, want %q", readings, s.Texts)
	}
}
