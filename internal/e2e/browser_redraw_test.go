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
