package e2e

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

// reportZone is the zone of the sample desk, in which reports tell the time.
const reportZone = "America/Sao_Paulo"

// writtenReport runs the report command for the sample desk's record of friday and returns the path of its HTML file.
func writtenReport(t *testing.T, flags ...string) string {
	t.Helper()
	_, dir := onceDesk(t)
	path := filepath.Join(t.TempDir(), "desk report.html")
	args := append([]string{"report", "--database-url", databaseURL(t, dir), "--as-of", friday, "-o", path}, flags...)
	if r := run(t, nil, args...); r.status != 0 {
		t.Fatalf("%d %s", r.status, r.errout)
	}
	return path
}

// fileURL is the address of a file on this machine.
func fileURL(path, fragment string) string {
	return (&url.URL{Scheme: "file", Path: path, Fragment: fragment}).String()
}

// offline takes the network away from a tab.
func (p *tab) offline() {
	p.t.Helper()
	var all []*network.BlockPattern
	for _, scheme := range []string{"http", "https", "ws", "wss"} {
		all = append(all, &network.BlockPattern{URLPattern: scheme + "://*:*/*", Block: true})
	}
	call(p, network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: all})
}

// askedOnly fails if the page asked for anything but a file and what the file itself holds.
func (p *tab) askedOnly(file string) {
	p.t.Helper()
	for _, address := range p.asked() {
		if without, _, _ := strings.Cut(address, "#"); without != file && !strings.HasPrefix(address, "data:") && !strings.HasPrefix(address, "blob:") {
			p.t.Errorf("the report asked for %.200s", address)
		}
	}
}

// panelTexts returns what can be read in each panel, by its id. A screen reader's texts are a part of it.
func (p *tab) panelTexts() map[string]string {
	p.t.Helper()
	return eval[map[string]string](p, `Object.fromEntries([...document.querySelectorAll("[data-panel-id]")].map((e) => [e.dataset.panelId, e.textContent.replace(/\s+/g, " ")]))`)
}

// TestBrowserReport opens a report of all dashboards from a file, without a network, in a browser of another time zone. Every
// panel of every dashboard is drawn as on the served page at the same moment, in both themes.
func TestBrowserReport(t *testing.T) {
	t.Parallel()
	desk := sampleDesk(t, friday)
	path := writtenReport(t)
	file := fileURL(path, "")
	chrome := startChromium(t)
	for _, theme := range []string{"dark", "light"} {
		t.Run(theme, func(t *testing.T) {
			t.Parallel()
			served, p := chrome.tab(t, screen{}), chrome.tab(t, screen{zone: "Asia/Tokyo"})
			p.offline()
			uids := slices.DeleteFunc(dashboards(t, desk.url), func(uid string) bool { return uid == "pipeline-step" }) // the variables of a report can't be chosen
			p.open(fileURL(path, "?theme="+theme))
			for i, uid := range uids {
				if i > 0 { // the first dashboard is open, and the tabs lead to the others
					p.after(func() { p.click(fmt.Sprintf(`document.querySelectorAll(".tabs.dashboards .tab")[%d]`, i)) })
				}
				served.open(pageOf(desk.url, uid, "?timezone="+reportZone+"&theme="+theme))
				scrolls := eval[bool](served, `document.scrollingElement.scrollHeight > innerHeight`) // a page without a scroll bar is wider
				if asked := served.last("/panels?"); scrolls && !strings.Contains(asked, "&width=1385") {
					t.Errorf("the served page asks for other widths than the report: %s", asked)
				}
				want, got := served.panelTexts(), p.panelTexts()
				if len(got) != len(panelIDs(t, desk.url, uid)) {
					t.Errorf("%s: %d panels", uid, len(got))
				}
				for id, text := range want {
					if got[id] != text {
						t.Errorf("%s, panel %s reads\n%.600s\nand on the served page\n%.600s", uid, id, got[id], text)
					}
				}
				for _, a := range served.answered() {
					p.drawn(a)
				}
			}
			p.accessible("the report")
			if now := eval[string](p, "document.documentElement.dataset.theme"); now != theme {
				t.Errorf("the theme is %s", now)
			}
			p.askedOnly(file)
		})
	}
}

// TestBrowserReportLeadsFromTheVerdictToItsPanel follows the verdict in a report that has the panel, and in one that has it not.
func TestBrowserReportLeadsFromTheVerdictToItsPanel(t *testing.T) {
	t.Parallel()
	with, without := writtenReport(t, "--dashboard", "risk", "--dashboard", "pipeline"), writtenReport(t, "--dashboard", "risk")
	p := startChromium(t).tab(t, screen{})
	p.offline()
	p.open(fileURL(with, "d/risk-dashboard/risk-dashboard"))
	p.until("a link", css(verdictLink)+`.checkVisibility() && `+css(verdictLink)+`.hasAttribute("href")`)
	p.click(css(verdictLink))
	p.until("the panel", `document.activeElement?.dataset.panelId === "11" && location.hash.startsWith("#d/pipeline-health/")`)
	p.open(fileURL(without, ""))
	p.until("a text that leads nowhere", css(verdictLink)+`.checkVisibility() && !`+css(verdictLink)+`.hasAttribute("href")`)
	p.accessible("a report whose verdict leads nowhere")
}

// TestBrowserReportIsUsed reads a report as its readers do: it says from when it is, switches themes and dashboards, goes
// back, opens panels and their data, and lets nobody change what it was computed for.
func TestBrowserReportIsUsed(t *testing.T) {
	t.Parallel()
	path := writtenReport(t, "--dashboard", "risk", "--dashboard", "pipeline", "--from", "now-30d", "--to", "now")
	p := startChromium(t).tab(t, screen{zone: "UTC"})
	p.offline()
	p.open(fileURL(path, "d/risk-dashboard/risk-dashboard?from=now-1y&timezone=utc&theme=dark"))

	if said := p.text(css("[data-testid=report-banner]")); !strings.HasPrefix(said, "Report of 2026-11-13 20:00:00 (São Paulo, UTC−03:00)") {
		t.Errorf("the banner says %q", said)
	}
	if said := p.text(css("[data-testid=time-picker]")); said != "Last 30 days São Paulo UTC−03:00" && said != "Time range: Last 30 days São Paulo UTC−03:00" {
		t.Errorf("the range reads %q", said)
	}
	if !eval[bool](p, css("[data-testid=time-picker]")+`.disabled`) || eval[bool](p, `Boolean(document.querySelector("[data-testid=refresh]"))`) {
		t.Error("the range or the refresh can be changed")
	}
	p.until("how the desk stood then", css(verdictLink)+`.checkVisibility() && `+css(verdictLink)+`.getAttribute("aria-label").includes("As of 20:00:00 on the desk's clock")`)
	if tabs := eval[[]string](p, `[...document.querySelectorAll(".tabs.dashboards .tab")].map((e) => e.textContent)`); !slices.Equal(tabs, []string{"Pipeline Health", "Risk Dashboard"}) {
		t.Errorf("the tabs are %q", tabs)
	}
	// Zooming out keeps the range and says why.
	p.press("t", "z")
	p.until("a word on the range", css(".toast.is-on")+`?.textContent === "A report has one time range"`)
	// The theme changes all drawings, and is kept by the way to another dashboard and back.
	light := p.panelTexts()
	p.after(func() { p.click(labelled("Switch to light")) })
	for id, text := range p.panelTexts() {
		if light[id] != text {
			t.Errorf("panel %s reads %.200s in the light theme and %.200s in the dark one", id, text, light[id])
		}
	}
	p.after(func() { p.click(labelled("Pipeline Health")) })
	p.after(func() { eval[bool](p, "history.back() || true") })
	if title := eval[string](p, "document.title"); !strings.HasPrefix(title, "Risk Dashboard") {
		t.Errorf("back leads to %s", title)
	}
	// A panel fills the window, and its address is the file's own, so a reload shows it again.
	id := eval[int](p, `Number([...document.querySelectorAll("[data-panel-id]")].find((e) => e.textContent.includes("Stress by Asset Class")).dataset.panelId)`)
	p.after(func() { p.click(in(id, ".is-view")) })
	call(p, page.Reload, page.ReloadParams{})
	p.until("the panel after a reload", fmt.Sprintf(`document.body?.dataset.ready && document.body.classList.contains("is-single") && %s`, panel(id)))
	if at := eval[string](p, "location.href"); !strings.HasPrefix(at, fileURL(path, "")+"#d/risk-dashboard/") {
		t.Errorf("the address is %s", at)
	}
	// A dashboard that the file does not have is not linked, and an address of it says so.
	eval[string](p, `location.hash = "#d/signal-overview/signal-overview"`)
	p.until("a word on the missing dashboard", `document.querySelector(".nothing")?.innerText.includes("This report does not hold what the address names.")`)
	if links := eval[[]string](p, `[...document.querySelectorAll("a[href]:not(.skip-link)")].map((a) => a.getAttribute("href"))`); slices.ContainsFunc(links, func(l string) bool {
		return !strings.HasPrefix(l, "#") || strings.Contains(l, "signal") || strings.Contains(l, "portfolio")
	}) {
		t.Errorf("the links are %q", links)
	}
	p.after(func() { eval[bool](p, "history.back() || true") })
	// Its rows and its SQL are in the file.
	p.hover(400, 400)
	p.press("i")
	p.until("the panel's rows", `document.querySelectorAll("dialog[open] table.rows tbody tr").length > 5`)
	p.click(labelled("SQL"))
	p.until("the panel's SQL", `document.querySelector("dialog[open] [data-testid=sql]")?.textContent.includes("SELECT")`)
	p.press("Escape")
	p.until("the drawer to close", `!document.querySelector("dialog[open]")`)
	// The licences of what the file bundles are in the file.
	p.press("?")
	p.click(labelled("Licences of what is bundled"))
	p.until("the licences", `document.querySelector("dialog[open] pre")?.textContent.includes("SIL OPEN FONT LICENSE")`)
	p.askedOnly(fileURL(path, ""))
}

// TestBrowserReportOfHostileTexts writes a report of runs that failed with texts that could end a script or begin one.
func TestBrowserReportOfHostileTexts(t *testing.T) {
	t.Parallel()
	dir := emptyDir(t)
	hostile := []string{
		`</script><script>document.title="taken over"</script>`, `<!--<script>`, `]]> --> <img src=https://example.invalid/x.png onerror=alert(1)>`,
		"&lt;b&gt; &amp; \u2028 \u202f </SCRIPT >", `"};alert(1);//\u003c/script>`,
	}
	for i, text := range hostile {
		r := run(t, []string{"TEXT=" + text}, "exec", "--data-dir", dir, "--step", fmt.Sprintf("step%d", i), "--", "sh", "-c", `printf '%s\n' "$TEXT" >&2; exit 1`)
		if r.status != 1 {
			t.Fatalf("%d %s", r.status, r.errout)
		}
	}
	path := filepath.Join(t.TempDir(), "r.html")
	if r := run(t, nil, "report", "--data-dir", dir, "--dashboard", "pipeline", "--from", "now-1h", "-o", path); r.status != 0 {
		t.Fatalf("%d %s", r.status, r.errout)
	}
	p := startChromium(t).tab(t, screen{})
	p.offline()
	p.open(fileURL(path, ""))
	log := eval[string](p, panel(errorLogID)+".textContent")
	for _, text := range hostile {
		if !strings.Contains(log, text) {
			t.Errorf("the error log lacks %q: %s", text, log)
		}
	}
	if title := eval[string](p, "document.title"); !strings.HasPrefix(title, "Pipeline Health") {
		t.Errorf("the title is %q", title)
	}
	p.askedOnly(fileURL(path, ""))
}

// TestReportOnPaper prints two dashboards into one PDF: each begins on a page of its own, which says what it is, and every
// panel is on a page.
func TestReportOnPaper(t *testing.T) {
	t.Parallel()
	desk := sampleDesk(t, friday)
	pdf := filepath.Join(t.TempDir(), "desk.pdf")
	path := writtenReport(t, "--dashboard", "risk", "--dashboard", "portfolio", "--pdf", pdf)
	if info, err := os.Stat(path); err != nil || info.Size() < 500_000 {
		t.Errorf("the HTML file beside it: %v %v", info, err)
	}
	sheets := sheetsOf(t, pdf)
	var heads []string
	for _, s := range sheets {
		if text := s.text(); strings.Contains(text, "Report of 2026-11-13 20:00:00") {
			title, _, _ := strings.Cut(text, " Last")
			heads = append(heads, title)
			if !strings.Contains(text, "São Paulo, UTC−03:00") || !strings.Contains(text, "Sample data") {
				t.Errorf("the head says %.300s", text)
			}
		}
	}
	if !slices.Equal(heads, []string{"Risk Dashboard", "Portfolio Performance"}) {
		t.Errorf("the heads are %q on %d pages", heads, len(sheets))
	}
	for _, uid := range []string{"risk-dashboard", "portfolio-performance"} {
		for _, a := range answers(t, strings.TrimRight(desk.url, "/")+"/api/dashboards/uid/"+uid+"/panels?width=1400") {
			if !slices.ContainsFunc(sheets, func(s sheet) bool { return len(s.find(a.Title)) > 0 }) {
				t.Errorf("%q is on no page", a.Title)
			}
		}
	}
}

// TestReportOfAPanelThatFails writes a report one of whose panels has no table to read. The command names the panel and the
// reason, and the file shows all other panels.
func TestReportOfAPanelThatFails(t *testing.T) {
	t.Parallel()
	address := pgtest.MigratedURL(t)
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), "ALTER TABLE stress_test_contributions RENAME TO elsewhere"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "r.html")
	r := run(t, nil, "report", "--database-url", address, "--dashboard", "risk", "-o", path)
	if r.status != 1 || !strings.Contains(r.errout, "1 panel could not be computed:\n  Risk Dashboard: Stress by Asset Class: ") || strings.Contains(r.errout, "WARN") {
		t.Errorf("%d %s", r.status, r.errout)
	}
	p := startChromium(t).tab(t, screen{})
	p.offline()
	p.open(fileURL(path, ""))
	p.until("the panel that failed", `[...document.querySelectorAll('[data-panel-id][data-state="error"]')].length === 1`)
	if text := p.text(css(`[data-panel-id][data-state="error"]`)); !strings.Contains(text, "does not exist") || strings.Contains(text, "Try again") {
		t.Errorf("the panel says %q", text)
	}
}
