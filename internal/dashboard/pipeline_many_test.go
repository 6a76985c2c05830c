package dashboard

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	viewerannotation "macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/model"
	grafanaquery "macrowatch/internal/viewer/query"
	"macrowatch/internal/viewer/render"
	"macrowatch/internal/viewer/view"
)

// How large the answer to a chart of runs may be, whatever the range, the steps and the runs: a row at the beginning and
// at the end of each cell, and the first row of each line.
const (
	rowsOfManyRuns  = 2*cellsMost + 200
	bytesOfManyRuns = 1_100_000
)

// TestManyRunsAndManyStepsAreSentAsWhatCanBeDrawn asks for Pipeline Health's charts with far more runs than
// there are places to draw them. All runs must be counted, and the only failed run must be drawn.
func TestManyRunsAndManyStepsAreSentAsWhatCanBeDrawn(t *testing.T) {
	t.Parallel()
	end := clock(t, "2024-03-04 12:00:00")
	for _, c := range []struct {
		name        string
		steps, runs int
		over        time.Duration
	}{
		{"50 steps with 10,000 runs in a day", 50, 10_000, 24 * time.Hour},
		{"50 steps with 10,000 runs a day for a week", 50, 70_000, 7 * 24 * time.Hour},
		{"150 steps in two days", 150, 60_000, 48 * time.Hour},
		{"21 steps, one more than has all cells of a short range, in a year", 21, 90_000, 365 * 24 * time.Hour},
		{"two steps that run without a pause for an hour", 2, 60_000, time.Hour},
		{"one step over five years", 1, 80_000, 5 * 365 * 24 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			db := newDatabase(t, "UTC")
			over := span{end.Add(-c.over), end}
			db.exec(fmt.Sprintf(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds, error_message)
				SELECT n::text, 'step ' || n %% %[1]d, CASE n WHEN %[2]d / 2 THEN 'FAILED' ELSE 'SUCCESS' END, t, t + interval '20 ms', 0.02, NULL
				FROM (SELECT n, timestamptz '%[3]s' - (n - 0.5) * interval '%[4]f s' AS t FROM generate_series(1, %[2]d) n) x`,
				c.steps, c.runs, end.Format(time.RFC3339), c.over.Seconds()/float64(c.runs)))
			// Steps that are gone take no room from those that are there.
			db.exec(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at)
				SELECT 'gone ' || n, 'gone ' || n, 'SUCCESS', t, t FROM (SELECT n, timestamptz '2010-01-01 09:00Z' AS t FROM generate_series(1, 300) n) x`)
			db.exec("VACUUM ANALYZE pipeline_runs")
			for _, id := range []uint32{pipelineTimelineID, pipelineStepsID} {
				points := manyPoints(db, id, over)
				if len(points) > rowsOfManyRuns {
					t.Errorf("panel %d: %d rows, want at most %d", id, len(points), rowsOfManyRuns)
				}
				runs, failed, busiest := 0.0, 0, 0.0
				for _, p := range points {
					if p.runs == nil {
						continue
					}
					runs += *p.runs
					busiest = max(busiest, *p.runs)
					if p.run == fmt.Sprintf("step %d FAILED", c.runs/2%c.steps) {
						failed++
					}
				}
				if runs != float64(c.runs) || failed != 1 {
					t.Errorf("panel %d: the rows tell of %v runs and %d failures, want %d and 1", id, runs, failed, c.runs)
				}
				if size := len(sent(t, db, int(id), over)); size > bytesOfManyRuns {
					t.Errorf("panel %d: %d bytes are sent, want at most %d", id, size, bytesOfManyRuns)
				}
				t.Logf("panel %d: %d rows, the busiest cell has %v runs", id, len(points), busiest)
			}
		})
	}
}

// manyPoint is a row of one of the timelines: a step, its status, and how many runs are behind the row.
type manyPoint struct {
	run  string
	runs *float64
}

func manyPoints(db *database, id uint32, over span) (points []manyPoint) {
	if id == pipelineStepsID {
		for _, p := range query[stepPoint](db, panelSQL(db.t, id), over) {
			points = append(points, manyPoint{p.Metric + " " + p.Value, p.Runs})
		}
		return points
	}
	for _, p := range query[runPoint](db, panelSQL(db.t, id), over) {
		points = append(points, manyPoint{p.Metric, p.Runs})
	}
	return points
}

// sent is a panel of Pipeline Health as the viewer sends it.
func sent(t *testing.T, db *database, id int, over span) []byte {
	t.Helper()
	text, err := JSON(pipelineDefinition(t))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := model.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	asked := over.request()
	asked.Width = 1440
	got := render.Panel(t.Context(), grafanaquery.NewRunner(db.pool, grafanaquery.Options{}), parsed, id, asked, viewerannotation.Marks{})
	if got.Error != "" || got.View == nil || len(got.View.Notices) > 0 {
		t.Fatalf("panel %d: %q, %+v", id, got.Error, view.View{Notices: got.View.Notices})
	}
	line, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	return line
}
