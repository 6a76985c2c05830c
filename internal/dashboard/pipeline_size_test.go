package dashboard

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/viewer/macro"
)

// busyRules are a desk of many steps, each due nine times a day, and so 100,000 times a month if they are 500.
func busyRules(steps int) desk.Rules {
	rules := desk.BuiltInRules()
	rules.Steps = nil
	for n := range steps {
		group := fmt.Sprintf("group %d", n%10)
		if n < 6 {
			group = desk.ConnectorGroup
		}
		rules.Steps = append(rules.Steps, desk.Step{
			Name: fmt.Sprintf("step_%03d", n), Title: fmt.Sprintf("Step %d", n), Group: group, Cron: fmt.Sprintf("%d 8-16 * * 1-5", n%60),
			StartGrace: 10 * time.Minute, EndGrace: 40 * time.Minute,
		})
	}
	return rules
}

// seedBusy keeps what a busy desk expects, and records twenty runs of each step on each of some days. It returns a
// Wednesday afternoon at the end of them. The tables have no statistics yet.
func seedBusy(db *database, rules desk.Rules, days int) time.Time {
	db.t.Helper()
	end := clock(db.t, "2026-03-04 14:30:00")
	if _, err := store.New(db.pool, nil).ApplyPlan(db.t.Context(), rules, end); err != nil {
		db.t.Fatal(err)
	}
	db.exec(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds, error_message)
		SELECT step_name || '-' || day || '-' || n, step_name, CASE WHEN n % 17 = 0 THEN 'FAILED' ELSE 'SUCCESS' END, t, t + interval '40 seconds', 40, CASE WHEN n % 17 = 0 THEN 'HTTP 503' END
		FROM (SELECT step_name, place, day, n, $1::timestamptz - day * interval '1 day' - n * interval '21 minutes' - place * interval '1 second' AS t
			FROM macrowatch_steps, generate_series(0, $2::int - 1) day, generate_series(1, 20) n) x`, end, days)
	return end
}

// The tiles and the day are found by index, however many runs and expected runs are stored. One run decides most expected
// runs, and no other is read then.
func TestTheStatesOfStepsReadNoWholeTable(t *testing.T) {
	t.Parallel()
	rules := busyRules(30) // 270 runs are due on a day
	db := newDatabase(t, "UTC")
	end := seedBusy(db, rules, 60) // 36,000 runs, of 70,000 expected ones
	built, err := newBuilder(rules, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, state := range []struct {
		name, sql string
		usual     float64 // how many runs the tile reads to find how long a run usually takes
		timeline  float64 // how many runs the timeline by step reads
	}{
		{"without statistics", "SELECT", 60 * 20, 22_000}, // all of the step, and too many of the others
		{"after an import", "ANALYZE", 200, 2600},
		{"after an autovacuum", "VACUUM ANALYZE", 200, 2600},
	} {
		db.exec(state.sql)
		for _, c := range []struct {
			name               string
			runs, expectedRuns float64
		}{
			{"pipeline_connector", state.usual + 5, 5},
			{"pipeline_day", 340, 300},
			{"pipeline_groups", 340, 300},
			{"pipeline_grid", 60, 30 * 5},
			{"alert_sources", 60, 30 * 5},
			{"pipeline_steps", state.timeline, 600},
		} {
			sql, err := built.sql(c.name+".sql", subject{step: "step_003"})
			if err != nil {
				t.Fatal(err)
			}
			for _, at := range []time.Time{end, end.AddDate(0, 0, -20)} {
				plan := explain(db, dayTo(at).expand(t, sql))
				for table, most := range map[string]float64{"pipeline_runs": c.runs, "expected_runs": c.expectedRuns} {
					if rows, whole := plan.read(table); whole || rows > most {
						t.Errorf("%s %s at %v looks at %v rows of %s, more than %v; the whole table: %v", c.name, state.name, at, rows, table, most, whole)
					}
				}
			}
		}
	}
}

// The Error Log and the marks look at the failures that they show, and at one more to see that there are others. How many there are, an
// index says alone.
func TestFailuresOfALongRangeAreCountedByTheIndex(t *testing.T) {
	t.Parallel()
	rules := busyRules(30)
	db := newDatabase(t, "UTC")
	end := seedBusy(db, rules, 60) // 1,800 failures
	db.exec("VACUUM ANALYZE")
	built, err := newBuilder(rules, false)
	if err != nil {
		t.Fatal(err)
	}
	for name, most := range map[string]float64{"pipeline_errors": listedMost + 2, "pipeline_failures": markedMost + 2} {
		sql, err := built.sql(name+".sql", subject{})
		if err != nil {
			t.Fatal(err)
		}
		plan := explain(db, span{end.AddDate(0, 0, -61), end}.expand(t, sql))
		all, _ := plan.read("pipeline_runs")
		if fetched := plan.fetched("pipeline_runs"); fetched > most || all < 1800 {
			t.Errorf("%s reads %v runs of the table, more than %v, and %v with those of the index, of 1,800 failures", name, fetched, most, all)
		}
	}
}

// A step's failures are found without those of the other steps, also if the step never failed.
func TestFailuresOfAStepAreFoundByTheStep(t *testing.T) {
	t.Parallel()
	rules := busyRules(30)
	db := newDatabase(t, "UTC")
	end := seedBusy(db, rules, 60) // 1,800 failures
	never := rules.Steps[0].Name
	db.exec("UPDATE pipeline_runs SET status = 'SUCCESS', error_message = NULL WHERE status = 'FAILED' AND step_name = $1", never)
	db.exec("VACUUM ANALYZE")
	built, err := builder{rules: rules, oneStep: true}.withQueries()
	if err != nil {
		t.Fatal(err)
	}
	sql, err := built.sql("pipeline_errors.sql", subject{})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range rules.Steps[:2] {
		variables := chosenAll()
		variables[stepVariable] = macro.Variable{Values: []string{step.Name}}
		asked := panelOf{NewQuery(Table, sql), 1000, time.Minute}.sqlWith(t, span{end.AddDate(0, 0, -61), end}, variables)
		failed := collect(db, "SELECT count(*)::float8 FROM pipeline_runs WHERE status = 'FAILED' AND step_name = '"+step.Name+"'", pgx.RowTo[float64])[0]
		if read, _ := explain(db, asked).read("pipeline_runs"); read > 2*failed+listedMost || (failed == 0) != (step.Name == never) {
			t.Errorf("%v runs are read to find the %v failures of %s", read, failed, step.Name)
		}
	}
}

// fetched returns how many rows of a table a plan has looked at without those that an index alone has.
func (n planNode) fetched(table string) float64 {
	var rows float64
	if n.Relation == table && n.Kind != "Index Only Scan" {
		rows = (n.Rows + n.Removed) * n.Loops
	}
	for _, p := range n.Plans {
		rows += p.fetched(table)
	}
	return rows
}

// explain runs a query and returns its plan with what was really read.
func explain(db *database, sql string) planNode {
	db.t.Helper()
	text := collect(db, "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "+sql, pgx.RowTo[json.RawMessage])[0]
	var plans []struct{ Plan planNode }
	if err := json.Unmarshal(text, &plans); err != nil {
		db.t.Fatal(err)
	}
	return plans[0].Plan
}
