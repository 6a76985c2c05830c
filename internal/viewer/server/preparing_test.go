package server_test

import (
	"encoding/json"
	"html"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/server"
)

// Until the record is prepared, the server says what is being done and gives no figure.
func TestNoFiguresBeforeTheRecordIsPrepared(t *testing.T) {
	t.Parallel()
	var left atomic.Pointer[server.Preparing]
	left.Store(&server.Preparing{Text: "Writing 2023", Percent: 40})
	cfg := config(t, small, pgtest.Migrated(t))
	cfg.Preparing = left.Load
	ts := serve(t, cfg)
	const panels = "/api/dashboards/uid/small/panels?from=now-1h&to=now"

	if a := get(t, ts.URL+"/readyz"); a.status != http.StatusServiceUnavailable || a.body != "Writing 2023\n" {
		t.Errorf("/readyz: %d %q", a.status, a.body)
	}
	for _, path := range []string{panels, "/api/dashboards/uid/small/panels/1", "/api/dashboards/uid/small/variables"} {
		if a := get(t, ts.URL+path); a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, "there are no figures yet: Writing 2023") {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	for _, path := range []string{"/livez", "/api/health", "/api/search", "/api/dashboards/uid/small"} {
		if a := get(t, ts.URL+path); a.status != http.StatusOK {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	const said = `"preparing":{"text":"Writing 2023","percent":40}`
	heard := get(t, ts.URL+"/api/changes")
	if page := html.UnescapeString(get(t, ts.URL+"/").body); !strings.Contains(page, said) || !strings.Contains(page, `"record":"`+versionIn(t, heard.body)+`"`) {
		t.Errorf("the page says %s", page)
	}
	if !strings.Contains(heard.body, said) {
		t.Errorf("changes: %s", heard.body)
	}

	left.Store(nil)
	for _, path := range []string{"/readyz", panels} {
		if a := get(t, ts.URL+path); a.status != http.StatusOK {
			t.Errorf("prepared, %s: %d %s", path, a.status, a.body)
		}
	}
	if a := get(t, ts.URL+"/api/changes"); strings.Contains(a.body, "preparing") {
		t.Errorf("prepared, changes: %s", a.body)
	}
}

func versionIn(t *testing.T, body string) string {
	t.Helper()
	var answer struct{ Version string }
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatal(err)
	}
	return answer.Version
}
