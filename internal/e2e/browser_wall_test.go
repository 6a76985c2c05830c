package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/performance"

	"macrowatch/internal/testkit/testenv"
)

// smallestOnAWall is the smallest text, in pixels, that can be read from three metres on a screen of 3840 pixels.
const smallestOnAWall = 28

// TestBrowserWall reads all dashboards in kiosk mode on a screen of 3840 pixels, as it hangs on a wall.
func TestBrowserWall(t *testing.T) {
	t.Parallel()
	desk := sampleDesk(t, friday)
	chrome := startChromium(t)
	for _, theme := range []string{"dark", "light"} {
		t.Run(theme, func(t *testing.T) {
			t.Parallel()
			p := chrome.tab(t, screen{width: 3840, height: 2160})
			for _, uid := range dashboards(t, desk.url) {
				p.open(pageOf(desk.url, uid, "?kiosk&theme="+theme))
				p.allDrawn()
				p.readableOnAWall(uid)
			}
			// A tooltip is where the pointer is, also on an enlarged page.
			p.open(pageOf(desk.url, "pipeline-health", "?kiosk&from=now-7d&to=now&theme="+theme))
			p.until("no header", `!document.querySelector("header.bar").checkVisibility()`)
			place := eval[point](p, `(() => { const e = `+in(timelineID, ".plot")+`; e.scrollIntoView({block: "center"}); const b = e.getBoundingClientRect(); return {X: b.left + b.width / 2, Y: b.top + b.height / 2}; })()`)
			p.hover(place.X, place.Y)
			p.until("the crosshair at the pointer", fmt.Sprintf("Math.abs(%s.getBoundingClientRect().left - %f) <= 4", in(timelineID, ".plot-crosshair"), place.X))
			p.press("Escape")
			p.until("the page in its usual size", `document.documentElement.currentCSSZoom === 1`)
		})
	}
}

// readableOnAWall checks that no text is too small or cut, and that nothing is beside the screen.
func (p *tab) readableOnAWall(what string) {
	p.t.Helper()
	if small := eval[[]string](p, fmt.Sprintf(`(() => {
		const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), out = [];
		while (texts.nextNode()) {
			const e = texts.currentNode.parentElement;
			if (!texts.currentNode.data.trim() || !e.checkVisibility({visibilityProperty: true, opacityProperty: true}) || e.closest(".visually-hidden, noscript, .skip-link, title")) continue;
			const size = parseFloat(getComputedStyle(e).fontSize) * e.currentCSSZoom;
			if (size < %d - 0.01) out.push(size.toFixed(1) + " " + e.outerHTML.slice(0, 90));
		}
		return out;
	})()`, smallestOnAWall)); len(small) > 0 {
		p.t.Errorf("%s: %d texts are too small: %q", what, len(small), small[:min(4, len(small))])
	}
	if cut := eval[[]string](p, `[...document.querySelectorAll(".stat-value, .panel-title, .strip h1, .bar-name, .bar-value, .head-text")]
		.filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== "visible").map((e) => e.innerText)`); len(cut) > 0 {
		p.t.Errorf("%s: cut: %q", what, cut)
	}
	if wide := eval[[]float64](p, `[document.scrollingElement.getBoundingClientRect().right, innerWidth, ...[...document.querySelectorAll(".panel")].map((e) => e.getBoundingClientRect().right)]`); slices.Max(wide) > 3841 {
		p.t.Errorf("%s: it is %.0f pixels wide", what, slices.Max(wide))
	}
}

// TestBrowserRotation lets a wall screen turn through the dashboards: it shows every panel of every dashboard.
func TestBrowserRotation(t *testing.T) {
	t.Parallel()
	desk := sampleDesk(t, friday)
	p := startChromium(t).tab(t, screen{width: 3840, height: 2160})
	p.open(pageOf(desk.url, "pipeline-health", "?kiosk&rotate=60s"))
	seen := map[string]bool{}
	var order []string
	watch := func() {
		uid := p.uid()
		if len(order) == 0 || order[len(order)-1] != uid {
			order = append(order, uid)
		}
		for _, id := range eval[[]int](p, `[...document.querySelectorAll(".panel")].filter((e) => { const b = e.getBoundingClientRect(); return b.top >= -1 && (b.bottom <= innerHeight + 1 || b.top <= 1); }).map((e) => Number(e.dataset.panelId))`) {
			seen[fmt.Sprint(uid, " ", id)] = true
		}
	}
	all := dashboards(t, desk.url)
	watch()
	for turns := 0; len(order) <= len(all) && turns < 60; turns++ {
		before := eval[string](p, `location.pathname + " " + scrollY`)
		// The page's clock goes on by a minute.
		eval[bool](p, `(() => { const now = Date.now; Date.now = () => now() + 61e3; return true; })()`)
		p.until("the next screen", `document.body.dataset.ready && location.pathname + " " + scrollY !== `+quoted(before))
		watch()
	}
	if want := append(slices.Clone(all), all[0]); !slices.Equal(order, want) {
		t.Errorf("it shows %q, want %q", order, want)
	}
	for _, uid := range all {
		for id := range answers(t, strings.TrimRight(desk.url, "/")+"/api/dashboards/uid/"+uid+"/panels?from=now-1d&to=now&timezone=UTC&theme=dark&width=1280") {
			if !seen[fmt.Sprint(uid, " ", id)] {
				t.Errorf("panel %d of %s was never seen as a whole", id, uid)
			}
		}
	}
	if length := eval[int](p, "history.length"); length > 3 {
		t.Errorf("the browser's history has grown to %d pages", length)
	}
	// Without the rotation in its address the page stays.
	p.open(pageOf(desk.url, "pipeline-health", "?kiosk"))
	eval[bool](p, `(() => { const now = Date.now; Date.now = () => now() + 3600e3; return true; })()`)
	p.after(func() { p.press("r") })
	if at := p.address(); !strings.HasPrefix(at, "/d/pipeline-health/") {
		t.Errorf("it turned to %s", at)
	}
}

// TestBrowserRunsForWeeks refreshes a page again and again, as happens on a wall. After that, the page must not
// need more memory, elements and listeners than before.
func TestBrowserRunsForWeeks(t *testing.T) {
	t.Parallel()
	desk := sampleDesk(t, friday)
	p := startChromium(t).tab(t, screen{width: 3840, height: 2160})
	call(p, performance.Enable, performance.EnableParams{})
	for _, uid := range []string{"pipeline-health", "risk-dashboard"} {
		p.open(pageOf(desk.url, uid, "?kiosk&from=now-7d&to=now"))
		refresh := func(times int) map[string]float64 {
			for i := range times {
				p.after(func() {
					if i%2 == 0 {
						p.press("r")
					} else { // draws every panel again, also those whose values are the same
						p.press("d")
						p.press("t")
					}
				})
			}
			return p.needs()
		}
		refresh(6)
		before := p.needs()
		after := refresh(testenv.Scaled(26, 500) - 6)
		for _, what := range []string{"JSHeapUsedSize", "Nodes", "JSEventListeners"} {
			// Garbage is not collected at once, and caches fill up. So an increase by a tenth and a little
			// more is no leak.
			if after[what] > before[what]*1.1+map[string]float64{"JSHeapUsedSize": 2e6, "Nodes": 200, "JSEventListeners": 50}[what] {
				t.Errorf("%s: %s has grown from %.0f to %.0f", uid, what, before[what], after[what])
			}
		}
	}
}

// needs returns what the page needs at the moment: memory, elements and listeners.
func (p *tab) needs() map[string]float64 {
	p.t.Helper()
	call(p, heapprofiler.CollectGarbage, cdp.Empty{})
	call(p, heapprofiler.CollectGarbage, cdp.Empty{})
	out := map[string]float64{}
	for _, m := range call(p, performance.GetMetrics, cdp.Empty{}).Metrics {
		out[m.Name] = m.Value
	}
	return out
}
