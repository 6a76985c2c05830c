package e2e

import "testing"

// TestBrowserRedrawsWhatHasChanged refreshes a page whose data stay the same: nothing is drawn again. In another theme everything is.
func TestBrowserRedrawsWhatHasChanged(t *testing.T) {
	t.Parallel()
	desk := sampleDesk(t, friday)
	p := startChromium(t).tab(t, screen{})
	for _, uid := range []string{"pipeline-health", "portfolio-performance"} {
		p.open(pageOf(desk.url, uid, "?theme=dark"))
		p.allDrawn()
		// A drawing that is made again has other elements, and a canvas is emptied first.
		marked := eval[int](p, `(() => {
			window.kept = [...document.querySelectorAll(".panel-body :is(.stat > *, table, svg, .legend)")];
			window.canvases = [...document.querySelectorAll(".panel-body canvas")];
			window.emptied = new Set();
			for (const c of window.canvases) {
				const on = c.getContext("2d");
				on.clearRect = (...box) => { window.emptied.add(c); CanvasRenderingContext2D.prototype.clearRect.apply(on, box); };
			}
			return window.kept.length + window.canvases.length;
		})()`)
		stay := func() int {
			return eval[int](p, `window.kept.filter((e) => e.isConnected).length + window.canvases.length - window.emptied.size`)
		}
		p.after(func() { p.press("r") })
		if n := stay(); marked < 10 || n != marked {
			t.Errorf("%s: of %d drawings %d stay when nothing has changed", uid, marked, n)
		}
		p.after(func() {
			p.press("d")
			p.press("t")
		})
		if n := stay(); n > marked/4 {
			t.Errorf("%s: of %d drawings %d stay in another theme", uid, marked, n)
		}
	}
}

// TestBrowserDrawsWhatIsNear scrolls through a long dashboard. A chart far below the window has no picture until it comes near, and
// on paper every chart has one.
func TestBrowserDrawsWhatIsNear(t *testing.T) {
	t.Parallel()
	desk := sampleDesk(t, friday)
	p := startChromium(t).tab(t, screen{width: 1440, height: 700})
	p.open(pageOf(desk.url, "risk-dashboard", "?from=now-1y&to=now"))
	undrawn := `[...document.querySelectorAll("canvas[data-undrawn]")]`
	if n := eval[int](p, undrawn+".length"); n == 0 {
		t.Fatal("every chart is drawn at once")
	}
	if n := eval[int](p, undrawn+".filter((e) => e.parentElement.getBoundingClientRect().top < innerHeight).length"); n > 0 {
		t.Errorf("%d charts in the window are not drawn", n)
	}
	eval[bool](p, `(window.last = `+undrawn+`.at(-1), window.last.parentElement.scrollIntoView({block: "center", behavior: "instant"}), true)`)
	p.until("the last chart", `window.last.dataset.undrawn == null`)
	eval[bool](p, `dispatchEvent(new Event("beforeprint"))`)
	if n := eval[int](p, undrawn+".length"); n > 0 {
		t.Errorf("%d charts are not drawn on paper", n)
	}
	eval[bool](p, `dispatchEvent(new Event("afterprint"))`)
	for id := range p.answered() {
		p.comesNear(id)
	}
	if n := eval[int](p, undrawn+".length"); n > 0 {
		t.Errorf("%d charts are not drawn after the page was read to its end", n)
	}
}
