package dashboard

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// panelTarget is how long the queries of a panel may take on a busy desk.
const panelTarget = 25 * time.Millisecond

// BenchmarkABusyDesk measures Pipeline Health, Alerts and the states of a desk with 500 steps, 100,000 expected runs a month
// and 10,000 runs a day. Like the viewer, it plans each query anew. The loop is always the same work, and says how fast the
// machine is.
func BenchmarkABusyDesk(b *testing.B) {
	rules := busyRules(500)
	db := newDatabase(b, "UTC")
	end := seedBusy(db, rules, 30)
	seedAlerts(db, end)
	db.settle()
	db.exec("VACUUM ANALYZE")
	b.Run("loop", func(b *testing.B) {
		pgtest.Measure(b, db.pool, 0, db.sending("SELECT sum(n) FROM generate_series(1, 100000) n"))
	})
	for _, days := range []int{1, 7, 30} {
		over := span{end.AddDate(0, 0, -days), end}
		for _, q := range busyQueries(b, rules) {
			b.Run(fmt.Sprintf("%dd/%s", days, q.title), func(b *testing.B) {
				var texts []string
				for _, sql := range q.sql {
					texts = append(texts, over.expand(b, sql))
				}
				pgtest.Measure(b, db.pool, panelTarget, db.sending(texts...))
			})
		}
	}
	s := store.New(db.pool, nil)
	b.Run("StepStates", func(b *testing.B) {
		pgtest.Measure(b, db.pool, 100*time.Millisecond, func() error {
			states, err := s.StepStates(b.Context(), end)
			if len(states) != 500 {
				return fmt.Errorf("%d states: %w", len(states), err)
			}
			return err
		})
	})
	b.Run("ApplyPlan", func(b *testing.B) {
		pgtest.Measure(b, db.pool, 0, func() error {
			change, err := s.ApplyPlan(b.Context(), rules, end)
			if !change.None() {
				return fmt.Errorf("%v: %w", change, err)
			}
			return err
		})
	})
}

// seedAlerts records a hundred alerts a day for the thirty days before an end, each with two messages. The last forty fire.
func seedAlerts(db *database, end time.Time) {
	db.t.Helper()
	db.exec(`INSERT INTO alerts (alert_id, rule, subject, severity, group_name, owner, state, since, fired_at, resolved_at, evaluated_at, summary, meaning, path, runbook)
		SELECT md5(n::text)::uuid, 'step_failed', 'step_' || n, 'warning', 'group 1', '', CASE WHEN n > 40 THEN 'resolved' ELSE 'firing' END, t, t,
			CASE WHEN n > 40 THEN t + interval '1 hour' END, t, 'Step ' || n || ' failed: HTTP 503', 'Its figures are old.', '/d/pipeline-health?from=1&to=2', ''
		FROM (SELECT n, $1::timestamptz - n * interval '864 s' AS t FROM generate_series(1, 3000) n) x`, end)
	db.exec(`INSERT INTO alert_deliveries (delivery_id, alert_id, route, kind, created_at, next_try_at, attempts, sent_at)
		SELECT md5(route || a.alert_id)::uuid, a.alert_id, route, 'firing', since, since, 0, since FROM alerts a, unnest(ARRAY['mail', 'chat']) route`)
}

// sending returns a function that runs queries as the viewer does, and reads their rows to the end.
func (d *database) sending(texts ...string) func() error {
	return func() error {
		for _, text := range texts {
			rows, err := d.conn.Query(d.t.Context(), text, pgx.QueryExecModeExec)
			if err != nil {
				return err
			}
			rows.Close()
			if rows.Err() != nil {
				return rows.Err()
			}
		}
		return nil
	}
}

// titledQueries are the queries of a panel.
type titledQueries struct {
	title string
	sql   []string
}

// busyQueries are the queries of Pipeline Health, its failure marks and choices, and of Alerts. All tiles have the same
// query, so one of them stands for all.
func busyQueries(t testing.TB, rules desk.Rules) []titledQueries {
	t.Helper()
	all, more := definitions(t, rules)
	var queries []titledQueries
	for _, def := range append(all[:1], more...) {
		for _, p := range def.Dashboard.Panels {
			if p.Panel == nil || *p.Panel.Id > 1 && *p.Panel.Id <= 6 && def.UID == Home {
				continue
			}
			q := titledQueries{title: *p.Panel.Title}
			for _, target := range p.Panel.Targets {
				q.sql = append(q.sql, target.(Query).RawSQL)
			}
			queries = append(queries, q)
		}
	}
	b, err := newBuilder(rules, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []struct{ title, file string }{
		{"failure marks", "pipeline_failures.sql"}, {"choices of step", "pipeline_step_names.sql"}, {"alert rule step_late", "alert_steps.sql"},
	} {
		sql, err := b.sql(q.file, subject{condition: "LATE", sourcesDown: 3})
		if err != nil {
			t.Fatal(err)
		}
		queries = append(queries, titledQueries{q.title, []string{sql}})
	}
	return queries
}
