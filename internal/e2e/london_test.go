package e2e

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/dashboard/check"
	"macrowatch/internal/testkit/pgtest"
)

// londonBoards is the folder with the two dashboards of that desk.
const londonBoards = "../../examples/london/dashboards"

// londonFile is the desk file of a desk that has nothing in common with the built-in one.
const londonFile = "../../examples/london/desk.yaml"

// brazilian finds names of the built-in desk: its markets, sources, instruments, classes and place.
var brazilian = regexp.MustCompile(`\b(B3|BCB|PTAX|Cupom|Sovereign|Selic|IBOV\w*|NTNB?\w*|DDI\w*|DI|DI_\w+|DI1\w+|CDS_\w+|EMBI\w*|BRL|USDBRL\w*|Brazil\w*|Sao_Paulo|São Paulo|bcb_\w+|b3_\w+|treasury_gov|signals_fx)\b`)

// A desk file from London, and from nothing else: tiles, timeline, classes, limits, expected runs and Grafana's files
// follow it.
func TestADeskInLondonFollowsItsFile(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	s := demoAt(t, dir, "--desk-file", londonFile, "--dashboards", londonBoards, "--as-of", "2026-11-12T18:30:00Z")
	url := databaseURL(t, dir)
	for sql, want := range map[string]string{
		`SELECT string_agg(step_name, ' ' ORDER BY place) FROM macrowatch_steps`:                                                                                                              "boe_rates dmo_gilts gilt_signals book_and_risk",
		`SELECT string_agg(DISTINCT step_name, ' ' ORDER BY step_name) FROM pipeline_runs`:                                                                                                    "boe_rates book_and_risk dmo_gilts gilt_signals",
		`SELECT string_agg(DISTINCT limit_value::text, ' ') FROM risk_limits_status WHERE limit_name = 'VaR 99%'`:                                                                             "3",
		`SELECT string_agg(DISTINCT scenario_name, ', ' ORDER BY scenario_name) FROM stress_test_results WHERE scenario_name NOT LIKE 'Worst%'`:                                               "Gilts fall by a tenth, Sterling falls",
		`SELECT string_agg(DISTINCT skipped, ', ') FROM expected_runs WHERE due_at::date = '2026-07-17'`:                                                                                      "Offsite",
		`SELECT count(*)::text FROM expected_runs WHERE (due_at AT TIME ZONE 'Europe/London')::date = '2026-11-14'`:                                                                           "0",
		`SELECT string_agg(to_char(due_at AT TIME ZONE 'Europe/London', 'HH24:MI'), ' ' ORDER BY due_at) FROM expected_runs WHERE (due_at AT TIME ZONE 'Europe/London')::date = '2026-10-26'`: "06:30 06:45 07:30 17:00",
		`SELECT count(*)::text FROM pipeline_runs WHERE (started_at AT TIME ZONE 'Europe/London')::date = '2026-08-31'`:                                                                       "0", // a bank holiday
	} {
		if got := scalar[string](t, url, sql); got != want {
			t.Errorf("%s\nis %q, want %q", sql, got, want)
		}
	}
	londonPanels(t, s)
	londonPages(t, s)
	londonCommands(t, dir)
}

// londonPanels looks at every panel of every dashboard.
func londonPanels(t *testing.T, s *service) {
	t.Helper()
	for uid, titles := range map[string][]string{
		"pipeline-health":       {"Bank of England", "Debt Management Office"},
		"signal-overview":       {"Signal Heatmap", "Signal Heatmap: Sterling and Short Sterling"},
		"risk-dashboard":        {"VaR 99% (1D)"},
		"portfolio-performance": nil,
		"alerts":                nil,
		"gilt-morning":          {"Signals of today", "The steps and when they were due", "How long the sources took"},
		"sterling-book":         {"NAV", "Positions at the end"},
	} {
		var shown []string
		panels := panelsOf(t, s.url, uid, "")
		for _, p := range panels {
			shown = append(shown, p.Title)
			if p.Error != "" {
				t.Errorf("%s: %s: %s", uid, p.Title, p.Error)
			}
		}
		for _, title := range titles {
			if !slices.Contains(shown, title) {
				t.Errorf("%s shows no panel %q but %q", uid, title, shown)
			}
		}
		text, err := json.Marshal(panels)
		if err != nil {
			t.Fatal(err)
		}
		if found := brazilian.FindAllString(string(text), -1); found != nil {
			t.Errorf("the panels of %s have the names %q", uid, found)
		}
	}
}

// londonPages reads every page as a browser shows it.
func londonPages(t *testing.T, s *service) {
	t.Helper()
	chrome := startChromium(t)
	p := chrome.tab(t, screen{})
	says := map[string]string{
		"pipeline-health": "Bank of England", "signal-overview": "Short Sterling", "gilt-morning": "Debt Management Office", "sterling-book": "GBP",
	}
	boards := boardsOf(t, s.url)
	if own := boards["gilt_morning.json"]; len(boards) < 7 || own.UID != "gilt-morning" || own.Fault != "" {
		t.Errorf("the dashboards are %+v", boards)
	}
	for _, board := range boards {
		p.open(pageOf(s.url, board.UID, ""))
		text := pageText(p)
		if found := brazilian.FindAllString(text, -1); found != nil {
			t.Errorf("the page %s has the names %q", board.UID, found)
		}
		if !strings.Contains(text, says[board.UID]) {
			t.Errorf("the page %s says %s", board.UID, text)
		}
	}
	p.press("/")
	p.until("its own dashboards in the list", css(finder)+`?.innerText.includes("Gilt Morning") && `+css(finder)+`.innerText.includes("Sterling Book")`)
	if text := pageText(p); brazilian.MatchString(text) {
		t.Errorf("the list of dashboards has the names %q", brazilian.FindAllString(text, -1))
	}
}

// londonCommands runs the commands that take the desk file.
func londonCommands(t *testing.T, dir string) {
	t.Helper()
	status := run(t, nil, "status", "--desk-file", londonFile, "--data-dir", dir, "--as-of", "2026-11-12T18:30:00Z")
	if !strings.Contains(status.out, "Bank of England") || !strings.Contains(status.out, "2026-11-12 18:30:00  Europe/London") || brazilian.MatchString(status.out) {
		t.Errorf("status: %s%s", status.out, status.errout)
	}
	daily := filepath.Join(t.TempDir(), "day.html")
	if r := run(t, nil, "report", "--daily", "--desk-file", londonFile, "--data-dir", dir, "--as-of", "2026-11-12T18:30:00Z", "--output", daily); r.status != 0 {
		t.Errorf("report: %s", r.errout)
	} else if text, err := os.ReadFile(daily); err != nil || brazilian.Match(text) || !strings.Contains(string(text), "Debt Management Office") {
		t.Errorf("the daily report has the names %q: %v", brazilian.FindAllString(string(text), -1), err)
	}
	for _, name := range []string{"all.html", "all.pdf"} {
		path := filepath.Join(t.TempDir(), name)
		if r := run(t, nil, "report", "--desk-file", londonFile, "--data-dir", dir, "--as-of", "2026-11-12T18:30:00Z", "--output", path); r.status != 0 || brazilian.MatchString(r.out+r.errout) {
			t.Errorf("report %s: %s%s", name, r.out, r.errout)
		} else if text, err := os.ReadFile(path); err != nil {
			t.Error(err)
		} else if _, answers, is := strings.Cut(string(text), `id="macrowatch-frozen"`); is && (brazilian.MatchString(answers) || !strings.Contains(answers, "Debt Management Office")) || is != strings.HasSuffix(name, "html") {
			t.Errorf("%s has the names %q", name, brazilian.FindAllString(answers, -1))
		}
	}
	files := t.TempDir()
	if r := run(t, []string{"MACROWATCH_DESK_FILE=" + londonFile}, "dashboards", "generate", "--dir", files); r.status != 0 {
		t.Fatal(r.errout)
	}
	if r := run(t, nil, "dashboards", "check", "--dir", files, "--desk-file", londonFile); r.status != 0 {
		t.Errorf("dashboards check: %s%s", r.out, r.errout)
	}
	rules, err := os.ReadFile(filepath.Join(files, "monitoring/grafana/provisioning/alerting/macrowatch.yml"))
	if text := string(rules); err != nil || !strings.Contains(text, "$A >= 75 && ") || !strings.Contains(text, "Europe/London") || strings.Contains(text, "backtest-yellow") || !strings.Contains(text, "backtest-red") {
		t.Errorf("Grafana's rules do not follow the desk file: %v", err)
	}
	err = filepath.WalkDir(files, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if found := brazilian.FindAllString(string(text), -1); found != nil {
			t.Errorf("%s has the names %q", path, found)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// The dashboards of the example run on a database of macrowatch.
func TestTheLondonDashboardsRun(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../examples/london/dashboards/*.json")
	if err != nil || len(files) != 2 {
		t.Fatalf("%q: %v", files, err)
	}
	pool := pgtest.Migrated(t)
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		found, err := check.Queries(t.Context(), pool, text, time.Date(2026, 11, 12, 18, 0, 0, 0, time.UTC), zone)
		if err != nil || len(found.Problems) > 0 || found.Queries == 0 {
			t.Errorf("%s: %d queries, %v: %v", path, found.Queries, found.Problems, err)
		}
	}
}

// pageText is what a page says, also to those who point at something or listen.
func pageText(p *tab) string {
	return eval[string](p, `document.body.innerText + " " + [...document.querySelectorAll("[title], [aria-label]")].map((e) => e.title + " " + (e.ariaLabel ?? "")).join(" ")`)
}
