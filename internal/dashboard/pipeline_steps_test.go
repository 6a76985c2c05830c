package dashboard

import (
	"strings"
	"testing"
	"time"
)

// At 24 hours a cell is five minutes.
func TestStepStates(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		if len(s) == len("15:04:05") {
			s = "2024-03-04 " + s
		}
		return clock(t, s)
	}
	to := at("12:00:00")
	cases := []struct {
		name string
		runs []run
		want string
	}{
		{"a run too short to see is a cell wide",
			[]run{{"fred", "SUCCESS", at("06:00:00"), at("06:00:42"), 42 * time.Second, ""}},
			"03-03 12:00:00 fred idle, 03-04 06:00:00 fred SUCCESS, 03-04 06:05:00 fred idle"},
		{"a longer run is drawn from start to end",
			[]run{{"fred", "FAILED", at("06:00:13"), at("06:10:17"), 0, ""}},
			"03-03 12:00:00 fred idle, 03-04 06:00:13 fred FAILED, 03-04 06:10:17 fred idle"},
		{"a run that began before the range is carried in",
			[]run{{"fred", "SUCCESS", at("2024-03-03 11:00:00"), at("2024-03-03 13:00:00"), 0, ""}},
			"03-03 12:00:00 fred SUCCESS, 03-03 13:00:00 fred idle"},
		{"a run that ended before the range is not",
			[]run{{"fred", "SUCCESS", at("2024-03-03 10:00:00"), at("2024-03-03 12:00:00"), 0, ""}},
			"03-03 12:00:00 fred idle"},
		{"a running one lasts to the end of the range",
			[]run{{"fred", "RUNNING", at("11:30:00"), time.Time{}, 0, ""}},
			"03-03 12:00:00 fred idle, 03-04 11:30:00 fred RUNNING, 03-04 12:00:00 fred idle"},
		{"one that finished after the range was running in it",
			[]run{{"fred", "FAILED", at("2024-03-03 06:00:00"), at("12:30:00"), 0, ""}},
			"03-03 12:00:00 fred RUNNING, 03-04 12:00:00 fred idle"},
		{"a retry right after a failure: both are seen",
			[]run{
				{"fred", "FAILED", at("06:00:00"), at("06:00:03"), 0, ""},
				{"fred", "SUCCESS", at("06:01:00"), at("06:01:20"), 0, ""},
			},
			"03-03 12:00:00 fred idle, 03-04 06:00:00 fred FAILED, 03-04 06:05:00 fred SUCCESS, 03-04 06:10:00 fred idle"},
		{"a failure within a long run interrupts it",
			[]run{
				{"fred", "SUCCESS", at("06:00:00"), at("08:00:00"), 0, ""},
				{"fred", "FAILED", at("06:30:00"), at("06:31:00"), 0, ""},
			},
			"03-03 12:00:00 fred idle, 03-04 06:00:00 fred SUCCESS, 03-04 06:30:00 fred FAILED, 03-04 06:35:00 fred SUCCESS, 03-04 08:00:00 fred idle"},
		{"of runs that start together the failure shows",
			[]run{
				{"fred", "SUCCESS", at("06:00:00"), at("06:20:00"), 0, ""},
				{"fred", "FAILED", at("06:00:00"), at("06:10:00"), 0, ""},
			},
			"03-03 12:00:00 fred idle, 03-04 06:00:00 fred FAILED, 03-04 06:10:00 fred SUCCESS, 03-04 06:20:00 fred idle"},
		{"runs of one status in a cell are one",
			[]run{
				{"fred", "SUCCESS", at("06:00:00"), at("06:00:10"), 0, ""},
				{"fred", "SUCCESS", at("06:01:30"), at("06:08:00"), 0, ""},
			},
			"03-03 12:00:00 fred idle, 03-04 06:00:00 fred SUCCESS, 03-04 06:08:00 fred idle"},
		{"runs that touch are one state, with a row for each that says when it was",
			[]run{
				{"fred", "SUCCESS", at("06:00:00"), at("06:05:00"), 0, ""},
				{"fred", "SUCCESS", at("06:05:00"), at("06:10:00"), 0, ""},
			},
			"03-03 12:00:00 fred idle, 03-04 06:00:00 fred SUCCESS, 03-04 06:05:00 fred SUCCESS, 03-04 06:10:00 fred idle"},
		{"a step that has been idle for a while has a line, one that is gone has none",
			[]run{
				{"idle", "SUCCESS", at("2024-02-20 06:00:00"), at("2024-02-20 06:01:00"), 0, ""},
				{"gone", "SUCCESS", at("2024-01-20 06:00:00"), at("2024-01-20 06:01:00"), 0, ""},
				{"later", "SUCCESS", at("12:00:01"), at("12:01:00"), 0, ""},
			},
			"03-03 12:00:00 idle idle"},
		{"a run at the very start of the range",
			[]run{{"fred", "SUCCESS", at("2024-03-03 12:00:00"), at("2024-03-03 12:10:00"), 0, ""}},
			"03-03 12:00:00 fred SUCCESS, 03-03 12:10:00 fred idle"},
		{"steps do not mix",
			[]run{
				{"fred", "SUCCESS", at("06:00:00"), at("06:10:00"), 0, ""},
				{"yahoo", "FAILED", at("06:00:00"), at("06:05:00"), 0, ""},
			},
			"03-03 12:00:00 fred idle, 03-03 12:00:00 yahoo idle, 03-04 06:00:00 fred SUCCESS, 03-04 06:00:00 yahoo FAILED, 03-04 06:05:00 yahoo idle, 03-04 06:10:00 fred idle"},
	}
	sql := panelSQL(t, 8)
	inZones(t, func(t *testing.T, db *database) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				db := db.in(t)
				db.exec("TRUNCATE pipeline_runs")
				db.record(c.runs...)
				if got := strings.Join(statesOf(query[stepPoint](db, sql, dayTo(to))), ", "); got != c.want {
					t.Errorf("got %s\nwant %s", got, c.want)
				}
			})
		}
	})
}

func TestStepStatesNeverLoseAFailureInALongRange(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	db.exec(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds)
		SELECT 'r' || n, 'fred', CASE WHEN n = 20000 THEN 'FAILED' ELSE 'SUCCESS' END, t, t + interval '40 seconds', 40
		FROM (SELECT n, timestamptz '2019-01-01 09:00Z' + n * interval '1 hour' AS t FROM generate_series(1, 44000) n) x`)
	to := clock(t, "2024-01-05 00:00:00")
	got := query[stepPoint](db, panelSQL(t, 8), span{to.AddDate(-5, 0, 0), to})
	failures, states, runs := 0, 0, 0.0
	for i, p := range got {
		if p.Value == "FAILED" {
			failures++
		}
		if i == 0 || p.Value != got[i-1].Value {
			states++
		}
		if p.Runs != nil {
			runs += *p.Runs
		}
	}
	if failures != 1 {
		t.Errorf("%d failures are drawn, want 1: %v", failures, statesOf(got))
	}
	if states > 10 {
		t.Errorf("hourly runs over five years are %d states, want a handful", states)
	}
	if cells := longStates*3/2 + 2; len(got) > cells+10 {
		t.Errorf("%d rows, want at most one for each of %d cells beside the changes of state", len(got), cells)
	}
	if want := 1826*24 + 1.0; runs != want {
		t.Errorf("the rows tell of %v runs, want %v", runs, want)
	}
}

func TestStepStatesEndNowWhereTheRangeEndsInTheFuture(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	now := time.Now().Truncate(time.Second)
	db.record(run{"fred", "RUNNING", now.Add(-2 * time.Hour), time.Time{}, 0, ""})
	got := query[stepPoint](db, panelSQL(t, 8), span{now.Add(-12 * time.Hour), now.Add(12 * time.Hour)})
	if len(got) != 3 || got[2].Value != "idle" || got[2].Time.Before(now) || got[2].Time.After(time.Now().Add(5*time.Minute)) {
		t.Errorf("got %v, want idle, running, and idle again from now on", statesOf(got))
	}
}
