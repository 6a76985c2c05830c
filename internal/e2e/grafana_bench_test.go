package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/benchtarget"
	"macrowatch/internal/testkit/grafanatest"
	"macrowatch/internal/testkit/httpload"
	"macrowatch/internal/testkit/pgtest"
)

// BenchmarkBesideGrafana compares serve with a real Grafana that shows the same dashboards of the same database, with the project's own
// provisioning files. Both are asked by turns. The target is 40 times Grafana's answers with 8 connections, while the data
// does not change.
func BenchmarkBesideGrafana(b *testing.B) {
	grafanatest.Need(b)
	address := pgtest.MigratedURL(b)
	startCommand(b, exec.Command(program(b), "demo", "--open=false", "--listen", "127.0.0.1:0", "--database-url", address)).stop(b)
	b.Setenv("GRAFANA_MAX_IDLE_CONNS", "5") // as the datasource file says, for a desk where several people read
	grafana := grafanatest.Start(b, filesForGrafana(b, address))
	viewer := start(b, nil, "serve", "--open=false", "--listen", "127.0.0.1:0", "--database-url", address)
	for _, connections := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("answers/connections=%d", connections), func(b *testing.B) { answersBeside(b, grafana, viewer, connections) })
	}
	for _, uid := range []string{"pipeline-health", "signal-overview", "risk-dashboard", "portfolio-performance"} {
		b.Run("page/"+uid, func(b *testing.B) { pageBeside(b, grafana, viewer, uid) })
	}
	b.Run("memory", func(b *testing.B) {
		for b.Loop() {
			for name, process := range map[string]int{"grafana": grafana.Process, "viewer": viewer.cmd.Process.Pid} {
				b.ReportMetric(memory(b, process, "VmRSS"), name+"-resident-MiB")
				b.ReportMetric(memory(b, process, "VmHWM"), name+"-peak-MiB")
			}
		}
	})
}

// filesForGrafana lets the program write Grafana's files, has them name the database and the folders of the test, and returns the
// folder of the provisioning files.
func filesForGrafana(b *testing.B, address string) string {
	b.Helper()
	dir := b.TempDir()
	if r := run(b, nil, "dashboards", "generate", "--dir", dir); r.status != 0 {
		b.Fatal(r.errout)
	}
	db, err := pgx.ParseConfig(address)
	if err != nil {
		b.Fatal(err)
	}
	root := filepath.Join(dir, "monitoring", "grafana")
	provisioning := filepath.Join(root, "provisioning", "from-environment")
	files, err := filepath.Glob(filepath.Join(provisioning, "*", "*.yml"))
	if err != nil || len(files) == 0 {
		b.Fatalf("the provisioning files are %v, %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		changed := strings.ReplaceAll(grafanatest.Datasource(string(text), db), "/var/lib/grafana", root)
		if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return provisioning
}

// riskPanel is the panel that both are asked for: the value at risk, with its limit.
const (
	riskBoard = "risk-dashboard"
	riskPanel = 1
)

// answersBeside asks both for one panel: always for the same range, and for ranges that nobody has asked for before.
func answersBeside(b *testing.B, grafana *grafanatest.Grafana, viewer *service, connections int) {
	const slice = time.Second
	token, queries := viewersToken(b, grafana), panelQueries(b, grafana)
	to := time.Now().Truncate(time.Minute)
	asksGrafana := func(from time.Time) (*http.Request, error) {
		body := fmt.Sprintf(`{"from":"%d","to":"%d","queries":%s}`, from.UnixMilli(), to.UnixMilli(), queries)
		r, err := http.NewRequest(http.MethodPost, grafana.URL+"/api/ds/query", strings.NewReader(body))
		if err == nil {
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+token)
		}
		return r, err
	}
	asksViewer := func(from time.Time) (*http.Request, error) {
		return http.NewRequest(http.MethodGet, fmt.Sprintf("%s/api/dashboards/uid/%s/panels/%d?width=%d&frames=none&from=%d&to=%d",
			strings.TrimRight(viewer.url, "/"), riskBoard, riskPanel, 1408, from.UnixMilli(), to.UnixMilli()), nil)
	}
	var asked atomic.Int64
	same := func() time.Time { return to.AddDate(0, 0, -7) }
	other := func() time.Time { return same().Add(time.Duration(asked.Add(1)) * time.Millisecond) }
	answers := func(ask func(time.Time) (*http.Request, error), from func() time.Time) float64 {
		return httpload.Answers(b, slice, connections, func() (*http.Request, error) { return ask(from()) })
	}
	var ofGrafana, ofViewer, ofGrafanaNew, ofViewerNew float64
	for b.Loop() {
		ofGrafana += answers(asksGrafana, same)
		ofViewer += answers(asksViewer, same)
		ofGrafanaNew += answers(asksGrafana, other)
		ofViewerNew += answers(asksViewer, other)
	}
	perSecond := func(of float64) float64 { return of / (float64(b.N) * slice.Seconds()) }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(perSecond(ofGrafana), "grafana-answers/s")
	b.ReportMetric(perSecond(ofViewer), "viewer-answers/s")
	b.ReportMetric(perSecond(ofGrafanaNew), "grafana-new-answers/s")
	b.ReportMetric(perSecond(ofViewerNew), "viewer-new-answers/s")
	b.ReportMetric(ofViewerNew/ofGrafanaNew, "times-grafana-new")
	if connections == 8 {
		benchtarget.AtLeast(b, ofViewer/ofGrafana, "times-grafana", 40)
	} else {
		b.ReportMetric(ofViewer/ofGrafana, "times-grafana")
	}
}

// viewersToken makes a service account that may look, and returns a token of it. A password would cost Grafana more for each request.
func viewersToken(b *testing.B, grafana *grafanatest.Grafana) string {
	b.Helper()
	var account struct{ ID int }
	var token struct{ Key string }
	name := strings.NewReplacer("/", " ", "=", " ").Replace(b.Name()) + time.Now().Format(" 150405.000000")
	tellGrafana(b, grafana, "/api/serviceaccounts", fmt.Sprintf(`{"name":%q,"role":"Viewer"}`, name), &account)
	tellGrafana(b, grafana, fmt.Sprintf("/api/serviceaccounts/%d/tokens", account.ID), fmt.Sprintf(`{"name":%q}`, name), &token)
	return token.Key
}

// panelQueries returns the queries of the panel as Grafana's page sends them: without those that are hidden.
func panelQueries(b *testing.B, grafana *grafanatest.Grafana) []byte {
	b.Helper()
	text, err := grafana.Get("/api/dashboards/uid/" + riskBoard)
	if err != nil {
		b.Fatal(err)
	}
	var board struct {
		Dashboard struct {
			Panels []struct {
				ID      int
				Targets []map[string]any
			}
		}
	}
	if err := json.Unmarshal(text, &board); err != nil {
		b.Fatal(err)
	}
	var queries []map[string]any
	for _, p := range board.Dashboard.Panels {
		for _, target := range p.Targets {
			if p.ID == riskPanel && target["hide"] != true {
				target["intervalMs"], target["maxDataPoints"] = 600_000, 1000
				queries = append(queries, target)
			}
		}
	}
	list, err := json.Marshal(queries)
	if err != nil || len(queries) == 0 {
		b.Fatalf("the queries are %v, %v", queries, err)
	}
	now := time.Now().UnixMilli()
	var answer struct {
		Results map[string]struct {
			Status int
			Frames []struct{ Data struct{ Values [][]any } }
		}
	}
	tellGrafana(b, grafana, "/api/ds/query", fmt.Sprintf(`{"from":"%d","to":"%d","queries":%s}`, now-7*24*3600*1000, now, list), &answer)
	for _, query := range queries {
		result := answer.Results[fmt.Sprint(query["refId"])]
		if result.Status != http.StatusOK || len(result.Frames) != 1 || len(result.Frames[0].Data.Values) == 0 || len(result.Frames[0].Data.Values[0]) == 0 {
			b.Fatalf("Grafana answers %v to %s", answer, list)
		}
	}
	return list
}

// tellGrafana sends JSON to Grafana, and reads its answer.
func tellGrafana(b *testing.B, grafana *grafanatest.Grafana, path, body string, answer any) {
	b.Helper()
	text, err := grafana.Post(path, body)
	if err == nil {
		err = json.Unmarshal(text, answer)
	}
	if err != nil {
		b.Fatalf("%s: %v", path, err)
	}
}

// drawnInGrafana notes in the page since when all panels in the window are drawn, in milliseconds since the navigation. They are drawn when
// each has content, when none shows that it loads, when an answer to a query is there, and when all of this stays so for half a second,
// because Grafana shows a panel without data before it asks for them.
const drawnInGrafana = `window.drawnAfter = null;
let since = null;
const look = () => {
	const seen = [...document.querySelectorAll('[data-testid^="data-testid Panel header"]')].filter((e) => e.getBoundingClientRect().top < innerHeight && e.checkVisibility());
	const waits = seen.some((e) => e.querySelector('[aria-label="Panel loading bar"]') || !e.querySelector('[data-testid="data-testid panel content"]')?.firstElementChild?.firstElementChild);
	const answered = performance.getEntriesByType("resource").some((e) => e.name.includes("/api/ds/query"));
	if (seen.length === 0 || waits || !answered || document.querySelector(".preloader")) since = null;
	else since ??= performance.now();
	if (since !== null && performance.now() - since > 500) window.drawnAfter = since;
	else requestAnimationFrame(look);
};
requestAnimationFrame(look);`

// pageBeside opens a dashboard in both with an empty cache.
func pageBeside(b *testing.B, grafana *grafanatest.Grafana, viewer *service, uid string) {
	var drawn, bytes, requests, drawnHere, bytesHere, requestsHere []float64
	for b.Loop() {
		g := inGrafana(b, grafana, uid)
		drawn, bytes, requests = append(drawn, g.drawn), append(bytes, g.bytes), append(requests, g.requests)
		p := timedTab(b)
		p.open(pageOf(viewer.url, uid, ""))
		drawnHere, bytesHere, requestsHere = append(drawnHere, p.drawnAfter()), append(bytesHere, p.bytes()), append(requestsHere, float64(len(p.asked())))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(drawn), "grafana-drawn-ms")
	b.ReportMetric(median(drawnHere), "viewer-drawn-ms")
	b.ReportMetric(median(bytes)/1000, "grafana-kB")
	b.ReportMetric(median(bytesHere)/1000, "viewer-kB")
	b.ReportMetric(median(requests), "grafana-requests")
	b.ReportMetric(median(requestsHere), "viewer-requests")
	b.ReportMetric(median(drawn)/median(drawnHere), "times-faster")
}

// opened is what it took to open a page.
type opened struct{ drawn, bytes, requests float64 }

// inGrafana opens a dashboard of Grafana in a new tab, as somebody who has logged in and whose cache is empty.
func inGrafana(b *testing.B, grafana *grafanatest.Grafana, uid string) opened {
	b.Helper()
	p := startChromium(b).tab(b, screen{})
	p.provoke("") // what Grafana's page writes to the console is its own affair
	call(p, page.Navigate, page.NavigateParams{URL: grafana.URL + "/api/health"})
	p.until("Grafana's health", `document.body?.innerText.includes("database")`)
	if status := eval[int](p, fmt.Sprintf(`(() => {
		const login = new XMLHttpRequest();
		login.open("POST", "/login", false);
		login.setRequestHeader("Content-Type", "application/json");
		login.send(JSON.stringify({user: %q, password: %q}));
		return login.status;
	})()`, grafanatest.User, grafanatest.Password)); status != http.StatusOK {
		b.Fatalf("the login has the status %d", status)
	}
	bytes, requests := p.bytes(), len(p.asked())
	call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: drawnInGrafana})
	call(p, page.Navigate, page.NavigateParams{URL: pageOf(grafana.URL, uid, "")})
	return opened{p.drawnAfter(), p.bytes() - bytes, float64(len(p.asked()) - requests)}
}
