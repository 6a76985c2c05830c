package e2e

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"macrowatch/internal/viewer/view"
)

// The panels of Pipeline Health.
const (
	tileBCB, tileFRED, tileYahoo, tilePTAX, tileB3, tileTreasury = 1, 2, 3, 4, 5, 6
	timelineID, stepsID, errorLogID                              = 7, 8, 9
)

const noFailures = "No failures in this range"

// emptyText holds the texts of the panels that may have nothing to show. Positions of scenarios are stored for the newest
// snapshots only, and in most weeks the sample desk keeps its limits.
func emptyText(title string) string {
	switch title {
	case "Rows Left Out":
		return "Every row can be used"
	case "Positions of a Scenario":
		return "No positions are stored for this run"
	case "Limit Breaches":
		return "No limit was in breach in this range"
	case "Firing Now":
		return "Nothing fires"
	case "Silences":
		return "Nothing was silenced in this range"
	case "Waits For":
		return "It waits for no step"
	case "What Waits for It":
		return "No step waits for it"
	case "Alerts per Day", "History":
		return "No alerts in this range"
	}
	return noFailures
}

// answers fetches the panels at an address of the API.
func answers(t testing.TB, address string) map[int]view.Panel {
	t.Helper()
	status, body := get(t, address)
	if status != 200 {
		t.Fatalf("GET %s: %d %s", address, status, body)
	}
	out := map[int]view.Panel{}
	for line := range strings.Lines(body) {
		var p view.Panel
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatalf("read an answer of %s: %v", address, err)
		}
		out[p.ID] = p
	}
	return out
}

// answered fetches again what the page asked for last. On a page with a fixed clock the answers are the
// same as those that the page has drawn.
func (p *tab) answered() map[int]view.Panel {
	p.t.Helper()
	return answers(p.t, withRows(p.lastPanels()))
}

// lastPanels returns the address of all panels for what the page asked last. The page may have asked for those in the window first.
func (p *tab) lastPanels() string {
	return regexp.MustCompile(`&(panels|except)=[^&]*`).ReplaceAllString(p.last("/panels?"), "")
}

// withRows returns the address at which the answer to a request of the page also has the rows of the queries.
func withRows(url string) string { return strings.Replace(url, "frames=none", "frames=all", 1) }

// answeredOne fetches again the single panel that the page asked for last.
func (p *tab) answeredOne() view.Panel {
	p.t.Helper()
	for _, a := range answers(p.t, withRows(p.last("/panels/"))) {
		return a
	}
	p.t.Fatal("the page asked for no single panel")
	return view.Panel{}
}

// words returns a value as readers see it, with its prefix and suffix.
func words(v view.Value) string { return v.Prefix + v.Text + v.Suffix }

// uid returns the dashboard that the page asked for last.
func (p *tab) uid() string {
	_, rest, _ := strings.Cut(p.last("/panels?"), "/api/dashboards/uid/")
	uid, _, _ := strings.Cut(rest, "/")
	return uid
}

// allDrawn checks that every panel is drawn with the values of the API's answer.
func (p *tab) allDrawn() map[int]view.Panel {
	p.t.Helper()
	api := p.answered()
	base, _, _ := strings.Cut(p.last("/panels?"), "/api/")
	want := panelIDs(p.t, base, p.uid())
	ids := eval[[]int](p, `[...document.querySelectorAll("[data-panel-id]")].map((e) => Number(e.dataset.panelId)).sort((a, b) => a - b)`)
	if !reflect.DeepEqual(ids, want) || len(api) != len(want) {
		p.t.Fatalf("panels %v on the page, %d of the API; want %v", ids, len(api), want)
	}
	for _, a := range api {
		p.drawn(a)
	}
	// A panel hides what overflows. Nothing, such as a menu or the focus, must have scrolled it.
	if moved := eval[[]string](p, `[...document.querySelectorAll(".panel, .panel *")].filter((e) => getComputedStyle(e).overflowX === "hidden" && (e.scrollLeft || e.scrollTop)).map((e) => e.outerHTML.slice(0, 100))`); len(moved) > 0 {
		p.t.Errorf("scrolled out of place: %q", moved)
	}
	return api
}

// failure is a sentence on what is wrong with a panel.
type failure func(format string, args ...any)

// drawn checks a panel against the API's answer for it.
func (p *tab) drawn(a view.Panel) {
	p.t.Helper()
	p.compare(a, func(format string, args ...any) {
		p.t.Helper()
		p.t.Errorf("%s, panel %d, %s: %s", p.address(), a.ID, a.Title, fmt.Sprintf(format, args...))
	})
}

// compare reports everything about a panel that is not drawn as the API's answer says.
func (p *tab) compare(a view.Panel, fail failure) {
	p.t.Helper()
	if a.Error != "" || a.View == nil {
		fail("the API answers with the error %q", a.Error)
		return
	}
	state := eval[string](p, panel(a.ID)+".dataset.state")
	text := p.text(panel(a.ID))
	if !strings.Contains(text, a.Title) {
		fail("its title is not to be read: %s", text)
	}
	if said := p.text(in(a.ID, ".message")); said != "" && said != emptyText(a.Title) {
		fail("it says: %s", said)
	}
	if cut := p.text(in(a.ID, "[data-testid=cut]")); cut != a.View.Cut {
		fail("it says that it shows the %q, want %q", cut, a.View.Cut)
	}
	if chip := p.text(in(a.ID, ".chip:not(.is-cut)")); chip != a.Range.Label {
		fail("it names the range %q, want %q", chip, a.Range.Label)
	}
	if n := eval[int](p, fmt.Sprintf(`%s.querySelectorAll(".panel-head .is-notice").length`, panel(a.ID))); n != min(len(a.View.Notices), 1) {
		fail("%d marks of a notice, the API has %q", n, a.View.Notices)
	}
	if lacks := emptiness(a); lacks != "" {
		fail("%s", lacks)
		return
	}
	if a.View.Kind == "empty" || a.View.Table != nil && len(a.View.Table.Rows) == 0 {
		if state != "empty" || !strings.Contains(text, emptyText(a.Title)) {
			fail("state %s, it says: %s; want %q", state, text, emptyText(a.Title))
		}
		return
	}
	if state != "ready" {
		fail("state %s, it says: %s", state, text)
		return
	}
	v := a.View
	switch {
	case v.Stat != nil:
		p.statDrawn(a, fail)
	case v.TimeSeries != nil:
		p.seriesDrawn(a, fail)
	case v.StateTimeline != nil:
		p.statesDrawn(a, fail)
	case v.Table != nil:
		p.tableDrawn(a, fail)
	case v.Gauge != nil:
		p.gaugeDrawn(a, fail)
	case v.BarGauge != nil:
		p.barGaugeDrawn(a, fail)
	case v.BarChart != nil:
		p.barChartDrawn(a, fail)
	case v.PieChart != nil:
		p.pieDrawn(a, fail)
	case v.Heatmap != nil:
		p.heatmapDrawn(a, fail)
	default:
		fail("a view of kind %s", v.Kind)
	}
}

// failures returns the rows of the Error Log.
func failures(log view.Panel) [][]view.Cell {
	if log.View == nil || log.View.Table == nil {
		return nil
	}
	return log.View.Table.Rows
}

// fold joins texts and replaces each run of white space by one blank.
func fold(texts []string) string {
	var out []string
	for _, text := range texts {
		out = append(out, strings.Join(strings.Fields(text), " "))
	}
	return strings.Join(out, " | ")
}
