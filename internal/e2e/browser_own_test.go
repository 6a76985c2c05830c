package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"

	"macrowatch/internal/testkit/testfiles"
)

// finder is the list of all dashboards.
const finder = "[data-testid=finder]"

// selected waits until the finder has chosen a dashboard.
func (p *tab) selected(title string) {
	p.t.Helper()
	p.until("the choice of "+title, css(finder+` [aria-selected="true"] .finder-title`)+`?.textContent === `+quoted(title))
}

func TestBrowserFindsDashboards(t *testing.T) {
	t.Parallel()
	d := newReadDesk(t)
	dir := t.TempDir()
	for i := range 196 {
		replace(t, filepath.Join(dir, fmt.Sprintf("desk %d", i%7), fmt.Sprintf("%03d.json", i)), smallBoard(fmt.Sprintf("n%d", i), fmt.Sprintf("Board %03d", i), "SELECT 1 AS v"))
	}
	replace(t, filepath.Join(dir, "fx", "carry.json"), strings.Replace(smallBoard("carry", "Câmbio Carry", "SELECT 7 AS v"), "{", `{"tags": ["em"], `, 1))
	replace(t, filepath.Join(dir, "broken.json"), "{")
	s := start(t, nil, d.serveArgs("looker", dir)...)
	chrome := startChromium(t)
	for _, look := range []string{"dark", "light"} {
		for _, on := range []screen{{width: 1440, height: 900}, {width: 390, height: 844, phone: true}, {width: 3840, height: 2160}} {
			t.Run(fmt.Sprintf("%s at %d", look, on.width), func(t *testing.T) {
				t.Parallel()
				p := chrome.tab(t, on)
				p.open(pageOf(s.url, "pipeline-health", "?theme="+look))
				p.click(css("[data-testid=dashboards]"))
				p.until("all dashboards", css(finder+" .finder-count")+`?.textContent === "204 dashboards"`)
				p.until("the groups", `document.querySelectorAll("`+finder+` .finder-group").length === 11`)
				p.selected("Pipeline Health")
				if eval[bool](p, css(finder+" .finder-list")+".scrollWidth > "+css(finder+" .finder-list")+".clientWidth") {
					t.Error("the list must be scrolled sideways")
				}
				p.accessible("the list of 204 dashboards")
				p.press("Escape")
				p.until("no list", "!"+css(finder))

				p.press("/")
				p.until("the list", css(finder))
				if !on.phone {
					p.press("ArrowDown")
					p.selected("Signal Overview")
					p.press("ArrowUp", "ArrowUp")
					p.selected("Pipeline Health")
					p.press("PageDown")
					p.selected("Board 021")
				}
				p.fillIn(css(finder+" .finder-field"), "cambio em")
				p.selected("Câmbio Carry")
				p.after(func() { p.press("Enter") })
				p.until("the dashboard", css("h1")+`?.textContent === "Câmbio Carry"`)
				if got := p.address(); !strings.HasPrefix(got, "/d/carry/c-mbio-carry?") && got != "/d/carry/c-mbio-carry" {
					t.Errorf("Enter leads to %s", got)
				}
				p.allDrawn()
				if file := eval[string](p, css(".strip-file")+".textContent"); file != "fx/carry.json" {
					t.Errorf("the page names the file %q", file)
				}
				if on.phone {
					p.fits("a dashboard of a file")
				}
				p.press("/")
				p.fillIn(css(finder+" .finder-field"), "no such dashboard")
				p.until("a sentence", css(finder+" .finder-count")+`.textContent.startsWith("No dashboard has")`)
				p.press("Enter", "Escape")
				p.until("no list", "!"+css(finder))
				p.press("?")
				p.until("the shortcut in the list", css("dialog.help")+`.innerText.includes("Find a dashboard")`)
			})
		}
	}
}

// A page that is open shows what happens to its file.
func TestBrowserFollowsTheFileOfAnOpenDashboard(t *testing.T) {
	t.Parallel()
	d := newReadDesk(t)
	dir := t.TempDir()
	carry := filepath.Join(dir, "carry.json")
	replace(t, carry, smallBoard("carry", "Carry", "SELECT 1 AS v"))
	s := start(t, nil, d.serveArgs("looker", dir)...)
	p := startChromium(t).tab(t, screen{})
	p.provoke("404")
	p.open(pageOf(s.url, "carry", ""))
	value := func(title, want string) {
		t.Helper()
		p.until(title+" with "+want, css("h1")+`?.textContent === `+quoted(title)+` && `+panel(1)+`?.innerText.includes(`+quoted(want)+`)`)
	}
	value("Carry", "1")
	replace(t, carry, smallBoard("carry", "Carry of the Desk", "SELECT 22 AS v"))
	value("Carry of the Desk", "22")
	p.until("the new title in the header", css("[data-testid=dashboards] .current-text")+`.textContent === "Carry of the Desk"`)
	replace(t, carry, `{"title": "x", "panels": [`)
	p.until("the fault", css("[data-testid=broken]")+`?.innerText.includes("It is not JSON: it ends too early, in line 1.")`)
	p.accessible("a file that can't be shown")
	p.press("/")
	p.until("the fault in the list", css(finder+" .is-faulty")+`?.innerText.includes("can’t be shown")`)
	p.press("Escape")
	replace(t, carry, smallBoard("carry", "Carry", "SELECT 3 AS v"))
	value("Carry", "3")
	replace(t, carry, smallBoard("carry-two", "Carry", "SELECT 4 AS v"))
	value("Carry", "4")
	if got := p.address(); !strings.HasPrefix(got, "/d/carry-two/carry") {
		t.Errorf("the address is still %s", got)
	}
	if err := os.Remove(carry); err != nil {
		t.Fatal(err)
	}
	p.until("that there is no such dashboard", css(".nothing")+`?.innerText.includes("Nothing here")`)
	replace(t, carry, smallBoard("carry-two", "Carry", "SELECT 5 AS v"))
	value("Carry", "5")
}

// A program prints a line of 100,000 letters, and a query returns it in many rows and as names. The page shows the beginning of
// each, and a click shows all of it.
func TestBrowserShowsEnormousTexts(t *testing.T) {
	t.Parallel()
	d := newReadDesk(t)
	const rows = `SELECT repeat('x', 99998) || to_char(n, 'FM00') AS name, repeat('y', 100000) AS other, now() - n * interval '1 minute' AS time, n AS v FROM generate_series(1, 20) n`
	panels := []string{"table", "stat", "bargauge", "gauge", "piechart", "barchart", "state-timeline"}
	var all []string
	for i, kind := range panels {
		all = append(all, fmt.Sprintf(`{"id": %d, "type": %q, "title": %q, "gridPos": {"x": %d, "y": %d, "w": 12, "h": 8},
			"options": {"reduceOptions": {"values": true, "calcs": [], "fields": "/.*/"}}, "targets": [{"refId": "A", "format": "table", "rawSql": %q}]}`, i+1, kind, kind, 12*(i%2), 8*(i/2), rows))
	}
	all = append(all, fmt.Sprintf(`{"id": 8, "type": "timeseries", "title": "curves", "gridPos": {"x": 12, "y": 24, "w": 12, "h": 8},
		"targets": [{"refId": "A", "format": "time_series", "rawSql": %q}]}`, `SELECT time, name AS metric, v FROM (`+rows+`) r ORDER BY time`))
	dir := t.TempDir()
	replace(t, filepath.Join(dir, "long.json"), `{"uid": "long", "title": "Long", "schemaVersion": 39, "time": {"from": "now-1h", "to": "now"}, "panels": [`+strings.Join(all, ",")+`]}`)
	s := start(t, nil, d.serveArgs("looker", dir)...)
	chrome := startChromium(t)
	for _, on := range []screen{{}, {width: 390, height: 844, phone: true}} {
		p := chrome.tab(t, on)
		p.open(pageOf(s.url, "long", ""))
		for id := range len(all) {
			if state := eval[string](p, panel(id+1)+`.dataset.state`); state != "ready" {
				t.Errorf("panel %d is %s", id+1, state)
			}
		}
		if letters := eval[int](p, `document.body.textContent.length`); letters > 1_000_000 {
			t.Errorf("the page has %d letters", letters)
		}
		first := panel(1) + `.querySelector(".long-text")`
		p.click(first)
		p.until("the whole text", first+`.textContent.length === 100000 && `+first+`.textContent.endsWith("01")`)
	}
}

// Drawing takes longer than the interval between refreshes, and each answer differs from the one before.
func TestBrowserDrawsSlowPanelsToTheEnd(t *testing.T) {
	t.Parallel()
	d := newReadDesk(t)
	var panels []string
	for n := range 7 {
		panels = append(panels, fmt.Sprintf(`{"id": %d, "type": "stat", "title": "Value", "gridPos": {"x": 0, "y": %d, "w": 24, "h": 20},
			"targets": [{"refId": "A", "format": "table", "rawSql": "SELECT extract(epoch FROM clock_timestamp()) AS v"}]}`, n+1, 20*n))
	}
	dir := t.TempDir()
	replace(t, filepath.Join(dir, "slow.json"), `{"uid": "slow", "title": "Slow", "schemaVersion": 39, "time": {"from": "now-1h", "to": "now"}, "refresh": "5s", "panels": [`+strings.Join(panels, ",")+`]}`)
	s := start(t, nil, d.serveArgs("looker", dir)...)
	p := startChromium(t).tab(t, screen{})
	// The page gives the browser a turn after each panel below the window. Here each turn takes a second.
	call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `const timeout = window.setTimeout; window.setTimeout = (f, after, ...more) => timeout(f, after === 0 ? 1000 : after, ...more);`})
	p.open(pageOf(s.url, "slow", ""))
	p.until("the next refresh", `Number(document.body.dataset.ready) > 1`)
}

func TestBrowserIsNotFooledByADashboard(t *testing.T) {
	t.Parallel()
	d := newReadDesk(t)
	s := start(t, nil, d.serveArgs("looker", testfiles.Path(t, "dashboards"))...)
	chrome := startChromium(t)
	for _, on := range []screen{{}, {width: 390, height: 844, phone: true}} {
		p := chrome.tab(t, on)
		p.provoke("404") // the picture x
		p.provoke("inline style")
		p.provoke("style-src-attr") // the browser refuses the style, and the page sets what the server has left of it
		p.open(pageOf(s.url, "own-hostile", ""))
		p.until("the words", panel(10)+`?.innerText.includes("Your session is over")`)
		for what, wrong := range map[string]string{
			"a script ran":                `window.harmed !== undefined`,
			"a form is there":             panel(10) + `.querySelector("form, input, iframe, script, svg:not(.icon)") != null`,
			"the page's classes are used": panel(10) + `.querySelector(".prose [class]") != null`,
			"a link runs a script":        `[...document.querySelectorAll("a[href]")].some((a) => !/^https?:$/.test(a.protocol))`,
			"another interval":            css("[data-testid=refresh-interval]") + `.innerText.trim() !== "5s"`,
			"the title turns":             `/[\u202a-\u202e\u2066-\u2069\u200b]/.test(document.title + document.body.innerText)`,
			"the file is not named":       css(".strip-file") + `?.textContent !== "hostile.json"`,
		} {
			if eval[bool](p, wrong) {
				t.Errorf("%s", what)
			}
		}
		// Wherever one points outside of the panel, its content is not there.
		if covered := eval[string](p, `(() => { const box = `+panel(10)+`, words = box.querySelector(".prose"); scrollTo(0, 0);
			for (let x = 5; x < innerWidth; x += 40) for (let y = 5; y < innerHeight; y += 20) {
				const at = document.elementFromPoint(x, y), b = box.getBoundingClientRect();
				if (at && words.contains(at) && (x < b.left || x > b.right || y < b.top || y > b.bottom)) return x + ", " + y;
			} return ""; })()`); covered != "" {
			t.Errorf("the words cover the page at %s", covered)
		}
		if on.phone {
			p.fits("a hostile dashboard")
		}
	}
}
