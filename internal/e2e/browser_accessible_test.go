package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"macrowatch/internal/testkit/testenv"
)

// axe returns the script of axe-core, which finds what keeps people with disabilities from using a page.
func axe(t testing.TB) string {
	t.Helper()
	script, err := os.ReadFile("../../web/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("the accessibility tests need axe-core; make web/node_modules installs it: %v", err)
	}
	return string(script)
}

// accessible checks that axe-core finds no violation of its rules in the current page.
func (p *tab) accessible(what string) {
	p.t.Helper()
	p.until("things to be in their places", atRest)
	if !eval[bool](p, `"axe" in window`) {
		eval[bool](p, axe(p.t)+"; true")
	}
	eval[bool](p, `window.violations = null, axe.run(document, {resultTypes: ["violations"]}).then(
		(r) => window.violations = r.violations.map((v) => v.id + ": " + v.help + ": " + v.nodes.length + " times, as " + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + " " + (n.any[0]?.message ?? "")).join(" | ")),
		(e) => window.violations = ["axe: " + e]), true`)
	p.until("axe's verdict", "window.violations != null")
	for _, v := range eval[[]string](p, "window.violations") {
		p.t.Errorf("%s: %s", what, v)
	}
}

// TestBrowserAccessible lets axe-core look at every page, in both themes and at the width of a desktop screen
// and of a phone.
func TestBrowserAccessible(t *testing.T) {
	t.Parallel()
	desk := sampleDesk(t, friday)
	chrome := startChromium(t)
	for _, theme := range []string{"dark", "light"} {
		for _, s := range []screen{{width: 1440, height: 900}, {width: 390, height: 844, phone: true}} {
			t.Run(fmt.Sprintf("%s at %d", theme, s.width), func(t *testing.T) {
				t.Parallel()
				p := chrome.tab(t, s)
				p.provoke("404")
				query := "?from=now-7d&to=now&theme=" + theme
				kinds := map[string]bool{}
				for _, uid := range dashboards(t, desk.url) {
					p.open(pageOf(desk.url, uid, query))
					p.accessible(uid)
					for _, id := range p.newKinds(kinds) {
						p.open(pageOf(desk.url, uid, fmt.Sprintf("%s&viewPanel=%d", query, id)))
						p.accessible(fmt.Sprintf("panel %d of %s", id, uid))
					}
				}
				for _, address := range []string{"d/cheese/cheese", "no/such/page", "d/pipeline-health/x" + query + "&viewPanel=77"} {
					p.open(strings.TrimRight(desk.url, "/") + "/" + address)
					p.accessible(address)
				}
			})
		}
	}
}

// newKinds returns the ids of panels of the current page whose kinds are not in seen yet, one of each kind, and adds
// their kinds to seen. In a long run it returns all panels.
func (p *tab) newKinds(seen map[string]bool) (ids []int) {
	p.t.Helper()
	type panel struct {
		ID   int
		Kind string
	}
	for _, one := range eval[[]panel](p, `[...document.querySelectorAll(".panel")].map((e) => ({ID: Number(e.dataset.panelId), Kind: e.dataset.type}))`) {
		if testenv.Long() || !seen[one.Kind] {
			ids = append(ids, one.ID)
		}
		seen[one.Kind] = true
	}
	return ids
}

// TestBrowserAccessibleOverlays lets axe-core look at everything that opens above a page.
func TestBrowserAccessibleOverlays(t *testing.T) {
	t.Parallel()
	desk := sampleDesk(t, friday)
	chrome := startChromium(t)
	for _, theme := range []string{"dark", "light"} {
		for _, s := range []screen{{width: 1440, height: 900}, {width: 390, height: 844, phone: true}} {
			t.Run(fmt.Sprintf("%s at %d", theme, s.width), func(t *testing.T) {
				t.Parallel()
				p := chrome.tab(t, s)
				p.open(pageOf(desk.url, "pipeline-health", "?from=now-7d&to=now&theme="+theme))
				for _, o := range []struct {
					what   string
					open   func()
					opened string
				}{
					{"the time picker", func() { p.click(css("[data-testid=time-picker]")) }, css(".picker-box:popover-open")},
					{"the refresh intervals", func() { p.click(css("[data-testid=refresh-interval]")) }, css(":popover-open")},
					{"a panel's menu", func() { p.click(labelled("Panel menu: Pipeline Timeline")) }, css(":popover-open")},
					{"a panel's description", func() { p.click(labelled("About this panel: Pipeline Timeline")) }, css(":popover-open")},
					{"the shortcuts", func() { p.press("?") }, css("dialog.help")},
					{"the inspector", func() {
						p.click(labelled("Panel menu: Pipeline Timeline"))
						p.click(labelled("Inspect data"))
					}, css("dialog .drawer-table")},
				} {
					o.open()
					p.until(o.what, o.opened)
					p.accessible(o.what)
					if o.what == "the inspector" {
						for _, tab := range []string{"SQL", "JSON"} {
							p.click(labelled(tab))
							p.accessible("the inspector's " + tab)
						}
					}
					p.press("Escape")
					p.until(o.what+" to close", "!"+o.opened)
				}
			})
		}
	}
}

// TestBrowserKeyboard uses the page with the keyboard alone: every control gets the focus, and has a name.
func TestBrowserKeyboard(t *testing.T) {
	t.Parallel()
	desk := sampleDesk(t, friday)
	p := startChromium(t).tab(t, screen{})
	p.open(pageOf(desk.url, "pipeline-health", "?from=now-7d&to=now"))

	// The first stop leads past the header.
	p.press("Tab")
	p.until("the skip link", `document.activeElement.matches(".skip-link") && document.activeElement.getBoundingClientRect().top >= 0 && getComputedStyle(document.activeElement).clipPath === "none"`)
	p.press("Enter")
	p.until("the focus past the header", `document.activeElement.matches("main")`)
	p.press("Tab")
	p.until("the focus on a panel's control", `document.activeElement.closest("main .panel, main .row-button, main .variables") != null`)

	// Tab reaches every control that can be seen. Of the links of one panel that lead to the same place, it need reach only one,
	// and only one of the names of rows, among which the arrow keys lead.
	eval[bool](p, `document.activeElement.blur(), window.reached = new Set(), addEventListener("focusin", (e) => window.reached.add(e.target)), true`)
	controls := `[...document.querySelectorAll("button, a[href], input, select, [tabindex='0']")].filter((e) => e.checkVisibility({visibilityProperty: true}))`
	for range eval[int](p, controls+".length") + 2 {
		p.press("Tab")
	}
	same := `[...window.reached].some((r) => e.href && r.href === e.href && e.closest(".panel") && r.closest(".panel") === e.closest(".panel"))`
	names := `(e.matches(".row-name[tabindex='-1']") && [...window.reached].some((r) => r.matches(".row-name") && r.parentElement === e.parentElement))`
	if lost := eval[[]string](p, controls+`.filter((e) => !window.reached.has(e) && !`+same+` && !`+names+`).map((e) => e.outerHTML.slice(0, 120))`); len(lost) > 0 {
		t.Errorf("Tab does not reach %q", lost)
	}
	if mute := eval[[]string](p, controls+`.filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.length)).map((e) => e.outerHTML.slice(0, 120))`); len(mute) > 0 {
		t.Errorf("controls without a name: %q", mute)
	}

	// A chart is read out when the arrow keys move through it, and not when the pointer does.
	eval[bool](p, in(timelineID, ".plot")+".focus() || true")
	p.press("ArrowRight")
	p.until("a tooltip that is read out", css(".tip:not([hidden])[aria-live=polite]")+`?.innerText.length > 10`)
	p.pointAt(timelineID, p.answered()[timelineID].View.TimeSeries.Series[0].Color)
	p.until("a tooltip that is not read out", css(".tip")+`.getAttribute("aria-live") === "off"`)

	// A legend keeps the focus when the page is refreshed, also beside another legend with the same names.
	eval[bool](p, `window.entry = [...document.querySelectorAll(".legend-item")].at(-1).dataset.name, window.entryPanel = [...document.querySelectorAll(".legend-item")].at(-1).closest(".panel"), [...document.querySelectorAll(".legend-item")].at(-1).focus(), true`)
	p.after(func() { p.press("r") })
	p.until("the focus on the same entry", `document.activeElement.dataset.name === window.entry && document.activeElement.closest(".panel") === window.entryPanel`)

	// The list of shortcuts has every one that there is.
	p.press("?")
	p.until("the shortcuts", css("dialog.help"))
	for _, want := range []string{"Refresh now", "Choose a time range", "Zoom out", "Earlier", "Later", "Panel full screen", "Inspect panel", "Kiosk", "Light or dark", "This list", "Back"} {
		if text := p.text(css("dialog.help")); !strings.Contains(text, want) {
			t.Errorf("the list of shortcuts lacks %q", want)
		}
	}
}
