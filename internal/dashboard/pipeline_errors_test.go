package dashboard

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

type failure struct {
	Time        time.Time
	First, Last string // Step and Error in the table, text and tags in the annotation
}

func annotationSQL(t testing.TB) string {
	t.Helper()
	for _, a := range pipelineDefinition(t).Dashboard.Annotations.List {
		if a.Name == "Failures" {
			return a.Target.(Query).RawSQL
		}
	}
	t.Fatal("there is no annotation Failures")
	return ""
}

func TestErrorLogListsTheFailuresOfTheRangeByTheTimeTheyFailed(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time { return clock(t, "2024-03-04 "+s) }
	log, marks := panelSQL(t, 9), annotationSQL(t)
	inZones(t, func(t *testing.T, db *desktop) {
		db.record(
			run{"fred", "FAILED", at("06:00:00"), at("06:00:05"), 5 * time.Second, "HTTP 503 from upstream\nat line 7\n"},
			run{"yahoo", "FAILED", at("05:00:00"), at("06:30:00"), 90 * time.Minute, ""},
			run{"a,b", "FAILED", at("07:00:00"), at("07:00:01"), time.Second, "  \n"},
			run{"fred", "SUCCESS", at("08:00:00"), at("08:00:05"), 5 * time.Second, ""},
			run{"fred", "FAILED", at("11:00:00"), at("12:00:01"), time.Hour, "fails after the range"},
			run{"fred", "FAILED", at("00:00:00").AddDate(0, 0, -2), at("00:01:00").AddDate(0, 0, -2), time.Minute, "failed before the range"},
		)
		over := dayTo(at("12:00:00"))
		check := func(what string, got []failure, want ...failure) {
			t.Helper()
			if len(got) != len(want) {
				t.Errorf("%s: %d rows, want %d: %v", what, len(got), len(want), got)
				return
			}
			for i := range want {
				if !got[i].Time.Equal(want[i].Time) || got[i].First != want[i].First || got[i].Last != want[i].Last {
					t.Errorf("%s: row %d is %q, want %q", what, i, got[i], want[i])
				}
			}
		}
		check("log", query[failure](db, log, over),
			failure{at("07:00:01"), "a,b", "No message was recorded"},
			failure{at("06:30:00"), "yahoo", "No message was recorded"},
			failure{at("06:00:05"), "fred", "HTTP 503 from upstream\nat line 7"})
		check("annotation", query[failure](db, marks, over),
			failure{at("07:00:01"), "a,b failed", "failure,a b"},
			failure{at("06:30:00"), "yahoo failed", "failure,yahoo"},
			failure{at("06:00:05"), "fred failed: HTTP 503 from upstream", "failure,fred"})
	})
}

func TestErrorLogAndAnnotationAreBounded(t *testing.T) {
	t.Parallel()
	db := newDesktop(t, "UTC")
	db.exec(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds, error_message)
		SELECT 'r' || n, 'fred', 'FAILED', timestamptz '2024-03-01Z' + n * interval '1 minute', timestamptz '2024-03-01Z' + n * interval '1 minute', 0, 'failure ' || n
		FROM generate_series(1, 300) n`)
	over := span{clock(t, "2024-02-25 00:00:00"), clock(t, "2024-03-05 00:00:00")}
	for what, c := range map[string]struct {
		sql  string
		rows int
	}{"log": {panelSQL(t, 9), 20}, "annotation": {annotationSQL(t), 200}} {
		got := query[failure](db, c.sql, over)
		if len(got) != c.rows {
			t.Errorf("%s: %d rows, want %d", what, len(got), c.rows)
		}
		if newest := fmt.Sprint(got[0]); !strings.Contains(newest, "failure 300") {
			t.Errorf("%s begins with %s, want the newest", what, newest)
		}
	}
}
