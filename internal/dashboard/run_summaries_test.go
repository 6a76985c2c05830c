package dashboard

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
	"macrowatch/internal/viewer/macro"
)

// summedPanel is a panel that is drawn from summaries, beside the query that reads each row.
type summedPanel struct {
	title     string
	now, was  panelOf
	variables map[string]macro.Variable
}

func runPanels(t testing.TB) []summedPanel {
	t.Helper()
	filtered := chosenAll()
	filtered[stepVariable] = macro.Variable{Values: []string{"fred"}, Multi: true}
	one := chosenAll()
	one[stepVariable] = macro.Variable{Values: []string{"fred"}}
	was := func(p panelOf, file string, oneStep bool) panelOf {
		return panelOf{NewQuery(p.query.Format, formerSQL(t, file, oneStep)), p.points, p.least}
	}
	var all []summedPanel
	for title, file := range map[string]string{"Pipeline Timeline": "pipeline_timeline.sql", "Pipeline Timeline by Step": "pipeline_steps.sql"} {
		p := findPanel(t, Home, title)
		all = append(all, summedPanel{title, p, was(p, file, false), chosenAll()}, summedPanel{title + " of fred", p, was(p, file, false), filtered})
	}
	for _, panel := range stepPage(t, desk.BuiltInRules()).Dashboard.Panels {
		if panel.Panel == nil {
			continue
		}
		if file := map[string]string{"Timeline": "pipeline_steps.sql", "Durations": "step_durations.sql"}[*panel.Panel.Title]; file != "" {
			p := targetsOf(t, panel.Panel)[0]
			all = append(all, summedPanel{"Pipeline Step: " + *panel.Panel.Title, p, was(p, file, true), one})
		}
	}
	if len(all) != 6 {
		t.Fatalf("%d panels are drawn from runs, want 6", len(all))
	}
	return all
}

// randomRuns writes runs of three years, and has panels drawn from them.
type randomRuns struct {
	db     *database
	chance *rand.Rand
	begin  time.Time
	panels []summedPanel
}

// write writes some runs, or corrects runs that are there. A few take days, and a few go on.
func (r randomRuns) write(runs int) {
	r.db.t.Helper()
	steps := []string{"fred", "risk", "yahoo", "report"}
	for range runs {
		start := r.begin.Add(time.Duration(r.chance.Int64N(int64(3 * 365 * 24 * time.Hour))).Truncate(time.Microsecond))
		if r.chance.IntN(3) == 0 {
			start = start.Truncate([]time.Duration{time.Hour, 24 * time.Hour, time.Minute}[r.chance.IntN(3)])
		}
		took := time.Duration(r.chance.IntN(7200)) * time.Second
		if r.chance.IntN(40) == 0 {
			took *= 300
		}
		status, end, seconds := []string{"SUCCESS", "SUCCESS", "SUCCESS", "FAILED", "CANCELLED", "SKIPPED"}[r.chance.IntN(6)], any(start.Add(took)), any(took.Seconds()+0.25)
		switch r.chance.IntN(30) {
		case 0:
			status, end, seconds = "RUNNING", nil, nil
		case 1:
			seconds = nil
		}
		r.db.exec(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (run_id) DO UPDATE SET step_name = excluded.step_name, status = excluded.status, started_at = excluded.started_at,
			finished_at = excluded.finished_at, duration_seconds = excluded.duration_seconds`,
			fmt.Sprint(r.chance.IntN(3000)), steps[r.chance.IntN(len(steps))], status, start, end, seconds)
	}
}

// ranges are random ranges. Some begin or end just where a run or a day does.
func (r randomRuns) ranges() []span {
	r.db.t.Helper()
	return randomRanges(r.chance, r.begin, collect(r.db, "SELECT coalesce(CASE hashtext(run_id) % 2 WHEN 0 THEN finished_at END, started_at) FROM pipeline_runs ORDER BY hashtext(run_id || 'x') LIMIT 8", pgx.RowTo[time.Time]))
}

// randomRanges are ranges in the years after a beginning. Some begin or end just at given moments, or where a day does.
func randomRanges(chance *rand.Rand, begin time.Time, moments []time.Time) []span {
	var all []span
	for _, hours := range []int{1, 7, 24 * 9, 24 * 30, 24 * 60, 24 * 91, 24 * 200, 24 * 366, 24 * 800, 24 * 1300, 24 * 1900, 24 * 3700} {
		from := begin.Add(time.Duration(chance.Int64N(int64(1000 * 24 * time.Hour)))).Truncate(time.Millisecond)
		switch n := chance.IntN(4); {
		case n == 0:
			from = from.Truncate(24 * time.Hour).Add(3 * time.Hour)
		case n < 3 && len(moments) > 0:
			from = moments[chance.IntN(len(moments))].Truncate(time.Millisecond)
			if n == 2 {
				from = from.Add(-time.Duration(hours) * time.Hour)
			}
		}
		all = append(all, span{from, from.Add(time.Duration(hours) * time.Hour)})
	}
	return all
}

// differences compares what the panels show over random ranges with what each run says.
func (r randomRuns) differences() []string {
	r.db.t.Helper()
	return differences(r.db, r.ranges(), r.panels)
}

// differences compares what panels show over some ranges with what each row says.
func differences(db *database, ranges []span, panels []summedPanel) []string {
	db.t.Helper()
	var all []string
	db.exec("BEGIN") // both queries are then asked at one moment
	defer db.exec("COMMIT")
	for _, over := range ranges {
		for _, p := range panels {
			got := collect(db, p.now.sqlWith(db.t, over, p.variables), pgx.RowToMap)
			want := collect(db, p.was.sqlWith(db.t, over, p.variables), pgx.RowToMap)
			if !reflect.DeepEqual(got, want) {
				all = append(all, fmt.Sprintf("%s over %v: %s", p.title, over, firstDifference(got, want)))
			}
		}
	}
	return all
}

// firstDifference shows the first row that differs.
func firstDifference(got, want []map[string]any) string {
	for n := range max(len(got), len(want)) {
		switch {
		case n >= len(got):
			return fmt.Sprintf("row %d of %d is missing: %v", n, len(want), want[n])
		case n >= len(want):
			return fmt.Sprintf("row %d is one too many: %v", n, got[n])
		case !reflect.DeepEqual(got[n], want[n]):
			return fmt.Sprintf("row %d: %v, want %v", n, got[n], want[n])
		}
	}
	return ""
}

// foreignRuns makes a table of runs as another tool has it, and reads from it from then on. The runs are those of macrowatch's table.
const foreignRuns = `CREATE SCHEMA foreigner;
CREATE TABLE foreigner.pipeline_runs AS SELECT run_id, step_name, CASE status WHEN 'SUCCESS' THEN 'ok' WHEN 'CANCELLED' THEN 'weird' ELSE status END AS status,
	started_at, finished_at, duration_seconds, error_message FROM pipeline_runs;
CREATE INDEX ON foreigner.pipeline_runs (started_at);
SET search_path = foreigner, public`

// What the panels show with summaries is what they show when they read each run: before and after summaries are made, with late
// and corrected runs that no summary has yet, after runs are deleted, and in another tool's table.
func TestSummariesOfRunsShowWhatTheRunsDo(t *testing.T) {
	t.Parallel()
	for n, zone := range zones() {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			db := newDatabase(t, zone)
			r := randomRuns{db, rand.New(rand.NewPCG(uint64(n), 22)), time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC), runPanels(t)}
			compare := func(what string) {
				t.Helper()
				for _, d := range r.differences() {
					t.Errorf("%s: %s", what, d)
				}
			}
			compare("no runs")
			r.write(600)
			compare("runs without a summary")
			db.settle()
			compare("runs with summaries")
			r.write(25)
			compare("late and corrected runs")
			db.settle()
			r.write(4)
			db.exec("DELETE FROM pipeline_runs WHERE run_id = (SELECT min(run_id) FROM pipeline_runs)")
			compare("a few new ones")
			db.exec("DELETE FROM pipeline_runs WHERE hashtext(run_id) % 5 = 0")
			compare("what is left after runs were deleted")
			db.settle()
			compare("what is left, with summaries")
			db.exec(`UPDATE run_summary_widths SET origin = origin + interval '1 hour'`)
			db.exec(`INSERT INTO run_summary_marks (quarter) VALUES ('-infinity')`)
			db.settle()
			compare("summaries of another zone")
			db.exec("UPDATE run_summaries SET longest = longest + 1, runs = runs + 1")
			if len(r.differences()) == 0 {
				t.Error("the panels do not use the summaries")
			}
			db.exec(foreignRuns)
			compare("another tool's table")
			db.exec("SET search_path = public")
			db.exec("TRUNCATE pipeline_runs")
			r.write(50)
			compare("a table that was emptied")
			db.settle()
			compare("a table that was emptied, with summaries")
			if n := collect(db, "SELECT count(*) FROM run_summary_marks", pgx.RowTo[int64])[0]; n != 0 {
				t.Errorf("%d marks are left", n)
			}
			db.exec("ALTER TABLE pipeline_runs DROP CONSTRAINT pipeline_runs_status_known")
			db.exec("UPDATE run_summaries SET longest = longest + 1")
			compare("a table without its constraints")
		})
	}
}
