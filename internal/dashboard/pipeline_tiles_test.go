package dashboard

import (
	"math"
	"testing"
	"time"
)

type tile struct {
	Status   string
	Started  *time.Time
	Took     *string
	Duration *float64
	Median   *float64
	Most     *float64
	From, To float64 // the range of the tile's link
}

func TestTileShowsTheLatestRunAsItStoodAtTheEndOfTheRange(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time { return clock(t, s) }
	friday := run{"fred", "SUCCESS", at("2024-03-01 06:00:00"), at("2024-03-01 06:00:42"), 42500 * time.Millisecond, ""}
	cases := []struct {
		name     string
		runs     []run
		to       time.Time
		status   string
		started  time.Time
		duration float64 // NaN: none
	}{
		{"no runs at all", nil, at("2024-03-04 12:00:00"), "NO RUNS", time.Time{}, math.NaN()},
		{"only runs of another step", []run{{"yahoo", "SUCCESS", at("2024-03-04 06:00:00"), at("2024-03-04 06:01:00"), time.Minute, ""}},
			at("2024-03-04 12:00:00"), "NO RUNS", time.Time{}, math.NaN()},
		{"a success an hour ago", []run{friday}, at("2024-03-01 07:00:00"), "SUCCESS", friday.start, 42.5},
		{"Friday's on Saturday", []run{friday}, at("2024-03-02 23:00:00"), "SUCCESS", friday.start, 42.5},
		{"Friday's on Sunday night", []run{friday}, at("2024-03-03 23:59:59"), "SUCCESS", friday.start, 42.5},
		{"Friday's on Monday morning", []run{friday}, at("2024-03-04 05:00:00"), "SUCCESS", friday.start, 42.5},
		{"Friday's after exactly 36 weekday hours", []run{friday}, at("2024-03-04 18:00:00"), "SUCCESS", friday.start, 42.5},
		{"Friday's a second later", []run{friday}, at("2024-03-04 18:00:01"), "STALE", friday.start, 42.5},
		{"Friday's two weeks later", []run{friday}, at("2024-03-15 06:00:00"), "STALE", friday.start, 42.5},
		{"a weekend run counts from Monday", []run{{"fred", "SUCCESS", at("2024-03-02 10:00:00"), at("2024-03-02 10:01:00"), time.Minute, ""}},
			at("2024-03-05 12:00:00"), "SUCCESS", at("2024-03-02 10:00:00"), 60},
		{"a weekend run is stale on Tuesday afternoon", []run{{"fred", "SUCCESS", at("2024-03-02 10:00:00"), at("2024-03-02 10:01:00"), time.Minute, ""}},
			at("2024-03-05 12:00:01"), "STALE", at("2024-03-02 10:00:00"), 60},
		{"running", []run{{"fred", "RUNNING", at("2024-03-05 06:00:00"), time.Time{}, 0, ""}},
			at("2024-03-05 06:10:00"), "RUNNING", at("2024-03-05 06:00:00"), 600},
		{"running for too long", []run{{"fred", "RUNNING", at("2024-03-05 06:00:00"), time.Time{}, 0, ""}},
			at("2024-03-06 18:00:01"), "STALE", at("2024-03-05 06:00:00"), 36*3600 + 1},
		{"a failure stays one", []run{{"fred", "FAILED", at("2024-03-01 06:00:00"), at("2024-03-01 06:00:05"), 5 * time.Second, "HTTP 503"}},
			at("2024-03-15 06:00:00"), "FAILED", at("2024-03-01 06:00:00"), 5},
		{"finished after the range", []run{{"fred", "FAILED", at("2024-03-05 06:00:00"), at("2024-03-05 06:30:00"), 30 * time.Minute, "late"}},
			at("2024-03-05 06:10:00"), "RUNNING", at("2024-03-05 06:00:00"), 600},
		{"started after the range", []run{friday, {"fred", "FAILED", at("2024-03-01 08:00:00"), at("2024-03-01 08:01:00"), time.Minute, ""}},
			at("2024-03-01 07:59:59"), "SUCCESS", friday.start, 42.5},
		{"two that started together: the one that is not over", []run{friday, {"fred", "RUNNING", friday.start, time.Time{}, 0, ""}},
			at("2024-03-01 07:00:00"), "RUNNING", friday.start, 3600},
		{"two that started together: the one that ended last", []run{friday, {"fred", "FAILED", friday.start, at("2024-03-01 06:05:00"), 5 * time.Minute, ""}},
			at("2024-03-01 07:00:00"), "FAILED", friday.start, 300},
		{"without a duration: from its times", []run{{"fred", "SUCCESS", at("2024-03-05 06:00:00"), at("2024-03-05 06:01:30"), 0, ""}},
			at("2024-03-05 07:00:00"), "SUCCESS", at("2024-03-05 06:00:00"), 90},
	}
	sql := panelSQL(t, 2) // FRED
	inZones(t, func(t *testing.T, db *database) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				db := db.in(t)
				db.exec("TRUNCATE pipeline_runs")
				db.record(c.runs...)
				got := query[tile](db, sql, dayTo(c.to))
				if len(got) != 1 {
					t.Errorf("%d rows, want 1", len(got))
					return
				}
				g := got[0]
				since := c.started
				if since.IsZero() {
					since = c.to
				}
				from := since.AddDate(0, 0, -7)
				if day := c.to.Add(-24 * time.Hour); day.Before(from) {
					from = day
				}
				if g.From != float64(from.UnixMilli()) || g.To != float64(c.to.UnixMilli()) {
					t.Errorf("the link leads to %.0f to %.0f, want %d to %d", g.From, g.To, from.UnixMilli(), c.to.UnixMilli())
				}
				if g.Status != c.status {
					t.Errorf("status %s, want %s", g.Status, c.status)
				}
				if (g.Started == nil) != c.started.IsZero() || g.Started != nil && !g.Started.Equal(c.started) {
					t.Errorf("started %v, want %v", g.Started, c.started)
				}
				if (g.Duration == nil) != math.IsNaN(c.duration) || g.Duration != nil && *g.Duration != c.duration {
					t.Errorf("duration %v, want %v", deref(g.Duration), c.duration)
				}
			})
		}
	})
}

// "This week" ends in the future. What has not happened yet must age nothing.
func TestTileIsAsOfNowWhereTheRangeEndsInTheFuture(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	now := time.Now()
	db.record(run{"fred", "RUNNING", now.Add(-time.Hour), time.Time{}, 0, ""})
	got := query[tile](db, panelSQL(t, 2), span{now.Add(-24 * time.Hour), now.Add(30 * 24 * time.Hour)})
	if got[0].Status != "RUNNING" {
		t.Errorf("status %s, want RUNNING", got[0].Status)
	}
	if s, most := *got[0].Duration, time.Since(now.Add(-time.Hour)).Seconds(); s < 3600 || s > most {
		t.Errorf("running for %v s, want an hour and at most %v s", s, most)
	}
}
