package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// summariesOf says how the summaries of a table stand.
func summariesOf(t *testing.T, s *store.Store, table string) store.SummaryState {
	t.Helper()
	return summariesThat(t, s, func(state store.SummaryState) bool { return state.Of == table })
}

// summariesThat returns how the first summaries stand for which a condition holds.
func summariesThat(t *testing.T, s *store.Store, is func(store.SummaryState) bool) store.SummaryState {
	t.Helper()
	states, err := s.CheckSummaries(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := slices.IndexFunc(states, is)
	if n < 0 {
		t.Fatal("these summaries are not among those that are checked")
	}
	return states[n]
}

// mustAgree expects that the summaries of a table agree with its rows, and that there are so many marks.
func mustAgree(t *testing.T, s *store.Store, table string, marks int64) {
	t.Helper()
	rows := map[string]string{"pipeline_runs": "runs", "portfolio_state": "snapshots", "strategy_signals": "signals"}[table]
	if got, want := summariesOf(t, s, table), (store.SummaryState{Of: table, Rows: rows, Kept: true, Marks: marks}); got != want {
		t.Errorf("%+v, want %d marks and nothing wrong", got, marks)
	}
}

func settle(t *testing.T, s *store.Store) {
	t.Helper()
	if err := s.SettleSummaries(t.Context()); err != nil {
		t.Fatal(err)
	}
}

const hourlyRuns = `INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds)
	SELECT n::text, 'step ' || n % 3, 'SUCCESS', t, t + interval '1 minute', n FROM (SELECT n, timestamptz '2026-01-05 00:10Z' + n * interval '1 hour' AS t FROM generate_series(0, 99) n) x`

func TestEveryWriteOfARunLeavesAMark(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	mustAgree(t, s, "pipeline_runs", 0)
	for _, step := range []struct {
		sql   string
		marks int64
	}{
		{hourlyRuns, 100},
		{"UPDATE pipeline_runs SET started_at = started_at - interval '1 hour' WHERE run_id = '50'", 2},
		{"UPDATE pipeline_runs SET duration_seconds = 1000 WHERE run_id IN ('7', '8')", 2},
		{"DELETE FROM pipeline_runs WHERE run_id < '2'", 12},
		{"INSERT INTO pipeline_runs SELECT * FROM pipeline_runs WHERE run_id = '20' ON CONFLICT (run_id) DO UPDATE SET step_name = 'other'", 1},
		{"MERGE INTO pipeline_runs r USING (VALUES ('20'), ('30')) v(id) ON r.run_id = v.id WHEN MATCHED THEN DELETE", 2},
		{"WITH gone AS (DELETE FROM pipeline_runs WHERE run_id = '40' RETURNING *) SELECT count(*) FROM gone", 1},
		{"SET session_replication_role = replica; DELETE FROM pipeline_runs WHERE run_id = '41'; SET session_replication_role = DEFAULT", 1},
		{"DELETE FROM pipeline_runs WHERE run_id = 'nobody'", 0},
		{"TRUNCATE pipeline_runs", 1},
		{hourlyRuns, 100},
	} {
		run(t, s.Pool(), step.sql)
		mustAgree(t, s, "pipeline_runs", step.marks)
		settle(t, s)
		mustAgree(t, s, "pipeline_runs", 0)
	}
	if n := count(t, s, "run_summaries WHERE width_seconds = 3600"); n != 100 {
		t.Errorf("%d summaries of an hour, want 100", n)
	}
	if n := count(t, s, "run_summaries WHERE width_seconds = 86400 AND longest >= 72 AND step_name = 'step 0'"); n != 3 {
		t.Errorf("%d summaries of a day with the longest runs, want 3", n)
	}
}

// Somebody may move the tables to another schema, or give their schema another name.
func TestARunLeavesAMarkInWhateverSchemaTheTablesAre(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	run(t, s.Pool(), `CREATE SCHEMA elsewhere; ALTER TABLE pipeline_runs SET SCHEMA elsewhere; ALTER TABLE run_summary_marks SET SCHEMA elsewhere;
		INSERT INTO elsewhere.pipeline_runs (run_id, step_name, status, started_at) VALUES ('one', 'fred', 'RUNNING', '2026-03-02 06:00Z')`)
	run(t, s.Pool(), `ALTER SCHEMA elsewhere RENAME TO renamed; UPDATE renamed.pipeline_runs SET started_at = '2026-03-02 07:00Z';
		DELETE FROM renamed.pipeline_runs; TRUNCATE renamed.pipeline_runs`)
	if n := count(t, s, "renamed.run_summary_marks"); n != 5 {
		t.Errorf("%d marks, want 5", n)
	}
}

// A write that is not committed yet keeps its mark, and neither waits for another writer of the same hour nor for those who settle.
func TestAWriteUnderwayKeepsItsMark(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	const into = "INSERT INTO pipeline_runs (run_id, step_name, status, started_at) VALUES ($1, 'fred', 'RUNNING', '2026-03-02 06:00Z')"
	first, err := s.Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.Rollback(t.Context()) }()
	if _, err := first.Exec(t.Context(), into, "first"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Pool().Exec(t.Context(), into, "second"); err != nil {
		t.Fatal(err)
	}
	settle(t, s)
	mustAgree(t, s, "pipeline_runs", 0)
	if err := first.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	mustAgree(t, s, "pipeline_runs", 1)
	settle(t, s)
	mustAgree(t, s, "pipeline_runs", 0)
	if n := count(t, s, "run_summaries WHERE runs = 2 AND longest IS NULL"); n != 9 {
		t.Errorf("%d summaries of both runs, want one of each width", n)
	}
}

// Many programs write runs of the same hours and settle them at once. None of them waits in a circle, and no write is lost.
func TestWritersAndThoseWhoSettleAtOnce(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	faults := make(chan error)
	for writer := range 4 {
		go func() {
			for n := range 40 {
				at := time.Date(2026, 3, 2, (n*7+writer*3)%24, 0, 0, 0, time.UTC)
				id := string(rune('a'+writer)) + string(rune('A'+n%20))
				took := time.Duration(n) * time.Second
				err := s.RunUpsert(t.Context(), desk.Run{ID: id, Step: "fred", Status: desk.Success, StartedAt: at, FinishedAt: at.Add(took), DurationSeconds: took.Seconds()})
				if err == nil && n%5 == writer {
					err = s.SettleSummaries(t.Context())
				}
				if err != nil {
					faults <- err
					return
				}
			}
			faults <- nil
		}()
	}
	for range 4 {
		if err := <-faults; err != nil {
			t.Error(err)
		}
	}
	settle(t, s)
	mustAgree(t, s, "pipeline_runs", 0)
}

func TestALongImportIsSummedUpAtOnce(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	var runs []desk.Run
	for n := range 12_000 {
		r := ended(string(rune('a'+n%26))+time.Duration(n).String(), desk.Success)
		r.StartedAt = r.StartedAt.Add(time.Duration(n) * time.Hour)
		r.FinishedAt = r.StartedAt.Add(time.Minute)
		runs = append(runs, r)
	}
	if _, err := s.RunImport(t.Context(), rowsOf(runs...)); err != nil {
		t.Fatal(err)
	}
	mustAgree(t, s, "pipeline_runs", 0)
	if n := count(t, s, "run_summaries WHERE width_seconds = 3600"); n != 12_000 {
		t.Errorf("%d summaries of an hour", n)
	}
}

func TestWrongSummariesAreFoundAndMadeAnew(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	run(t, s.Pool(), hourlyRuns)
	settle(t, s)
	run(t, s.Pool(), "ALTER TABLE pipeline_runs DISABLE TRIGGER run_summaries_removed")
	run(t, s.Pool(), "DELETE FROM pipeline_runs WHERE run_id = '30'")
	if got := summariesOf(t, s, "pipeline_runs"); got.Kept {
		t.Errorf("without a trigger: %+v", got)
	}
	run(t, s.Pool(), "ALTER TABLE pipeline_runs ENABLE ALWAYS TRIGGER run_summaries_removed")
	// The run was the only one of its hour. The wider summaries still agree with those of hours.
	want := store.SummaryState{Of: "pipeline_runs", Rows: "runs", Kept: true, Wrong: 1, First: time.Date(2026, 1, 6, 6, 0, 0, 0, time.UTC)}
	if got := summariesOf(t, s, "pipeline_runs"); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if _, left, err := s.RebuildSummaries(t.Context()); err != nil || len(left) > 0 {
		t.Fatal(left, err)
	}
	mustAgree(t, s, "pipeline_runs", 0)
}

// A desk in another zone has other days.
func TestSummariesBeginWithTheDesksDays(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	run(t, s.Pool(), hourlyRuns)
	settle(t, s)
	rules := desk.BuiltInRules()
	rules.Zone = "Asia/Kolkata"
	if _, err := s.ApplyPlan(t.Context(), rules, at(12, 0, 0)); err != nil {
		t.Fatal(err)
	}
	mustAgree(t, s, "pipeline_runs", 1)
	settle(t, s)
	mustAgree(t, s, "pipeline_runs", 0)
	if n := count(t, s, "run_summaries WHERE width_seconds = 86400 AND to_char(begins_at AT TIME ZONE 'UTC', 'HH24:MI') <> '18:30'"); n != 0 {
		t.Errorf("%d days begin at another time than midnight", n)
	}
	if _, err := s.ApplyPlan(t.Context(), rules, at(12, 0, 0)); err != nil {
		t.Fatal(err)
	}
	mustAgree(t, s, "pipeline_runs", 0)
}

// A login that may only write a table leaves marks all the same. It may not settle them, and leaves that to others.
func TestALoginThatWritesATableAlone(t *testing.T) {
	t.Parallel()
	for table, write := range map[string]string{"pipeline_runs": hourlyRuns, "portfolio_state": hourlyStates, "strategy_signals": hourlySignals} {
		t.Run(table, func(t *testing.T) {
			t.Parallel()
			_, role, as := logins(t, "sums_"+table, "owner", "writer")
			s := store.New(as["owner"], nil)
			if err := store.Migrate(t.Context(), as["owner"]); err != nil {
				t.Fatal(err)
			}
			run(t, as["owner"], fmt.Sprintf("GRANT SELECT, INSERT ON %s TO %s", table, role("writer")))
			run(t, as["writer"], write)
			settle(t, store.New(as["writer"], nil))
			mustAgree(t, s, table, map[string]int64{"pipeline_runs": 100, "portfolio_state": 100, "strategy_signals": 2}[table])
		})
	}
}

// Another tool's table of runs has no triggers, so nothing is summed up.
func TestAnAdoptedTableOfRunsHasNoSummaries(t *testing.T) {
	t.Parallel()
	s := adopted(t)
	settle(t, s)
	if rebuilt, left, err := s.RebuildSummaries(t.Context()); err != nil || !slices.Equal(rebuilt, []string{"portfolio_state"}) || !slices.Equal(left, []string{"pipeline_runs", "strategy_signals"}) {
		t.Errorf("rebuilt: %v, left: %v, %v", rebuilt, left, err)
	}
	if got := summariesOf(t, s, "pipeline_runs"); got.Kept || got.Marks != 1 {
		t.Errorf("%+v", got)
	}
	if n := count(t, s, "run_summaries"); n != 0 {
		t.Errorf("%d summaries", n)
	}
}

// A database whose runs are from before there were summaries gets them with the migration.
func TestMigrateSumsUpWhatIsThere(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	run(t, s.Pool(), hourlyRuns)
	run(t, s.Pool(), `DROP TRIGGER run_summaries_added ON pipeline_runs; DROP TRIGGER run_summaries_removed ON pipeline_runs;
		DROP TRIGGER run_summaries_changed ON pipeline_runs; DROP TRIGGER run_summaries_truncated ON pipeline_runs;
		DROP FUNCTION macrowatch_mark_runs;
		DROP TABLE run_summaries, run_summary_marks, run_summary_widths; DROP TRIGGER book_summaries_added ON portfolio_state;
		DROP TRIGGER book_summaries_removed ON portfolio_state; DROP TRIGGER book_summaries_changed ON portfolio_state; DROP TRIGGER book_summaries_truncated ON portfolio_state;
		DROP FUNCTION macrowatch_mark_snapshots; DROP TABLE nav_summaries, book_summary_marks, book_summary_zone,
		allocation_rules, allocation_basis, allocation_summaries, allocation_marks;
		DROP FUNCTION macrowatch_mark_signals CASCADE; DROP TABLE signal_flips, signal_flip_marks; DROP INDEX pipeline_runs_step_failed_idx;
		DELETE FROM macrowatch_migrations WHERE version >= 22`)
	if err := store.Migrate(t.Context(), s.Pool()); err != nil {
		t.Fatal(err)
	}
	mustAgree(t, s, "pipeline_runs", 0)
	if n := count(t, s, "run_summaries WHERE width_seconds = 3600"); n != 100 {
		t.Errorf("%d summaries of an hour", n)
	}
}
