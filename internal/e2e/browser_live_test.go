package e2e

import (
	"fmt"
	"testing"
	"time"
)

// TestBrowserLive reads the pages of a demo whose clock runs. Its parts run one after the other, because
// the last one writes into the demo's database.
func TestBrowserLive(t *testing.T) {
	t.Parallel()
	now := clockAt(quietMoment())
	started := now.now().UTC()
	dir := deskDir(t)
	demo := startCommand(t, now.command(t, "demo", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", dir))
	chrome := startChromium(t)
	database := databaseURL(t, dir)
	t.Run("every panel is drawn", func(t *testing.T) { livePages(t, chrome, demo.url) })
	t.Run("the range goes on", func(t *testing.T) { liveRange(t, chrome, demo.url, now) })
	// The demo sometimes runs a real process, which exec records like any other.
	t.Run("a real process is recorded", func(t *testing.T) {
		eventually(t, "a refresh is recorded", func() (bool, string) {
			// The daily plan has nothing at this hour.
			n := scalar[int64](t, database, "SELECT count(*) FROM pipeline_runs WHERE started_at > $1", started)
			return n > 0, demo.log.String()
		})
	})
	t.Run("an open page follows what is imported", func(t *testing.T) { followsImports(t, chrome, demo.url, database, now) })
}

func livePages(t *testing.T, chrome *chromium, url string) {
	for _, uid := range dashboards(t, url) {
		p := chrome.tab(t, screen{})
		p.open(pageOf(url, uid, ""))
		if eval[bool](p, css("[data-testid=as-of-banner]")+" != null") {
			t.Error("a live page says that it is of the past")
		}
		p.until("the banner of sample data", css("[data-testid=sample-banner]")+`.innerText.includes("Sample data")`)
		// The values change while the test reads them, so they are not compared. The test waits for a panel
		// that is being loaded again.
		for id, a := range p.answered() {
			if lacks := emptiness(a); lacks != "" {
				t.Errorf("%s, %s: %s", uid, a.Title, lacks)
			}
			p.until(a.Title+" to show something", fmt.Sprintf(`%[1]s.dataset.state === "ready" || %[1]s.dataset.state === "empty" && %[1]s.innerText.includes(%[2]s)`, panel(id), quoted(emptyText(a.Title))))
		}
	}
}

// A page that is refreshed asks for the same relative range and gets a later one, because the clock runs.
func liveRange(t *testing.T, chrome *chromium, url string, clock clock) {
	p := chrome.tab(t, screen{})
	p.open(url)
	asked := clock.now()
	first := answers(t, p.lastPanels())[timelineID].Range
	if to := time.UnixMilli(first.To); to.Before(asked.Add(-time.Minute)) || to.After(clock.now()) {
		t.Errorf("the range ends at %s; it was asked for at %s", to, asked)
	}
	eventually(t, "the range to move on", func() (bool, string) {
		next := answers(t, p.lastPanels())[timelineID].Range
		return next.To > first.To && next.To-next.From == first.To-first.From, fmt.Sprint(next)
	})
}

// followsImports imports data while pages are open, and checks that the pages show them by themselves.
func followsImports(t *testing.T, chrome *chromium, url, database string, clock clock) {
	signals, book, risk := chrome.tab(t, screen{}), chrome.tab(t, screen{}), chrome.tab(t, screen{})
	signals.open(pageOf(url, "signal-overview", ""))
	book.open(pageOf(url, "portfolio-performance", ""))
	risk.open(pageOf(url, "risk-dashboard", ""))
	column := fmt.Sprintf(`[...%s.querySelectorAll("th")].some((h) => h.textContent === "FX_NEWCOMER")`, panel(matrixID))
	if eval[bool](signals, column) {
		t.Fatal("FX_NEWCOMER is there before it is imported")
	}
	imported := func(kind, text string) {
		t.Helper()
		if r := runIn(t, nil, text, "import", "--database-url", database, kind, "-"); r.status != 0 {
			t.Fatalf("import %s: %s", kind, r.errout)
		}
	}
	now := clock.now().UTC().Format(time.RFC3339)
	imported("signals", "strategy_id,instrument,direction,strength,confidence,generated_at\nFX_NEWCOMER,USDBRL_SPOT,LONG,1,0.87,"+now+"\n")
	// The pages refresh every 15 minutes. So the rows that appear while the test waits appear because they were recorded.
	signals.until("the new strategy's column", column)
	signals.until("its cell", fmt.Sprintf(`[...%s.querySelectorAll("td")].some((c) => c.textContent === "0.87")`, panel(matrixID)))

	imported("portfolio-states", "timestamp,strategy_id,instrument,weight,total_equity\n"+now+",FX_NEWCOMER,USDBRL_SPOT,0.25,1000\n")
	book.until("the new book's leverage", in(leverageID, ".stat-value")+`?.innerText.startsWith("0.25")`)
	book.until("the new book's one strategy", fmt.Sprintf(`[...%s.querySelectorAll(".legend-item")].map((e) => e.innerText.trim()).join() === "FX_NEWCOMER"`, panel(attributionID)))
	// The demo computes the risk of the new book, and the page shows that too.
	risk.until("the new book's one instrument", fmt.Sprintf(`[...%s.querySelectorAll("tbody td:first-child")].map((c) => c.textContent).join() === "USDBRL_SPOT"`, panel(driversID)))
	// Nobody loaded the pages again.
	for _, p := range []*tab{signals, book, risk} {
		if n := eval[int](p, `performance.getEntriesByType("navigation").length`); n != 1 || p.asks() < 2 {
			t.Errorf("%d navigations and %d requests for panels", n, p.asks())
		}
	}
}
