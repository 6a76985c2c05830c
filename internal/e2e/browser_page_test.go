package e2e

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestBrowserSaturday reads the page on a day without trading.
func TestBrowserSaturday(t *testing.T) {
	t.Parallel()
	demo := sampleDesk(t, saturday)
	chrome := startChromium(t)
	for name, test := range map[string]func(*testing.T, *chromium, string){
		"every panel is drawn":                 everyPanelIsDrawn,
		"times are told in the browser's zone": timesAreToldInTheBrowsersZone,
		"quick range":                          quickRange,
		"absolute range":                       absoluteRange,
		"bad range":                            badRange,
		"dragging zooms in, zoom out and back": dragZoomsIn,
		"theme":                                themes,
		"kiosk":                                kiosk,
		"one panel fills the screen":           onePanelFillsTheScreen,
		"inspect shows rows and SQL and gives CSV": inspectPanel,
		"refresh":  refreshes,
		"keys":     keys,
		"tooltips": tooltips,
		"phone":    phone,
		"dashboards and panels that do not exist": notThere,
		"links and the browser's history":         history,
		"old signals say so":                      staleSignals,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, chrome, strings.TrimRight(demo.url, "/")+"/")
		})
	}
}

func TestBrowserMondayBeforeTheDayBegins(t *testing.T) {
	t.Parallel()
	demo := sampleDesk(t, monday)
	p := startChromium(t).tab(t, screen{})
	p.open(demo.url)
	p.allDrawn()
	p.until("the as-of banner", css("[data-testid=as-of-banner]")+`.innerText.includes("2026-11-16 08:30:00")`)
	for id := tileBCB; id <= tileTreasury; id++ {
		// Friday's runs started 71.5 hours before, but 48 of those were the weekend's.
		if status := p.text(in(id, ".stat-main")); status != "SUCCESS" && status != "FAILED" {
			t.Errorf("tile %d says %s on Monday morning", id, status)
		}
	}
}

func everyPanelIsDrawn(t *testing.T, chrome *chromium, url string) {
	for _, query := range []string{"", "?from=now-7d&to=now", "?from=now-30d&to=now", "?from=now-90d&to=now&theme=light"} {
		p := chrome.tab(t, screen{})
		p.open(url + query)
		api := p.allDrawn()
		if query == "" {
			continue
		}
		// A week of the desk has failures, and these are marked on the charts.
		if len(failures(api[errorLogID])) == 0 || len(api[timelineID].View.TimeSeries.Annotations) == 0 {
			t.Errorf("%s: no failures", query)
		}
	}
}

func timesAreToldInTheBrowsersZone(t *testing.T, chrome *chromium, url string) {
	read := func(zone string) (banner string, rows [][]string, failed string) {
		p := chrome.tab(t, screen{zone: zone})
		p.open(url + "?from=now-7d&to=now")
		api := p.allDrawn()
		log := failures(api[errorLogID])
		if len(log) == 0 {
			t.Fatal("no failures in the week")
		}
		failed = log[0][0].Text
		if got := p.text(in(errorLogID, "tbody td")); got != failed {
			t.Errorf("the error log begins at %q, want %q", got, failed)
		}
		return p.text(css("[data-testid=as-of-banner] time")), p.told(timelineID, "chart-data"), failed
	}
	utcBanner, utcRows, utcFailed := read("UTC")
	deskBanner, deskRows, deskFailed := read("America/Sao_Paulo")
	if utcBanner != "2026-11-14 13:00:00" {
		t.Errorf("in UTC the banner says %q", utcBanner)
	}
	if deskBanner != "2026-11-14 10:00:00" {
		t.Errorf("in São Paulo the banner says %q", deskBanner)
	}
	if len(utcRows) != len(deskRows) || len(utcRows) == 0 {
		t.Fatalf("%d and %d rows", len(utcRows), len(deskRows))
	}
	for i, row := range utcRows {
		// A run's row says when it started and ended.
		if other := deskRows[i]; beginning(t, row[0], time.UTC).Sub(beginning(t, other[0], time.UTC)) != 3*time.Hour {
			t.Fatalf("row %d is at %q in UTC and %q in São Paulo", i, row[0], other[0])
		}
	}
	utc, err1 := time.Parse(time.DateTime, utcFailed)
	desk, err2 := time.Parse(time.DateTime, deskFailed)
	if err1 != nil || err2 != nil || utc.Sub(desk) != 3*time.Hour {
		t.Errorf("the error log begins at %q in UTC and %q in São Paulo", utcFailed, deskFailed)
	}
	days := 0
	for _, row := range deskRows {
		if strings.HasPrefix(row[1], "bcb_sgs ") && strings.Contains(row[0], ", 06:00 – ") {
			days++
		}
	}
	if days != 5 {
		t.Errorf("bcb_sgs began at 06:00 of the desk's clock on %d days of a week", days)
	}
}

func notThere(t *testing.T, chrome *chromium, url string) {
	for address, want := range map[string]string{
		"d/cheese/cheese": `There is no dashboard "cheese"`,
		"no/such/page":    "There is no such page",
	} {
		p := chrome.tab(t, screen{})
		p.provoke("404")
		p.open(url + address)
		if got := p.text(css("main")); !strings.Contains(got, want) {
			t.Errorf("%s says %q, want %q", address, got, want)
		}
		client := http.Client{Timeout: patience}
		request, _ := http.NewRequest(http.MethodGet, url+address, nil)
		request.Header.Set("Accept", "text/html")
		resp, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", address, resp.StatusCode)
		}
		// The page's name in the header leads home.
		p.click(css("a.mark"))
		p.until("the dashboard", `document.body.dataset.ready && `+panel(errorLogID))
		p.allDrawn()
	}
	p := chrome.tab(t, screen{})
	p.open(url + "d/pipeline-health/pipeline-health?viewPanel=77")
	if got := p.text(css("main")); !strings.Contains(got, "no panel 77") {
		t.Errorf("a panel that does not exist: %q", got)
	}
}

func history(t *testing.T, chrome *chromium, url string) {
	p := chrome.tab(t, screen{})
	p.open(url)
	// The home page links to the dashboard's own address, which shows the same.
	link := eval[string](p, labelled("Pipeline Health")+`.getAttribute("href")`)
	if !strings.HasPrefix(link, "d/pipeline-health/pipeline-health") {
		t.Errorf("the dashboard's link is %q", link)
	}
	p.after(func() { p.click(css("[data-testid=time-picker]")); p.click(labelled("Last 7 days")) })
	week := p.address()
	p.after(func() { p.press("t"); p.press("z") })
	if p.address() == week {
		t.Fatal("the address did not change")
	}
	p.after(func() { eval[bool](p, "history.back() || true") })
	if got := p.address(); got != week {
		t.Errorf("back leads to %s, want %s", got, week)
	}
	p.allDrawn()
	p.after(func() { eval[bool](p, "history.back() || true") })
	if got := p.address(); got != "/" {
		t.Errorf("back leads to %s, want /", got)
	}
	p.until("the picker to show the range", css("[data-testid=time-picker]")+`.innerText.includes("Last 24 hours")`)
	p.allDrawn()
	p.after(func() { eval[bool](p, "history.forward() || true") })
	if got := p.address(); got != week {
		t.Errorf("forward leads to %s, want %s", got, week)
	}
}

// milliseconds reads a parameter of the page's address that is a number of milliseconds.
func (p *tab) milliseconds(name string) int64 {
	p.t.Helper()
	text := eval[string](p, fmt.Sprintf(`new URLSearchParams(location.search).get(%q) ?? ""`, name))
	ms, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		p.t.Fatalf("%s is %q, want milliseconds", name, text)
	}
	return ms
}
