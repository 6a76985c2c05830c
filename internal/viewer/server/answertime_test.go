package server_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/query"
)

// endless is a dashboard whose annotation and whose panel never end by themselves.
const endless = `{"uid":"endless","title":"Endless","schemaVersion":39,"time":{"from":"now-24h","to":"now"},"templating":{"list":[]},
"annotations":{"list":[{"name":"A","enable":true,"datasource":{"type":"grafana-postgresql-datasource","uid":"timescaledb"},
 "rawQuery":"SELECT now() AS time, pg_sleep(36000)::text AS text"}]},"panels":[
{"id":1,"type":"timeseries","title":"T","gridPos":{"x":0,"y":0,"w":24,"h":8},
 "datasource":{"type":"grafana-postgresql-datasource","uid":"timescaledb"},
 "targets":[{"refId":"A","format":"table","rawQuery":true,"rawSql":"SELECT now() AS time, 1 AS v, pg_sleep(36000)::text AS t"}],
 "options":{},"fieldConfig":{"defaults":{},"overrides":[]}}]}`

// connected opens a few connections of a pool before a test whose answers must end within a moment. On a busy machine
// to connect alone may take longer than that, and the answer would say so.
func connected(t *testing.T, pool *pgxpool.Pool) *pgxpool.Pool {
	t.Helper()
	for range 3 {
		conn, err := pool.Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Release()
	}
	return pool
}

// The queries would take ten hours, which is also the limit of the query runner.
func TestAnAnswerEndsInTimeWhateverItsQueriesDo(t *testing.T) {
	t.Parallel()
	pool := connected(t, pgtest.Migrated(t))
	cfg := config(t, endless, pool)
	cfg.Querier = query.NewRunner(pool, query.Options{Timeout: 10 * time.Hour})
	cfg.AnswerTimeout = 300 * time.Millisecond
	ts := serve(t, cfg)
	for _, path := range []string{"/panels", "/panels/1"} {
		t.Run(path, func(t *testing.T) {
			client := http.Client{Timeout: 90 * time.Second}
			resp, err := client.Get(ts.URL + "/api/dashboards/uid/endless" + path)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if err != nil || !strings.Contains(string(body), "The time for this answer ended before the query did.") {
				t.Errorf("%s: %v: %s", path, err, body)
			}
		})
	}
}

func TestTheVariablesAnswerInTimeWhateverTheirQueriesDo(t *testing.T) {
	t.Parallel()
	pool := connected(t, pgtest.Migrated(t))
	cfg := config(t, `{"uid":"endless","title":"Endless","schemaVersion":39,"time":{"from":"now-24h","to":"now"},"panels":[],
		"templating":{"list":[{"name":"x","type":"query","query":"SELECT pg_sleep(36000)::text"}]}}`, pool)
	cfg.Querier = query.NewRunner(pool, query.Options{Timeout: 10 * time.Hour})
	cfg.AnswerTimeout = 300 * time.Millisecond
	status, body := fetch(t, serve(t, cfg).URL+"/api/dashboards/uid/endless/variables")
	if status != http.StatusOK || !strings.Contains(body, "The time for this answer ended before the query did.") {
		t.Errorf("%d %s", status, body)
	}
}
