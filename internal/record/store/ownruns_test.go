package store_test

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/sample/sampledesk"
	"macrowatch/internal/testkit/pgtest"
)

// The test records runs of several tools beside the runs of the sample desk.
func TestOwnStepsAreThoseOfRunsThatTheSampleDeskDidNotRecord(t *testing.T) {
	t.Parallel()
	s := store.New(pgtest.Migrated(t), slog.New(slog.DiscardHandler))
	at := time.Date(2026, 11, 12, 12, 0, 0, 0, time.UTC)
	own := func() []string {
		t.Helper()
		steps, err := s.OwnSteps(t.Context(), sampledesk.Steps())
		if err != nil {
			t.Fatal(err)
		}
		return steps
	}
	record := func(id, step string) {
		t.Helper()
		if err := s.RunUpsert(t.Context(), desk.Run{ID: id, Step: step, Status: desk.Running, StartedAt: at}); err != nil {
			t.Fatal(err)
		}
	}
	d := sampledesk.Desk{Seed: 20}
	for _, step := range sampledesk.Steps() {
		record(d.RunID(step, at), step)
	}
	if steps := own(); len(steps) > 0 {
		t.Errorf("of the sample desk's own runs %v are somebody else's", steps)
	}
	for _, c := range []struct{ id, step string }{
		{"019aa3d2-5b1e-7c44-9d2a-0e8f6c1b7a90", "fred"},           // exec
		{"42", "nightly_load"},                                     // a serial number
		{"scheduled__2026-11-12T06:00:00+00:00", "yahoo"},          // Airflow
		{"0b6f7c1e-8a54-4d0e-9c55-5c1d2e3f4a5b", "dbt run"},        // Dagster, version 4
		{"manual__2025-5-5", "bcb_ptax"},                           // a 5 in the place of the version
		{d.RunID("carry model", at.Add(time.Hour)), "carry model"}, // version 5 of another step
	} {
		record(c.id, c.step)
	}
	want := []string{"bcb_ptax", "carry model", "dbt run", "fred", "nightly_load", "yahoo"}
	if steps := own(); !slices.Equal(steps, want) {
		t.Errorf("%q are the reader's own, want %q", steps, want)
	}
}

// In a table that another tool made, run_id may be a uuid.
func TestOwnStepsOfAnAdoptedTable(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	if _, err := pool.Exec(t.Context(), `CREATE TABLE pipeline_runs (run_id uuid PRIMARY KEY, step_name text, status text,
		started_at timestamptz, finished_at timestamptz, duration_seconds float8, error_message text);
		INSERT INTO pipeline_runs VALUES ('019aa3d2-5b1e-7c44-9d2a-0e8f6c1b7a90', 'mine', 'SUCCESS', now(), now(), 0, NULL),
		('`+sampledesk.Desk{}.RunID("fred", time.Unix(0, 0))+`', 'fred', 'SUCCESS', now(), now(), 0, NULL)`); err != nil {
		t.Fatal(err)
	}
	steps, err := store.New(pool, slog.New(slog.DiscardHandler)).OwnSteps(t.Context(), sampledesk.Steps())
	if err != nil || !slices.Equal(steps, []string{"mine"}) {
		t.Errorf("%q, %v", steps, err)
	}
}
