package e2e

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/viewer/view"
)

// Panels of Signal Overview, Portfolio Performance and the Risk Dashboard.
const (
	matrixID, strengthID, latestFlipsID                          = 1, 2, 4
	matrixLocalID, matrixCrossID                                 = 5, 6
	leverageID, navID, attributionID, monthsMapID, monthsTableID = 3, 5, 7, 8, 9
	varID, stressID, driversID                                   = 1, 7, 14
)

// page is a dashboard's address.
func pageOf(url, uid, query string) string {
	return strings.TrimRight(url, "/") + "/d/" + uid + "/" + uid + query
}

// TestBrowserDesk reads the desk's dashboards on the evening of a workday.
func TestBrowserDesk(t *testing.T) {
	t.Parallel()
	desk := sampleDesk(t, friday)
	chrome := startChromium(t)
	for _, uid := range dashboards(t, desk.url)[1:] {
		t.Run(uid, func(t *testing.T) {
			t.Parallel()
			everyScreen(t, chrome, desk.url, uid)
		})
	}
	for name, test := range map[string]func(*testing.T, *chromium, string){
		"the matrix is a pivot":            matrixIsAPivot,
		"months by years":                  monthsByYears,
		"differences are seen":             differencesAreSeen,
		"links keep the range":             linksKeepTheRange,
		"a matrix and a heatmap full":      deskPanelsFillTheScreen,
		"a matrix and a heatmap inspected": deskPanelsInspected,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, chrome, desk.url)
		})
	}
}

// everyScreen checks all panels of a dashboard in both themes, at the width of a desktop screen and of a phone.
func everyScreen(t *testing.T, chrome *chromium, url, uid string) {
	for _, theme := range []string{"dark", "light"} {
		for _, s := range []screen{{}, {width: 390, height: 844, phone: true}} {
			p := chrome.tab(t, s)
			p.open(pageOf(url, uid, "?from=now-30d&to=now&theme="+theme))
			p.allDrawn()
			// A dashboard without variables, or whose variables are hidden from readers, must not have an empty bar.
			bare := uid == "alerts" || uid == "portfolio-performance"
			if shown := eval[bool](p, css(".variables")+"?.checkVisibility() ?? false"); shown == bare {
				t.Errorf("%s %s: a bar of variables is shown: %t", uid, theme, shown)
			}
			if s.phone {
				p.fits(uid + " " + theme)
			} else if wide := eval[[]string](p, `[...document.querySelectorAll(".table-scroll, .legend-box, .bars, .gauges")].filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.closest(".panel").querySelector(".panel-title").innerText)`); len(wide) > 0 {
				t.Errorf("%s: to be scrolled sideways: %q", uid, wide)
			}
		}
	}
	p := chrome.tab(t, screen{zone: "America/Sao_Paulo"})
	p.open(pageOf(url, uid, ""))
	for id, a := range p.allDrawn() {
		days := 7
		if uid == "pipeline-step" { // a step runs about once a day
			days = 30
		}
		if span := time.Duration(a.Range.To-a.Range.From) * time.Millisecond; a.Range.Label == "" && span != time.Duration(days)*24*time.Hour && !wholeHistory(uid, id) {
			t.Errorf("%s, panel %d is of %s without a range in the address", uid, id, span)
		}
	}
}

func matrixIsAPivot(t *testing.T, chrome *chromium, url string) {
	p := chrome.tab(t, screen{})
	p.open(pageOf(url, "signal-overview", ""))
	empty, full := 0, map[string]int{}
	for id, classes := range map[int][]string{
		matrixID:      {"FX", "Sovereign"},
		matrixLocalID: {"Rates", "Inflation"},
		matrixCrossID: {"FX", "Rates", "Inflation", "Cupom", "Sovereign", "Cross-Asset"},
	} {
		empty += pivotIsDrawn(p, id, classes, full)
	}
	if len(full) != 24 || empty < 45 {
		t.Errorf("%d strategies have cells; %d cells are empty", len(full), empty)
	}
	for strategy, n := range full {
		if n != 1 && !strings.HasPrefix(strategy, "CROSS") {
			t.Errorf("%s stands in %d rows", strategy, n)
		}
	}
}

// pivotIsDrawn checks the rows and the colours of a panel of the signal matrix and the number of cells of
// each strategy. It returns how many cells are empty.
func pivotIsDrawn(p *tab, id int, classes []string, full map[string]int) (empty int) {
	p.t.Helper()
	a := p.answered()[id]
	p.drawn(a)
	seen := eval[[][]seenCell](p, fmt.Sprintf(`[...%s.querySelectorAll("tbody tr")].map((r) => [...r.cells].map((c) => {
		const s = getComputedStyle(c);
		return {Text: c.textContent, Background: s.backgroundColor, Image: s.backgroundImage, Color: s.color};
	}))`, panel(id)))
	if len(seen) != len(classes) {
		p.t.Fatalf("the matrix has the rows %v, want %v", seen, classes)
	}
	columns := a.View.Table.Columns
	for i, row := range seen {
		if row[0].Text != classes[i] {
			p.t.Errorf("row %d is %q, want %q", i, row[0].Text, classes[i])
		}
		for j, c := range row[1:] {
			strategy := columns[j+1].Title
			if c.Text == "" {
				empty++
				if _, opaque := css3(c.Background); opaque || c.Image != "none" {
					p.t.Errorf("%s, %s: an empty cell in %s", classes[i], strategy, c.Background)
				}
				continue
			}
			full[strategy]++
			value, err := strconv.ParseFloat(c.Text, 64)
			if err != nil {
				p.t.Errorf("%s, %s: %q is no number", classes[i], strategy, c.Text)
				continue
			}
			// If a value, rounded to two decimals, is the threshold, the value itself may be on either side
			// of the threshold.
			if math.Abs(math.Abs(value)-0.3) < 0.006 {
				continue
			}
			hues := yellow
			if value < -0.3 {
				hues = red
			} else if value > 0.3 {
				hues = green
			}
			if behind, _ := css3(c.Background); !between(behind, hues) {
				p.t.Errorf("%s, %s: %s on %s", classes[i], strategy, c.Text, c.Background)
			}
		}
	}
	return empty
}

// staleSignals checks that the matrix says on a Saturday that its signals are Friday's.
func staleSignals(t *testing.T, chrome *chromium, url string) {
	p := chrome.tab(t, screen{zone: "America/Sao_Paulo"})
	p.open(pageOf(url, "signal-overview", ""))
	p.allDrawn()
	first := css(fmt.Sprintf(`[data-panel-id="%d"] tbody td`, matrixID))
	if said := p.text(first); said != "STALE 11-13" {
		t.Errorf("the matrix begins with %q", said)
	}
	if ink, _ := css3(eval[string](p, "getComputedStyle("+first+").color")); !between(ink, [2]float64{15, 45}) {
		t.Errorf("STALE is in %v", ink)
	}
	if bars := p.text(in(strengthID, ".bars")); !strings.Contains(bars, "STALE 2026-11-13 06:") {
		t.Errorf("the bars do not say of when it is: %s", bars)
	}
}

// monthsByYears checks that the heatmap and the table of monthly returns agree, and what the tooltip of a cell says.
func monthsByYears(t *testing.T, chrome *chromium, url string) {
	p := chrome.tab(t, screen{})
	p.open(pageOf(url, "portfolio-performance", ""))
	api := p.answered()
	months := api[monthsMapID]
	p.drawn(months)
	cells := map[string]string{}
	for _, row := range p.told(monthsMapID, "chart-data") {
		year, _, _ := strings.Cut(row[0], "-") // a column is named after its last day
		cells[year+" "+row[1]] = row[2]
	}
	table := api[monthsTableID].View.Table
	compared := 0
	for _, row := range table.Rows {
		for j, c := range row[1:] {
			month := table.Columns[j+1].Title
			if month == "Year %" {
				month = "Year"
			}
			if got := strings.TrimSuffix(cells[row[0].Text+" "+month], "%"); got != words(c.Value) {
				t.Errorf("%s %s is %q in the heatmap and %q in the table", month, row[0].Text, got, words(c.Value))
			}
			if words(c.Value) != "" {
				compared++
			}
		}
	}
	if compared != len(cells) || compared < 80 {
		t.Errorf("%d months are in both, %d in the heatmap", compared, len(cells))
	}

	// The tooltip of a cell says its month, year and value. A cell with a unique colour is easy to find.
	cell := ownColour(months.View.Heatmap)
	at := p.patches(monthsMapID, months.View.Heatmap)[strings.ToLower(cell.Value.Color)]
	left, top, _, _ := p.plot(monthsMapID)
	p.hover(left+at.X, top+at.Y)
	p.until("a cell's tooltip", `document.querySelector(".tip")?.checkVisibility()`)
	if tip := strings.TrimSpace(p.tip()); cell.Tip == "" || tip != cell.Tip {
		t.Errorf("the tooltip says %q, want %q", tip, cell.Tip)
	}
}

// ownColour returns a cell whose colour no other cell has.
func ownColour(v *view.Heatmap) view.HeatmapCell {
	with := map[string]int{}
	for _, c := range v.Cells {
		with[c.Value.Color]++
	}
	for _, c := range v.Cells {
		if with[c.Value.Color] == 1 {
			return c
		}
	}
	return view.HeatmapCell{}
}

// wholeHistory tells whether a panel is the heatmap of months. This panel does not show its own time range,
// which would take room from its title. Its columns are years anyway.
func wholeHistory(uid string, id int) bool {
	return uid == "portfolio-performance" && id == monthsMapID
}

func linksKeepTheRange(t *testing.T, chrome *chromium, url string) {
	const query = "?from=now-30d&to=now&theme=light"
	p := chrome.tab(t, screen{})
	p.open(pageOf(url, "signal-overview", query))
	p.after(func() { p.click(labelled("Portfolio Performance")) })
	if got := p.address(); got != "/d/portfolio-performance/portfolio-performance"+query {
		t.Errorf("the link leads to %s", got)
	}
	p.until("the range in the picker", css("[data-testid=time-picker]")+`.innerText.includes("Last 30 days")`)
	for id, a := range p.allDrawn() {
		if a.Range.Label == "" && a.Range.To-a.Range.From != 30*24*time.Hour.Milliseconds() && !wholeHistory("portfolio-performance", id) {
			t.Errorf("panel %d is of %v", id, a.Range)
		}
	}
	p.after(func() { eval[bool](p, "history.back() || true") })
	if got := p.address(); got != "/d/signal-overview/signal-overview"+query {
		t.Errorf("back leads to %s", got)
	}
	p.allDrawn()

	// On a phone the dashboards are in a menu.
	p = chrome.tab(t, screen{width: 390, height: 844, phone: true})
	p.open(pageOf(url, "portfolio-performance", query))
	p.click(css("[data-testid=dashboards]"))
	p.after(func() { p.click(labelled("Signal Overview")) })
	if got := p.address(); got != "/d/signal-overview/signal-overview"+query {
		t.Errorf("on a phone the link leads to %s", got)
	}
	p.allDrawn()
}

func deskPanelsFillTheScreen(t *testing.T, chrome *chromium, url string) {
	for _, c := range []struct {
		uid string
		id  int
	}{{"signal-overview", matrixID}, {"portfolio-performance", monthsMapID}, {"portfolio-performance", attributionID}} {
		p := chrome.tab(t, screen{})
		p.open(pageOf(url, c.uid, ""))
		a := p.answered()[c.id]
		small := eval[float64](p, panel(c.id)+".clientHeight")
		p.after(func() { p.click(labelled("Full screen: " + a.Title)) })
		if got := p.address(); !strings.HasSuffix(got, fmt.Sprintf("?viewPanel=%d", c.id)) {
			t.Errorf("the address is %s", got)
		}
		if big := eval[float64](p, panel(c.id)+".clientHeight"); big < small*1.3 {
			t.Errorf("%s is %.0f pixels high, among the others %.0f", a.Title, big, small)
		}
		p.drawn(p.answeredOne())
		p.after(func() { p.press("Escape") })
		p.drawn(p.answered()[c.id])
		phone := chrome.tab(t, screen{width: 390, height: 844, phone: true})
		phone.open(pageOf(url, c.uid, fmt.Sprintf("?viewPanel=%d", c.id)))
		phone.drawn(phone.answeredOne())
		phone.fits(a.Title)
	}
}

func deskPanelsInspected(t *testing.T, chrome *chromium, url string) {
	p := chrome.tab(t, screen{zone: "America/Sao_Paulo"})
	p.open(pageOf(url, "signal-overview", ""))
	p.inspected(p.answered()[matrixID], "Signal Overview", "strategy_signals")
	p.open(pageOf(url, "portfolio-performance", ""))
	p.inspected(p.answered()[monthsMapID], "Portfolio Performance", "portfolio_state")
}
