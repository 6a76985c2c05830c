package store_test

import (
	"fmt"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// TestAStepsStateFollowsItsRuns tells of one step that is due at 05:00 UTC, on 30 March for the first time since the step
// is known. It must start by 05:15, and end by 06:00.
func TestAStepsStateFollowsItsRuns(t *testing.T) {
	t.Parallel()
	type attempt struct {
		start, end, status string
	}
	for what, c := range map[string]struct {
		runs []attempt
		want map[string]string // by instant
	}{
		"nothing runs": {nil, map[string]string{
			"03-30 04:59": "NO RUNS", "03-30 05:14": "NO RUNS", "03-30 05:15": "LATE", "03-30 05:59": "LATE", "03-30 06:00": "MISSED", "03-31 04:00": "MISSED",
		}},
		"it runs early": {[]attempt{{"03-30 03:30", "03-30 03:40", "SUCCESS"}}, map[string]string{
			"03-30 03:29": "NO RUNS", "03-30 03:35": "RUNNING 03:30", "03-30 05:20": "SUCCESS 03:30", "03-31 05:14": "SUCCESS 03:30", "03-31 05:15": "LATE",
		}},
		"it runs late, and after midnight": {[]attempt{{"03-30 23:50", "03-31 00:10", "SUCCESS"}}, map[string]string{
			"03-30 23:49": "MISSED", "03-31 00:00": "OVERDUE 23:50", "03-31 00:10": "SUCCESS 23:50",
		}},
		"it fails and is tried again": {[]attempt{{"03-30 05:01", "03-30 05:02", "FAILED"}, {"03-30 05:05", "03-30 05:20", "SUCCESS"}}, map[string]string{
			"03-30 05:01": "RUNNING 05:01", "03-30 05:03": "FAILED 05:01", "03-30 05:06": "RETRYING 05:05 2", "03-30 05:20": "SUCCESS 05:05 2",
		}},
		"it takes too long": {[]attempt{{"03-30 05:01", "03-30 06:30", "SUCCESS"}}, map[string]string{
			"03-30 05:59": "RUNNING 05:01", "03-30 06:00": "OVERDUE 05:01", "03-30 06:30": "SUCCESS 05:01",
		}},
		"it runs again after a success": {[]attempt{{"03-30 05:01", "03-30 05:02", "SUCCESS"}, {"03-30 12:00", "03-30 12:05", "FAILED"}, {"03-30 12:10", "03-30 12:20", "crashed"}}, map[string]string{
			"03-30 12:01": "RUNNING 12:00 2", "03-30 12:06": "FAILED 12:00 2", "03-30 12:11": "RETRYING 12:10 3", "03-30 12:21": "FAILED 12:10 3",
		}},
		"a word that nobody knows": {[]attempt{{"03-30 05:01", "03-30 05:02", " half-done "}}, map[string]string{"03-30 05:03": `"half-done" 05:01`}},
		"a holiday":                {nil, map[string]string{"04-03 04:59": "MISSED", "04-03 05:00": "SKIPPED Good Friday", "04-05 12:00": "SKIPPED Good Friday", "04-06 04:30": "SKIPPED Good Friday", "04-06 05:00": "SKIPPED Easter Monday"}},
		"a run on a holiday":       {[]attempt{{"04-03 05:10", "04-03 07:00", "SUCCESS"}}, map[string]string{"04-03 06:30": "RUNNING 05:10", "04-03 07:00": "SUCCESS 05:10"}},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			run(t, s.Pool(), `ALTER TABLE pipeline_runs DROP CONSTRAINT pipeline_runs_status_known`) // as another tool's table has none
			if _, err := s.ApplyPlan(t.Context(), planned(), instantOf(t, "2026-03-27 12:00")); err != nil {
				t.Fatal(err)
			}
			for n, r := range c.runs {
				run(t, s.Pool(), fmt.Sprintf(`INSERT INTO pipeline_runs VALUES ('r%d', 'fetch', '%s', '2026-%s Z', '2026-%s Z', 60, 'a reason')`, n, r.status, r.start, r.end))
			}
			for at, want := range c.want {
				states, err := s.StepStates(t.Context(), instantOf(t, "2026-"+at))
				if err != nil {
					t.Fatal(err)
				}
				if got := stateText(states[0]); got != want {
					t.Errorf("%s: %s, want %s", at, got, want)
				}
			}
		})
	}
}

func stateText(s desk.StepState) string {
	text := string(s.State)
	if s.State == "SKIPPED" {
		text += " " + s.Skipped
	}
	if !s.StartedAt.IsZero() {
		text += s.StartedAt.Format(" 15:04")
	}
	if s.Attempts > 1 {
		text += fmt.Sprintf(" %d", s.Attempts)
	}
	return text
}

func TestAStepWithoutAScheduleHasTheStatusOfItsLatestRun(t *testing.T) {
	t.Parallel()
	s, rules := newStore(t), planned()
	now := instantOf(t, "2026-03-27 12:00")
	if _, err := s.ApplyPlan(t.Context(), rules, now); err != nil {
		t.Fatal(err)
	}
	run(t, s.Pool(), `INSERT INTO pipeline_runs VALUES ('a', 'publish', 'SUCCESS', '2026-03-25 08:00Z', '2026-03-25 08:01Z', 60, NULL), ('b', 'publish', 'FAILED', '2026-03-27 08:00Z', '2026-03-27 08:01Z', 60, 'no paper')`)
	for at, want := range map[string]string{"03-25 09:00": "SUCCESS", "03-26 21:00": "STALE", "03-27 08:00": "RUNNING", "04-20 09:00": "FAILED"} {
		instant := instantOf(t, "2026-"+at)
		states, err := s.StepStates(t.Context(), instant)
		if err != nil {
			t.Fatal(err)
		}
		got := states[1]
		if string(got.State) != want || fmt.Sprint(got.WaitsFor) != "[fetch]" || (want == "FAILED") != (got.ErrorMessage == "no paper") || !got.DueAt.IsZero() {
			t.Errorf("%s: %+v, want %s", at, got, want)
		}
	}
	workdays, err := rules.Workdays()
	if err != nil {
		t.Fatal(err)
	}
	if s := (desk.StepState{State: desk.NoRuns}); workdays.WithStale(s, time.Now()).State != desk.NoRuns {
		t.Error("a step that has never run is stale")
	}
}
