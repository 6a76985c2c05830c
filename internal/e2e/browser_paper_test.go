package e2e

import (
	"encoding/xml"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
)

// sheet is a printed page: its size and its words, in points from the top left.
type sheet struct {
	Width  float64 `xml:"width,attr"`
	Height float64 `xml:"height,attr"`
	Words  []word  `xml:"word"`
}

type word struct {
	Left float64 `xml:"xMin,attr"`
	Top  float64 `xml:"yMin,attr"`
	Text string  `xml:",chardata"`
}

// find returns the places at which a text begins on the sheet.
func (s sheet) find(text string) (places []point) {
	want := strings.Fields(text)
	for i := 0; i+len(want) <= len(s.Words); i++ {
		if slices.EqualFunc(s.Words[i:i+len(want)], want, func(w word, text string) bool { return w.Text == text }) {
			places = append(places, point{s.Words[i].Left, s.Words[i].Top})
		}
	}
	return places
}

// hasLine reports whether all words of a text stand in one line of the sheet, whatever stands between them.
func (s sheet) hasLine(text string) bool {
	want := strings.Fields(text)
	return slices.ContainsFunc(s.Words, func(first word) bool {
		var line []string
		for _, w := range s.Words {
			if math.Abs(w.Top-first.Top) < 4 {
				line = append(line, w.Text)
			}
		}
		return !slices.ContainsFunc(want, func(one string) bool { return !slices.Contains(line, one) })
	})
}

// text returns all words of the sheet.
func (s sheet) text() string {
	var words []string
	for _, w := range s.Words {
		words = append(words, w.Text)
	}
	return strings.Join(words, " ")
}

// paper prints the current page with Chromium and returns the sheets.
func (p *tab) paper() []sheet {
	p.t.Helper()
	yes := true
	pdf := filepath.Join(p.t.TempDir(), "page.pdf")
	if err := os.WriteFile(pdf, call(p, page.PrintToPDF, page.PrintToPDFParams{PrintBackground: &yes, PreferCSSPageSize: &yes}).Data, 0o600); err != nil {
		p.t.Fatal(err)
	}
	if folder := os.Getenv("MACROWATCH_SCREENSHOTS"); folder != "" {
		if b, err := os.ReadFile(pdf); err == nil {
			_ = os.WriteFile(filepath.Join(folder, p.uid()+".pdf"), b, 0o644)
		}
	}
	return sheetsOf(p.t, pdf)
}

// sheetsOf reads the sheets of a PDF with pdftotext.
func sheetsOf(t testing.TB, pdf string) []sheet {
	t.Helper()
	out, err := exec.Command("pdftotext", "-bbox", pdf, "-").Output()
	if err != nil {
		t.Fatalf("read the printed page; scripts/install-test-tools.sh installs pdftotext: %v", err)
	}
	var html struct {
		Sheets []sheet `xml:"body>doc>page"`
	}
	d := xml.NewDecoder(strings.NewReader(string(out)))
	d.Strict, d.Entity, d.AutoClose = false, xml.HTMLEntity, xml.HTMLAutoClose
	if err := d.Decode(&html); err != nil {
		t.Fatal(err)
	}
	return html.Sheets
}

// TestBrowserPaper prints every dashboard. The first page must name the dashboard, and every panel must be there.
// Only a table that is longer than a page may continue on the next page.
func TestBrowserPaper(t *testing.T) {
	t.Parallel()
	desk := sampleDesk(t, friday)
	chrome := startChromium(t)
	for _, uid := range dashboards(t, desk.url) {
		t.Run(uid, func(t *testing.T) {
			t.Parallel()
			p := chrome.tab(t, screen{zone: "America/Sao_Paulo"})
			p.open(pageOf(desk.url, uid, "?kiosk&from=now-30d&to=now&theme=dark"))
			p.allDrawn()
			zoom := eval[float64](p, "document.documentElement.currentCSSZoom")
			panels := p.onPaper(t)
			sheets := p.paper()
			head := sheets[0].text()
			for _, want := range []string{eval[string](p, `document.querySelector(".strip h1").textContent`), "Last 30 days", "2026-10-14 20:00:00 to 2026-11-13 20:00:00",
				"São Paulo, UTC−03:00", "As of 2026-11-13 20:00:00", "Sample data", "Printed 2", "by macrowatch, version"} {
				if !strings.Contains(head, want) {
					t.Errorf("the first page lacks %q: %.400s", want, head)
				}
			}
			const points = 0.75 // of a pixel
			for _, one := range panels {
				var found []float64 // the room below each place where the title is
				for _, s := range sheets {
					for _, at := range s.find(one.Title) {
						found = append(found, s.Height-34-at.Y)
					}
				}
				if len(found) == 0 {
					t.Errorf("%q is on no page", one.Title)
				} else if one.High < 640 && slices.Max(found) < one.High*points-10 {
					t.Errorf("%q is %.0f points high and has %.0f on its page", one.Title, one.High*points, slices.Max(found))
				}
			}
			wholeTables(t, p, sheets)
			for i, s := range sheets {
				if s.Width < 840 || s.Width > 843 || s.Height > 596 {
					t.Errorf("page %d has %.0f by %.0f points", i+1, s.Width, s.Height)
				}
				if !strings.Contains(s.text(), "/") {
					t.Errorf("page %d has no number", i+1)
				}
			}
			if len(sheets) > len(panels)+1 {
				t.Errorf("%d panels take %d pages", len(panels), len(sheets))
			}
			// Afterwards the page is as it was.
			p.until("the page as it was", `!document.body.classList.contains("is-printed") && document.documentElement.dataset.theme === "dark" && document.body.classList.contains("is-kiosk")`)
			if now := eval[float64](p, "document.documentElement.currentCSSZoom"); now != zoom {
				t.Errorf("it was enlarged %g times and is now %g times", zoom, now)
			}
			p.allDrawn()
		})
	}
}

// wholeTables checks that every row of every table is on a sheet, the total too, and that a sheet on which a table continues
// has its headings. Tables of long texts are left out, because a text of several lines is not found in one piece.
func wholeTables(t *testing.T, p *tab, sheets []sheet) {
	t.Helper()
	type table struct {
		Title, Head string
		Rows        []string
	}
	for _, one := range eval[[]table](p, `[...document.querySelectorAll(".panel.is-table:has(tbody tr)")].filter((e) => !e.querySelector(".is-long")).map((e) => {
		const text = (row) => [...row.cells].map((c) => c.textContent.replace(/[↑↓]/g, "").trim()).join(" ");
		const [head, ...rows] = [...e.querySelector("table").rows];
		return { Title: e.querySelector(".panel-title").textContent, Head: text(head), Rows: rows.map(text) };
	})`) {
		on := map[int]int{} // how many rows are on each sheet
		for _, row := range one.Rows {
			at := slices.IndexFunc(sheets, func(s sheet) bool { return s.hasLine(row) })
			if at < 0 {
				t.Errorf("%q lacks the row %q", one.Title, row)
			}
			if !strings.HasPrefix(row, "Total ") { // several tables may have the same total
				on[at]++
			}
		}
		for at, rows := range on {
			if at >= 0 && !sheets[at].hasLine(one.Head) {
				t.Errorf("%d rows of %q are on page %d without its headings", rows, one.Title, at+1)
			}
		}
	}
}

type printed struct {
	Title string
	High  float64 // in pixels
}

// onPaper lays the page out for the printer and back, and returns its panels. The drawings must be as wide as their
// panels.
func (p *tab) onPaper(t *testing.T) []printed {
	t.Helper()
	eval[bool](p, `dispatchEvent(new Event("beforeprint"))`)
	panels := eval[[]printed](p, `[...document.querySelectorAll(".panel")].filter((e) => e.checkVisibility()).map((e) => ({Title: e.querySelector(".panel-title").textContent, High: e.getBoundingClientRect().height}))`)
	if odd := eval[[]string](p, `[...document.querySelectorAll(".plot")].filter((e) => e.checkVisibility() && e.querySelector("canvas, svg") && Math.abs(e.querySelector("canvas, svg").getBoundingClientRect().width - e.clientWidth) > 1).map((e) => e.closest(".panel").innerText.slice(0, 40))`); len(odd) > 0 {
		t.Errorf("drawings have another width than their panels: %q", odd)
	}
	if right := eval[float64](p, `Math.max(...[...document.querySelectorAll(".panel")].map((e) => e.getBoundingClientRect().right))`); right < 1000 || right > 1048 {
		t.Errorf("the panels end at %.0f, not at the paper's edge", right)
	}
	if theme := eval[string](p, "document.documentElement.dataset.theme"); theme != "light" {
		t.Errorf("it is printed in the %s theme", theme)
	}
	eval[bool](p, `dispatchEvent(new Event("afterprint"))`)
	return panels
}

// TestBrowserPaperOfOnePanel prints a panel that fills the window: it fills a page.
func TestBrowserPaperOfOnePanel(t *testing.T) {
	t.Parallel()
	desk := sampleDesk(t, friday)
	p := startChromium(t).tab(t, screen{})
	p.open(pageOf(desk.url, "portfolio-performance", "?from=now-1y&to=now&viewPanel=5"))
	sheets := p.paper()
	if len(sheets) != 1 {
		t.Fatalf("it takes %d pages", len(sheets))
	}
	if text := sheets[0].text(); !strings.Contains(text, "Portfolio Performance: Equity Curve") || !strings.Contains(text, "Last 1 year") {
		t.Errorf("the page says %q", text)
	}
}

// TestBrowserPaperIsTheSameFromBothThemes lays dashboards out for the printer in a narrow window: the texts and the
// drawings have the same dark colours on white whichever theme the page has, and every dial fits into its panel.
func TestBrowserPaperIsTheSameFromBothThemes(t *testing.T) {
	t.Parallel()
	desk := sampleDesk(t, friday)
	chrome := startChromium(t)
	for _, uid := range []string{"risk-dashboard", "pipeline-health"} {
		colours := map[string][]string{}
		for _, theme := range []string{"dark", "light"} {
			p := chrome.tab(t, screen{width: 800, height: 600})
			p.open(pageOf(desk.url, uid, "?from=now-7d&to=now&theme="+theme))
			eval[bool](p, `dispatchEvent(new Event("beforeprint"))`)
			p.until("things to be in their places", atRest)
			colours[theme] = eval[[]string](p, `[...document.querySelectorAll(".panel-title, .stat-value, .dial-value, .data-table td, .legend-item, .bar-value, .swatch, [data-color]")].map((e) => {
				const s = getComputedStyle(e);
				return [e.className.baseVal ?? e.className, s.color, s.fill.replace(/#[a-z]+-[0-9-]+/, ""), s.backgroundColor, e.dataset.color ?? ""].join(" ");
			})`)
			if wide := eval[[]string](p, `[...document.querySelectorAll(".gauge, .plot > *, .stat, .bars")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().width > e.closest(".panel-body").getBoundingClientRect().width + 1).map((e) => e.closest(".panel").innerText.slice(0, 40))`); len(wide) > 0 {
				t.Errorf("%s, %s: drawings are wider than their panels: %q", uid, theme, wide)
			}
			if ink := eval[string](p, `getComputedStyle(document.body).color`); ink != "rgb(0, 0, 0)" {
				t.Errorf("%s, %s: texts are %s", uid, theme, ink)
			}
		}
		if len(colours["dark"]) < 20 || len(colours["dark"]) != len(colours["light"]) {
			t.Fatalf("%s: %d colours from the dark theme, %d from the light one", uid, len(colours["dark"]), len(colours["light"]))
		}
		for i, dark := range colours["dark"] {
			if light := colours["light"][i]; dark != light {
				t.Errorf("%s: from the dark theme %q, from the light one %q", uid, dark, light)
				break
			}
		}
	}
}
