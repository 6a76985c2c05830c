package server_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/server"
)

// board is a dashboard with a panel of one number and a panel of a kind that does not exist.
func board(uid, title, sql string) server.Dashboard {
	return server.Dashboard{UID: uid, Slug: uid, Title: title, Folder: "Own", File: uid + ".json", JSON: []byte(`{"uid":"` + uid + `","title":"` + title + `","schemaVersion":39,
"panels":[{"id":1,"type":"stat","gridPos":{"x":0,"y":0,"w":8,"h":4},"targets":[{"refId":"A","format":"table","rawSql":"` + sql + `"}],"fieldConfig":{"defaults":{},"overrides":[]}},
{"id":2,"type":"invented-` + uid + `","gridPos":{"x":8,"y":0,"w":8,"h":4}}]}`)}
}

// serveShown starts a server of the dashboard small, whose dashboards the test replaces.
func serveShown(t *testing.T) (*server.Server, string, server.Dashboard) {
	t.Helper()
	cfg := config(t, small, pgtest.Migrated(t))
	s, err := server.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(s)
	t.Cleanup(ts.Close)
	return s, ts.URL, cfg.Dashboards[0]
}

func show(t *testing.T, s *server.Server, all ...server.Dashboard) {
	t.Helper()
	if err := s.Show(all); err != nil {
		t.Fatal(err)
	}
}

func versionOfDashboards(t *testing.T, url string) string {
	t.Helper()
	var said struct{ Dashboards string }
	if err := json.Unmarshal([]byte(get(t, url+"/api/changes").body), &said); err != nil {
		t.Fatal(err)
	}
	return said.Dashboards
}

func TestDashboardsAreReplacedWhileTheServerRuns(t *testing.T) {
	t.Parallel()
	s, url, home := serveShown(t)
	first := versionOfDashboards(t, url)
	if first == "" {
		t.Fatal("pages don't learn of dashboards")
	}
	show(t, s, home)
	if again := versionOfDashboards(t, url); again != first {
		t.Errorf("nothing changed, and pages would read the dashboards again")
	}
	for name, step := range map[string]struct {
		all  []server.Dashboard
		path string
		want string
	}{
		"added":   {[]server.Dashboard{home, board("fx", "FX", "SELECT 1")}, "/api/dashboards/uid/fx/panels/1", `"text":"1"`},
		"changed": {[]server.Dashboard{home, board("fx", "FX", "SELECT 22")}, "/api/dashboards/uid/fx/panels/1", `"text":"22"`},
		"renamed": {[]server.Dashboard{home, board("fx", "FX Carry", "SELECT 1")}, "/api/search", `"title":"FX Carry","url":"/d/fx/fx","tags":[],"type":"dash-db","folderTitle":"Own","file":"fx.json"`},
		"removed": {[]server.Dashboard{home}, "/api/dashboards/uid/fx/panels/1", `there is no dashboard`},
	} {
		show(t, s, home, board("other", name, "SELECT 0"))
		before := versionOfDashboards(t, url)
		show(t, s, step.all...)
		if versionOfDashboards(t, url) == before {
			t.Errorf("%s: open pages don't learn of it", name)
		}
		if got := get(t, url+step.path).body; !strings.Contains(got, step.want) {
			t.Errorf("%s: %s is %s, want %s", name, step.path, got, step.want)
		}
	}
}

// In a rush, panels are given to others for a while; but never those of the file of before.
func TestAChangedDashboardIsComputedAnewEvenInARush(t *testing.T) {
	t.Parallel()
	s, url, home := serveShown(t)
	server.BeginRush(s)
	for _, number := range []string{"41", "42", "43"} {
		show(t, s, home, board("fx", "FX", "SELECT "+number))
		if got := get(t, url+"/api/dashboards/uid/fx/panels/1").body; !strings.Contains(got, `"text":"`+number+`"`) {
			t.Errorf("the dashboard says %s, and its panel is %s", number, got)
		}
	}
}

func TestADashboardWithAFaultSaysItAndNothingElse(t *testing.T) {
	t.Parallel()
	s, url, home := serveShown(t)
	broken := server.Dashboard{UID: "bad", Slug: "bad", Title: "bad.json", File: "bad.json", Fault: "It is not JSON."}
	show(t, s, home, broken, board("fx", "FX", "SELECT 1"))
	for path, want := range map[string]string{
		"/api/dashboards/uid/bad":           `{"dashboard":{"title":"bad.json","uid":"bad"},"meta":{"slug":"bad","url":"/d/bad/bad","isHome":false,"provisioned":true,"canEdit":false,"canSave":false,"folderTitle":"","file":"bad.json","fault":"It is not JSON."`,
		"/api/dashboards/uid/bad/panels":    "422 the dashboard bad can't be shown: It is not JSON.",
		"/api/dashboards/uid/bad/panels/1":  "422 the dashboard bad can't be shown: It is not JSON.",
		"/api/dashboards/uid/bad/variables": "422 the dashboard bad can't be shown: It is not JSON.",
		"/api/dashboards/uid/bad/beginning": "422 the dashboard bad can't be shown: It is not JSON.",
		"/api/search":                       `"file":"bad.json","fault":"It is not JSON."`,
		"/d/bad/bad":                        "macrowatch-settings",
		"/api/dashboards/uid/fx/panels/1":   `"text":"1"`,
	} {
		got := get(t, url+path)
		status, text, refused := strings.Cut(want, " ")
		if refused = refused && status == "422"; !refused {
			status, text = "200", want
		}
		if !strings.Contains(got.body, text) || (got.status == 422) != refused || got.status != 200 && got.status != 422 {
			t.Errorf("%s: %d %s, want %s %s", path, got.status, got.body, status, text)
		}
	}
}

func TestShowRefusesWhatCanNotBeServed(t *testing.T) {
	t.Parallel()
	s, url, home := serveShown(t)
	for want, all := range map[string][]server.Dashboard{
		"two dashboards have the uid fx":   {home, board("fx", "A", "SELECT 1"), board("fx", "B", "SELECT 1")},
		"the home dashboard small is not":  {board("fx", "A", "SELECT 1")},
		"read dashboard x":                 {home, {UID: "x", JSON: []byte("{")}},
		"the home dashboard small is not ": {{UID: "small", Fault: "It is not JSON."}},
	} {
		if err := s.Show(all); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if got := get(t, url+"/api/search").body; !strings.Contains(got, `"uid":"small"`) || strings.Contains(got, "fx") {
		t.Errorf("what was refused is shown: %s", got)
	}
}

// The labels of the metrics come from files. They are forgotten with the files, and invented kinds have one name.
func TestMetricsForgetDashboardsThatAreGone(t *testing.T) {
	t.Parallel()
	s, url, home := serveShown(t)
	for _, uid := range []string{"a", "b", "c"} {
		show(t, s, home, board(uid, uid, "SELECT 1"))
		for _, id := range []string{"1", "2"} {
			get(t, url+"/api/dashboards/uid/"+uid+"/panels/"+id)
		}
		metrics := get(t, url+"/metrics").body
		if !strings.Contains(metrics, `macrowatch_panel_duration_seconds_count{dashboard="`+uid+`",kind="stat",outcome="ok"} 1`) ||
			!strings.Contains(metrics, `dashboard="`+uid+`",kind="other"`) || strings.Contains(metrics, "invented") {
			t.Errorf("%s is measured wrongly:\n%s", uid, metrics)
		}
	}
	show(t, s, home)
	if metrics := get(t, url+"/metrics").body; strings.Contains(metrics, `kind="stat"`) {
		t.Error("dashboards that are gone are still measured")
	}
}

func TestTheHomeDashboardIsTheOneThatIsNamed(t *testing.T) {
	t.Parallel()
	cfg := config(t, small, pgtest.Migrated(t))
	cfg.Dashboards = append(cfg.Dashboards, board("fx", "FX", "SELECT 1"), board("rates", "Rates", "SELECT 1"))
	cfg.Home = "rates"
	url := serve(t, cfg).URL
	if got := get(t, url+"/").body; !strings.Contains(got, "home&#34;:&#34;rates") {
		t.Errorf("the page begins with another: %s", got)
	}
	for uid, home := range map[string]string{"small": "false", "fx": "false", "rates": "true"} {
		if got := get(t, url+"/api/dashboards/uid/"+uid).body; !strings.Contains(got, `"isHome":`+home) {
			t.Errorf("%s: %s", uid, got)
		}
	}
	cfg.Home = "none"
	if _, err := server.New(cfg); err == nil || !strings.Contains(err.Error(), "the home dashboard none") {
		t.Errorf("a home that does not exist: %v", err)
	}
}
