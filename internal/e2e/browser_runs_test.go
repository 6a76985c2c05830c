package e2e

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

// noon is the fixed now of the page of ownRuns, on a Thursday in São Paulo.
const noon = "2024-06-13T12:00:00-03:00"

// ownRuns bring every status to the tiles. b3_market_data has no run.
const ownRuns = `run_id,step_name,status,started_at,duration_seconds,error_message
1,bcb_sgs,SUCCESS,2024-06-13T06:00:00-03:00,42.5,
2,fred,FAILED,2024-06-13T06:00:05-03:00,9.5,"HTTP 503 <b>from</b> upstream & <img src=x onerror=alert(1)>"
3,yahoo,RUNNING,2024-06-13T11:55:00-03:00,,
4,bcb_ptax,SUCCESS,2024-06-11T06:00:00-03:00,11,
5,treasury_gov,FAILED,2024-06-03T06:00:00-03:00,30,old failure
6,fred,SUCCESS,2024-06-12T06:00:00-03:00,60,
`

// importRuns makes a database with ownRuns in it and returns its address.
func importRuns(t testing.TB) string {
	t.Helper()
	address := pgtest.MigratedURL(t)
	if r := runIn(t, []string{"DATABASE_URL=" + address}, ownRuns, "import", "pipeline-runs", "-"); r.status != 0 {
		t.Fatalf("import: %d %s", r.status, r.errout)
	}
	return address
}

func serveRuns(t testing.TB, address string, more ...string) *service {
	t.Helper()
	return start(t, []string{"DATABASE_URL=" + address},
		append([]string{"serve", "--open=false", "--listen", "127.0.0.1:0", "--as-of", noon}, more...)...)
}

// TestBrowserOwnRuns reads a page whose runs are all listed above.
func TestBrowserOwnRuns(t *testing.T) {
	t.Parallel()
	address := importRuns(t)
	root := serveRuns(t, address)
	prefixed := serveRuns(t, address, "--base-path", "/macro")
	chrome := startChromium(t)
	t.Run("tiles", func(t *testing.T) { t.Parallel(); tiles(t, chrome, root.url) })
	t.Run("colour is never the only sign", func(t *testing.T) { t.Parallel(); marked(t, chrome, root.url) })
	t.Run("error log", func(t *testing.T) { t.Parallel(); errorLog(t, chrome, root.url) })
	t.Run("nothing in the range", func(t *testing.T) { t.Parallel(); emptyRange(t, chrome, root.url) })
	t.Run("path prefix", func(t *testing.T) { t.Parallel(); pathPrefix(t, chrome, prefixed.url) })
	t.Run("server away", func(t *testing.T) { t.Parallel(); serverAway(t, chrome, address) })
	t.Run("database away", func(t *testing.T) { t.Parallel(); databaseAway(t, chrome, address) })
	t.Run("database silent", func(t *testing.T) { t.Parallel(); databaseSilent(t, chrome, address) })
}

func tiles(t *testing.T, chrome *chromium, url string) {
	for _, theme := range []string{"dark", "light"} {
		p := chrome.tab(t, screen{})
		p.open(url + "?theme=" + theme)
		p.allDrawn()
		api := p.answered()
		for id, want := range map[int]struct {
			status, started, took string
			hues                  [2]float64 // the status's colour lies between these, in degrees
		}{
			tileBCB:      {"SUCCESS", "6 hours ago", "42.5 s", green},
			tileFRED:     {"FAILED", "6 hours ago", "9.5 s", red},
			tileYahoo:    {"RUNNING", "5 minutes ago", "5 m 0 s", yellow},
			tilePTAX:     {"STALE", "2 days ago", "11 s", yellow},
			tileB3:       {"NO RUNS", "never", "–", grey},
			tileTreasury: {"FAILED", "10 days ago", "30 s", red},
		} {
			got := p.tile(id)
			if text := strings.Join([]string{want.status, want.started, want.took}, " "); got != text {
				t.Errorf("%s: tile %d reads %q, want %q", theme, id, got, text)
			}
			shown := rgb(t, eval[string](p, "getComputedStyle("+in(id, ".stat-main .stat-value")+").color"))
			ground := rgb(t, eval[string](p, "getComputedStyle("+panel(id)+").backgroundColor"))
			asked := hex(t, api[id].View.Stat.Items[0].Value.Color)
			if c := contrast(shown, ground); c < 4.5 {
				t.Errorf("%s: %s has a contrast of %.2f", theme, want.status, c)
			}
			if contrast(asked, ground) >= 4.5 && shown != asked {
				t.Errorf("%s: %s is drawn %v although %v can be read on %v", theme, want.status, shown, asked, ground)
			}
			if !between(asked, want.hues) || !between(shown, want.hues) {
				t.Errorf("%s: %s is to be %v and is drawn %v", theme, want.status, asked, shown)
			}
		}
	}
}

// tile returns what a tile shows, without the name of its link.
func (p *tab) tile(id int) string {
	return p.text(in(id, ".stat-main")) + " " + p.text(in(id, ".stat-facts"))
}

func errorLog(t *testing.T, chrome *chromium, url string) {
	p := chrome.tab(t, screen{zone: "America/Sao_Paulo"})
	p.open(url + "?from=now-30d&to=now")
	p.allDrawn()
	rows := eval[[][]string](p, fmt.Sprintf(`[...%s.querySelectorAll("tbody tr")].map((r) => [...r.cells].map((c) => c.textContent))`, panel(errorLogID)))
	// A row's time is when the run failed. Markup in a message is shown as text.
	want := fmt.Sprint([][]string{
		{"2024-06-13 06:00:14.500", "fred", "HTTP 503 <b>from</b> upstream & <img src=x onerror=alert(1)>"},
		{"2024-06-03 06:00:30.000", "treasury_gov", "old failure"},
	})
	if got := fmt.Sprint(rows); got != want && got != strings.NewReplacer(".500", "", ".000", "").Replace(want) {
		t.Errorf("the error log has %s, want %s", got, want)
	}
	// A click on a column's heading sorts by the column's values.
	p.click(fmt.Sprintf(`[...%s.querySelectorAll("th button")].find((b) => b.textContent === "Time")`, panel(errorLogID)))
	p.until("the oldest first", in(errorLogID, "tbody td")+`.textContent.startsWith("2024-06-03")`)
}

func emptyRange(t *testing.T, chrome *chromium, url string) {
	p := chrome.tab(t, screen{})
	p.open(url + "?from=2020-01-06T00:00:00Z&to=2020-01-07T00:00:00Z")
	for id := tileBCB; id <= tileTreasury; id++ {
		if got := p.tile(id); got != "NO RUNS never –" {
			t.Errorf("tile %d reads %q", id, got)
		}
	}
	// A state timeline lists its states in its legend.
	for id, want := range map[int]string{timelineID: "No runs in this range", stepsID: "No data", errorLogID: noFailures} {
		if got := p.text(in(id, ".message")); got != want {
			t.Errorf("panel %d says %q, want %q", id, got, want)
		}
	}
}

func pathPrefix(t *testing.T, chrome *chromium, url string) {
	if !strings.HasSuffix(strings.TrimRight(url, "/"), "/macro") {
		t.Fatalf("the program says that it is at %s", url)
	}
	origin := strings.TrimSuffix(strings.TrimRight(url, "/"), "/macro")
	p := chrome.tab(t, screen{})
	p.open(origin + "/macro/")
	p.allDrawn()
	p.click(css("[data-testid=time-picker]"))
	p.after(func() { p.click(labelled("Last 7 days")) })
	if got := p.address(); got != "/macro/?from=now-7d&to=now" {
		t.Errorf("the address is %s", got)
	}
	p.after(func() { p.click(labelled("Full screen: Pipeline Timeline")) })
	p.drawn(p.answeredOne())
	p.after(func() { eval[bool](p, "history.back() || true") })
	p.allDrawn()
	for _, link := range eval[[]string](p, `[...document.querySelectorAll("a[href]")].map((a) => a.href)`) {
		if !strings.HasPrefix(link, origin+"/macro/") {
			t.Errorf("a link leads to %s", link)
		}
	}
	p.open(origin + "/macro/d/pipeline-health/pipeline-health?from=now-7d&to=now")
	p.allDrawn()
	// The page also answers for an unknown address below the prefix.
	p.provoke("404")
	p.open(origin + "/macro/d/none/none")
	p.until("the sentence", `document.querySelector("main").innerText.includes("none")`)
	asked := p.asked()
	if len(asked) < 8 {
		t.Errorf("only %d requests: %q", len(asked), asked)
	}
	for _, a := range asked {
		if !strings.HasPrefix(a, origin+"/macro/") && !strings.HasPrefix(a, "blob:") && !strings.HasPrefix(a, "data:") {
			t.Errorf("outside of the prefix: %s", a)
		}
	}
	if status, body := get(t, origin+"/api/search"); status != 404 || !strings.Contains(body, "/macro/") {
		t.Errorf("outside of the prefix: %d %s", status, body)
	}
	if status, _ := get(t, origin+"/macro"); status != 200 {
		t.Errorf("the bare prefix: %d", status)
	}
}

// Hues in degrees, from and to. Red goes past 360.
var (
	green  = [2]float64{80, 160}
	yellow = [2]float64{35, 65}
	red    = [2]float64{340, 20}
	grey   = [2]float64{}
)

type colour [3]float64

func rgb(t testing.TB, text string) (c colour) {
	t.Helper()
	if _, err := fmt.Sscanf(text, "rgb(%f, %f, %f)", &c[0], &c[1], &c[2]); err != nil {
		t.Fatalf("colour %q: %v", text, err)
	}
	return c
}

func hex(t testing.TB, text string) colour {
	t.Helper()
	var r, g, b int
	if _, err := fmt.Sscanf(text, "#%02x%02x%02x", &r, &g, &b); err != nil {
		t.Fatalf("colour %q: %v", text, err)
	}
	return colour{float64(r), float64(g), float64(b)}
}

// contrast returns the contrast ratio of WCAG 2, from 1 to 21.
func contrast(a, b colour) float64 {
	light := func(c colour) float64 {
		var l [3]float64
		for i, v := range c {
			if v /= 255; v <= 0.04045 {
				l[i] = v / 12.92
			} else {
				l[i] = math.Pow((v+0.055)/1.055, 2.4)
			}
		}
		return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2]
	}
	x, y := light(a), light(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// between tells whether a colour's hue is between two others. Grey has no hue.
func between(c colour, hues [2]float64) bool {
	h := hue(c)
	switch {
	case hues == grey:
		return max(c[0], c[1], c[2])-min(c[0], c[1], c[2]) < 40
	case math.IsNaN(h):
		return false
	case hues[0] > hues[1]:
		return h >= hues[0] || h <= hues[1]
	}
	return h >= hues[0] && h <= hues[1]
}

// hue returns a colour's hue in degrees. Grey has none.
func hue(c colour) float64 {
	high, low := max(c[0], c[1], c[2]), min(c[0], c[1], c[2])
	if high-low < 60 {
		return math.NaN()
	}
	var h float64
	switch high {
	case c[0]:
		h = (c[1] - c[2]) / (high - low)
	case c[1]:
		h = 2 + (c[2]-c[0])/(high-low)
	default:
		h = 4 + (c[0]-c[1])/(high-low)
	}
	return math.Mod(h*60+360, 360)
}
