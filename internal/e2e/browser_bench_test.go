package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/performance"

	"macrowatch/internal/testkit/benchtarget"
)

// drawnAt notes in the page when all panels in the window were first drawn, in milliseconds since the navigation, or since the
// instant with which watchPanels is called later. The panels of the dashboard before do not count. The picture is on the screen with the frame after that.
const drawnAt = `window.watchPanels = (began) => {
	window.drawnAfter = null;
	const look = () => {
		const seen = [...document.querySelectorAll("[data-panel-id]")].filter((e) => e.getBoundingClientRect().top < innerHeight && e.checkVisibility());
		if (seen.length === 0 || seen.some((e) => e.dataset.state === "loading" || window.former?.has(e))) return requestAnimationFrame(look);
		requestAnimationFrame(() => { window.drawnAfter = performance.now() - began; });
	};
	requestAnimationFrame(look);
};
window.watchPanels(0);`

// timedTab opens a tab with an empty cache whose pages note when their panels are drawn.
func timedTab(b *testing.B) *tab {
	b.Helper()
	p := startChromium(b).tab(b, screen{})
	call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: drawnAt})
	return p
}

// drawnAfter waits until the panels in the window are drawn, and returns after how many milliseconds they were.
func (p *tab) drawnAfter() float64 {
	p.t.Helper()
	p.until("the panels in the window", `window.drawnAfter`)
	return eval[float64](p, `window.drawnAfter`)
}

// median returns the middle one of some figures.
func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// BenchmarkPageFirst opens each dashboard with an empty cache. It reports after how many milliseconds the panels in the window are drawn,
// and the bytes that are transferred until then. The targets are 400 ms and 150 kB.
func BenchmarkPageFirst(b *testing.B) {
	desk := sampleDesk(b, friday)
	for _, uid := range dashboards(b, desk.url) {
		b.Run(uid, func(b *testing.B) {
			f := opensFirst(b, pageOf(desk.url, uid, ""))
			benchtarget.AtMost(b, f.drawnKB, "kB", 150)
			benchtarget.AtMost(b, f.drawnMS, "drawn-ms", 400)
			b.ReportMetric(f.allKB, "all-kB")
		})
	}
}

// BenchmarkPageYears opens Pipeline Health over five years with an empty cache. The targets are 300 kB for all of the page, and 700 ms
// until the panels in the window are drawn.
func BenchmarkPageYears(b *testing.B) {
	f := opensFirst(b, pageOf(sampleDesk(b, friday).url, "pipeline-health", "?from=now-5y&to=now"))
	benchtarget.AtMost(b, f.allKB, "kB", 300)
	benchtarget.AtMost(b, f.drawnMS, "drawn-ms", 700)
}

// firstPage has the medians of a page that was opened with an empty cache several times: what it took until the panels in the window
// were drawn, and until everything was loaded.
type firstPage struct{ drawnMS, drawnKB, allKB float64 }

// receivedWhenDrawn returns how many bytes had been transferred when the panels in the window were drawn.
const receivedWhenDrawn = `[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource").filter((r) => r.responseEnd <= window.drawnAfter)]
	.reduce((sum, r) => sum + r.transferSize, 0)`

// opensFirst opens an address with an empty cache. It also reports for how long the page's main thread worked until everything was
// loaded, and after how many milliseconds a page is drawn that has as many bytes and shows nothing.
func opensFirst(b *testing.B, address string) firstPage {
	b.Helper()
	var drawn, seen, bytes, busy, empty []float64
	for b.Loop() {
		p := timedTab(b)
		call(p, performance.Enable, performance.EnableParams{})
		p.open(address)
		drawn = append(drawn, p.drawnAfter())
		seen = append(seen, eval[float64](p, receivedWhenDrawn))
		bytes = append(bytes, p.bytes())
		busy = append(busy, 1000*p.needs()["TaskDuration"])
		empty = append(empty, emptyPage(b, int(p.bytes())))
	}
	b.ReportMetric(median(busy), "main-thread-ms")
	b.ReportMetric(median(empty), "empty-page-ms")
	return firstPage{median(drawn), median(seen) / 1000, median(bytes) / 1000}
}

// emptyPage opens a page with a script of a size that does nothing, and returns after how many milliseconds it is shown.
func emptyPage(b *testing.B, size int) float64 {
	b.Helper()
	blank := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			_, _ = w.Write([]byte(`<!doctype html><title>Empty</title><link rel="icon" href="data:,"><script src="script.js"></script>`))
		default:
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = fmt.Fprintf(w, "/*%s*/requestAnimationFrame(() => requestAnimationFrame(() => { window.drawnAfter = performance.now(); }));", strings.Repeat("x", size))
		}
	}))
	defer blank.Close()
	p := startChromium(b).tab(b, screen{})
	call(p, page.Navigate, page.NavigateParams{URL: blank.URL})
	return p.drawnAfter()
}

// BenchmarkPageNext goes from dashboard to dashboard by the menu, and reports after how many milliseconds the panels in the window
// are drawn. The target is 120 ms.
func BenchmarkPageNext(b *testing.B) {
	desk := sampleDesk(b, friday)
	all := dashboards(b, desk.url)
	p := timedTab(b)
	p.open(pageOf(desk.url, all[0], ""))
	took := map[string][]float64{}
	for b.Loop() {
		for _, uid := range all {
			link := fmt.Sprintf("header.bar a[href*=\"d/%s/\"]", uid)
			if !eval[bool](p, `Boolean(`+css(link)+`) && !location.pathname.startsWith("/d/`+uid+`/")`) {
				continue // the menu does not list it, or it is open
			}
			p.after(func() {
				eval[bool](p, `(() => { window.former = new Set(document.querySelectorAll("[data-panel-id]")); const began = performance.now(); `+css(link)+`.click(); window.watchPanels(began); return true; })()`)
				took[uid] = append(took[uid], p.drawnAfter())
			})
		}
	}
	for uid, of := range took {
		benchtarget.AtMost(b, median(of), uid+"-ms", 120)
	}
}

// BenchmarkPageRedraw draws a panel of many values again, as happens when the pointer goes over its legend, and reports the median
// time until the canvas has the picture. The targets are 16 ms and 100 ms.
func BenchmarkPageRedraw(b *testing.B) {
	for _, size := range []struct {
		series, points int
		target         float64
	}{{10, 1000, 16}, {50, 5000, 100}} {
		b.Run(fmt.Sprintf("%d x %d", size.series, size.points), func(b *testing.B) {
			p := startChromium(b).tab(b, screen{})
			p.provoke("willReadFrequently")
			p.open(manyValues(b, size.series, size.points))
			var took []float64
			for b.Loop() {
				took = append(took, eval[float64](p, `(() => {
					const name = document.querySelector(".legend-item[data-name]");
					const canvas = document.querySelector("canvas");
					const began = performance.now();
					name.dispatchEvent(new PointerEvent(window.pointed ? "pointerleave" : "pointerenter"));
					canvas.getContext("2d").getImageData(0, 0, 1, 1); // waits for the picture
					window.pointed = !window.pointed;
					return performance.now() - began;
				})()`))
			}
			benchtarget.AtMost(b, median(took), "redraw-ms", size.target)
		})
	}
}

// manyValues serves a dashboard with one time series of random walks, and returns its address.
func manyValues(b *testing.B, series, points int) string {
	b.Helper()
	sql := fmt.Sprintf(`SELECT timestamptz '2026-03-03 15:00Z' + n * interval '1 day' / %d AS time, 'series ' || s AS metric, sum(sin(n * n * 0.37 + s * 7)) OVER (PARTITION BY s ORDER BY n) + s AS v FROM generate_series(1, %d) n, generate_series(1, %d) s ORDER BY 1, 2`, points, points, series)
	text := fmt.Sprintf(`{"uid": "many", "title": "Many", "schemaVersion": 39, "time": {"from": "now-24h", "to": "now"}, "panels": [{"id": 1, "type": "timeseries", "title": "Many",
		"gridPos": {"x": 0, "y": 0, "w": 24, "h": 16}, "datasource": {"type": "grafana-postgresql-datasource", "uid": "timescaledb"}, "maxDataPoints": %d,
		"targets": [{"refId": "A", "format": "time_series", "rawQuery": true, "rawSql": %q}], "options": {"legend": {"showLegend": true, "displayMode": "list", "placement": "bottom"}},
		"fieldConfig": {"defaults": {"custom": {"showPoints": "never"}}, "overrides": []}}]}`, points, sql)
	return onlyDashboard(b, "many", "Many", []byte(text))
}

// BenchmarkPageHeap refreshes each dashboard 500 times, and reports by how many kilobytes the page's memory has grown. The target is
// 1,000.
func BenchmarkPageHeap(b *testing.B) {
	desk := sampleDesk(b, friday)
	for _, uid := range dashboards(b, desk.url) {
		b.Run(uid, func(b *testing.B) {
			p := startChromium(b).tab(b, screen{})
			call(p, performance.Enable, performance.EnableParams{})
			for b.Loop() {
				p.open(pageOf(desk.url, uid, ""))
				refresh := func(times int) float64 {
					for range times {
						p.after(func() { p.press("r") })
					}
					return p.needs()["JSHeapUsedSize"]
				}
				before := refresh(20) // by then the engine has compiled what it compiles
				benchtarget.AtMost(b, (refresh(500)-before)/1000, "grown-kB", 1000)
			}
		})
	}
}
