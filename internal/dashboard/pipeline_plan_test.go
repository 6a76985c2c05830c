package dashboard

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// seedRuns stores runs of 14 steps, evenly over the ten years before 2024-03-04. One in a hundred has failed. The table
// is left as autovacuum would leave it.
func seedRuns(d *database, runs int) (end time.Time) {
	d.t.Helper()
	end = clock(d.t, "2024-03-04 12:00:00")
	d.exec(fmt.Sprintf(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds, error_message)
		SELECT n::text, step, CASE WHEN n %% 100 = 0 THEN 'FAILED' ELSE 'SUCCESS' END, t, t + interval '40 seconds', 40,
			CASE WHEN n %% 100 = 0 THEN 'HTTP 503 from upstream' END
		FROM (
			SELECT n, (ARRAY['bcb_sgs','fred','yahoo','bcb_ptax','b3_market_data','treasury_gov','validate','features',
				'signals','portfolio','risk','stress','limits','report'])[1 + n %% 14] AS step,
				timestamptz '%[2]s' - (n * (interval '10 years' / %[1]d)) AS t
			FROM generate_series(1, %[1]d) n
		) x`, runs, end.Format(time.RFC3339)))
	d.exec("VACUUM ANALYZE pipeline_runs")
	return end
}

// pipelineQueries are all queries of the dashboard, by what they are for.
func pipelineQueries(t testing.TB) map[string]string {
	t.Helper()
	all := map[string]string{"annotation": annotationSQL(t)}
	for _, p := range pipelineDefinition(t).Dashboard.Panels {
		if p.Panel != nil {
			all[*p.Panel.Title] = p.Panel.Targets[0].(Query).RawSQL
		}
	}
	return all
}

func TestNoQueryReadsTheWholeTable(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	end := seedRuns(db, 200_000)
	past := end.AddDate(-5, 0, 0)
	for _, over := range []span{
		{end.AddDate(0, 0, -1), end}, {end.AddDate(0, 0, -7), end}, {past.AddDate(0, 0, -1), past},
	} {
		for title, sql := range pipelineQueries(t) {
			plan, err := pgx.CollectExactlyOneRow(must(db.conn.Query(context.Background(),
				"EXPLAIN (FORMAT JSON) "+over.expand(t, sql)))(t), pgx.RowTo[json.RawMessage])
			if err != nil {
				t.Fatal(err)
			}
			var plans []struct{ Plan planNode }
			if err := json.Unmarshal(plan, &plans); err != nil {
				t.Fatal(err)
			}
			// The other tables are empty here.
			if _, whole := plans[0].Plan.read("pipeline_runs"); whole {
				t.Errorf("%s from %v to %v reads the whole table:\n%s", title, over.from, over.to, plan)
			}
		}
	}
}

// must returns rows, or fails the test.
func must(rows pgx.Rows, err error) func(testing.TB) pgx.Rows {
	return func(t testing.TB) pgx.Rows {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
}

// BenchmarkPipelineHealth times each query on two million runs over ten years.
func BenchmarkPipelineHealth(b *testing.B) {
	db := newDatabase(b, "UTC")
	end := seedRuns(db, 2_000_000)
	for _, r := range []struct {
		name string
		from time.Time
	}{
		{"24h", end.AddDate(0, 0, -1)}, {"7d", end.AddDate(0, 0, -7)},
		{"1y", end.AddDate(-1, 0, 0)}, {"10y", end.AddDate(-10, 0, 0)},
	} {
		for _, title := range []string{"FRED", "Pipeline Timeline", "Pipeline Timeline by Step", "Error Log", "annotation"} {
			sql := span{r.from, end}.expand(b, pipelineQueries(b)[title])
			b.Run(r.name+"/"+title, func(b *testing.B) {
				rows := 0
				for b.Loop() {
					tag, err := db.conn.Exec(context.Background(), sql)
					if err != nil {
						b.Fatal(err)
					}
					rows = int(tag.RowsAffected())
				}
				b.ReportMetric(float64(rows), "rows")
			})
		}
	}
}
