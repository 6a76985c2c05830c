package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"macrowatch/internal/viewer/view"
)

func (p *tab) seriesDrawn(a view.Panel, fail failure) {
	p.t.Helper()
	v := a.View.TimeSeries
	var want [][]string
	colours := map[string]bool{}
	for at := range v.Times {
		for _, s := range v.Series {
			if s.Texts[at] != "" && !s.HideFromViz {
				want = append(want, []string{s.Name, s.Texts[at]})
				colours[s.Color] = true
			}
		}
	}
	if len(want) == 0 {
		fail("no values")
	}
	want = want[max(0, len(want)-mostTold):]
	var got [][]string
	for _, row := range p.told(a.ID, "chart-data") {
		got = append(got, row[1:])
	}
	if !reflect.DeepEqual(got, want) {
		fail("its table says %.300q, want %.300q", got, want)
	}
	if marks := p.told(a.ID, "chart-annotations"); len(marks) != min(len(v.Annotations), mostTold) {
		fail("%d annotations in its table, the API gives %d", len(marks), len(v.Annotations))
	}
	p.painted(a.ID, colours, fail)
	p.legendDrawn(a.ID, v.Legend, fail)
}

// mostTold is how many values a chart's table for screen readers holds at most. They are the latest ones.
const mostTold = 300

// legendDrawn checks the names in a panel's legend, their colours and their values. Names that a long legend folds away
// count, too.
func (p *tab) legendDrawn(id int, l view.Legend, fail failure) {
	p.t.Helper()
	var want []string
	for _, item := range l.Items {
		want = append(want, item.Name)
		for i, v := range item.Values {
			if l.Mode != "table" && i < len(l.Calcs) {
				want = append(want, l.Calcs[i])
			}
			want = append(want, words(v))
		}
	}
	got := eval[[]string](p, fmt.Sprintf(`[...%s.querySelectorAll(".legend-box :is(.legend-item:not(.legend-more-button), .legend-calc, .legend-table td:not(:has(.legend-item)))")].filter((e) => e.checkVisibility() || e.closest("li[hidden]")).map((e) => e.innerText.trim())`, panel(id)))
	if !l.Show {
		want = nil
	}
	if joined := strings.ReplaceAll(fold(got), " | ", " "); joined != strings.ReplaceAll(fold(want), " | ", " ") {
		fail("its legend reads %q, want %q", got, want)
	}
}

func (p *tab) statesDrawn(a view.Panel, fail failure) {
	p.t.Helper()
	spans := 0
	colours := map[string]bool{}
	for _, row := range a.View.StateTimeline.Rows {
		for _, s := range row.Spans {
			spans += max(1, len(s.Parts))
			colours[a.View.StateTimeline.States[s.State].Color] = true
		}
	}
	if spans == 0 {
		fail("no states")
	}
	if rows := p.told(a.ID, "chart-data"); len(rows) != min(spans, mostTold) {
		fail("%d states in its table, the API gives %d", len(rows), spans)
	}
	p.painted(a.ID, colours, fail)
}

// told returns the rows of a chart's table for screen readers.
func (p *tab) told(id int, table string) [][]string {
	p.t.Helper()
	return eval[[][]string](p, fmt.Sprintf(`[...%s.querySelectorAll("[data-testid=%s] tbody tr")].map((r) => [...r.cells].map((c) => c.textContent))`, panel(id), table))
}

// painted checks that a panel's canvas has pixels of each colour's hue, or of the same grey.
func (p *tab) painted(id int, colours map[string]bool, fail failure) {
	p.t.Helper()
	p.comesNear(id)
	wanted := slices.Sorted(maps.Keys(colours))
	text, err := json.Marshal(wanted)
	p.fatal(err)
	counts := eval[[]int](p, fmt.Sprintf(`(() => {
		%s
		const wanted = %s.map(like);
		const counts = wanted.map(() => 0);
		each((pixel) => wanted.forEach((is, i) => { if (is(pixel)) counts[i]++; }));
		return counts;
	})()`, hues(id), text))
	for i, n := range counts {
		if n < 4 {
			fail("%d pixels are of the colour %s", n, wanted[i])
		}
	}
}

// comesNear scrolls to a panel and back, because a chart is drawn only when it comes near the window.
func (p *tab) comesNear(id int) {
	p.t.Helper()
	if !eval[bool](p, in(id, "canvas[data-undrawn]")+` !== null`) {
		return
	}
	from := eval[float64](p, `scrollY`)
	eval[bool](p, `(`+panel(id)+`.scrollIntoView({block: "center", behavior: "instant"}), true)`)
	p.until("the chart to be drawn", in(id, "canvas[data-undrawn]")+` === null`)
	eval[bool](p, fmt.Sprintf(`(scrollTo({top: %f, behavior: "instant"}), true)`, from))
}

// coloured returns the places in a panel's canvas that have a colour's hue, column by column.
func (p *tab) coloured(id int, colour string) []point {
	p.t.Helper()
	p.comesNear(id)
	return eval[[]point](p, fmt.Sprintf(`(() => {
		%s
		const is = like(%s);
		const found = [];
		each((pixel, x, y) => { if (is(pixel)) found.push({X: x, Y: y}); });
		return found;
	})()`, hues(id), quoted(colour)))
}

// hues holds functions for the page. The function each goes through the pixels of a panel's canvas, and the function
// like tells whether a pixel has a colour's hue. Black, white and grey have no hue and are compared by brightness.
func hues(id int) string {
	return fmt.Sprintf(`
		const hue = (r, g, b) => {
			const [high, low] = [Math.max(r, g, b), Math.min(r, g, b)];
			if (high - low < 40) return null;
			const h = high === r ? (g - b) / (high - low) : high === g ? 2 + (b - r) / (high - low) : 4 + (r - g) / (high - low);
			return (h * 60 + 360) %% 360;
		};
		const like = (text) => {
			const wanted = [1, 3, 5].map((i) => parseInt(text.slice(i, i + 2), 16));
			const h = hue(...wanted);
			if (h == null) return (pixel) => pixel.every((v, i) => Math.abs(v - wanted[i]) < 24);
			return (pixel) => {
				const other = hue(...pixel);
				return other != null && Math.abs((other - h + 540) %% 360 - 180) < 12;
			};
		};
		const each = (visit) => {
			const seen = %s.querySelector("canvas");
			// The pixels are read from a copy, because Chromium paints a canvas in another way once it has been read.
			const copy = new OffscreenCanvas(seen.width, seen.height).getContext("2d", {willReadFrequently: true});
			copy.drawImage(seen, 0, 0);
			const {data} = copy.getImageData(0, 0, seen.width, seen.height);
			for (let x = 0; x < seen.width; x++) for (let y = 0; y < seen.height; y++) {
				const i = 4 * (y * seen.width + x);
				if (data[i + 3] < 60) continue;
				visit([data[i], data[i + 1], data[i + 2]], x, y);
			}
		};`, panel(id))
}
