package server_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/server"
)

// judged is a dashboard with a panel that has a verdict.
func judged(sql string) server.Dashboard {
	text, err := json.Marshal(sql)
	if err != nil {
		panic(err)
	}
	return server.Dashboard{UID: "judged", Slug: "judged", Title: "Judged", JSON: []byte(`{"uid":"judged","title":"Judged","schemaVersion":39,"time":{"from":"now-24h","to":"now"},
		"panels":[{"id":7,"type":"stat","title":"Today","gridPos":{"x":0,"y":0,"w":8,"h":2},"targets":[{"refId":"A","format":"table","rawQuery":true,"rawSql":` + string(text) + `}],
		"options":{"textMode":"value","reduceOptions":{"calcs":["lastNotNull"],"fields":"/^(word|line)$/","values":false}},
		"fieldConfig":{"defaults":{"mappings":[{"type":"value","options":{"BAD":{"color":"red","index":0,"text":"BAD"},"GOOD":{"color":"green","index":1,"text":"GOOD"}}}]},"overrides":[]}}]}`)}
}

func TestPagesLearnHowTheDeskStands(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	const unset = `{"verdict":null}`
	for what, c := range map[string]struct {
		sql    string
		status int
		want   string
	}{
		"no panel has a verdict": {"", http.StatusOK, unset},
		"nothing to judge":       {"SELECT 'GOOD' AS word, 'x' AS line, NULL::text AS brief", http.StatusOK, unset},
		"something failed": {"SELECT 'BAD' AS word, '1 of 3 done, 1 failed' AS line, '1 failed' AS brief, 1::bigint AS wrong, timestamptz '2026-03-04 09:00Z' AS since", http.StatusOK,
			`{"verdict":{"uid":"judged","panel":7,"severity":"critical","word":"BAD","text":"1 of 3 done, 1 failed","brief":"1 failed","wrong":1,"since":1772614800000,"at":1772636400000}}`},
		"all is done": {"SELECT 'GOOD' AS word, '3 of 3 done' AS line, 'All done' AS brief, 0::bigint AS wrong, NULL::timestamptz AS since", http.StatusOK,
			`{"verdict":{"uid":"judged","panel":7,"severity":"ok","word":"GOOD","text":"3 of 3 done","brief":"All done","wrong":0,"since":null,"at":1772636400000}}`},
		"it is of now, in the desk's zone": {"SELECT 'GOOD' AS word, to_char($__timeTo()::timestamptz AT TIME ZONE 'UTC', 'HH24:MI') AS line, 'All done' AS brief", http.StatusOK,
			`{"verdict":{"uid":"judged","panel":7,"severity":"ok","word":"GOOD","text":"15:00","brief":"All done","wrong":0,"since":null,"at":1772636400000}}`},
		"a table is missing": {"SELECT word FROM no_such_table", http.StatusServiceUnavailable, "no_such_table"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			cfg := config(t, small, pool)
			if c.sql != "" {
				cfg.Verdict = &server.VerdictPanel{Dashboard: judged(c.sql), PanelID: 7}
			}
			// No parameter of a page changes the answer.
			got := get(t, serve(t, cfg).URL+"/api/verdict?from=now-2y&to=now-1y&timezone=Asia/Tokyo&var-step=none&theme=light")
			if got.status != c.status || c.status == http.StatusOK && strings.TrimSpace(got.body) != c.want || !strings.Contains(got.body, c.want) {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
}

func TestWithAStandingClockTheVerdictIsOfThatMoment(t *testing.T) {
	t.Parallel()
	cfg := config(t, small, pgtest.Migrated(t))
	cfg.AsOf = time.Date(2026, 2, 13, 9, 2, 0, 0, time.UTC)
	cfg.Verdict = &server.VerdictPanel{PanelID: 7, Dashboard: judged("SELECT 'GOOD' AS word, to_char($__timeTo()::timestamptz AT TIME ZONE 'UTC', 'DD HH24:MI') AS line, 'x' AS brief")}
	if got := get(t, serve(t, cfg).URL+"/api/verdict").body; !strings.Contains(got, `"text":"13 09:02"`) || !strings.Contains(got, `"at":1770973320000`) {
		t.Error(got)
	}
}

func TestWhileTheDatabaseIsAwayTheVerdictSaysSo(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	cfg := config(t, small, pool)
	cfg.Verdict = &server.VerdictPanel{PanelID: 7, Dashboard: judged("SELECT 'GOOD' AS word, 'x' AS line, 'x' AS brief")}
	ts := serve(t, cfg)
	if got := get(t, ts.URL+"/api/verdict"); got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	pool.Close()
	if got := get(t, ts.URL+"/api/verdict"); got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, `"message":`) {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// A dashboard that is shown later has nothing to say about the verdict, even if it has the same uid, panel and columns.
func TestNoOtherDashboardTakesTheVerdictOver(t *testing.T) {
	t.Parallel()
	cfg := config(t, small, pgtest.Migrated(t))
	cfg.Verdict = &server.VerdictPanel{PanelID: 7, Dashboard: judged("SELECT 'BAD' AS word, 'x' AS line, '1 failed' AS brief, 1::bigint AS wrong")}
	s, err := server.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(s)
	t.Cleanup(ts.Close)
	impostor := judged("SELECT 'GOOD' AS word, 'x' AS line, 'All done' AS brief, 0::bigint AS wrong")
	impostor.Folder, impostor.File = "own", "own/judged.json"
	if err := s.Show(append(cfg.Dashboards, impostor)); err != nil {
		t.Fatal(err)
	}
	if got := get(t, ts.URL+"/api/verdict").body; !strings.Contains(got, `"brief":"1 failed"`) {
		t.Error(got)
	}
}

func TestAVerdictWithoutItsPanelIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		panel server.VerdictPanel
		part  string
	}{
		"no such panel": {server.VerdictPanel{PanelID: 8, Dashboard: judged("SELECT 1")}, "no panel 8"},
		"no JSON":       {server.VerdictPanel{PanelID: 7, Dashboard: server.Dashboard{UID: "x", JSON: []byte("{")}}, "the dashboard x"},
	} {
		cfg := config(t, small, nil)
		cfg.Ping, cfg.Verdict = func(context.Context) error { return nil }, &c.panel
		if _, err := server.New(cfg); err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
