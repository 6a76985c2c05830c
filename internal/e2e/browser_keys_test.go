package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// asks counts how often the page asked for all its panels, at once or first for those in the window.
func (p *tab) asks() (n int) {
	for _, url := range p.asked() {
		if strings.Contains(url, "/panels?") && !strings.Contains(url, "&except=") {
			n++
		}
	}
	return n
}

func refreshes(t *testing.T, chrome *chromium, url string) {
	p := chrome.tab(t, screen{})
	p.open(url)
	p.until("the dashboard's own interval", css("[data-testid=refresh-interval]")+`.innerText.trim() === "15m"`)
	if n := p.asks(); n != 1 {
		t.Errorf("opening the page asked for its panels %d times", n)
	}
	p.after(func() { p.click(css("[data-testid=refresh]")) })
	if n := p.asks(); n != 2 {
		t.Errorf("after refreshing the panels were asked for %d times", n)
	}
	p.allDrawn()

	p.click(css("[data-testid=refresh-interval]"))
	before := eval[int](p, "Number(document.body.dataset.ready)")
	p.click(labelled("5s"))
	p.until("the address to name the interval", `new URLSearchParams(location.search).get("refresh") === "5s"`)
	p.until("two refreshes of their own accord", fmt.Sprintf("Number(document.body.dataset.ready) >= %d", before+2))
	p.allDrawn()
	p.click(css("[data-testid=refresh-interval]"))
	p.click(labelled("Off"))
	p.until("the address to name none", `new URLSearchParams(location.search).get("refresh") === ""`)
	p.until("the button to say so", css("[data-testid=refresh-interval]")+`.innerText.trim() === "Off"`)
}

func keys(t *testing.T, chrome *chromium, url string) {
	p := chrome.tab(t, screen{})
	p.open(url)
	p.after(func() { p.press("r") })
	p.press("?")
	p.until("the list of keys", css("dialog.help")+`.innerText.includes("Refresh now")`)
	p.press("Escape")
	p.until("no list", `!document.querySelector("dialog")`)
	p.press("t")
	p.until("the picker", css(".picker-box:popover-open"))
	p.press("Escape")
	p.until("no picker", "!"+css(":popover-open"))

	day := p.answered()[timelineID].Range
	p.after(func() { p.press("t", "ArrowLeft") })
	if from, half := p.milliseconds("from"), (day.To-day.From)/2; from != day.From-half {
		t.Errorf("earlier begins at %d, want %d", from, day.From-half)
	}
	p.after(func() { p.press("t", "ArrowRight") })
	if from := p.milliseconds("from"); from != day.From {
		t.Errorf("later begins at %d, want %d", from, day.From)
	}
	p.after(func() { p.press("t", "z") })
	if span := p.milliseconds("to") - p.milliseconds("from"); span != 2*(day.To-day.From) {
		t.Errorf("zoomed out to %d ms", span)
	}

	theme := eval[string](p, "document.documentElement.dataset.theme")
	p.after(func() { p.press("d", "t") })
	if now := eval[string](p, "document.documentElement.dataset.theme"); now == theme || len(now) < 4 {
		t.Errorf("the theme was %s and is %s", theme, now)
	}
	p.press("k")
	p.until("kiosk", `!document.querySelector("header.bar").checkVisibility()`)
	p.press("Escape")
	p.press("d", "k")
	p.until("kiosk", `new URLSearchParams(location.search).has("kiosk")`)
	p.press("Escape")
	p.until("no kiosk", `!new URLSearchParams(location.search).has("kiosk")`)

	// The keys v and i act on the panel under the pointer.
	at := p.middle(in(tileYahoo, ".stat-main .stat-value"))
	p.hover(at.X, at.Y)
	p.press("i")
	p.until("the inspector", css("dialog[open] h2")+`?.innerText === "Yahoo Finance"`)
	p.press("Escape")
	p.until("no inspector", `!document.querySelector("dialog")`)
	p.hover(at.X+2, at.Y+2)
	p.after(func() { p.press("v") })
	if id := eval[string](p, `new URLSearchParams(location.search).get("viewPanel")`); id != fmt.Sprint(tileYahoo) {
		t.Errorf("v opens panel %s", id)
	}
	p.after(func() { p.press("v") })
	p.allDrawn()

	// A key with a modifier, or in a field, is no shortcut.
	p.click(css("[data-testid=time-picker]"))
	n := p.asks()
	p.fillIn(css("input[name=from]"), "krdt")
	if got := p.asks(); got != n || eval[bool](p, "document.body.classList.contains('is-kiosk')") {
		t.Error("keys typed into a field did something to the page")
	}
}

// tip returns the text of the tooltip, "" if there is none.
func (p *tab) tip() string {
	p.t.Helper()
	return eval[string](p, `document.querySelector(".tip")?.checkVisibility() ? document.querySelector(".tip").innerText : ""`)
}

func tooltips(t *testing.T, chrome *chromium, url string) {
	p := chrome.tab(t, screen{zone: "America/Sao_Paulo"})
	// A week has failures, and its bars are wide enough to point at.
	p.open(url + "?from=now-7d&to=now")
	marks := p.told(timelineID, "chart-annotations")
	if len(marks) == 0 {
		t.Fatal("no failures in the week")
	}
	api := p.answered()
	when := api[timelineID].View.TimeSeries.Annotations[0].Time
	p.open(fmt.Sprintf("%s?from=%d&to=%d", url, when-10*60_000, when+10*60_000))
	api = p.allDrawn()

	// The tooltip of a bar says its time, series and value.
	colour := api[timelineID].View.TimeSeries.Series[0].Color
	told := p.told(timelineID, "chart-data")
	p.pointAt(timelineID, colour)
	p.until("a bar's tooltip", `document.querySelector(".tip")?.checkVisibility()`)
	tip := p.tip()
	if !slices.ContainsFunc(told, func(row []string) bool {
		return strings.Contains(tip, row[0]) && strings.Contains(tip, row[1]) && strings.Contains(tip, row[2])
	}) {
		t.Errorf("a bar's tooltip says %q, which is none of %q", tip, told)
	}
	p.until("the tooltip in the window", `(() => { const b = document.querySelector(".tip").getBoundingClientRect(); return b.width > 40 && b.left >= 0 && b.right <= innerWidth && b.bottom <= innerHeight; })()`)
	p.until("a line at the same instant on the other chart", in(stepsID, ".plot-crosshair")+".checkVisibility()")

	// The tooltip of a state says its step, times and status.
	for _, s := range api[stepsID].View.StateTimeline.Legend {
		if s.Name == "SUCCESS" {
			colour = s.Color
		}
	}
	states := p.told(stepsID, "chart-data")
	p.pointAt(stepsID, colour)
	p.until("a state's tooltip", `document.querySelector(".tip")?.checkVisibility() && document.querySelector(".tip").innerText.includes("SUCCESS")`)
	tip = p.tip()
	if !slices.ContainsFunc(states, func(row []string) bool {
		return strings.Contains(tip, row[0]) && strings.Contains(tip, row[1]) && strings.Contains(tip, row[2])
	}) {
		t.Errorf("a state's tooltip says %q, which is none of %q", tip, states)
	}

	// The tooltip of a failure's line says what went wrong.
	note := api[timelineID].View.TimeSeries.Annotations
	left, top, _, _ := p.plot(timelineID)
	line := slices.MaxFunc(p.coloured(timelineID, note[0].Color), func(a, b point) int { return int(a.Y - b.Y) })
	p.hover(left+line.X, top+line.Y-1)
	p.until("a failure's tooltip", `document.querySelector(".tip")?.checkVisibility() && document.querySelector(".tip-annotation")`)
	if tip, first := p.tip(), strings.Fields(note[0].Text); !strings.Contains(tip, note[0].TimeText) || !strings.Contains(tip, strings.Join(first[:min(3, len(first))], " ")) {
		t.Errorf("the failure's tooltip says %q, want %q at %s", tip, note[0].Text, note[0].TimeText)
	}

	// The tooltip goes when the pointer leaves the chart. The arrow keys bring it back.
	at := p.middle(css("h1"))
	p.hover(at.X, at.Y)
	p.until("no tooltip", `!document.querySelector(".tip")?.checkVisibility()`)
	eval[bool](p, in(timelineID, ".plot")+".focus() || true")
	p.press("ArrowRight")
	p.until("a tooltip by key", `document.querySelector(".tip")?.checkVisibility()`)
	// The arrow keys first stop at one of the runs that are drawn first.
	if tip := p.tip(); !slices.ContainsFunc(told, func(row []string) bool {
		return row[0][:len(time.DateTime)] == told[0][0][:len(time.DateTime)] && strings.Contains(tip, row[0]) && strings.Contains(tip, row[1])
	}) {
		t.Errorf("the first value by key says %q, want one of %q", tip, told)
	}
	p.press("Escape")
	p.until("no tooltip", `!document.querySelector(".tip")?.checkVisibility()`)
}

// pointAt moves the pointer to a place of a colour in a panel's canvas.
func (p *tab) pointAt(id int, colour string) {
	p.t.Helper()
	left, top, _, _ := p.plot(id)
	places := p.coloured(id, colour)
	if len(places) == 0 {
		p.t.Fatalf("panel %d has nothing of the colour %s", id, colour)
	}
	at := places[len(places)/2]
	p.hover(left+at.X, top+at.Y)
}
