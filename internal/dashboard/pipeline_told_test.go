package dashboard

import (
	"testing"
	"time"
)

// At 7 days a cell of the bars is an hour, and one of the states two hours. A run of three minutes is drawn as long as a cell, and several runs may be drawn as
// one. Other columns of the query say when the runs really were, and how many there are.
func TestTimelinesTellTheTrueTimesOfTheRunsThatTheyDraw(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time { return clock(t, "2024-03-"+s) }
	week := span{at("04 12:00:00").AddDate(0, 0, -7), at("04 12:00:00")}
	cases := []struct {
		name        string
		runs        []run
		bars, steps []string
	}{
		{"one run",
			[]run{{"b3_market_data", "SUCCESS", at("04 09:02:05"), at("04 09:05:17"), 0, ""}},
			[]string{"03-04 09:00:00 b3_market_data SUCCESS: 1 from 03-04 09:02:05 to 03-04 09:05:17"},
			[]string{"03-04 09:02:05 b3_market_data: 1 from 03-04 09:02:05 to 03-04 09:05:17"}},
		{"a run so late that it is drawn beyond the end of the range",
			[]run{{"fred", "FAILED", at("04 11:58:00"), at("04 11:59:30"), 0, ""}},
			[]string{"03-04 11:00:00 fred FAILED: 1 from 03-04 11:58:00 to 03-04 11:59:30"},
			[]string{"03-04 11:58:00 fred: 1 from 03-04 11:58:00 to 03-04 11:59:30"}},
		{"several in a cell, and another that touches them",
			[]run{
				{"fred", "SUCCESS", at("03 06:00:10"), at("03 06:01:00"), 0, ""},
				{"fred", "SUCCESS", at("03 06:05:00"), at("03 06:14:30"), 0, ""},
				{"fred", "SUCCESS", at("03 08:00:10"), at("03 08:00:20"), 0, ""},
			},
			[]string{
				"03-03 06:00:00 fred SUCCESS: 2 from 03-03 06:00:10 to 03-03 06:14:30",
				"03-03 08:00:00 fred SUCCESS: 1 from 03-03 08:00:10 to 03-03 08:00:20",
			},
			[]string{
				"03-03 06:00:10 fred: 2 from 03-03 06:00:10 to 03-03 06:14:30",
				"03-03 08:00:10 fred: 1 from 03-03 08:00:10 to 03-03 08:00:20",
			}},
		{"a run that goes on, and one whose end lies beyond the range",
			[]run{
				{"fred", "RUNNING", at("04 11:00:00"), time.Time{}, 0, ""},
				{"yahoo", "SUCCESS", at("04 11:20:00"), at("04 12:20:00"), 0, ""},
			},
			[]string{
				"03-04 11:00:00 fred RUNNING: 1 from 03-04 11:00:00",
				"03-04 11:00:00 yahoo RUNNING: 1 from 03-04 11:20:00",
			},
			[]string{
				"03-04 11:00:00 fred: 1 from 03-04 11:00:00",
				"03-04 11:20:00 yahoo: 1 from 03-04 11:20:00",
			}},
		{"a run that is only known by how long it took",
			[]run{{"fred", "SUCCESS", at("01 06:00:00"), time.Time{}, 90 * time.Second, ""}},
			[]string{"03-01 06:00:00 fred SUCCESS: 1 from 03-01 06:00:00 to 03-01 06:01:30"},
			[]string{"03-01 06:00:00 fred: 1 from 03-01 06:00:00 to 03-01 06:01:30"}},
		{"a run that was carried in, and a failure that interrupts it",
			[]run{
				{"fred", "SUCCESS", clock(t, "2024-02-26 10:00:00"), at("03 08:00:00"), 0, ""},
				{"fred", "FAILED", at("01 06:30:00"), at("01 06:31:00"), 0, ""},
			},
			[]string{"03-01 06:00:00 fred FAILED: 1 from 03-01 06:30:00 to 03-01 06:31:00"},
			[]string{
				"02-26 12:00:00 fred: 1 from 02-26 10:00:00 to 03-03 08:00:00",
				"03-01 06:30:00 fred: 1 from 03-01 06:30:00 to 03-01 06:31:00",
				"03-01 08:30:00 fred: 1 from 02-26 10:00:00 to 03-03 08:00:00",
			}},
		{"a success in the cell of a failure",
			[]run{
				{"fred", "FAILED", at("01 06:00:00"), at("01 06:00:03"), 0, ""},
				{"fred", "SUCCESS", at("01 06:01:00"), at("01 06:01:20"), 0, ""},
			},
			[]string{
				"03-01 06:00:00 fred FAILED: 1 from 03-01 06:00:00 to 03-01 06:00:03",
				"03-01 06:00:00 fred SUCCESS: 1 from 03-01 06:01:00 to 03-01 06:01:20",
			},
			[]string{
				"03-01 06:00:00 fred: 1 from 03-01 06:00:00 to 03-01 06:00:03",
				"03-01 08:00:00 fred: 1 from 03-01 06:01:00 to 03-01 06:01:20",
			}},
	}
	inZones(t, func(t *testing.T, db *database) {
		db.exec("ALTER TABLE pipeline_runs DROP CONSTRAINT pipeline_runs_finished_unless_running") // as in a table of another tool
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				db := db.in(t)
				db.exec("TRUNCATE pipeline_runs")
				db.record(c.runs...)
				same(t, told(query[runPoint](db, panelSQL(t, 7), week)), c.bars)
				same(t, told(runsOf(query[stepPoint](db, panelSQL(t, 8), week))), c.steps)
			})
		}
	})
}
