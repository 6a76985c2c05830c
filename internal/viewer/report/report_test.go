package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/net/html"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/query"
	"macrowatch/internal/viewer/report"
	"macrowatch/internal/viewer/server"
	"macrowatch/web"
)

// board is a dashboard of two panels: a text that the test chooses, and a number whose colour differs between the themes.
const board = `{"uid":"board","title":"Board </script>","schemaVersion":39,"time":{"from":"now-24h","to":"now"},"annotations":{"list":[]},
"templating":{"list":[]},"panels":[
{"id":1,"type":"table","title":"Text","gridPos":{"x":0,"y":0,"w":12,"h":4},"datasource":{"type":"grafana-postgresql-datasource","uid":"timescaledb"},
 "targets":[{"refId":"A","format":"table","rawQuery":true,"rawSql":"SELECT error_message FROM pipeline_runs ORDER BY run_id"}],
 "options":{},"fieldConfig":{"defaults":{},"overrides":[]}},
{"id":2,"type":"stat","title":"Runs","gridPos":{"x":12,"y":0,"w":12,"h":4},"datasource":{"type":"grafana-postgresql-datasource","uid":"timescaledb"},
 "targets":[{"refId":"A","format":"table","rawQuery":true,"rawSql":"SELECT count(*)::float8 AS runs FROM pipeline_runs"}],
 "options":{"reduceOptions":{"calcs":["lastNotNull"],"fields":"","values":false}},
 "fieldConfig":{"defaults":{"color":{"mode":"fixed","fixedColor":"green"}},"overrides":[]}}]}`

// hostile are texts that could end the element that they stand in, or begin another.
var hostile = []string{`</script><script>alert(1)</script>`, `<!-- <script>`, "\u2028 </SCRIPT\n>", `]]>"'&amp;&lt;`}

// config describes a report of board over a database with the hostile texts.
func config(t *testing.T) report.Config {
	t.Helper()
	pool := pgtest.Migrated(t)
	for i, text := range hostile {
		if _, err := pool.Exec(t.Context(), `INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, error_message) VALUES ($1, 'fred', 'FAILED', '2026-03-04T12:00:00Z', '2026-03-04T12:01:00Z', $2)`, string(rune('a'+i)), text); err != nil {
			t.Fatal(err)
		}
	}
	page, err := web.Dist()
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)
	s, err := server.New(server.Config{
		Dashboards: []server.Dashboard{{UID: "board", Slug: "board", Title: "Board </script>", JSON: []byte(board)}},
		Querier:    query.NewRunner(pool, query.Options{}), Ping: pool.Ping, Page: page, AsOf: at, Zone: "UTC", Version: "1.2.3",
		Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return report.Config{Server: s, Page: page, Question: report.Question{From: "now-7d", To: "now", Timezone: "Asia/Tokyo"}}
}

// written writes a report and parses it.
func written(t *testing.T, cfg report.Config) *html.Node {
	t.Helper()
	var b bytes.Buffer
	if failed, err := report.Write(t.Context(), &b, cfg); err != nil || len(failed) > 0 {
		t.Fatal(failed, err)
	}
	doc, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// attributes returns the attributes of an element by name.
func attributes(n *html.Node) map[string]string {
	out := map[string]string{}
	for _, a := range n.Attr {
		out[a.Key] = a.Val
	}
	return out
}

// TestAReportHoldsEverything looks at every element of a report: none refers to anything outside the file.
func TestAReportHoldsEverything(t *testing.T) {
	t.Parallel()
	found := map[string]int{}
	for n := range written(t, config(t)).Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		a := attributes(n)
		for _, name := range []string{"src", "href", "srcset", "action", "data", "poster"} {
			if v, ok := a[name]; ok && !strings.HasPrefix(v, "data:") {
				t.Errorf("<%s %s=%.100q> refers to something outside the file", n.Data, name, v)
			}
		}
		text := ""
		if n.FirstChild != nil {
			text = n.FirstChild.Data
		}
		switch id := n.Data + " " + a["rel"] + a["id"] + a["name"] + a["http-equiv"]; strings.TrimSpace(id) {
		case "style":
			for _, ref := range regexp.MustCompile(`url\([^)]{0,20}|@import`).FindAllString(text, -1) {
				if !strings.HasPrefix(ref, `url("data:font/`) && !strings.HasPrefix(ref, "url(#") {
					t.Errorf("the style sheet names %s", ref)
				}
			}
			found["fonts"] = strings.Count(text, "data:font/woff2;base64,")
		case "script":
			found["script"] = len(text)
		case "script macrowatch-licences":
			found["licences"] = strings.Count(text, "SIL OPEN FONT LICENSE")
		case "meta Content-Security-Policy":
			for _, want := range []string{"default-src 'none'; script-src 'sha256-", "connect-src 'none'", "base-uri 'none'", "form-action 'none'"} {
				if !strings.Contains(a["content"], want) {
					t.Errorf("the policy lacks %q: %s", want, a["content"])
				}
			}
			if regexp.MustCompile(`unsafe|https?:|'self'|\*`).MatchString(a["content"]) {
				t.Errorf("the policy is too wide: %s", a["content"])
			}
		case "meta macrowatch-report":
			if a["content"] != `{"from":"now-7d","to":"now","timezone":"Asia/Tokyo"}` {
				t.Errorf("the question is %s", a["content"])
			}
		case "base":
			t.Error("the file has a base address")
		case "link icon":
			found["icon"] = len(a["href"])
		}
	}
	if found["fonts"] != 2 || found["script"] < 100_000 || found["licences"] == 0 || found["icon"] < 100 {
		t.Errorf("the file holds %v", found)
	}
}

// TestHostileTextsStayTexts reads the hostile texts back from the report's data.
func TestHostileTextsStayTexts(t *testing.T) {
	t.Parallel()
	doc := written(t, config(t))
	scripts, data := 0, ""
	for n := range doc.Descendants() {
		if n.Data == "script" && n.Type == html.ElementNode {
			if scripts++; attributes(n)["id"] == "macrowatch-frozen" {
				data = n.FirstChild.Data
			}
		}
	}
	if scripts != 3 {
		t.Errorf("%d scripts: the page's, the licences and the data are 3", scripts)
	}
	if strings.ContainsAny(data, "<>\u2028") {
		t.Error("the data hold < or >")
	}
	var frozen struct {
		Answers map[string]json.RawMessage
		Panels  map[string]struct {
			Dark []struct {
				ID     int
				Frames []struct{ Data struct{ Values [][]any } }
			}
			Light map[string]map[string]json.RawMessage
		}
	}
	if err := json.Unmarshal([]byte(data), &frozen); err != nil {
		t.Fatal(err)
	}
	for _, p := range frozen.Panels["board"].Dark {
		if p.ID != 1 {
			continue
		}
		for i, text := range hostile {
			if got := p.Frames[0].Data.Values[0][i]; got != text {
				t.Errorf("%q became %q", text, got)
			}
		}
	}
	if got := slices.Sorted(maps.Keys(frozen.Answers)); !slices.Equal(got, []string{"/api/dashboards/uid/board", "/api/dashboards/uid/board/variables", "/api/search", "/api/verdict"}) {
		t.Errorf("the answers are %q", got)
	}
	// The rows are the same in both themes, and so stand there once. The colour of the stat differs.
	light := frozen.Panels["board"].Light
	if len(light["2"]) != 1 || light["2"]["view"] == nil {
		t.Errorf("the panel 2 differs in the light theme in %v", slices.Collect(maps.Keys(light["2"])))
	}
}

// TestAReportIsMadeWithoutAVerdict leaves the verdict out if it can't be read.
func TestAReportIsMadeWithoutAVerdict(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	whole := cfg.Server
	cfg.Server = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/verdict" {
			whole.ServeHTTP(w, r)
			return
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"message":"a table is missing"}`))
	})
	for n := range written(t, cfg).Descendants() {
		if n.Type != html.ElementNode || attributes(n)["id"] != "macrowatch-frozen" {
			continue
		}
		if text := n.FirstChild.Data; strings.Contains(text, "/api/verdict") || !strings.Contains(text, "/api/search") {
			t.Errorf("the data are %.300s", text)
		}
	}
}

// TestAReportThatCannotBeMade gets no file with a part of the answers.
func TestAReportThatCannotBeMade(t *testing.T) {
	t.Parallel()
	whole := config(t)
	refusing := func(path string, status int, body string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != path {
				whole.Server.ServeHTTP(w, r)
				return
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		})
	}
	pageWith := func(index string, files fstest.MapFS) report.Config {
		files["index.html"] = &fstest.MapFile{Data: []byte(index)}
		return report.Config{Server: refusing("/", 200, index), Page: files, Question: whole.Question}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		cfg  report.Config
		want string
	}{
		"a range that can't be read": {t.Context(), report.Config{Server: whole.Server, Page: whole.Page, Question: report.Question{From: "soon", Timezone: "UTC"}}, `from "soon" is not a time`},
		"a zone that does not exist": {t.Context(), report.Config{Server: whole.Server, Page: whole.Page, Question: report.Question{Timezone: "Mars/Olympus"}}, "is not the name of a time zone"},
		"no database":                {t.Context(), report.Config{Server: refusing("/api/dashboards/uid/board/panels", 503, `{"message":"the database does not answer"}`), Page: whole.Page, Question: whole.Question}, "compute Board </script>: the database does not answer"},
		"a status without a reason":  {t.Context(), report.Config{Server: refusing("/api/search", 500, "oops"), Page: whole.Page, Question: whole.Question}, "/api/search with status 500"},
		"half a panel":               {t.Context(), report.Config{Server: refusing("/api/dashboards/uid/board/panels", 200, `{"id":1,`), Page: whole.Page, Question: whole.Question}, "read a panel"},
		"a page without its script":  {t.Context(), pageWith(`<script src="a.js"></script>`, fstest.MapFS{}), "a.js"},
		"a style sheet without font": {t.Context(), pageWith(`<link rel="stylesheet" href="a/a.css">`, fstest.MapFS{"a/a.css": {Data: []byte("@font-face{src:url(./f.woff2)}")}}), "a/f.woff2"},
		"a script that would end":    {t.Context(), pageWith(`<script src="a.js"></script>`, fstest.MapFS{"a.js": {Data: []byte(`x="</SCRIPT>"`)}}), "can't stand in a script element"},
		"an interrupt":               {ended, whole, "context canceled"},
	} {
		var b bytes.Buffer
		_, err := report.Write(c.ctx, &b, c.cfg)
		if err == nil || !strings.Contains(err.Error(), c.want) || b.Len() > 0 {
			t.Errorf("%s: error %v and %d bytes, want %q", name, err, b.Len(), c.want)
		}
	}
}

// TestFailedPanelsAreNamed writes a report although panels can't be computed, and names these.
func TestFailedPanelsAreNamed(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	whole := cfg.Server
	cfg.Server = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/panels") {
			whole.ServeHTTP(w, r)
			return
		}
		_, _ = w.Write([]byte(`{"id":1,"title":"Text","error":"The query failed."}` + "\n" + `{"id":2,"title":"Runs"}` + "\n" + `{"id":3,"title":"More","error":"It too."}`))
	})
	var b bytes.Buffer
	failed, err := report.Write(t.Context(), &b, cfg)
	if want := []string{"Board </script>: Text: The query failed.", "Board </script>: More: It too."}; err != nil || !slices.Equal(failed, want) || b.Len() == 0 {
		t.Errorf("%q %v, want %q", failed, err, want)
	}
}
