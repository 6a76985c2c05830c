package server_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/viewer/server"
)

func TestPagesLearnWhatFires(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	failing := errors.New("dial 10.1.2.3: secret")
	for what, c := range map[string]struct {
		alerting *server.Alerting
		status   int
		want     string
	}{
		"nobody evaluates": {nil, http.StatusOK, `{"page":"","alerts":[],"silences":[],"silencing":{"may":false,"why":"this page shows a moment of the past, so nothing can be silenced here","opening":0,"rules":[]}}`},
		"nothing fires": {&server.Alerting{Page: "/d/alerts/alerts", Firing: func(context.Context) ([]server.Alert, error) { return nil, nil }},
			http.StatusOK, `{"page":"/d/alerts/alerts","alerts":[],"silences":[],"silencing":{"may":false,"why":"this page shows a moment of the past, so nothing can be silenced here","opening":0,"rules":[]}}`},
		"one fires": {&server.Alerting{Page: "/d/alerts/alerts", Firing: func(context.Context) ([]server.Alert, error) {
			return []server.Alert{{Rule: "limit_breach", Subject: "VaR 99%", Severity: "critical", Owner: "desk", Since: at, Summary: "The limit is in breach.", Meaning: "Reduce it.", Path: "/d/risk/risk?from=1", Runbook: "https://wiki/x"}}, nil
		}}, http.StatusOK, `{"page":"/d/alerts/alerts","alerts":[{"rule":"limit_breach","subject":"VaR 99%","severity":"critical","owner":"desk","since":1772614800000,"summary":"The limit is in breach.","meaning":"Reduce it.","path":"/d/risk/risk?from=1","runbook":"https://wiki/x","silence":null}],"silences":[],"silencing":{"may":false,"why":"this page shows a moment of the past, so nothing can be silenced here","opening":0,"rules":[]}}`},
		"the database is away": {&server.Alerting{Firing: func(context.Context) ([]server.Alert, error) { return nil, failing }},
			http.StatusServiceUnavailable, `{"message":"the alerts can't be read at the moment"}`},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			cfg := config(t, small, nil)
			cfg.Alerting, cfg.Ping = c.alerting, func(context.Context) error { return nil }
			if got := get(t, serve(t, cfg).URL+"/api/alerts"); got.status != c.status || strings.TrimSpace(got.body) != c.want {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
}
