package server_test

import (
	"bufio"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/query"
	"macrowatch/internal/viewer/server"
	"macrowatch/internal/viewer/view"
)

// noon is the clock of these tests, a Wednesday.
var noon = time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)

// small is a dashboard with the kinds of panel that the server treats differently.
const small = `{"uid":"small","title":"Small","schemaVersion":39,"timezone":"browser","refresh":"15m",
"time":{"from":"now-24h","to":"now"},"annotations":{"list":[]},"templating":{"list":[]},"panels":[
{"id":100,"type":"row","title":"Row","gridPos":{"x":0,"y":0,"w":24,"h":1},"panels":[]},
{"id":1,"type":"stat","title":"Runs","gridPos":{"x":0,"y":1,"w":8,"h":4},
 "datasource":{"type":"grafana-postgresql-datasource","uid":"timescaledb"},
 "targets":[{"refId":"A","format":"table","rawQuery":true,"rawSql":"SELECT count(*)::float8 AS runs FROM pipeline_runs WHERE started_at BETWEEN $__timeFrom() AND $__timeTo()"}],
 "options":{"reduceOptions":{"calcs":["lastNotNull"],"fields":"","values":false}},"fieldConfig":{"defaults":{},"overrides":[]}},
{"id":2,"type":"table","title":"Broken","gridPos":{"x":8,"y":1,"w":8,"h":4},
 "datasource":{"type":"grafana-postgresql-datasource","uid":"timescaledb"},
 "targets":[{"refId":"A","format":"table","rawQuery":true,"rawSql":"SELECT nonsense FROM pipeline_runs"}],
 "options":{},"fieldConfig":{"defaults":{},"overrides":[]}},
{"id":3,"type":"wordcloud","title":"Unknown","gridPos":{"x":16,"y":1,"w":8,"h":4},"targets":[]}]}`

// config describes a server of one dashboard, whose queries go to pool. Tests change the fields that they are
// about, and start the server with serve.
func config(t testing.TB, dashboard string, pool *pgxpool.Pool) server.Config {
	t.Helper()
	var named struct{ UID, Title string }
	if err := json.Unmarshal([]byte(dashboard), &named); err != nil {
		t.Fatal(err)
	}
	return server.Config{
		Dashboards: []server.Dashboard{{UID: named.UID, Slug: named.UID, Title: named.Title, Tags: []string{"a"}, JSON: []byte(dashboard)}},
		Querier:    query.NewRunner(pool, query.Options{}),
		Ping:       pool.Ping,
		Page: fstest.MapFS{
			"index.html":    {Data: []byte(`<base href="__BASE_HREF__"><meta name="macrowatch-settings" content="__SETTINGS__">`)},
			"assets/app.js": {Data: []byte("export {}")},
		},
		Now:     func() time.Time { return noon },
		Zone:    desk.BuiltInRules().Zone,
		Version: "1.2.3",
		Logger:  slog.New(slog.DiscardHandler),
	}
}

// serve starts a server that ends with the test.
func serve(t testing.TB, cfg server.Config) *httptest.Server {
	t.Helper()
	s, err := server.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(s)
	t.Cleanup(ts.Close)
	return ts
}

// serveSmall starts a server of the dashboard small on a database of its own.
func serveSmall(t *testing.T) *httptest.Server {
	t.Helper()
	return serve(t, config(t, small, pgtest.Migrated(t)))
}

// Every run that is recorded through the store makes open pages ask again.
func TestPagesLearnOfNewRuns(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	s, err := server.New(config(t, small, pool))
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(s)
	defer ts.Close()
	record := store.New(pool, nil)
	began := make(chan struct{}, 1)
	go func() { _ = record.Listen(t.Context(), func() { began <- struct{}{} }, s.Changed) }()
	<-began

	before := get(t, ts.URL+"/api/changes").body
	if again := get(t, ts.URL+"/api/changes").body; again != before {
		t.Errorf("%s, then %s, though nothing was written", before, again)
	}
	// The listener may not be listening yet when the first run is written, so write until it is.
	run := desk.Run{ID: "1", Step: "fred", Status: desk.Running, StartedAt: noon}
	for deadline := time.Now().Add(time.Minute); get(t, ts.URL+"/api/changes").body == before; {
		if time.Now().After(deadline) {
			t.Fatal("no page would have learnt of the run")
		}
		if err := record.RunUpsert(t.Context(), run); err != nil {
			t.Fatal(err)
		}
	}
}

type answer struct {
	status int
	header http.Header
	body   string
}

func get(t *testing.T, url string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultTransport.RoundTrip(req) // does not follow redirects
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(body)}
}

func TestPanelIsComputedForTheRangeAsked(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	runs := []desk.Run{
		{ID: "1", Step: "fred", Status: desk.Running, StartedAt: noon.Add(-time.Hour)},
		{ID: "2", Step: "fred", Status: desk.Running, StartedAt: noon.Add(-30 * time.Hour)},
	}
	if err := store.New(pool, nil).RunUpsert(t.Context(), runs...); err != nil {
		t.Fatal(err)
	}
	ts := serve(t, config(t, small, pool))
	for url, want := range map[string]string{
		"/api/dashboards/uid/small/panels/1":                                       "1", // the dashboard's own range, a day
		"/api/dashboards/uid/small/panels/1?from=now-2d&to=now":                    "2",
		"/api/dashboards/uid/small/panels/1?from=now-2d&to=now-1d":                 "1",
		"/api/dashboards/uid/small/panels/1?from=now-10m&to=now":                   "0",
		"/api/dashboards/uid/small/panels/1?from=2026-03-03&to=now":                "2",
		"/api/dashboards/uid/small/panels/1?from=1772600000000&to=now":             "1",
		"/api/dashboards/uid/small/panels/1?from=now/d&to=now&timezone=Asia/Tokyo": "0",
	} {
		t.Run(url, func(t *testing.T) {
			a := get(t, ts.URL+url)
			var p view.Panel
			if err := json.Unmarshal([]byte(a.body), &p); err != nil {
				t.Fatalf("%s: %v in %s", url, err, a.body)
			}
			if a.status != 200 || p.Error != "" || p.View == nil || p.View.Stat == nil {
				t.Errorf("%s: %d %s", url, a.status, a.body)
				return
			}
			if got := p.View.Stat.Items[0].Value.Text; got != want {
				t.Errorf("%s shows %s, want %s", url, got, want)
			}
		})
	}
}

func TestAllPanelsAreStreamedOnceEach(t *testing.T) {
	t.Parallel()
	ts := serveSmall(t)
	a := get(t, ts.URL+"/api/dashboards/uid/small/panels")
	if got := a.header.Get("Content-Type"); !strings.HasPrefix(got, "application/x-ndjson") {
		t.Errorf("content type %q", got)
	}
	seen := map[int]view.Panel{}
	lines := bufio.NewScanner(strings.NewReader(a.body))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var p view.Panel
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatalf("%v in %s", err, lines.Text())
		}
		if _, twice := seen[p.ID]; twice {
			t.Errorf("panel %d came twice", p.ID)
		}
		seen[p.ID] = p
	}
	if len(seen) != 3 {
		t.Fatalf("%d panels, want 3: rows have nothing to compute", len(seen))
	}
	if seen[1].Error != "" || seen[1].View == nil {
		t.Errorf("a failing panel took another one with it: %+v", seen[1])
	}
	if !strings.Contains(seen[2].Error, "nonsense") || strings.Contains(seen[2].Error, "SQLSTATE") {
		t.Errorf("the broken panel says %q", seen[2].Error)
	}
	if seen[3].View == nil || !strings.Contains(seen[3].View.Message, "wordcloud") {
		t.Errorf("the unknown kind says %+v", seen[3].View)
	}
}

func TestSomePanelsAreAskedForAlone(t *testing.T) {
	t.Parallel()
	ts := serveSmall(t)
	for query, want := range map[string][]int{
		"":                      {1, 2, 3},
		"?panels=3,1":           {1, 3},
		"?except=3,1":           {2},
		"?panels=1,2&except=2":  {1},
		"?panels=1,77":          {1}, // the file may have changed since the page was loaded
		"?panels=77":            nil,
		"?except=77&width=1000": {1, 2, 3},
	} {
		a := get(t, ts.URL+"/api/dashboards/uid/small/panels"+query)
		var ids []int
		for line := range strings.Lines(a.body) {
			var p view.Panel
			if err := json.Unmarshal([]byte(line), &p); err != nil {
				t.Fatalf("%v in %s", err, line)
			}
			ids = append(ids, p.ID)
		}
		slices.Sort(ids)
		if a.status != 200 || !slices.Equal(ids, want) {
			t.Errorf("%q: %d, panels %v, want %v", query, a.status, ids, want)
		}
	}
}

func TestHealthFollowsTheDatabase(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	ts := serve(t, config(t, small, pool))
	if a := get(t, ts.URL+"/api/health"); a.status != 200 || !strings.Contains(a.body, `"database":"ok"`) || !strings.Contains(a.body, `"version":"1.2.3"`) {
		t.Errorf("healthy: %d %s", a.status, a.body)
	}
	if a := get(t, ts.URL+"/readyz"); a.status != 200 {
		t.Errorf("ready: %d %s", a.status, a.body)
	}
	pool.Close() // to the server, the database does not answer any more
	if a := get(t, ts.URL+"/api/health"); a.status != 503 || !strings.Contains(a.body, `"database":"failing"`) {
		t.Errorf("failing: %d %s", a.status, a.body)
	}
	if a := get(t, ts.URL+"/readyz"); a.status != 503 {
		t.Errorf("not ready: %d %s", a.status, a.body)
	}
	if a := get(t, ts.URL+"/livez"); a.status != 200 {
		t.Errorf("alive: %d %s", a.status, a.body)
	}
	if a := get(t, ts.URL+"/metrics"); !strings.Contains(a.body, "macrowatch_database_up 0") {
		t.Errorf("the metric does not say that the database is away")
	}
	for _, call := range []string{"/panels/1", "/panels", "/variables"} {
		t.Run(call, func(t *testing.T) {
			a := get(t, ts.URL+"/api/dashboards/uid/small"+call)
			if a.status != 503 || !strings.Contains(a.body, "database does not answer") {
				t.Errorf("%s without a database: %d %s", call, a.status, a.body)
			}
		})
	}
}

func TestEverythingIsUnderTheBasePath(t *testing.T) {
	t.Parallel()
	cfg := config(t, small, pgtest.Migrated(t))
	cfg.BasePath = "/macro/"
	ts := serve(t, cfg)
	if a := get(t, ts.URL+"/macro/"); a.status != 200 || !strings.Contains(a.body, `<base href="/macro/">`) {
		t.Errorf("page: %d %s", a.status, a.body)
	}
	if a := get(t, ts.URL+"/macro?kiosk"); a.status != 302 || a.header.Get("Location") != "/macro/?kiosk" {
		t.Errorf("bare prefix: %d to %q", a.status, a.header.Get("Location"))
	}
	if a := get(t, ts.URL+"/macro/api/search"); !strings.Contains(a.body, `"url":"/macro/d/small/small"`) {
		t.Errorf("search: %s", a.body)
	}
	for _, outside := range []string{"/", "/api/health", "/macrofoo", "/d/small/small"} {
		t.Run(outside, func(t *testing.T) {
			if a := get(t, ts.URL+outside); a.status != 404 {
				t.Errorf("%s: %d, want 404", outside, a.status)
			}
		})
	}
}

func TestBasePathsThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, p := range []string{"macro", "/a//b", "/a/../b", "/a b", `/"><script>`} {
		t.Run(p, func(t *testing.T) {
			cfg := config(t, small, nil)
			cfg.BasePath = p
			_, err := server.New(cfg)
			if err == nil || !strings.Contains(err.Error(), "base path") {
				t.Errorf("base path %q: %v", p, err)
			}
		})
	}
}

func TestPageCarriesItsSettingsAndAPolicy(t *testing.T) {
	t.Parallel()
	cfg := config(t, small, pgtest.Migrated(t))
	cfg.AsOf = noon.Add(-48 * time.Hour)
	ts := serve(t, cfg)
	a := get(t, ts.URL+"/d/small/small?theme=light")
	for _, want := range []string{`&#34;asOf&#34;:1772463600000`, `&#34;now&#34;:1772463600000`, `&#34;theme&#34;:&#34;light&#34;`, `&#34;home&#34;:&#34;small&#34;`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page lacks %s: %s", want, a.body)
		}
	}
	policy := a.header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	if got := get(t, ts.URL+"/d/other/other"); got.status != 404 || !strings.Contains(got.body, "<base") {
		t.Errorf("unknown dashboard: %d %s", got.status, got.body)
	}
	if got := get(t, ts.URL+"/assets/app.js"); got.status != 200 || !strings.Contains(got.header.Get("Cache-Control"), "immutable") ||
		!strings.Contains(got.header.Get("Content-Type"), "javascript") {
		t.Errorf("asset: %d %v", got.status, got.header)
	}
}

// Whatever a caller adds to a request, the statement is the dashboard's.
func TestSQLInARequestIsNotRun(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	ts := serve(t, config(t, small, pool))
	inject := "%27%3B%20DROP%20TABLE%20pipeline_runs%3B%20--"
	for _, url := range []string{
		"/api/dashboards/uid/small/panels/1?rawSql=DROP%20TABLE%20pipeline_runs",
		"/api/dashboards/uid/small/panels/1?from=" + inject,
		"/api/dashboards/uid/small/panels/1?var-x=" + inject,
		"/api/dashboards/uid/small/panels/1?timezone=" + inject,
	} {
		get(t, ts.URL+url)
	}
	var there bool
	if err := pool.QueryRow(t.Context(), "SELECT to_regclass('pipeline_runs') IS NOT NULL").Scan(&there); err != nil || !there {
		t.Fatalf("pipeline_runs is gone: %v", err)
	}
}

func TestARangesWeekAndFiscalYearBeginWhereTheDashboardSays(t *testing.T) {
	t.Parallel()
	dashboard := strings.Replace(small, `"refresh"`, `"weekStart":"monday","fiscalYearStartMonth":3,"refresh"`, 1)
	ts := serve(t, config(t, dashboard, pgtest.Migrated(t)))
	for from, want := range map[string]time.Time{ // noon is a Wednesday
		"now/w":  time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC),
		"now/fy": time.Date(2025, time.April, 1, 0, 0, 0, 0, time.UTC),
	} {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			a := get(t, ts.URL+"/api/dashboards/uid/small/panels/1?to=now&from="+from)
			var p view.Panel
			if err := json.Unmarshal([]byte(a.body), &p); err != nil {
				t.Fatalf("%v in %s", err, a.body)
			}
			if got := time.UnixMilli(p.Range.From).UTC(); !got.Equal(want) {
				t.Errorf("the range begins at %s, want %s", got, want)
			}
		})
	}
}
