package e2e

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/view"
)

// Panels that links lead from and to.
const signalListID, backtestID, worstScenariosID, positionsID = 7, 15, 19, 20

// Panels of the page of a step.
const stepStateID, stepTimelineID, stepFailuresID, stepRunsID, stepWaitsID = 1, 4, 5, 6, 7

// everyStepID is the grid of all steps on Pipeline Health.
const everyStepID = 13

// TestBrowserLinksShowWhatTheyPromise follows the links of values, with the pointer and with the keyboard, and reads the
// page that they lead to.
func TestBrowserLinksShowWhatTheyPromise(t *testing.T) {
	t.Parallel()
	desk := sampleDesk(t, friday)
	chrome := startChromium(t)
	for name, test := range map[string]func(*testing.T, *tab, string){
		"a tile to the runs of its step":             tileToRuns,
		"a tile's text is selected and followed":     tileTextIsSelectedAndFollowed,
		"a state to the runs of its step":            stateToRuns,
		"names of steps to the page of the step":     namesToStep,
		"a step that there is not":                   noSuchStep,
		"a failure to its text":                      failureToText,
		"a cell to its signals":                      cellToSignals,
		"a bar to its positions":                     barToPositions,
		"a scenario to its positions":                scenarioToPositions,
		"an exception to its day":                    exceptionToDay,
		"a touch keeps a tooltip and follows a link": touchFollows,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, chrome.tab(t, screen{width: 1440, height: 900, phone: strings.Contains(name, "touch")}), strings.TrimRight(desk.url, "/"))
		})
	}
}

// onlyStep checks that the page of a step is open, and that its title, its timeline and its control are about that step alone.
func (p *tab) onlyStep(step string) {
	p.t.Helper()
	p.until("the page of the step", `location.pathname === "/d/pipeline-step/pipeline-step" && new URLSearchParams(location.search).get("var-step") === `+quoted(step)+` && document.body.dataset.ready`)
	p.hover(1, 1) // a row under the pointer has another background
	p.until("the step in the control", css(`[data-variable="step"] input`)+`.value === `+quoted(step))
	answers := p.allDrawn()
	if title := p.text(in(stepStateID, ".panel-title")); title != step {
		p.t.Errorf("the page is about %q, want %s", title, step)
	}
	rows := answers[stepTimelineID].View.StateTimeline.Rows
	if len(rows) != 1 || rows[0].Name != step || len(rows[0].Spans) == 0 {
		p.t.Errorf("the timeline has %d rows, want runs of %s only", len(rows), step)
	}
	if runs := answers[stepRunsID].View.Table.Rows; len(runs) == 0 {
		p.t.Errorf("there are no runs of %s", step)
	}
}

func tileToRuns(t *testing.T, p *tab, url string) {
	p.open(url + "/d/pipeline-health/pipeline-health?from=now-24h&to=now")
	link := in(2, "a.cover-link")
	if name := p.text(link); name != "Runs of fred" {
		t.Errorf("the link is called %q", name)
	}
	eval[bool](p, link+".focus() || true")
	p.accessible("a tile that has the focus")
	eval[bool](p, "window.sameDocument = true")
	p.press("Enter")
	p.onlyStep("fred")
	if !eval[bool](p, "window.sameDocument === true") {
		t.Error("the whole page was loaded again")
	}
	if span := p.milliseconds("to") - p.milliseconds("from"); span < 7*24*3600_000 {
		t.Errorf("the range is %d ms, want a week at least", span)
	}
	// The way back: the browser's button, and the choice All.
	p.after(func() { eval[bool](p, "history.back() || true") })
	if rows := p.allDrawn()[stepsID].View.StateTimeline.Rows; len(rows) < 6 {
		t.Errorf("%d steps after going back", len(rows))
	}
}

// tileTextIsSelectedAndFollowed uses a tile with the pointer: its text can be selected and leads to the runs, the room beside the
// text leads there too, and the panel's menu opens. The middle button opens the runs in another tab, and the right one is
// for the link's menu.
func tileTextIsSelectedAndFollowed(t *testing.T, p *tab, url string) {
	for i, step := range map[int]string{tileBCB: "bcb_sgs", tileYahoo: "yahoo", tileTreasury: "treasury_gov"} {
		p.open(url + "/d/pipeline-health/pipeline-health?from=now-24h&to=now")
		before := p.address()
		text := in(i, ".stat-main .stat-value")
		at := p.middle(text)
		box := eval[[]float64](p, `(() => { const b = `+text+`.getBoundingClientRect(); return [b.left, b.right]; })()`)
		p.drag(point{box[0] + 1, at.Y}, point{box[1] - 1, at.Y})
		if chosen, shown := eval[string](p, "getSelection().toString()"), p.text(text); chosen == "" || !strings.Contains(shown, chosen) {
			t.Errorf("%s: dragging over %q selects %q", step, shown, chosen)
		}
		if now := p.address(); now != before {
			t.Fatalf("%s: selecting text leads to %s", step, now)
		}
		p.otherButtons(step, in(i, ".cover-link"), text, in(i, ".stat-facts .stat-value"))
		p.click(in(i, ".panel-actions .is-menu"))
		p.until("the panel's menu", css(":popover-open")+`.innerText.includes("Inspect data")`)
		p.open(url + "/d/pipeline-health/pipeline-health?from=now-24h&to=now")
		p.click(text)
		p.onlyStep(step)
		p.open(url + "/d/pipeline-health/pipeline-health?from=now-24h&to=now")
		p.click(in(i, ".cover-link")) // beside the text
		p.onlyStep(step)
	}
}

// otherButtons presses the middle and the right button of the mouse on texts. Both must meet the link of their tile.
func (p *tab) otherButtons(step, cover string, texts ...string) {
	p.t.Helper()
	href := eval[string](p, cover+".href")
	before := p.address()
	for _, text := range texts {
		at := p.middle(text)
		// The browser offers to open or to copy the link that the right button meets.
		eval[bool](p, `addEventListener("contextmenu", (e) => {
			window.met = e.target.closest("a[href]")?.href ?? "no link";
			e.preventDefault();
		}, {once: true}) || true`)
		p.fatal(chromedp.Do(p.ctx, chromedp.MouseClickXY(at.X, at.Y, chromedp.ButtonRight)))
		p.until("the right button to be heard", "window.met")
		if met := eval[string](p, "window.met"); met != href {
			p.t.Errorf("%s: the right button on %q meets %s, want %s", step, p.text(text), met, href)
		}
		eval[bool](p, "delete window.met")
		p.fatal(chromedp.Do(p.ctx, chromedp.MouseClickXY(at.X, at.Y, chromedp.ButtonMiddle)))
		p.closesOther(href)
		if now := p.address(); now != before {
			p.t.Errorf("%s: another button leads this tab to %s", step, now)
		}
	}
}

// closesOther waits for another tab of this test that is at an address, and closes it.
func (p *tab) closesOther(href string) {
	p.t.Helper()
	var id target.ID
	eventually(p.t, "another tab at "+href, func() (bool, string) {
		all, err := chromedp.Targets(p.ctx)
		if err != nil {
			return false, err.Error()
		}
		var seen []string
		for _, i := range all {
			if i.Type != "page" || i.BrowserContextID != chromedp.FromContext(p.ctx).BrowserContextID {
				continue
			}
			if id = i.TargetID; i.URL == href {
				return true, ""
			}
			seen = append(seen, i.URL)
		}
		return false, "tabs at " + strings.Join(seen, ", ")
	})
	p.fatal(chromedp.Do(p.ctx, func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.CallBrowser(ctx, target.CloseTarget, target.CloseTargetParams{TargetID: id})
		return chromedp.Void{}, err
	}))
}

func stateToRuns(t *testing.T, p *tab, url string) {
	p.open(url + "/d/pipeline-health/pipeline-health?from=now-7d&to=now")
	plot := in(stepsID, ".plot")
	p.middle(plot)
	eval[bool](p, plot+".focus() || true")
	p.press("ArrowRight")
	p.until("a tooltip with a link", css(".tip .tip-link"))
	p.press("Enter")
	p.until("the focus on a link", `document.activeElement.matches(".tip.is-pinned .tip-link")`)
	p.accessible("a tooltip that is kept")
	// Escape closes the tooltip and gives the focus back.
	p.press("Escape")
	p.until("the focus on the chart", "document.activeElement === "+plot+" && !"+css(".tip")+".checkVisibility()")
	p.press("ArrowRight", "Enter")
	p.until("the focus on a link", `document.activeElement.matches(".tip.is-pinned .tip-link")`)
	name := eval[string](p, "document.activeElement.innerText")
	p.press("Enter")
	step, ok := strings.CutPrefix(name, "Runs of ")
	if !ok {
		t.Fatalf("the link is called %q", name)
	}
	p.onlyStep(step)
	if from := eval[string](p, `new URLSearchParams(location.search).get("from")`); from != "now-7d" {
		t.Errorf("the range begins at %s", from)
	}
}

// namesToStep follows the name of a step in the grid of all steps, in the Error Log, and on the page of a step that waits for it.
func namesToStep(t *testing.T, p *tab, url string) {
	p.open(url + "/d/pipeline-health/pipeline-health?from=now-7d&to=now")
	fred := `[...` + panel(everyStepID) + `.querySelectorAll("a.stat-value")].find((a) => a.href.includes("var-step=fred"))`
	p.until("the step in the grid", fred)
	p.click(fred)
	p.onlyStep("fred")
	p.open(url + "/d/pipeline-health/pipeline-health?from=now-7d&to=now")
	p.until("the failures", in(errorLogID, "tbody td a"))
	step := p.text(in(errorLogID, "tbody td a"))
	p.click(in(errorLogID, "tbody td a"))
	p.onlyStep(step)
	p.until("its failures", in(stepFailuresID, "tbody tr"))
	p.open(url + "/d/pipeline-step?var-step=normalise_data") // the part of the address for people may be missing
	p.until("what it waits for", in(stepWaitsID, "tbody td a"))
	step = p.text(in(stepWaitsID, "tbody td a"))
	p.click(in(stepWaitsID, "tbody td a"))
	p.onlyStep(step)
}

func noSuchStep(t *testing.T, p *tab, url string) {
	p.open(url + "/d/pipeline-step?var-step=it's+none")
	if said := p.text(panel(stepStateID)); !strings.Contains(said, "it's none") || !strings.Contains(said, "NO SUCH STEP") {
		t.Errorf("the page says %q", said)
	}
	if said := p.text("document.body"); !strings.Contains(said, "There is no step of this name") {
		t.Error("the page does not say that there is no such step")
	}
	if got := eval[string](p, `new URLSearchParams(location.search).get("var-step")`); got != "it's none" {
		t.Errorf("the address now names %q", got)
	}
}

func failureToText(t *testing.T, p *tab, url string) {
	p.open(url + "/d/pipeline-health/pipeline-health?from=now-7d&to=now")
	marks := p.answered()[timelineID].View.TimeSeries.Annotations
	if len(marks) == 0 {
		t.Fatal("no failures in the week")
	}
	mark := marks[len(marks)-1] // all marks have one colour
	// The arrow keys stop at runs, so the pointer has to find the mark.
	left, top, _, _ := p.plot(timelineID)
	line := p.coloured(timelineID, mark.Color)
	highest := line[0]
	for _, at := range line {
		if at.Y < highest.Y || at.Y == highest.Y && at.X > highest.X {
			highest = at
		}
	}
	p.clickAt(left+highest.X, top+highest.Y)
	p.until("a kept tooltip with a mark", css(".tip.is-pinned .tip-annotation a[href]"))
	said := eval[string](p, css(".tip-annotation .tip-text")+".innerText")
	p.click(css(".tip.is-pinned .tip-annotation a[href]"))
	p.until("the error log alone", `document.body.dataset.ready && new URLSearchParams(location.search).get("viewPanel") === "9" && document.querySelectorAll(".panel").length === 1`)
	p.until("its rows", in(errorLogID, "tbody tr"))
	row := p.text(in(errorLogID, "tbody tr"))
	step, _, _ := strings.Cut(said, " failed")
	message := strings.TrimSpace(strings.TrimSuffix(said[strings.Index(said, ":")+1:], "Error Log"))
	if !strings.Contains(row, step) || !strings.Contains(row, strings.Join(strings.Fields(message)[:2], " ")) {
		t.Errorf("the log says %q, want %s: %s first", row, step, message)
	}
	for _, other := range eval[[]string](p, `[...`+panel(errorLogID)+`.querySelectorAll("tbody tr")].map((r) => r.cells[1].innerText)`) {
		if other != step {
			t.Errorf("the log has a failure of %s, want %s only", other, step)
		}
	}
}

// clickAt clicks at a point of the window.
func (p *tab) clickAt(x, y float64) {
	p.t.Helper()
	p.fatal(chromedp.Do(p.ctx, chromedp.MouseClickXY(x, y)))
}

func cellToSignals(t *testing.T, p *tab, url string) {
	p.open(url + "/d/signal-overview/signal-overview?from=now-7d&to=now")
	cell := in(matrixID, "tbody td a")
	href, name := eval[string](p, cell+".href"), eval[string](p, cell+".getAttribute('aria-label')")
	_, strategy, _ := strings.Cut(name, "Signals of ")
	if strategy == "" {
		t.Fatalf("a cell's link is called %q and leads to %s", name, href)
	}
	value := p.text(cell)
	p.click(cell)
	p.until("the signals alone", `document.body.dataset.ready && new URLSearchParams(location.search).get("viewPanel") === "7" && document.querySelectorAll(".panel").length === 1`)
	p.until("their rows", in(signalListID, "tbody tr"))
	rows := eval[[][]string](p, `[...`+panel(signalListID)+`.querySelectorAll("tbody tr")].map((r) => [...r.cells].map((c) => c.innerText))`)
	if len(rows) == 0 {
		t.Fatal("no signals")
	}
	for _, r := range rows {
		if r[0] != strategy {
			t.Errorf("a signal of %s, want %s only", r[0], strategy)
		}
	}
	t.Logf("%s: %s, from %d signals", name, value, len(rows))
}

func exceptionToDay(t *testing.T, p *tab, url string) {
	p.open(url + "/d/risk-dashboard/risk-dashboard?from=now-7d&to=now")
	a := p.answered()[backtestID]
	chart := a.View.TimeSeries
	at, mark := -1, view.Series{}
	for _, s := range chart.Series {
		if !strings.HasPrefix(s.Name, "Beyond") {
			continue
		}
		for i, v := range s.Values {
			if v != nil && i > at {
				at, mark = i, s
			}
		}
	}
	if at < 0 {
		t.Fatal("the sample desk has no exception in the year")
	}
	if mark.LinksOf != nil {
		mark.Links = chart.Series[*mark.LinksOf].Links
	}
	links := mark.Links[at]
	if len(links) != 2 {
		t.Fatalf("the exception has the links %+v", links)
	}
	plot := in(backtestID, ".plot")
	p.middle(plot)
	eval[bool](p, plot+".focus() || true")
	p.press("ArrowRight", "Enter")
	p.until("the focus on a link of the first day", `document.activeElement.matches(".tip.is-pinned .tip-link")`)
	p.press("Escape")
	left, top, _, _ := p.plot(backtestID)
	spots := p.coloured(backtestID, mark.Color)
	found := false
	for i := len(spots) - 1; i >= 0 && !found; i-- {
		p.hover(left+spots[i].X, top+spots[i].Y)
		found = eval[bool](p, css(".tip")+`.checkVisibility() && document.querySelectorAll(".tip .tip-link").length === 2 && `+css(".tip")+`.innerText.includes("Beyond")`)
		if found {
			p.clickAt(left+spots[i].X, top+spots[i].Y)
		}
	}
	if !found {
		t.Fatal("no place of an exception has links")
	}
	p.until("the links", `document.querySelectorAll(".tip.is-pinned .tip-link").length === 2`)
	p.accessible("two links in a tooltip")
	head := p.text(css(".tip-head"))
	p.click(`document.querySelectorAll(".tip.is-pinned .tip-link")[1]`)
	p.until("the risk of that day", `document.body.dataset.ready && location.pathname.includes("risk-dashboard") && /^\d+$/.test(new URLSearchParams(location.search).get("to"))`)
	to := p.milliseconds("to")
	day := time.UnixMilli(to).In(paneltest.Location(t, "America/Sao_Paulo")).Format("Mon 2 Jan 2006")
	if !strings.Contains(head, day) {
		t.Errorf("an exception at %s leads to a range that ends on %s", head, day)
	}
	p.hover(1, 1) // the row under the pointer is lit
	p.allDrawn()
}

// onlyPositions checks that the page shows the positions of a scenario alone, that they sum to its result and that the range
// stayed.
func (p *tab) onlyPositions(scenario, result string) {
	p.t.Helper()
	p.until("the positions alone", `document.body.dataset.ready && new URLSearchParams(location.search).get("var-scenario") === `+quoted(scenario)+
		` && new URLSearchParams(location.search).get("viewPanel") === "20" && document.querySelectorAll(".panel").length === 1`)
	p.until("the scenario in the control", css(`[data-variable="scenario"]`)+`.innerText.includes(`+quoted(scenario)+`)`)
	p.until("their rows", in(positionsID, "tbody tr"))
	rows := eval[[][]string](p, `[...`+panel(positionsID)+`.querySelectorAll("tbody tr")].map((r) => [...r.cells].map((c) => c.innerText))`)
	sum := 0.0
	for _, r := range rows {
		if r[0] != scenario {
			p.t.Errorf("a position in %s, want %s only", r[0], scenario)
		}
		pnl, err := strconv.ParseFloat(strings.TrimSuffix(strings.ReplaceAll(r[5], "−", "-"), "%"), 64)
		if err != nil {
			p.t.Errorf("the P&L of %v: %v", r, err)
		}
		sum += pnl
	}
	want, err := strconv.ParseFloat(strings.TrimSuffix(strings.ReplaceAll(result, "−", "-"), "%"), 64)
	// The bar has one decimal place and each row two.
	if err != nil || len(rows) < 10 || math.Abs(sum-want) > 0.05+0.005*float64(len(rows)) {
		p.t.Errorf("%d positions sum to %v, want %s: %v", len(rows), sum, result, err)
	}
	if from := eval[string](p, `new URLSearchParams(location.search).get("from")`); from != "now-7d" {
		p.t.Errorf("the range begins at %s", from)
	}
}

func barToPositions(t *testing.T, p *tab, url string) {
	p.open(url + "/d/risk-dashboard/risk-dashboard?from=now-7d&to=now")
	bars := p.answered()[stressID].View.BarChart
	second := bars.Categories[1].Text
	if links := bars.Series[0].Links[1]; len(links) != 1 || links[0].Title != "Positions in "+second {
		t.Fatalf("the bar of %s has the links %+v", second, links)
	}
	plot := in(stressID, ".plot")
	p.middle(plot)
	eval[bool](p, plot+".focus() || true")
	p.press("ArrowRight")
	p.until("a tooltip with a link", css(".tip .tip-link"))
	p.press("ArrowRight", "Enter")
	const focused = `document.activeElement.matches(".tip.is-pinned .tip-link")`
	p.until("the focus on the link", focused)
	// The event of a scroll may come after the tooltip was kept, although nothing has moved since. That closes nothing.
	if !eval[bool](p, `dispatchEvent(new Event("scroll")) && `+focused) {
		t.Error("the late event of a scroll has closed the tooltip")
	}
	// A scroll that moves the chart closes it.
	eval[bool](p, "(scrollBy({top: 60, behavior: 'instant'}), true)")
	p.until("the focus on the chart", "document.activeElement === "+plot+" && !"+css(".tip.is-pinned"))
	p.press("ArrowRight", "ArrowRight", "Enter")
	p.until("the focus on the link", focused)
	scenario, ok := strings.CutPrefix(eval[string](p, "document.activeElement.innerText"), "Positions in ")
	at := slices.IndexFunc(bars.Categories, func(c view.Category) bool { return c.Text == scenario })
	if !ok || at <= 0 {
		t.Fatalf("the link leads to %q, which is the worst scenario or none", scenario)
	}
	p.press("Enter")
	p.onlyPositions(scenario, bars.Series[0].Texts[at])
}

func scenarioToPositions(t *testing.T, p *tab, url string) {
	p.open(url + "/d/risk-dashboard/risk-dashboard?from=now-7d&to=now")
	p.until("the scenarios", in(worstScenariosID, "tbody tr:nth-child(3) a"))
	cells := eval[[]string](p, `[...`+panel(worstScenariosID)+`.querySelectorAll("tbody tr:nth-child(3) td")].map((c) => c.innerText)`)
	p.click(in(worstScenariosID, "tbody tr:nth-child(3) a"))
	p.onlyPositions(cells[0], cells[1])
}

func touchFollows(t *testing.T, p *tab, url string) {
	p.open(url + "/d/pipeline-health/pipeline-health?from=now-7d&to=now")
	left, top, _, _ := p.plot(stepsID)
	state := p.answered()[stepsID].View.StateTimeline
	colour := state.Legend[0].Color
	spots := p.coloured(stepsID, colour)
	at := spots[len(spots)/2]
	p.touch(left+at.X, top+at.Y)
	p.until("a tooltip that a touch keeps", css(".tip.is-pinned .tip-link"))
	address := p.address()
	p.until("it to stay", css(".tip")+".checkVisibility()")
	if p.address() != address {
		t.Error("the touch itself followed the link")
	}
	place := p.middle(css(".tip.is-pinned .tip-link"))
	step := strings.TrimPrefix(p.text(css(".tip.is-pinned .tip-link")), "Runs of ")
	p.touch(place.X, place.Y)
	p.onlyStep(step)
}

// touch taps a point of the window with a finger.
func (p *tab) touch(x, y float64) {
	p.t.Helper()
	call(p, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: "touchStart", TouchPoints: []*input.TouchPoint{{X: x, Y: y}}})
	call(p, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: "touchEnd", TouchPoints: []*input.TouchPoint{}})
}
