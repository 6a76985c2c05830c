package e2e

import (
	"slices"
	"testing"
)

// marked checks that FAILED, SUCCESS and the others differ without their colours: by a pattern, a pin, or the edge
// of a tile.
func marked(t *testing.T, chrome *chromium, url string) {
	for _, theme := range []string{"dark", "light"} {
		p := chrome.tab(t, screen{})
		p.open(url + "?from=now-24h&to=now&theme=" + theme)
		p.allDrawn()
		for id, want := range map[int]string{
			tileBCB: "plain", tileFRED: "hatched", tileYahoo: "dashed", tilePTAX: "dashed", tileB3: "plain", tileTreasury: "hatched",
		} {
			if got := eval[string](p, panel(id)+".dataset.marking"); got != want {
				t.Errorf("%s: tile %d is %s, want %s", theme, id, got, want)
			}
		}
		// In a day, the states are narrow. A failure has a pin, which is wider than the state.
		colours := map[string]string{}
		for _, l := range p.answered()[stepsID].View.StateTimeline.Legend {
			colours[l.Name] = l.Color
		}
		if wide := widest(p.coloured(stepsID, colours["SUCCESS"])); wide > 5 {
			t.Errorf("%s: a success is %g pixels wide", theme, wide)
		}
		if wide := widest(p.coloured(stepsID, colours["FAILED"])); wide < 6 {
			t.Errorf("%s: a failure is %g pixels wide, so it has no pin", theme, wide)
		}
		swatches := eval[map[string]string](p, `Object.fromEntries([...`+panel(stepsID)+`.querySelectorAll(".legend-item")].map((e) =>
			[e.dataset.name, getComputedStyle(e.querySelector(".swatch")).backgroundImage]))`)
		if swatches["SUCCESS"] != "none" || swatches["FAILED"] == "none" || swatches["FAILED"] == swatches["RUNNING"] {
			t.Errorf("%s: the legend has the patterns %q", theme, swatches)
		}

		// In five minutes, a failure is wide enough for a pattern and too narrow for its name.
		p.open(url + "?from=2024-06-13T05:58:30-03:00&to=2024-06-13T06:03:30-03:00&theme=" + theme)
		p.allDrawn()
		if share := filled(p.coloured(stepsID, colours["FAILED"])); share > 0.8 || share < 0.3 {
			t.Errorf("%s: %.2f of a failure has its colour, so it is not hatched", theme, share)
		}
		if share := filled(p.coloured(stepsID, colours["SUCCESS"])); share < 0.8 {
			t.Errorf("%s: %.2f of a success has its colour, so it is not plain", theme, share)
		}
	}
}

// widest returns the width of the widest group of neighbouring columns, in pixels.
func widest(places []point) (most float64) {
	var begin, end float64
	for i, x := range columns(places) {
		if i == 0 || x > end+1 {
			begin = x
		}
		end = x
		most = max(most, end-begin+1)
	}
	return most
}

// columns returns the x of all places, each once, in ascending order.
func columns(places []point) (all []float64) {
	for _, p := range places {
		all = append(all, p.X)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// filled returns the share of the places in the smallest rectangle around them.
func filled(places []point) float64 {
	if len(places) == 0 {
		return 0
	}
	low, high := places[0], places[0]
	for _, p := range places {
		low = point{min(low.X, p.X), min(low.Y, p.Y)}
		high = point{max(high.X, p.X), max(high.Y, p.Y)}
	}
	return float64(len(places)) / ((high.X - low.X + 1) * (high.Y - low.Y + 1))
}
