package e2e

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"macrowatch/internal/viewer/view"
)

func (p *tab) statDrawn(a view.Panel, fail failure) {
	p.t.Helper()
	var want []string
	for _, item := range a.View.Stat.Items {
		want = append(want, words(item.Value))
	}
	got := eval[[]string](p, fmt.Sprintf(`[...%s.querySelectorAll(".stat-value")].filter((e) => e.checkVisibility()).map((e) => e.innerText.trim())`, panel(a.ID)))
	if fold(got) != fold(want) {
		fail("it reads %q, want the values %q", got, want)
	}
}

// seenCell is a table's cell as the browser shows it.
type seenCell struct{ Text, Background, Image, Color string }

func (p *tab) tableDrawn(a view.Panel, fail failure) {
	p.t.Helper()
	table := a.View.Table
	seen := eval[[][]seenCell](p, fmt.Sprintf(`[...%s.querySelectorAll("tbody tr")].map((r) => [...r.cells].map((c) => {
		const s = getComputedStyle(c);
		const lines = [...c.querySelectorAll(".long-line")].map((l) => l.textContent);
		return {Text: lines.length ? lines.join("\n") : c.textContent, Background: s.backgroundColor, Image: s.backgroundImage, Color: s.color};
	}))`, panel(a.ID)))
	var got, want [][]string
	for _, row := range table.Rows {
		var cells []string
		for _, c := range row {
			cells = append(cells, words(c.Value))
		}
		want = append(want, cells)
	}
	for i, row := range seen {
		var cells []string
		for j, c := range row {
			if i < len(want) && j < len(want[i]) && isBrief(c.Text, want[i][j]) {
				c.Text = want[i][j]
			}
			cells = append(cells, c.Text)
		}
		got = append(got, cells)
	}
	if !reflect.DeepEqual(got, want) {
		fail("its rows are %q, want %q", got, want)
		return
	}
	var titles []string
	for _, c := range table.Columns {
		titles = append(titles, c.Title)
	}
	heads := eval[[]string](p, fmt.Sprintf(`[...%s.querySelectorAll("thead th button")].map((e) => [...e.childNodes].filter((n) => !n.classList?.contains("sort-mark")).map((n) => n.textContent).join(""))`, panel(a.ID)))
	if table.ShowHeader && !reflect.DeepEqual(heads, titles) {
		fail("its columns are called %q, want %q", heads, titles)
	}
	surface := p.ground(a.ID)
	for i, row := range table.Rows {
		for j, c := range row {
			if wrong := cellWrong(c, seen[i][j], j == 0, surface); wrong != "" {
				fail("row %q, column %s: %s", row[0].Text, titles[j], wrong)
			}
		}
	}
}

// isBrief tells whether a cell shows a text of many lines shortened: up to four of its lines in their order,
// with the first and the last one, and with a mark where lines are left out.
func isBrief(shown, text string) bool {
	lines := strings.Split(strings.TrimRight(text, " \n"), "\n")
	got := strings.Split(shown, "\n")
	if len(got) > 4 || len(got) > len(lines) || len(lines) <= 4 && len(got) != len(lines) || got[0] != strings.TrimRight(lines[0], " ") {
		return false
	}
	at := -1
	for _, l := range got {
		l = strings.TrimPrefix(l, "… ")
		next := slices.IndexFunc(lines[at+1:], func(line string) bool { return strings.TrimRight(line, " ") == l })
		if next < 0 {
			return false
		}
		at += 1 + next
	}
	return at == len(lines)-1
}

// cellWrong compares a cell's colours with the API's answer. The first column may stay in sight while the
// others scroll below it. It then has the panel's background.
func cellWrong(c view.Cell, seen seenCell, first bool, surface colour) string {
	behind, opaque := css3(seen.Background)
	wanted, coloured := css3(c.Background)
	switch {
	case coloured != opaque && !(opaque && first && behind == surface):
		return fmt.Sprintf("%q has the background %s, want %q", seen.Text, seen.Background, c.Background)
	case coloured && (behind != wanted || c.BackgroundFrom == "" && seen.Image != "none"):
		return fmt.Sprintf("%q has the background %s %s, want %s", seen.Text, seen.Background, seen.Image, c.Background)
	case !opaque:
		behind = surface
	}
	if ink, _ := css3(seen.Color); seen.Text != "" && contrast(ink, behind) < 4.5 {
		return fmt.Sprintf("%q in %s on %v has a contrast of %.2f", seen.Text, seen.Color, behind, contrast(ink, behind))
	}
	if ink, ok := css3(c.Color); ok && !coloured && !near(hue(ink), hue(must(css3(seen.Color)))) {
		return fmt.Sprintf("%q is %s, want the hue of %s", seen.Text, seen.Color, c.Color)
	}
	return ""
}

// ground returns the colour behind a panel's text.
func (p *tab) ground(id int) colour {
	p.t.Helper()
	return rgb(p.t, eval[string](p, "getComputedStyle("+panel(id)+").backgroundColor"))
}

// css3 reads rgb(…), rgba(…) and #rrggbb. It returns false if there is no colour, or a transparent one.
func css3(text string) (c colour, opaque bool) {
	var alpha float64
	if n, _ := fmt.Sscanf(text, "rgb(%f, %f, %f)", &c[0], &c[1], &c[2]); n == 3 {
		return c, true
	}
	if n, _ := fmt.Sscanf(text, "rgba(%f, %f, %f, %f)", &c[0], &c[1], &c[2], &alpha); n == 4 {
		return c, alpha == 1
	}
	var r, g, b int
	if n, _ := fmt.Sscanf(text, "#%02x%02x%02x", &r, &g, &b); n == 3 && len(text) == 7 {
		return colour{float64(r), float64(g), float64(b)}, true
	}
	return colour{}, false
}

func must[T any](v T, _ bool) T { return v }

// near tells whether two hues, in degrees, are similar. Grey has no hue and is similar only to grey.
func near(a, b float64) bool {
	if math.IsNaN(a) || math.IsNaN(b) {
		return math.IsNaN(a) == math.IsNaN(b)
	}
	return math.Abs(math.Mod(a-b+540, 360)-180) < 15
}

func (p *tab) gaugeDrawn(a view.Panel, fail failure) {
	p.t.Helper()
	type dial struct {
		Says, Reads, Fill string
		Now, Least, Most  float64
		Share             float64
		Bands             []string
	}
	seen := eval[[]dial](p, fmt.Sprintf(`(() => { %s return [...%s.querySelectorAll(".gauge")].map((g) => {
		const [track, fill] = [g.querySelector(".dial-track"), g.querySelector("path:not(.dial-track, .dial-band)")];
		const number = (name) => Number(g.getAttribute(name));
		return {
			Says: g.dataset.text, Reads: g.querySelector(".dial-value").textContent, Fill: fill?.dataset.color ?? "",
			Now: number("aria-valuenow"), Least: number("aria-valuemin"), Most: number("aria-valuemax"),
			Share: fill ? area(fill) / area(track) : 0, Bands: [...g.querySelectorAll(".dial-band")].map((b) => b.getAttribute("fill")),
		};
	}); })()`, areaOf, panel(a.ID)))
	items := a.View.Gauge.Items
	if len(seen) != len(items) {
		fail("%d dials, want %d", len(seen), len(items))
		return
	}
	for i, item := range items {
		got := seen[i]
		if text := words(item.Value); got.Says != text || strings.Join(strings.Fields(got.Reads), "") != strings.Join(strings.Fields(text), "") {
			fail("a dial reads %q and says %q, want %q", got.Reads, got.Says, text)
		}
		if got.Now != *item.Value.Number || got.Least != *item.Min.Number || got.Most != *item.Max.Number {
			fail("a dial says %v of %v to %v, want %v of %v to %v", got.Now, got.Least, got.Most, *item.Value.Number, *item.Min.Number, *item.Max.Number)
		}
		reach := math.Abs(*item.Fill - item.FillFrom)
		if math.Abs(got.Share-reach) > 0.02 || reach > 0.01 && got.Fill != item.FillColor {
			fail("a dial is filled to %.3f in %s, want %.3f in %s", got.Share, got.Fill, reach, item.FillColor)
		}
		var bands []string
		if a.View.Gauge.ShowThresholdMarkers {
			for _, b := range item.Bands {
				if b.To > b.From {
					bands = append(bands, b.Color)
				}
			}
		}
		if !reflect.DeepEqual(got.Bands, bands) && len(got.Bands)+len(bands) > 0 {
			fail("a dial has the bands %v, want %v", got.Bands, bands)
		}
	}
}

func (p *tab) barGaugeDrawn(a view.Panel, fail failure) {
	p.t.Helper()
	type bar struct {
		Name, Value, Colour string
		Now, Share, Length  float64
	}
	seen := eval[[]bar](p, fmt.Sprintf(`[...%s.querySelectorAll(".bar-item")].map((b) => {
		const [track, fill] = [b.querySelector(".bar-track"), b.querySelector(".bar-fill")];
		const cut = /inset\(([^)]*)\)/.exec(getComputedStyle(fill).clipPath)?.[1].split(" ").map(parseFloat) ?? [0];
		const box = track.getBoundingClientRect();
		return {
			Name: b.querySelector(".bar-name")?.textContent ?? "", Value: b.querySelector(".bar-value")?.textContent ?? "",
			Colour: getComputedStyle(fill).backgroundColor, Now: Number(track.getAttribute("aria-valuenow")),
			Share: fill.hidden ? 0 : 1 - Math.max(...cut) / 100, Length: Math.max(box.width, box.height),
		};
	})`, panel(a.ID)))
	items := a.View.BarGauge.Items
	if len(seen) != len(items) {
		fail("%d bars, want %d", len(seen), len(items))
		return
	}
	for i, item := range items {
		got := seen[i]
		if got.Name != item.Title || got.Value != words(item.Value) || got.Now != *item.Value.Number {
			fail("a bar reads %s %s and says %v, want %s %s and %v", got.Name, got.Value, got.Now, item.Title, words(item.Value), *item.Value.Number)
		}
		if math.Abs(got.Share-*item.Fill) > 0.01 || got.Length < 60 {
			fail("the bar of %s reaches %.3f of %.0f pixels, want %.3f", item.Title, got.Share, got.Length, *item.Fill)
		}
		if want, ok := css3(item.Value.Color); ok && a.View.BarGauge.DisplayMode == "basic" && got.Share > 0 && must(css3(got.Colour)) != want {
			fail("the bar of %s is %s, want %s", item.Title, got.Colour, item.Value.Color)
		}
	}
}
