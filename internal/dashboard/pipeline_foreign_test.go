package dashboard

import (
	"testing"
	"time"
)

// A table that another tool made may have other types that mean the same.
func TestQueriesReadATableOfOtherTypes(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	for _, statement := range []string{
		"DROP TABLE pipeline_runs",
		"CREATE TYPE run_status AS ENUM ('RUNNING', 'SUCCESS', 'FAILED')",
		"CREATE TYPE step AS ENUM ('yahoo', 'fred', 'bcb_sgs')", // not in the order of their names
		`CREATE TABLE pipeline_runs (run_id text, step_name step, status run_status, started_at timestamptz,
			finished_at timestamptz, duration_seconds numeric(12,3), error_message varchar(200))`,
	} {
		db.exec(statement)
	}
	at := func(s string) time.Time { return clock(t, "2024-03-04 "+s) }
	db.record(
		run{"fred", "SUCCESS", at("06:00:00"), at("06:00:42"), 42500 * time.Millisecond, ""},
		run{"yahoo", "FAILED", at("06:00:00"), time.Time{}, 10 * time.Minute, "HTTP 503"}, // its end is not recorded
	)
	over := dayTo(at("12:00:00"))
	if got := query[tile](db, panelSQL(t, 2), over); got[0].Status != "SUCCESS" || *got[0].Duration != 42.5 {
		t.Errorf("the tile says %s, %v", got[0].Status, deref(got[0].Duration))
	}
	same(t, texts(pointsOf(query[runPoint](db, panelSQL(t, 7), over))), []string{
		"03-04 06:00:00 fred SUCCESS 42.5",
		"03-04 06:00:00 yahoo FAILED 600",
		"03-04 06:14:24 fred SUCCESS null", "03-04 06:14:24 yahoo FAILED null", // keep the bars narrow
	})
	same(t, statesOf(query[stepPoint](db, panelSQL(t, 8), over)), []string{
		"03-03 12:00:00 fred idle", "03-03 12:00:00 yahoo idle",
		"03-04 06:00:00 fred SUCCESS", "03-04 06:00:00 yahoo FAILED",
		"03-04 06:05:00 fred idle", "03-04 06:10:00 yahoo idle",
	})
	for _, got := range [][]failure{log(db, over), marks(db, over)} {
		if len(got) != 1 || !got[0].Time.Equal(at("06:00:00")) {
			t.Errorf("the failures are %v, want one at its start", got)
		}
	}
}
