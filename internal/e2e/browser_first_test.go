package e2e

import (
	"fmt"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

// answering are the panels that answer a dashboard's question.
func answering() map[string][]string {
	return map[string][]string{
		"pipeline-health": {"BCB SGS", "FRED", "Yahoo Finance", "BCB PTAX", "B3 Market Data", "Treasury Gov", "Error Log"},
		"signal-overview": {"Stance by Asset Class", "Signal Heatmap"},
		"risk-dashboard": {
			"VaR 95% (1D)", "VaR 99% (1D)", "CVaR 95%", "Max Drawdown", "Worst Limit", "Max Drawdown 1Y",
			"Limit Utilization", "Risk Computed For", "Worst Scenarios",
		},
		"portfolio-performance": {
			"NAV", "Day", "Month to Date", "Year to Date", "Current Drawdown", "Total Return", "Sharpe Ratio", "Current Leverage", "Active Positions", "Equity Curve",
		},
		"alerts":        {"Firing Now"},
		"pipeline-step": {"bcb_sgs", "About the Step", "Durations"},
	}
}

// workday is an instant in the middle of a trading day of the sample desk.
const workday = "2026-11-12T14:00:00-03:00"

// box is where a panel is on the page and what it shows.
type box struct {
	ID                     int
	Title, Kind, State     string
	Left, Top, Right, High float64
	Rows                   int // of the grid, as the dashboard says
	Collapsed              bool
	Hidden                 float64 // how many pixels of its content are below its edge
	Blank                  float64 // how many pixels of a table's panel are empty below the last row
}

// boxes returns the panels of the page.
func (p *tab) boxes() []box {
	p.t.Helper()
	p.twoFrames()
	return eval[[]box](p, `[...document.querySelectorAll(".panel")].map((e) => {
		const b = e.getBoundingClientRect(), s = e.querySelector(".table-scroll, .bars"), t = e.querySelector("table.data-table");
		return {ID: Number(e.dataset.panelId), Title: e.querySelector(".panel-title").textContent, Kind: e.dataset.type, State: e.dataset.state,
			Left: b.left, Top: b.top + scrollY, Right: b.right, High: b.height, Rows: Number(getComputedStyle(e).getPropertyValue("--rows")), Collapsed: e.classList.contains("is-collapsed"),
			Hidden: s ? s.scrollHeight - s.clientHeight : 0, Blank: s && t ? s.clientHeight - t.offsetHeight : 0};
	})`)
}

// whole is the height in pixels of a panel that keeps all rows of its dashboard's grid.
func (b box) whole() float64 { return float64(b.Rows)*38 - 8 }

// TestBrowserFirstScreen opens each dashboard on a laptop. What answers its question is seen without scrolling, in a
// size that can be read, and first of all.
func TestBrowserFirstScreen(t *testing.T) {
	t.Parallel()
	const high = 900
	chrome := startChromium(t)
	for day, asOf := range map[string]string{"a Monday before the run": monday, "a working day": workday, "a Friday evening": friday, "a Sunday": "2026-11-15T12:00:00-03:00"} {
		t.Run(day, func(t *testing.T) {
			t.Parallel()
			desk := sampleDesk(t, asOf)
			for i, uid := range dashboards(t, desk.url) {
				p := chrome.tab(t, screen{width: 1440, height: high})
				p.open(pageOf(desk.url, uid, "?theme="+[]string{"dark", "light"}[i%2]))
				all := p.boxes()
				for _, title := range answering()[uid] {
					at := slices.IndexFunc(all, func(b box) bool { return b.Title == title })
					if at < 0 {
						t.Errorf("%s has no panel %s", uid, title)
						continue
					}
					if b := all[at]; b.Top+b.High > high {
						t.Errorf("%s: %s goes from %.0f to %.0f", uid, title, b.Top, b.Top+b.High)
					} else if b.State == "ready" && b.Kind != "table" && b.Hidden > 1 {
						t.Errorf("%s: %.0f pixels of %s can't be seen", uid, b.Hidden, title)
					}
				}
				if first := all[0].Title; !slices.Contains(answering()[uid], first) {
					t.Errorf("%s begins with %s", uid, first)
				}
			}
		})
	}
}

// TestBrowserEmptyPanels opens the dashboards of a desk that has recorded nothing. A panel without data is a line with
// its title and the reason, and stays where it is when the page refreshes.
func TestBrowserEmptyPanels(t *testing.T) {
	t.Parallel()
	s := serveRuns(t, pgtest.MigratedURL(t))
	chrome := startChromium(t)
	kinds := map[string]bool{}
	for _, width := range []int64{390, 1440, 2560} {
		p := chrome.tab(t, screen{width: width, height: 900, phone: width == 390})
		for _, uid := range dashboards(t, s.url) {
			p.open(pageOf(s.url, uid, ""))
			before := p.boxes()
			for _, b := range before {
				if b.State != "empty" {
					continue
				}
				kinds[b.Kind] = true
				// On a phone the reason may need a line of its own. A panel beside two others is as high as both, and one
				// beside a panel that shows something is as high as that.
				most := map[bool]float64{true: 76, false: 40}[width == 390]
				if stacked := overlapping(before, b); stacked > 1 {
					most = most*float64(stacked) + 8
				}
				for _, beside := range before {
					if beside.State != "empty" && beside.Top == b.Top && beside.ID != b.ID {
						most = max(most, beside.High)
					}
				}
				if b.High > most || !b.Collapsed {
					t.Errorf("%s at %d: %s is empty and %.0f pixels high", uid, width, b.Title, b.High)
				}
				if said := p.text(in(b.ID, ".message")); said == "" {
					t.Errorf("%s: %s does not say why it is empty", uid, b.Title)
				}
			}
			for _, b := range before {
				if b.Kind == "bargauge" && b.High > 120 && overlapping(before, b) == 0 {
					t.Errorf("%s at %d: %s has no bars and is %.0f pixels high", uid, width, b.Title, b.High)
				}
			}
			p.after(func() { p.press("r") })
			if after := p.boxes(); !slices.Equal(before, after) {
				t.Errorf("%s at %d has moved from\n%+v to\n%+v", uid, width, before, after)
			}
		}
	}
	for _, kind := range []string{"table", "timeseries", "state-timeline", "barchart", "piechart", "heatmap"} {
		if !kinds[kind] {
			t.Errorf("no panel of the kind %s was empty", kind)
		}
	}
	// A bar gauge shows the reason in place of a bar. A tile without a number has no colour that means good or bad.
	p := chrome.tab(t, screen{width: 1440, height: 900})
	for _, uid := range dashboards(t, s.url) {
		p.open(pageOf(s.url, uid, "?theme=dark"))
		if alarmed := eval[[]string](p, `[...document.querySelectorAll(".panel:is(.is-stat, .is-gauge) [data-text], .panel.is-bargauge [data-text]")]
			.filter((e) => !/\d/.test(e.dataset.text) && e.dataset.color && !["#8e8e8e", "#ccccdc"].includes(e.dataset.color.toLowerCase()))
			.map((e) => e.closest(".panel").innerText + " " + e.dataset.color)`); len(alarmed) > 0 {
			t.Errorf("%s: without data %q", uid, alarmed)
		}
	}
}

// overlapping counts the panels beside another one.
func overlapping(all []box, b box) (n int) {
	for _, o := range all {
		if o.ID != b.ID && o.Top < b.Top+b.High && b.Top < o.Top+o.High && (o.Right <= b.Left || b.Right <= o.Left) {
			n++
		}
	}
	return n
}

// fewRows has some failures, one flip and a single year.
func fewRows(t testing.TB, failures int) string {
	t.Helper()
	address := pgtest.MigratedURL(t)
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), `INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds, error_message)
		SELECT n::text, 'step_' || n, CASE WHEN n <= $1 THEN 'FAILED' ELSE 'SUCCESS' END, timestamptz '2024-06-13 06:00-03' + n * interval '1 minute',
			timestamptz '2024-06-13 06:10-03' + n * interval '1 minute', 600, CASE WHEN n <= $1 THEN 'no route to host' END FROM generate_series(1, 60) n`, failures); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), `INSERT INTO strategy_signals (strategy_id, instrument, generated_at, direction, confidence)
		SELECT 'FX_' || n, 'USDBRL', timestamptz '2024-06-13 09:00-03' - d * interval '1 day', (ARRAY['LONG', 'SHORT'])[1 + (d + n) % 2], 0.5 FROM generate_series(0, 1) d, generate_series(1, 2) n`); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), `INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity)
		SELECT timestamptz '2024-06-13 09:00-03' - d * interval '1 day', 'FX_' || n, 'I_' || n, 0.02, 100 + d FROM generate_series(0, 3) d, generate_series(1, 60) n`); err != nil {
		t.Fatal(err)
	}
	return address
}

// TestBrowserTablesUseTheirHeight reads tables of a few rows and of many. A table without neighbours is as high as its
// rows, and none has a scroll bar beside empty room.
func TestBrowserTablesUseTheirHeight(t *testing.T) {
	t.Parallel()
	chrome := startChromium(t)
	for _, failures := range []int{1, 3, 20} {
		t.Run(fmt.Sprint(failures), func(t *testing.T) {
			t.Parallel()
			s := serveRuns(t, fewRows(t, failures))
			for _, width := range []int64{1440, 3840} {
				p := chrome.tab(t, screen{width: width, height: 1000})
				for _, uid := range dashboards(t, s.url) {
					p.open(pageOf(s.url, uid, "?from=now-7d&to=now"))
					all := p.boxes()
					for _, b := range all {
						if b.Kind != "table" || b.State != "ready" {
							continue
						}
						if b.Hidden > 1 && b.High < b.whole()-1 {
							t.Errorf("%s at %d: %s scrolls and is only %.0f of %.0f pixels high", uid, width, b.Title, b.High, b.whole())
						}
						beside := slices.ContainsFunc(all, func(o box) bool { return o.ID != b.ID && o.Top < b.Top+b.High && b.Top < o.Top+o.High })
						if b.Blank > 40 && !beside {
							t.Errorf("%s at %d: %.0f pixels below the rows of %s are empty", uid, width, b.Blank, b.Title)
						}
					}
				}
			}
			if failures == 20 {
				return
			}
			p := chrome.tab(t, screen{width: 1440, height: 1000})
			p.open(pageOf(s.url, "pipeline-health", "?from=now-7d&to=now"))
			all := p.boxes()
			if log := all[slices.IndexFunc(all, func(b box) bool { return b.ID == errorLogID })]; log.High > min(172, log.whole()-38) { // the title, the heading and three rows
				t.Errorf("an Error Log of %d rows is %.0f pixels high", failures, log.High)
			}
		})
	}
}

// TestBrowserLegendsStaySmall reads charts with sixty names. A legend takes at most a third of its panel, and says how
// many names it leaves out.
func TestBrowserLegendsStaySmall(t *testing.T) {
	t.Parallel()
	s := serveRuns(t, fewRows(t, 3))
	chrome := startChromium(t)
	const share = `Math.min(b.width / e.width, b.height / e.height)`
	for _, width := range []int64{390, 768, 1440, 3840} {
		p := chrome.tab(t, screen{width: width, height: 1000, phone: width == 390})
		for _, uid := range dashboards(t, s.url) {
			p.open(pageOf(s.url, uid, "?from=now-7d&to=now"))
			p.twoFrames()
			if large := eval[[]string](p, `[...document.querySelectorAll(".panel .legend-box")].filter((l) => l.checkVisibility() && l.firstElementChild).flatMap((l) => {
				const b = l.getBoundingClientRect(), e = l.closest(".panel").getBoundingClientRect(), share = `+share+`;
				return share > 0.34 ? [l.closest(".panel").querySelector(".panel-title").textContent + " " + share.toFixed(2)] : [];
			})`); len(large) > 0 {
				t.Errorf("%s at %d: legends take %q of their panels", uid, width, large)
			}
		}
		p.open(pageOf(s.url, "pipeline-health", "?from=now-7d&to=now"))
		counted := func() (shown, all int) {
			n := eval[[]int](p, `(() => { const l = [...`+in(timelineID, "ul.legend")+`.querySelectorAll("li:not(.legend-more)")]; return [l.filter((e) => e.checkVisibility()).length, l.length]; })()`)
			return n[0], n[1]
		}
		shown, all := counted()
		if all != 60 {
			t.Fatalf("at %d the legend has %d names", width, all)
		}
		more := in(timelineID, ".legend-more-button")
		if shown == all {
			if eval[bool](p, more+` != null`) {
				t.Errorf("at %d all %d names are shown, and there is a button for more", width, all)
			}
			continue
		}
		if says := p.text(more); says != fmt.Sprintf("and %d more", all-shown) {
			t.Errorf("at %d: %d of %d names are shown, the button says %q", width, shown, all, says)
		}
		p.click(more)
		if shown, _ := counted(); shown != all {
			t.Errorf("at %d: after the click %d of %d names are shown", width, shown, all)
		}
		p.after(func() { p.press("r") })
		if shown, _ := counted(); shown != all {
			t.Errorf("at %d: after a refresh %d of %d names are shown", width, shown, all)
		}
		p.click(more)
		if again, _ := counted(); again != shown {
			t.Errorf("at %d: closed again, it shows %d names, before %d", width, again, shown)
		}
	}
}
