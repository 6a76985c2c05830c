package e2e

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"macrowatch/internal/view"
)

// The panels of Pipeline Health.
const (
	tileBCB, tileFRED, tileYahoo, tilePTAX, tileB3, tileTreasury = 1, 2, 3, 4, 5, 6
	timelineID, stepsID, errorLogID                              = 7, 8, 9
)

const noFailures = "No failures in this range"

// answers fetches the panels that an address of the API gives.
func answers(t testing.TB, address string) map[int]view.Panel {
	t.Helper()
	status, body := get(t, address)
	if status != 200 {
		t.Fatalf("GET %s: %d %s", address, status, body)
	}
	out := map[int]view.Panel{}
	for line := range strings.Lines(body) {
		var p view.Panel
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatalf("read an answer of %s: %v", address, err)
		}
		out[p.ID] = p
	}
	return out
}

// answered fetches again what the page asked for last. On a page whose clock stands the answers
// are those that it drew.
func (p *tab) answered() map[int]view.Panel {
	p.t.Helper()
	return answers(p.t, p.last("/panels?"))
}

// answeredOne fetches again the one panel that the page asked for last.
func (p *tab) answeredOne() view.Panel {
	p.t.Helper()
	for _, a := range answers(p.t, p.last("/panels/")) {
		return a
	}
	p.t.Fatal("the page asked for no single panel")
	return view.Panel{}
}

// words is a value as it is read.
func words(v view.Value) string { return v.Prefix + v.Text + v.Suffix }

// allDrawn checks that every panel is drawn, with the values that the API gives.
func (p *tab) allDrawn() map[int]view.Panel {
	p.t.Helper()
	api := p.answered()
	ids := eval[[]int](p, `[...document.querySelectorAll("[data-panel-id]")].map((e) => Number(e.dataset.panelId)).sort((a, b) => a - b)`)
	if want := []int{1, 2, 3, 4, 5, 6, 7, 8, 9}; !reflect.DeepEqual(ids, want) || len(api) != len(want) {
		p.t.Fatalf("panels %v on the page, %d of the API; want %v", ids, len(api), want)
	}
	for _, a := range api {
		p.drawn(a)
	}
	// A frame that cuts what sticks out must not have been scrolled, by a menu or a focus, say.
	if moved := eval[[]string](p, `[...document.querySelectorAll(".panel, .panel *")].filter((e) => getComputedStyle(e).overflowX === "hidden" && (e.scrollLeft || e.scrollTop)).map((e) => e.outerHTML.slice(0, 100))`); len(moved) > 0 {
		p.t.Errorf("scrolled out of place: %q", moved)
	}
	return api
}

// drawn checks a panel against the API's answer for it.
func (p *tab) drawn(a view.Panel) {
	p.t.Helper()
	fail := func(format string, args ...any) {
		p.t.Helper()
		p.t.Errorf("panel %d, %s: %s", a.ID, a.Title, fmt.Sprintf(format, args...))
	}
	if a.Error != "" || a.View == nil {
		fail("the API answers with the error %q", a.Error)
		return
	}
	state := eval[string](p, panel(a.ID)+".dataset.state")
	text := p.text(panel(a.ID))
	if !strings.Contains(text, a.Title) {
		fail("its title is not to be read: %s", text)
	}
	if said := p.text(in(a.ID, ".message")); said != "" && said != noFailures {
		fail("it says: %s", said)
	}
	if a.ID == errorLogID && len(failures(a)) == 0 {
		if state != "empty" || !strings.Contains(text, noFailures) {
			fail("state %s, it says: %s; want %q", state, text, noFailures)
		}
		return
	}
	if state != "ready" {
		fail("state %s, it says: %s", state, text)
		return
	}
	switch {
	case a.View.Stat != nil:
		p.statDrawn(a, fail)
	case a.View.TimeSeries != nil:
		p.seriesDrawn(a, fail)
	case a.View.StateTimeline != nil:
		p.statesDrawn(a, fail)
	case a.View.Table != nil:
		p.tableDrawn(a, fail)
	default:
		fail("a view of kind %s", a.View.Kind)
	}
}

// failures are the rows of the Error Log.
func failures(log view.Panel) [][]view.Cell {
	if log.View == nil || log.View.Table == nil {
		return nil
	}
	return log.View.Table.Rows
}

type failure func(format string, args ...any)

func (p *tab) statDrawn(a view.Panel, fail failure) {
	p.t.Helper()
	var want []string
	for _, item := range a.View.Stat.Items {
		want = append(want, words(item.Value))
	}
	got := eval[[]string](p, fmt.Sprintf(`[...%s.querySelectorAll(".stat-value")].filter((e) => e.checkVisibility()).map((e) => e.innerText.trim())`, panel(a.ID)))
	if fold(got) != fold(want) || len(want) != 3 {
		fail("it reads %q, want the three values %q", got, want)
	}
}

func (p *tab) seriesDrawn(a view.Panel, fail failure) {
	p.t.Helper()
	v := a.View.TimeSeries
	values := 0
	colours := map[string]bool{}
	for _, s := range v.Series {
		for _, text := range s.Texts {
			if text != "" {
				values++
				colours[s.Color] = true
			}
		}
	}
	if values == 0 {
		fail("no values")
	}
	if rows := p.told(a.ID, "chart-data"); len(rows) != min(values, 300) {
		fail("%d values in its table, the API gives %d", len(rows), values)
	}
	if marks := p.told(a.ID, "chart-annotations"); len(marks) != min(len(v.Annotations), 300) {
		fail("%d annotations in its table, the API gives %d", len(marks), len(v.Annotations))
	}
	p.painted(a.ID, colours, fail)
	legend := eval[[]string](p, fmt.Sprintf(`[...%s.querySelectorAll(".legend-item")].filter((e) => e.checkVisibility()).map((e) => e.innerText.trim())`, panel(a.ID)))
	var want []string
	for _, item := range v.Legend.Items {
		want = append(want, item.Name)
	}
	if fold(legend) != fold(want) {
		fail("its legend reads %q, want %q", legend, want)
	}
}

func (p *tab) statesDrawn(a view.Panel, fail failure) {
	p.t.Helper()
	spans := 0
	colours := map[string]bool{}
	for _, row := range a.View.StateTimeline.Rows {
		for _, s := range row.Spans {
			if s.Color != "transparent" {
				spans++
				colours[s.Color] = true
			}
		}
	}
	if spans == 0 {
		fail("no states")
	}
	if rows := p.told(a.ID, "chart-data"); len(rows) != min(spans, 300) {
		fail("%d states in its table, the API gives %d", len(rows), spans)
	}
	p.painted(a.ID, colours, fail)
}

func (p *tab) tableDrawn(a view.Panel, fail failure) {
	p.t.Helper()
	var want, got [][]string
	for _, row := range a.View.Table.Rows {
		var cells []string
		for _, c := range row {
			cells = append(cells, words(c.Value))
		}
		want = append(want, cells)
	}
	got = eval[[][]string](p, fmt.Sprintf(`[...%s.querySelectorAll("tbody tr")].map((r) => [...r.cells].map((c) => c.textContent))`, panel(a.ID)))
	if !reflect.DeepEqual(got, want) {
		fail("its rows are %q, want %q", got, want)
	}
}

// told are the rows of the table that stands for a chart where it isn't seen.
func (p *tab) told(id int, table string) [][]string {
	p.t.Helper()
	return eval[[][]string](p, fmt.Sprintf(`[...%s.querySelectorAll("[data-testid=%s] tbody tr")].map((r) => [...r.cells].map((c) => c.textContent))`, panel(id), table))
}

// painted checks that a panel's canvas holds something of each colour.
func (p *tab) painted(id int, colours map[string]bool, fail failure) {
	p.t.Helper()
	for colour := range colours {
		if n := p.pixels(id, colour); n < 4 {
			fail("%d pixels are of the colour %s", n, colour)
		}
	}
}

// pixels counts the pixels of a panel's canvas that have a colour's hue.
func (p *tab) pixels(id int, colour string) int {
	p.t.Helper()
	return len(p.coloured(id, colour))
}

// coloured are the places in a panel's canvas that have a colour's hue, column by column.
func (p *tab) coloured(id int, colour string) []point {
	p.t.Helper()
	return eval[[]point](p, fmt.Sprintf(`(() => {
		const hue = (r, g, b) => {
			const [high, low] = [Math.max(r, g, b), Math.min(r, g, b)];
			if (high - low < 40) return null;
			const h = high === r ? (g - b) / (high - low) : high === g ? 2 + (b - r) / (high - low) : 4 + (r - g) / (high - low);
			return (h * 60 + 360) %% 360;
		};
		const wanted = hue(...[1, 3, 5].map((i) => parseInt(%s.slice(i, i + 2), 16)));
		const seen = %s.querySelector("canvas");
		// A copy: reading a canvas back makes the browser change how it is painted.
		const copy = new OffscreenCanvas(seen.width, seen.height).getContext("2d", {willReadFrequently: true});
		copy.drawImage(seen, 0, 0);
		const {data} = copy.getImageData(0, 0, seen.width, seen.height);
		const found = [];
		for (let x = 0; x < seen.width; x++) for (let y = 0; y < seen.height; y++) {
			const i = 4 * (y * seen.width + x);
			if (data[i + 3] < 60) continue;
			const h = hue(data[i], data[i + 1], data[i + 2]);
			if (h != null && Math.abs((h - wanted + 540) %% 360 - 180) < 12) found.push({X: x, Y: y});
		}
		return found;
	})()`, quoted(colour), panel(id)))
}

// fold joins texts, white space folded.
func fold(texts []string) string {
	var out []string
	for _, text := range texts {
		out = append(out, strings.Join(strings.Fields(text), " "))
	}
	return strings.Join(out, " | ")
}
