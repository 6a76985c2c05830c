package server_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/server"
)

// A monitor that asks only for the metrics learns whether the database answers now.
func TestMetricsTellHowTheDatabaseIsNow(t *testing.T) {
	t.Parallel()
	var away atomic.Bool
	cfg := config(t, small, nil)
	cfg.Ping = func(context.Context) error {
		if away.Load() {
			return errors.New("away")
		}
		return nil
	}
	ts := serve(t, cfg)
	for _, want := range []struct {
		when, line string
		away       bool
	}{
		{"right after the start", "macrowatch_database_up 1\n", false},
		{"while it is away", "macrowatch_database_up 0\n", true},
		{"when it is back", "macrowatch_database_up 1\n", false},
	} {
		t.Run(want.when, func(t *testing.T) {
			away.Store(want.away)
			if status, text := fetch(t, ts.URL+"/metrics"); status != 200 || !strings.Contains(text, "\n"+want.line) {
				t.Errorf("%s: %d, the metrics lack %q", want.when, status, want.line)
			}
		})
	}
}

// Requests are counted by route, method and status. Whatever clients make up, there are only a few of each.
func TestMetricsCountRequestsByFewLabels(t *testing.T) {
	t.Parallel()
	cfg := config(t, small, pgtest.Migrated(t))
	cfg.Build = server.Build{Version: "1.2.3", Revision: "abc", Go: "go1.99"}
	ts := serve(t, cfg)
	for i := range 20 {
		for _, request := range []string{"GET /livez", "HEAD /livez", "POST /livez", "GET /api/dashboards/uid/small/panels/1", "GET /api/dashboards/uid/small/panels/2",
			fmt.Sprintf("GET /api/dashboards/uid/none%d/panels/%d", i, i), fmt.Sprintf("GET /d/none%d", i), fmt.Sprintf("GET /none%d", i), fmt.Sprintf("FROB%d /", i)} {
			method, path, _ := strings.Cut(request, " ")
			r, err := http.NewRequestWithContext(t.Context(), method, ts.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := ts.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
		}
	}
	_, text := fetch(t, ts.URL+"/metrics")
	for _, want := range []string{
		`macrowatch_build_info{goversion="go1.99",revision="abc",version="1.2.3"} 1`,
		`macrowatch_http_request_duration_seconds_count{code="2xx",method="GET",route="livez"} 20`,
		`macrowatch_http_request_duration_seconds_count{code="2xx",method="HEAD",route="livez"} 20`,
		`macrowatch_http_request_duration_seconds_count{code="2xx",method="GET",route="panel"} 40`,
		`macrowatch_http_request_duration_seconds_count{code="4xx",method="GET",route="panel"} 20`,
		`macrowatch_http_request_duration_seconds_count{code="4xx",method="GET",route="page"} 20`,
		`macrowatch_panel_duration_seconds_count{dashboard="small",kind="stat",outcome="ok"} 20`,
		`macrowatch_panel_duration_seconds_count{dashboard="small",kind="table",outcome="error"} 20`,
	} {
		if !strings.Contains(text, "\n"+want+"\n") {
			t.Errorf("the metrics lack %s", want)
		}
	}
	var series int
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "macrowatch_http_request_duration_seconds_count") {
			series++
		}
		if strings.Contains(line, "none") || strings.Contains(line, "FROB") {
			t.Errorf("a client made up a label: %s", line)
		}
	}
	if series > 12 {
		t.Errorf("%d series of requests", series)
	}
}
