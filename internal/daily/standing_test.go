package daily

import (
	"log/slog"
	"strings"
	"testing"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// TestTheHeadSaysHowTheDayStands reads the panel Today and the head of the first page at several moments of a Friday.
func TestTheHeadSaysHowTheDayStands(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	b := bench{T: t, pool: pool, store: store.New(pool, slog.New(slog.DiscardHandler))}
	head := func() string {
		text, _ := textOf(t, b.read(morning(20, 7, 30)))
		_, rest, _ := strings.Cut(text, "Friday, 20 November 2026 The") // the title has the date too
		line, _, _ := strings.Cut(rest, " as of")
		return "The" + line
	}
	if got := head(); got != "The desk's day" {
		t.Errorf("without expected runs the head says %q", got)
	}
	rules := desk.BuiltInRules()
	if _, err := b.store.ApplyPlan(t.Context(), rules, morning(19, 0, 0)); err != nil {
		t.Fatal(err)
	}
	b.exec("DELETE FROM expected_runs WHERE step_name <> 'fred'")
	if got := head(); !strings.HasPrefix(got, "The desk's day: FAILED Today: 0 of 1 done, 1 failed, 0 late") {
		t.Errorf("after a missed run the head says %q", got)
	}
	for _, status := range []string{"FAILED", "SUCCESS"} {
		b.exec(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds) VALUES ($1, 'fred', $1, $2, $2, 0)
			ON CONFLICT DO NOTHING`, status, map[string]any{"FAILED": morning(20, 6, 0), "SUCCESS": morning(20, 6, 10)}[status])
		want := map[string]string{"FAILED": "FAILED Today: 0 of 1 done, 1 failed", "SUCCESS": "DONE Today: 1 of 1 done, 0 failed"}[status]
		if got := head(); !strings.HasPrefix(got, "The desk's day: "+want) {
			t.Errorf("after a run with the status %s the head says %q", status, got)
		}
	}
}
