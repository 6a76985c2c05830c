package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

// twoSteps is the desk of these tests.
const twoSteps = `
name: Two steps
zone: UTC
closing_hour: 17
stale_after: 30h
steps:
  - {name: prices, title: Prices, group: connector, schedule: "0 6 * * *", start_within: 15m, end_within: 1h}
  - {name: book, title: Book, group: book, schedule: "0 12 * * *", start_within: 30m, end_within: 10h}
`

// afternoon is the clock of these tests: the step book is late.
func afternoon() time.Time { return time.Date(2026, time.November, 12, 14, 5, 0, 0, time.UTC) }

// deskFileOf writes a desk file.
func deskFileOf(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "desk.yaml")
	if err := os.WriteFile(path, []byte(strings.TrimSpace(text)+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// recordRun writes a run of the day of afternoon and tells the open pages. daysBefore counts back from that day.
func recordRun(t testing.TB, conn *pgx.Conn, id, step, status, clock string, daysBefore int) {
	t.Helper()
	at, err := time.Parse("15:04", clock)
	if err != nil {
		t.Fatal(err)
	}
	day := afternoon().Truncate(24*time.Hour).AddDate(0, 0, -daysBefore)
	start := day.Add(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute)
	for _, statement := range []string{
		fmt.Sprintf(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds, error_message)
			VALUES ('%s', '%s', '%s', '%s', '%s', 60, NULLIF('%s', 'SUCCESS'))`, id, step, status, start.Format(time.RFC3339), start.Add(time.Minute).Format(time.RFC3339), status),
		"SELECT pg_notify('macrowatch_changes', 'pipeline_runs')",
	} {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

const (
	verdictLink = "[data-testid=verdict]"
	wallVerdict = "[data-testid=verdict-wall]"
	verdictTold = "[data-testid=verdict-told]"
)

// says waits until the header's verdict has these words in its name and looks so.
func (p *tab) says(look string, words ...string) {
	p.t.Helper()
	condition := css(verdictLink) + `?.checkVisibility() && ` + css(verdictLink) + `.classList.contains("is-` + look + `")`
	for _, w := range words {
		condition += ` && ` + css(verdictLink) + `.getAttribute("aria-label").includes(` + quoted(w) + `)`
	}
	p.until("a verdict that is "+look+" and says "+strings.Join(words, ", "), condition)
}

// TestBrowserVerdict follows the verdict in the header of pages of every kind while the desk's day goes on.
func TestBrowserVerdict(t *testing.T) {
	t.Parallel()
	d := newReadDesk(t)
	dir := t.TempDir()
	// This dashboard looks as if it had the verdict.
	replace(t, filepath.Join(dir, "impostor.json"), smallBoard("impostor", "Impostor", "SELECT 'DONE' AS verdict, 'x' AS day, 'All is well' AS brief, 0::bigint AS wrong"))
	args := append(d.serveArgs("looker", dir), "--desk-file", deskFileOf(t, twoSteps))
	s := startCommand(t, clockAt(afternoon()).command(t, args...))
	chrome := startChromium(t)
	wide := chrome.tab(t, screen{width: 1920, height: 900})
	wide.open(pageOf(s.url, "impostor", "?theme=dark&from=now-30d&to=now-29d"))
	wide.until("nothing due, said calmly", css(verdictLink)+`?.innerText.trim() === "Nothing due"`)
	phone := chrome.tab(t, screen{width: 390, height: 844, phone: true})
	phone.open(pageOf(s.url, "alerts", "?theme=light"))
	wall := chrome.tab(t, screen{width: 3840, height: 2160})
	wall.open(pageOf(s.url, "risk-dashboard", "?kiosk&theme=light"))

	for _, step := range []string{"prices", "book"} {
		recordRun(t, d.super, "before-"+step, step, "SUCCESS", "06:00", 20)
	}
	recordRun(t, d.super, "run-1", "prices", "SUCCESS", "06:00", 0)
	for _, p := range []*tab{wide, phone} {
		p.says("warning", "LATE since 12:30:00. Today: 1 of 2 done, 0 failed, 1 late; next: prices on Friday at 06:00. As of 14:", "whatever range the page shows")
	}
	wide.until("the whole verdict", css(verdictLink)+`.innerText.replace(/\s+/g, " ").trim() === "1 late, 1 of 2 done"`)
	phone.until("a sign with a number", css(verdictLink)+`.innerText.trim() === "1" && `+css(verdictLink)+`.querySelector("svg").checkVisibility()`)
	phone.fits("a phone with a verdict")
	wall.until("the verdict on the wall", css(wallVerdict)+`.checkVisibility() && `+css(wallVerdict)+`.innerText.replace(/\s+/g, " ").trim() === "1 late, 1 of 2 done" && !`+css(verdictLink)+`.checkVisibility()`)
	wall.readableOnAWall("the verdict on the wall")
	wide.until("what became worse in words", css(verdictTold)+`.textContent === "LATE: 1 late, 1 of 2 done"`)

	recordRun(t, d.super, "run-2", "book", "FAILED", "12:10", 0)
	for _, p := range []*tab{wide, phone} {
		p.says("critical", "FAILED since 12:11:00. Today: 1 of 2 done, 1 failed, 0 late")
		p.accessible("a page with a verdict")
	}
	wide.until("what became worse in words", css(verdictTold)+`.textContent === "FAILED: 1 failed, 1 of 2 done"`)
	looks := map[string]bool{}
	for _, p := range []*tab{wide, phone, wall} {
		looks[eval[string](p, css(verdictLink)+`.querySelector("svg path").getAttribute("d")`)] = true
	}
	if len(looks) != 1 {
		t.Errorf("the same verdict has %d signs", len(looks))
	}

	// The keyboard leads to the panel, as it is now.
	eval[bool](wide, css(verdictLink)+`.focus(), true`)
	wide.after(func() { wide.press("Enter") })
	wide.until("the panel", `document.activeElement?.dataset.panelId === "11" && location.pathname.endsWith("/d/pipeline-health/pipeline-health")`)
	if at := wide.address(); strings.Contains(at, "from=") || strings.Contains(at, "to=") || !strings.Contains(at, "theme=dark") {
		t.Errorf("Enter leads to %s", at)
	}
	wide.until("the line of the same words", panel(11)+`.innerText.includes("Today: 1 of 2 done, 1 failed, 0 late")`)
	// So does a tap, and the link's address in a tab of its own.
	phone.click(css(verdictLink))
	phone.until("the panel in view", `document.activeElement?.dataset.panelId === "11" && (() => { const b = document.activeElement.getBoundingClientRect(); return b.top >= 0 && b.bottom <= innerHeight; })()`)
	other := chrome.tab(t, screen{})
	other.open(eval[string](wide, css(verdictLink)+`.href`))
	other.until("the panel", `document.activeElement?.dataset.panelId === "11"`)
	// With the panel in view, another click leads there again.
	eval[bool](other, `scrollTo(0, document.body.scrollHeight), document.activeElement.blur(), true`)
	other.click(css(verdictLink))
	other.until("the panel again", `document.activeElement?.dataset.panelId === "11"`)

	recordRun(t, d.super, "run-3", "book", "SUCCESS", "14:00", 0)
	wide.says("ok", "DONE. Today: 2 of 2 done, 0 failed, 0 late")
	wide.until("calm words", css(verdictLink)+`.innerText.trim() === "All done"`)
	wide.until("no word about what became better", css(verdictTold)+`.textContent === ""`)
	phone.says("ok", "DONE")
	phone.until("a sign without a number", css(verdictLink)+`.innerText.trim() === ""`)
}

// TestBrowserVerdictOnPaper prints a page: the panel says it, and the header does not say it again.
func TestBrowserVerdictOnPaper(t *testing.T) {
	t.Parallel()
	s := serveRuns(t, importRuns(t))
	p := startChromium(t).tab(t, screen{})
	p.open(pageOf(s.url, "pipeline-health", ""))
	p.allDrawn()
	p.until("a verdict", css(verdictLink)+`.checkVisibility()`)
	eval[bool](p, `dispatchEvent(new Event("beforeprint")), true`)
	p.until("the page on paper", `document.body.classList.contains("is-printed")`)
	if eval[bool](p, css(verdictLink)+`.checkVisibility() || `+css(wallVerdict)+`.checkVisibility()`) {
		t.Error("the verdict of the header is on paper too")
	}
	if n := eval[int](p, `document.body.innerText.split("Today: ").length - 1`); n != 1 {
		t.Errorf("the day is printed %d times", n)
	}
}

// TestBrowserVerdictWhileTheDatabaseIsAway keeps what was read last, and says of when it is.
func TestBrowserVerdictWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	address := pgtest.MigratedURL(t)
	through, behind := doorToDatabase(t, address)
	args := []string{"serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", behind, "--desk-file", deskFileOf(t, twoSteps)}
	s := startCommand(t, clockAt(afternoon()).command(t, args...))
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, step := range []string{"prices", "book"} {
		recordRun(t, conn, "before-"+step, step, "SUCCESS", "06:00", 20)
	}
	recordRun(t, conn, "run-1", "prices", "FAILED", "06:00", 0)
	p := startChromium(t).tab(t, screen{width: 1920, height: 900})
	p.open(pageOf(s.url, "signal-overview", ""))
	p.says("critical", "FAILED since 06:01:00")

	p.provoke("503")
	through.set(true)
	p.click(css("[data-testid=refresh]"))
	p.says("stale", "The desk's day can't be read at the moment: ", "At 14:", "on the desk's clock it was FAILED since 06:01:00")
	p.until("of when it is", css(verdictLink)+`.innerText.startsWith("At 14:")`)
	if words := eval[string](p, css(verdictLink)+`.getAttribute("aria-label")`); strings.Contains(words, "SQLSTATE") || strings.Contains(words, "dial") {
		t.Errorf("the verdict says %q", words)
	}
	if told := eval[string](p, css(verdictTold)+`.textContent`); told != "" {
		t.Errorf("it is told that %q", told)
	}
	// A page that is opened meanwhile has never known it.
	fresh := startChromium(t).tab(t, screen{width: 1920, height: 900})
	fresh.provoke("503")
	fresh.open(pageOf(s.url, "signal-overview", ""))
	fresh.until("that it is not known", css(verdictLink)+`.checkVisibility() && `+css(verdictLink)+`.innerText.trim() === "Day not known"`)
	through.set(false)
	for _, page := range []*tab{p, fresh} {
		page.says("critical", "FAILED since 06:01:00")
	}

	// A table that is gone is said as the panel says it.
	for _, statement := range []string{"ALTER TABLE expected_runs RENAME TO expected_runs_gone", "SELECT pg_notify('macrowatch_changes', 'pipeline_runs')"} {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	p.says("stale", "The desk's day can't be read at the moment: ", "expected_runs")
}

// TestBrowserNoVerdictWithoutSchedules finds no empty box where no step has a schedule.
func TestBrowserNoVerdictWithoutSchedules(t *testing.T) {
	t.Parallel()
	file := deskFileOf(t, "name: No schedules\nzone: UTC\nclosing_hour: 17\nstale_after: 30h\nsteps:\n  - {name: prices, title: Prices, group: connector}\n")
	s := start(t, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", pgtest.MigratedURL(t), "--desk-file", file)
	p := startChromium(t).tab(t, screen{})
	p.open(pageOf(s.url, "pipeline-health", ""))
	p.until("the bell", "!"+css("[data-testid=bell]")+".hidden")
	if _, body := get(t, strings.TrimRight(s.url, "/")+"/api/verdict"); strings.TrimSpace(body) != `{"verdict":null}` {
		t.Error(body)
	}
	if eval[bool](p, css(verdictLink)+`.checkVisibility() || `+css(".verdict-place")+`.getBoundingClientRect().width > 0`) {
		t.Error("the header has a verdict, or room for one")
	}
}
