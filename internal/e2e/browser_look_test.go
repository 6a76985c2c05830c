package e2e

import (
	"fmt"
	"strings"
	"testing"
)

func themes(t *testing.T, chrome *chromium, url string) {
	p := chrome.tab(t, screen{})
	background := func() (brightness float64) {
		return eval[float64](p, `getComputedStyle(document.body).backgroundColor.match(/\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0) / 3`)
	}
	green := func() string { return p.answered()[tileBCB].View.Stat.Items[0].Value.Color }
	p.open(url + "?theme=light")
	light, lightGreen := background(), green()
	p.allDrawn()
	p.open(url + "?theme=dark")
	dark, darkGreen := background(), green()
	p.allDrawn()
	if light < 200 || dark > 60 {
		t.Errorf("the light page's brightness is %.0f, the dark one's %.0f of 255", light, dark)
	}
	if lightGreen == darkGreen {
		t.Errorf("both themes have the colour %s", darkGreen)
	}
	// The button switches the theme. The new theme is in the address and is remembered.
	p.after(func() { p.click(labelled("Switch to light")) })
	if got := p.address(); got != "/?theme=light" || background() != light {
		t.Errorf("after switching: %s, brightness %.0f", got, background())
	}
	if got := green(); got != lightGreen {
		t.Errorf("after switching the colour is %s, want %s", got, lightGreen)
	}
	p.allDrawn()
	p.open(url)
	if background() != light {
		t.Error("the choice is forgotten")
	}
	p.open(url + "?theme=dark")
	if background() != dark {
		t.Error("the address does not beat what is remembered")
	}
}

func kiosk(t *testing.T, chrome *chromium, url string) {
	p := chrome.tab(t, screen{})
	p.open(url + "?kiosk")
	p.allDrawn()
	p.until("no header", `!document.querySelector("header.bar").checkVisibility()`)
	p.press("Escape")
	p.until("the header again", `document.querySelector("header.bar").checkVisibility()`)
	if got := p.address(); got != "/" {
		t.Errorf("the address is %s", got)
	}
	p.click(labelled("Kiosk (d k)"))
	p.until("no header", `!document.querySelector("header.bar").checkVisibility()`)
	if got := p.address(); got != "/?kiosk" {
		t.Errorf("the address is %s", got)
	}
	p.click(labelled("Leave kiosk"))
	p.until("the header again", `document.querySelector("header.bar").checkVisibility()`)
}

func onePanelFillsTheScreen(t *testing.T, chrome *chromium, url string) {
	p := chrome.tab(t, screen{})
	p.open(url + "?from=now-7d&to=now")
	small := eval[float64](p, panel(timelineID)+".clientHeight")
	p.after(func() { p.click(labelled("Full screen: Pipeline Timeline")) })
	if got := p.address(); got != fmt.Sprintf("/?from=now-7d&to=now&viewPanel=%d", timelineID) {
		t.Errorf("the address is %s", got)
	}
	if n := eval[int](p, `document.querySelectorAll("[data-panel-id]").length`); n != 1 {
		t.Errorf("%d panels", n)
	}
	if big := eval[float64](p, panel(timelineID)+".clientHeight"); big < small*1.3 || big < 600 {
		t.Errorf("the panel is %.0f pixels high, among the others %.0f", big, small)
	}
	p.until("a drawing of the panel's size", fmt.Sprintf(`%s.clientHeight > 400`, in(timelineID, "canvas")))
	p.drawn(p.answeredOne())
	p.after(func() { p.press("Escape") })
	if got := p.address(); got != "/?from=now-7d&to=now" {
		t.Errorf("Escape leads to %s", got)
	}
	p.allDrawn()
	// The address of a single panel can be opened directly, and a button leads back to the dashboard.
	for id := tileBCB; id <= errorLogID; id += 4 { // a tile of each row, and the table
		p.open(fmt.Sprintf("%sd/pipeline-health/pipeline-health?from=now-7d&to=now&viewPanel=%d", url, id))
		p.drawn(p.answeredOne())
	}
	p.after(func() { p.click(labelled("Back to dashboard")) })
	p.allDrawn()
}

func phone(t *testing.T, chrome *chromium, url string) {
	for _, query := range []string{"", "?from=now-30d&to=now", fmt.Sprintf("?from=now-7d&to=now&viewPanel=%d", timelineID)} {
		p := chrome.tab(t, screen{width: 390, height: 844, phone: true})
		p.open(url + query)
		if query != "" && strings.Contains(query, "viewPanel") {
			p.drawn(p.answeredOne())
		} else {
			p.allDrawn()
		}
		p.fits(query)
		if strings.Contains(query, "viewPanel") {
			continue
		}
		for id := tileBCB; id <= tileTreasury; id++ {
			size := eval[float64](p, fmt.Sprintf(`parseFloat(getComputedStyle(%s).fontSize)`, in(id, ".stat-main .stat-value")))
			if size < 18 {
				t.Errorf("%s: tile %d's status is set in %.0f pixels", query, id, size)
			}
		}
		// A tile with more than fits, such as the one of all steps, can be scrolled, so that nothing is out of reach.
		if shut := eval[[]string](p, `[...document.querySelectorAll(".stat")].filter((s) => s.scrollHeight > s.clientHeight + 4 && getComputedStyle(s).overflowY !== "auto").map((s) => s.innerText)`); len(shut) > 0 {
			t.Errorf("%s: texts of tiles are out of reach: %q", query, shut)
		}
		if !eval[bool](p, `[...document.querySelectorAll(".stat")].some((s) => s.scrollHeight > s.clientHeight + 4)`) {
			t.Errorf("%s: no tile has more than fits, so nothing was tried", query)
		}
		// On a phone, the buttons for the looks of the page are in a menu.
		p.click(labelled("More"))
		p.until("the menu", labelled("Kiosk"))
		p.press("Escape")
		p.click(css("[data-testid=time-picker]"))
		p.until("the picker", labelled("Last 7 days"))
		p.fits(query + " with its picker open")
		p.press("Escape")
		p.click(labelled("Panel menu: FRED"))
		p.click(labelled("Inspect data"))
		p.until("the drawer", css("dialog[open] .drawer-table"))
		p.fits(query + " with its inspector open")
	}
}

// atRest is true if no animation runs except those that never end.
const atRest = `document.getAnimations().every((a) => a.playState !== "running" || a.effect.getTiming().iterations === Infinity)`

// fits checks that nothing is outside the window at the sides, and that no important text is cut.
func (p *tab) fits(what string) {
	p.t.Helper()
	p.until("things to be in their places", atRest)
	if wide := eval[[]int](p, `[document.scrollingElement.scrollWidth, innerWidth]`); wide[0] > wide[1] || wide[1] != 390 {
		p.t.Errorf("%q is %d pixels wide in a window of %d", what, wide[0], wide[1])
	}
	// The page may hide what overflows it, so every element is checked, except those in a box that scrolls.
	if out := eval[[]string](p, `(() => {
		const scrolls = (e) => e && e !== document.body && (/auto|scroll/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
		return [...document.body.querySelectorAll("*")].filter((e) => {
			const b = e.getBoundingClientRect();
			return e.checkVisibility({visibilityProperty: true}) && b.width > 1 && (b.right > innerWidth + 0.5 || b.left < -0.5)
				&& !e.closest(".visually-hidden, .progress, .tip") && !scrolls(e.parentElement);
		}).map((e) => e.outerHTML.slice(0, 80));
	})()`); len(out) > 0 {
		p.t.Errorf("%q: out of the window: %q", what, out)
	}
	if cut := eval[[]string](p, `[...document.querySelectorAll(".stat-value, .panel-title, dialog[open] h2, :popover-open button, header.bar button")]
		.filter((e) => {
			const [b, frame] = [e, e.closest(".panel") ?? document.body].map((n) => n.getBoundingClientRect());
			return e.checkVisibility() && (b.right > frame.right + 0.5 && !e.closest(":popover-open")
				|| e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== "visible" && getComputedStyle(e).display !== "inline");
		}).map((e) => e.innerText)`); len(cut) > 0 {
		p.t.Errorf("%q: cut: %q", what, cut)
	}
}
