package server_test

import (
	"strings"
	"testing"
	"time"

	"macrowatch/internal/testkit/pgtest"
)

func TestBeginning(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	cfg := config(t, small, pool)
	const address = "/api/dashboards/uid/small/beginning"
	if got := get(t, serve(t, cfg).URL+address); got.body != `{"beginning":null}`+"\n" {
		t.Errorf("a dashboard that names no records: %d %s", got.status, got.body)
	}
	cfg.Dashboards[0].Beginning = "SELECT min(started_at) FROM pipeline_runs"
	ts := serve(t, cfg)
	if got := get(t, ts.URL+address); got.body != `{"beginning":null}`+"\n" {
		t.Errorf("without records: %d %s", got.status, got.body)
	}
	record := func(at time.Time) {
		if _, err := pool.Exec(t.Context(), "INSERT INTO pipeline_runs (run_id, step_name, status, started_at) VALUES (gen_random_uuid(), 'fred', 'RUNNING', $1)", at); err != nil {
			t.Fatal(err)
		}
	}
	record(noon.Add(time.Minute))
	if got := get(t, ts.URL+address); got.body != `{"beginning":null}`+"\n" {
		t.Errorf("with records only after now: %d %s", got.status, got.body)
	}
	record(time.Date(2016, 1, 4, 0, 0, 0, 0, time.UTC))
	if got := get(t, ts.URL+address); got.body != `{"beginning":1451865600000}`+"\n" {
		t.Errorf("with a record: %d %s", got.status, got.body)
	}
	cfg.Dashboards[0].Beginning = "SELECT nonsense"
	if got := get(t, serve(t, cfg).URL+address); got.status != 503 || !strings.Contains(got.body, "first record") {
		t.Errorf("a statement that fails: %d %s", got.status, got.body)
	}
}
