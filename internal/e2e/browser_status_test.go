package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// exhibitID returns the id of the panel of a kind in a state.
func exhibitID(t testing.TB, title string) int {
	t.Helper()
	for _, e := range exhibits() {
		if e.title() == title {
			return e.ID
		}
	}
	t.Fatalf("the gallery has no %q", title)
	return 0
}

// TestBrowserMarksEveryStatus checks on every kind of panel that the three values of the state "several" (green,
// yellow, red by threshold) differ without their colours, and that colours of a palette are drawn plainly.
func TestBrowserMarksEveryStatus(t *testing.T) {
	t.Parallel()
	url := gallery(t)
	chrome := startChromium(t)
	// Each of these is a script that returns the markings of a panel's values, as e is the panel.
	pattern := `(s) => s.getAttribute("fill").startsWith("url(") ? (e.querySelector(s.getAttribute("fill").slice(4).split(")")[0]).hasAttribute("patternTransform") ? "hatched" : "dashed") : "plain"`
	class := `(s) => [...s.classList].filter((c) => /^is-(hatched|dashed|plain)$/.test(c))[0]?.slice(3) ?? "plain"`
	for _, theme := range []string{"dark", "light"} {
		p := chrome.tab(t, screen{})
		p.open(url + "?theme=" + theme)
		for title, c := range map[string]struct{ script, want string }{
			"stat: several":           {`[...e.querySelectorAll(".stat-item")].map((i) => i.querySelector(".swatch")).map((s) => s ? (` + class + `)(s) : "plain")`, "plain dashed hatched"},
			"gauge: several":          {`[...e.querySelectorAll("path[data-color]")].map(` + pattern + `)`, "plain dashed hatched"},
			"bargauge: several":       {`[...e.querySelectorAll(".bar-fill")].map(` + class + `)`, "plain dashed hatched"},
			"piechart: several":       {`[...e.querySelectorAll(".pie-slice")].map(` + pattern + `)`, "hatched dashed plain"},
			"barchart: several":       {`[...e.querySelectorAll(".bar-shape")].map(` + pattern + `)`, "plain dashed hatched"},
			"table: several":          {`[...e.querySelectorAll("tbody td:last-child")].map((c) => c.dataset.marking ?? "plain")`, "plain dashed hatched"},
			"state-timeline: several": {`[...e.querySelectorAll(".legend-item .swatch")].map(` + class + `)`, "plain dashed hatched"},
			// The palette's second colour is yellow.
			"barchart: stacked":        {`[...e.querySelectorAll(".bar-shape, .legend-item .swatch")].map((s) => s.matches(".swatch") ? (` + class + `)(s) : (` + pattern + `)(s))`, "plain plain plain plain plain plain"},
			"timeseries: stacked bars": {`[...e.querySelectorAll(".legend-item .swatch")].map(` + class + `)`, "plain plain plain"},
		} {
			got := strings.Join(eval[[]string](p, fmt.Sprintf(`((e) => %s)(%s)`, c.script, panel(exhibitID(t, title)))), " ")
			if got != c.want {
				t.Errorf("%s, %s: %s, want %s", theme, title, got, c.want)
			}
		}
		// The yellow bars of a time series are filled, and have no gaps.
		if share := filledColumns(p.coloured(exhibitID(t, "timeseries: stacked bars"), "#f2cc0c")); share < 0.9 {
			t.Errorf("%s: %.2f of the columns of yellow bars are filled", theme, share)
		}
	}
}

// filledColumns returns which share of the pixels between the top and the bottom of each column is in places.
func filledColumns(places []point) float64 {
	low, high, count := map[float64]float64{}, map[float64]float64{}, 0.0
	for _, p := range places {
		if y, known := low[p.X]; !known || p.Y < y {
			low[p.X] = p.Y
		}
		high[p.X] = max(high[p.X], p.Y)
		count++
	}
	whole := 0.0
	for x := range low {
		whole += high[x] - low[x] + 1
	}
	return count / whole
}

// TestBrowserDrawsAssetClassesPlainly looks at the sample desk: the asset class Inflation is orange and no warning.
func TestBrowserDrawsAssetClassesPlainly(t *testing.T) {
	t.Parallel()
	desk := sampleDesk(t, friday) // before the browser, so that it ends after it
	p := startChromium(t).tab(t, screen{})
	p.open(pageOf(desk.url, "signal-overview", "?from=now-30d&to=now"))
	swatches := eval[map[string]bool](p, `Object.fromEntries([...document.querySelectorAll(".panel.is-timeseries .legend-item")].map((e) => [e.dataset.name, e.querySelector(".swatch").matches(".is-plain")]))`)
	if _, there := swatches["Inflation"]; !there {
		t.Fatalf("no series of the class Inflation in %v", swatches)
	}
	for class, plain := range swatches {
		if !plain {
			t.Errorf("%s is marked", class)
		}
	}
}
