package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// tab is a tab of a browser. Tests use it as readers do, with mouse and keys.
type tab struct {
	*watch
	t         testing.TB
	ctx       context.Context
	downloads string // the folder that downloads go to
}

func (p *tab) fatal(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// mustBeQuiet fails the test if the browser complained about anything that the test did not provoke.
func (p *tab) mustBeQuiet() {
	p.t.Helper()
	for _, c := range p.unexpected() {
		p.t.Errorf("the browser complained: %s", c)
	}
}

// provoke says that the test causes complaints that contain a text.
func (p *tab) provoke(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.provoked = append(p.provoked, text)
}

func (p *tab) resize(s screen) {
	p.t.Helper()
	if s.width == 0 {
		s.width, s.height = 1440, 900
	}
	call(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: s.width, Height: s.height, DeviceScaleFactor: 1, Mobile: s.phone,
	})
	call(p, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: s.phone})
}

// eval evaluates an expression in the page.
func eval[T any](p *tab, expression string) T {
	p.t.Helper()
	v, err := try[T](p, expression)
	if err != nil {
		p.t.Fatalf("evaluate %s: %v", expression, err)
	}
	return v
}

func try[T any](p *tab, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression))
}

// until waits for an expression to be true in the page.
func (p *tab) until(what, expression string) {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		// The evaluation fails while the browser loads another page.
		ok, err := try[bool](p, fmt.Sprintf("Boolean(%s)", expression))
		if ok {
			return
		}
		if time.Now().After(deadline) {
			state, _ := try[string](p, `location.href + "\n" + document.body?.innerText`)
			p.t.Fatalf("waited %s for %s (%v); the page: %.3000s", patience, what, err, state)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// open goes to an address and waits for its panels.
func (p *tab) open(url string) {
	p.t.Helper()
	call(p, page.Navigate, page.NavigateParams{URL: url})
	p.until("the page at "+url, `document.body?.dataset.ready`)
}

// after does something that makes the page load its panels again, and waits for them.
func (p *tab) after(act func()) {
	p.t.Helper()
	before := eval[int](p, `Number(document.body.dataset.ready ?? 0)`)
	act()
	p.until("the panels to be loaded again", fmt.Sprintf(`Number(document.body.dataset.ready) > %d`, before))
}

// address returns the page's address after the origin.
func (p *tab) address() string {
	p.t.Helper()
	return eval[string](p, `location.pathname + location.search`)
}

// quoted returns a text as a JavaScript literal.
func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// css returns an expression for the first element that a selector finds.
func css(selector string) string { return "document.querySelector(" + quoted(selector) + ")" }

// labelled returns an expression for the visible control with a text or a label.
func labelled(text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll("button, a, [role=menuitem], [role=menuitemradio], [role=tab], summary")]
		.find((e) => e.checkVisibility() && ((e.firstElementChild?.tagName === "SPAN" ? e.firstElementChild : e).textContent.trim() === %[1]s || e.textContent.trim() === %[1]s || e.getAttribute("aria-label") === %[1]s))`, quoted(text))
}

// panel returns an expression for a panel's element.
func panel(id int) string { return css(fmt.Sprintf(`[data-panel-id="%d"]`, id)) }

// in returns an expression for an element in a panel.
func in(id int, selector string) string {
	return css(fmt.Sprintf(`[data-panel-id="%d"] %s`, id, selector))
}

type point struct{ X, Y float64 }

// middle scrolls an element into view and returns its middle, once the element does not move any more. A click there must hit the
// element, and not the place where it was while a drawer slid in.
func (p *tab) middle(element string) point {
	p.t.Helper()
	p.until("something to click: "+element, element)
	var at *point
	eventually(p.t, "click "+element, func() (bool, string) {
		type place struct {
			point
			Hit string
		}
		got, err := try[place](p, fmt.Sprintf(`(() => {
			const e = %s;
			e.scrollIntoView({block: "center", inline: "nearest", behavior: "instant"});
			const b = e.getBoundingClientRect();
			const [x, y] = [b.left + b.width / 2, b.top + b.height / 2];
			const hit = document.elementFromPoint(x, y);
			for (let a = e; a; a = a.parentElement)
				if (a.getAnimations().some((n) => n.playState === "running" && n.effect.getComputedTiming().endTime < Infinity)) return {X: x, Y: y, Hit: "it still moves"};
			return {X: x, Y: y, Hit: e.contains(hit) ? "" : "covered by " + (hit?.outerHTML ?? "nothing").slice(0, 200)};
		})()`, element))
		if err != nil {
			return false, err.Error()
		}
		at = &got.point
		return got.Hit == "", got.Hit
	})
	return *at
}

func (p *tab) click(element string) {
	p.t.Helper()
	at := p.middle(element)
	p.fatal(chromedp.Do(p.ctx, chromedp.MouseClickXY(at.X, at.Y)))
}

// hover moves the pointer over a point of the window.
func (p *tab) hover(x, y float64) {
	p.t.Helper()
	p.fatal(chromedp.Do(p.ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y)))
}

func (p *tab) doubleClick(at point) {
	p.t.Helper()
	for n := range 2 {
		p.fatal(chromedp.Do(p.ctx, chromedp.MouseClickXY(at.X, at.Y, chromedp.ClickCount(n+1))))
	}
}

// drag presses the left button at one point of the window and releases it at another.
func (p *tab) drag(from, to point) {
	p.t.Helper()
	p.fatal(chromedp.Do(p.ctx, chromedp.DragAndDropXY(from.X, from.Y, to.X, to.Y, 5)))
}

// press presses keys one after the other. A key is a character or a name such as Escape.
func (p *tab) press(keys ...string) {
	p.t.Helper()
	names := map[string]string{"Escape": "\u001b", "Enter": "\r", "Tab": "\t",
		"ArrowDown": "\u0301", "ArrowLeft": "\u0302", "ArrowRight": "\u0303", "ArrowUp": "\u0304", "End": "\u0305", "Home": "\u0306", "PageDown": "\u0307", "PageUp": "\u0308"}
	for _, k := range keys {
		if name, ok := names[k]; ok {
			k = name
		}
		p.fatal(chromedp.Do(p.ctx, chromedp.KeyEvent(k)))
	}
}

// fillIn replaces the content of a field by typing.
func (p *tab) fillIn(element, text string) {
	p.t.Helper()
	p.click(element)
	eval[bool](p, element+".select() || true")
	p.fatal(chromedp.Do(p.ctx, chromedp.KeyEvent(text)))
	p.until("the field to have what was typed", element+".value === "+quoted(text))
}

// text returns what a reader sees in an element. Each run of white space is one blank.
func (p *tab) text(element string) string {
	p.t.Helper()
	return strings.Join(strings.Fields(eval[string](p, element+`?.innerText ?? ""`)), " ")
}

// twoFrames waits until the browser has painted the current page.
func (p *tab) twoFrames() {
	p.t.Helper()
	p.until("two frames", `(window.frames2 ??= (requestAnimationFrame(() => requestAnimationFrame(() => { window.frames2 = 2; })), 1)) === 2`)
	eval[bool](p, `delete window.frames2`)
}
