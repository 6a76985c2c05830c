package e2e

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// TestBrowserChoicesAreInTheAddress isolates series and rows and sorts tables, and finds the same after a reload, with the
// browser's back button and by a copied link.
func TestBrowserChoicesAreInTheAddress(t *testing.T) {
	t.Parallel()
	desk := sampleDesk(t, friday)
	chrome := startChromium(t)
	for name, test := range map[string]func(*testing.T, *tab, string){
		"names in legends of every kind":      legendInAddress,
		"rows of a timeline by the pointer":   rowsByPointer,
		"rows of a timeline by the keyboard":  rowsByKeyboard,
		"the order of a table":                orderInAddress,
		"what there is not":                   wrongChoices,
		"a refresh, a link and a dashboard":   choicesGoOn,
		"each fact of a tile by its own link": factsHaveLinks,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, chrome.tab(t, screen{}), strings.TrimRight(desk.url, "/"))
		})
	}
}

// chosen returns the values that the address has of a parameter.
func (p *tab) chosen(parameter string) []string {
	p.t.Helper()
	_, query, _ := strings.Cut(p.address(), "?")
	values, err := url.ParseQuery(query)
	p.fatal(err)
	return values[parameter]
}

// pressed returns the names in a panel's legend that are isolated.
func (p *tab) pressed(id int) []string {
	p.t.Helper()
	return eval[[]string](p, fmt.Sprintf(`[...%s.querySelectorAll(".legend-item[aria-pressed=true]")].map((e) => e.dataset.name)`, panel(id)))
}

// rowNames returns the names beside the rows of a timeline.
func (p *tab) rowNames(id int) []string {
	p.t.Helper()
	return eval[[]string](p, fmt.Sprintf(`[...%s.querySelectorAll(".row-name")].map((e) => e.dataset.name)`, panel(id)))
}

func rowName(id int, name string) string {
	return in(id, ".row-name[data-name="+name+"]")
}

func legendInAddress(t *testing.T, p *tab, url string) {
	for _, c := range []struct {
		uid string
		id  int
	}{ // bars, states, a pie and stacked bars
		{"pipeline-health", timelineID}, {"pipeline-health", stepsID}, {"portfolio-performance", attributionID}, {"signal-overview", 3},
	} {
		parameter := fmt.Sprintf("only-%d", c.id)
		p.open(url + "/d/" + c.uid + "/x?from=now-30d&to=now")
		first := in(c.id, ".legend-item")
		p.until("a legend", first)
		name := eval[string](p, first+".dataset.name")
		p.click(first)
		p.until("the name to be isolated", first+`.getAttribute("aria-pressed") === "true"`)
		if got := p.chosen(parameter); !slices.Equal(got, []string{name}) {
			t.Errorf("%s, panel %d: the address has %q, want %q", c.uid, c.id, got, name)
		}
		if c.uid == "pipeline-health" && c.id == timelineID { // its axis is that of the series alone
			eventually(t, "the bars to be asked for again", func() (bool, string) {
				asked := p.last("/panels/7?")
				return strings.Contains(asked, "only-7="), asked
			})
		}
		p.open(url + p.address())
		p.until("the legend after a reload", first)
		if got := p.pressed(c.id); !slices.Equal(got, []string{name}) {
			t.Errorf("%s, panel %d: after a reload %q is isolated, want %q", c.uid, c.id, got, name)
		}
		p.click(first)
		p.until("nothing to be isolated", first+`.getAttribute("aria-pressed") === "false"`)
		if got := p.address(); strings.Contains(got, "only-") {
			t.Errorf("%s, panel %d: nothing is isolated, and the address is %s", c.uid, c.id, got)
		}
		eval[bool](p, "history.back() || true")
		p.until("the isolated name by the back button", first+`.getAttribute("aria-pressed") === "true"`)
		eval[bool](p, "history.forward() || true")
		p.until("all names by the forward button", first+`.getAttribute("aria-pressed") === "false"`)
	}
}

func rowsByPointer(t *testing.T, p *tab, url string) {
	p.open(url + "/d/pipeline-health/pipeline-health?from=now-7d&to=now")
	p.until("the names", rowName(stepsID, "fred"))
	all := p.rowNames(stepsID)
	high := eval[float64](p, panel(stepsID)+".offsetHeight")
	p.click(rowName(stepsID, "fred"))
	p.until("one row", fmt.Sprintf(`%s.querySelectorAll(".row-name").length === 1`, panel(stepsID)))
	if got := p.chosen("row-8"); !slices.Equal(got, []string{"fred"}) {
		t.Errorf("the address has the rows %q", got)
	}
	for _, row := range p.told(stepsID, "chart-data") {
		if row[0] != "fred" {
			t.Errorf("a state of %s is told, want fred only", row[0])
		}
	}
	p.until("a lower panel", fmt.Sprintf("%s.offsetHeight < %f", panel(stepsID), high))
	p.accessible("one row of the timeline")
	p.open(url + p.address())
	p.until("the row after a reload", rowName(stepsID, "fred")+` && `+fmt.Sprintf(`%s.querySelectorAll(".row-name").length === 1`, panel(stepsID)))
	p.click(rowName(stepsID, "fred"))
	p.until("all rows", fmt.Sprintf(`%s.querySelectorAll(".row-name").length === %d`, panel(stepsID), len(all)))
	if got := p.address(); strings.Contains(got, "row-") {
		t.Errorf("all rows are shown, and the address is %s", got)
	}
	eval[bool](p, "history.back() || true")
	p.until("one row again by the back button", fmt.Sprintf(`%s.querySelectorAll(".row-name").length === 1`, panel(stepsID)))
}

func rowsByKeyboard(t *testing.T, p *tab, url string) {
	p.open(url + "/d/pipeline-health/pipeline-health?from=now-7d&to=now")
	p.until("the names", rowName(stepsID, "fred"))
	all := p.rowNames(stepsID)
	if stops := eval[int](p, fmt.Sprintf(`[...%s.querySelectorAll(".row-name")].filter((e) => e.tabIndex === 0).length`, panel(stepsID))); stops != 1 {
		t.Errorf("the Tab key stops at %d names, want 1", stops)
	}
	eval[bool](p, in(stepsID, ".row-name")+".focus() || true")
	p.press("ArrowDown", "ArrowDown")
	p.press("Enter")
	p.until("one row", fmt.Sprintf(`%s.querySelectorAll(".row-name").length === 1`, panel(stepsID)))
	if got := p.chosen("row-8"); !slices.Equal(got, all[2:3]) {
		t.Errorf("the row is %q, want %q", got, all[2])
	}
	if at := eval[string](p, "document.activeElement.dataset.name"); at != all[2] {
		t.Errorf("the focus is at %q", at)
	}
	p.press("Enter")
	p.until("all rows", fmt.Sprintf(`%s.querySelectorAll(".row-name").length === %d`, panel(stepsID), len(all)))
	if at := eval[string](p, "document.activeElement.dataset.name"); at != all[2] {
		t.Errorf("with all rows the focus is at %q", at)
	}
	p.press("End")
	if at := eval[string](p, "document.activeElement.dataset.name"); at != all[len(all)-1] {
		t.Errorf("End leads to %q", at)
	}
}

func orderInAddress(t *testing.T, p *tab, url string) {
	p.open(url + "/d/pipeline-health/pipeline-health?from=now-30d&to=now")
	heading := in(errorLogID, "thead th:nth-child(2) button")
	p.until("the headings", heading)
	steps := func() []string {
		return eval[[]string](p, `[...`+panel(errorLogID)+`.querySelectorAll("tbody tr")].map((r) => r.cells[1].innerText)`)
	}
	before := steps()
	p.click(heading)
	p.until("an order", in(errorLogID, "th[aria-sort=ascending]"))
	p.click(heading)
	p.until("the other order", in(errorLogID, "th[aria-sort=descending]"))
	if got := p.chosen("sort-9"); !slices.Equal(got, []string{"Step", "down"}) {
		t.Errorf("the address has the order %q", got)
	}
	p.open(url + p.address())
	p.until("the order after a reload", in(errorLogID, "th[aria-sort=descending]"))
	if got := steps(); !slices.IsSortedFunc(got, func(a, b string) int { return strings.Compare(b, a) }) {
		t.Errorf("the steps are %q", got)
	}
	p.click(heading)
	p.until("no order", "!"+in(errorLogID, "th[aria-sort=descending]"))
	if got := steps(); strings.Contains(p.address(), "sort-") || !slices.Equal(got, before) {
		t.Errorf("in no order, the address is %s and the steps are %q, want %q", p.address(), got, before)
	}
}

func wrongChoices(t *testing.T, p *tab, url string) {
	p.open(url + "/d/pipeline-health/pipeline-health?from=now-7d&to=now")
	p.until("the names", rowName(stepsID, "fred"))
	all := p.rowNames(stepsID)
	p.open(url + "/d/pipeline-health/pipeline-health?from=now-7d&to=now&only-8=NOSUCH&only-7=&row-8=nosuch&row-8=%3Cb%3E&sort-9=Nosuch&only-999=x&row-x=1&only-1=SUCCESS")
	p.allDrawn()
	if got := p.rowNames(stepsID); !slices.Equal(got, all) {
		t.Errorf("the rows are %q, want all", got)
	}
	if got := append(p.pressed(stepsID), p.pressed(timelineID)...); len(got) > 0 {
		t.Errorf("%q is isolated", got)
	}
	p.click(rowName(stepsID, "yahoo"))
	p.until("one row", fmt.Sprintf(`%s.querySelectorAll(".row-name").length === 1`, panel(stepsID)))
	if got := p.chosen("row-8"); !slices.Equal(got, []string{"yahoo"}) {
		t.Errorf("after a click the address has the rows %q", got)
	}
}

func choicesGoOn(t *testing.T, p *tab, url string) {
	p.open(url + "/d/pipeline-health/pipeline-health?from=now-7d&to=now&row-8=fred&row-8=yahoo&only-8=SUCCESS")
	both := func(when string) {
		t.Helper()
		p.until("two rows "+when, fmt.Sprintf(`%s.querySelectorAll(".row-name").length === 2`, panel(stepsID)))
		if got := p.pressed(stepsID); !slices.Equal(got, []string{"SUCCESS"}) {
			t.Errorf("%s %q is isolated", when, got)
		}
	}
	both("at first")
	p.click(in(timelineID, ".legend-item"))
	p.until("an isolated series", in(timelineID, ".legend-item[aria-pressed=true]"))
	p.after(func() { p.press("r") })
	both("after a refresh")
	if asked := p.last("/panels?"); !strings.Contains(asked, "only-7=") {
		t.Errorf("a refresh asks for the axis of all series: %s", asked)
	}
	eval[bool](p, `navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }, true`)
	p.click(in(stepsID, ".panel-actions .is-menu"))
	p.click(labelled("Copy link to panel"))
	p.until("a copied link", "window.copied")
	p.open(eval[string](p, "window.copied"))
	both("by the copied link")
	p.after(func() { p.click(css(".tabs.dashboards .tab:nth-child(2)")) })
	if got := p.address(); strings.Contains(got, "row-") || strings.Contains(got, "only-") {
		t.Errorf("another dashboard has the choices: %s", got)
	}
}

func factsHaveLinks(t *testing.T, p *tab, url string) {
	p.open(url + "/d/pipeline-health/pipeline-health?from=now-7d&to=now")
	p.until("the steps", in(everyStepID, ".stat-facts .cover-link"))
	hrefs := eval[[]string](p, `[...`+panel(everyStepID)+`.querySelectorAll(".stat-facts .cover-link")].map((a) => new URL(a.href).searchParams.get("var-step"))`)
	if len(hrefs) < 18 || !slices.Contains(hrefs, "fred") || !slices.Contains(hrefs, "risk") {
		t.Errorf("the steps lead to %q", hrefs)
	}
	// A connector's tile leads to one place as a whole.
	if n := eval[int](p, panel(tileYahoo)+`.querySelectorAll(".cover-link").length`); n != 1 {
		t.Errorf("a connector's tile has %d links", n)
	}
}
