package alert_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"macrowatch/internal/alert"
	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// recorded is a source on a real record.
type recorded struct {
	*store.Store
	rules desk.Rules
}

func (r recorded) Figures(ctx context.Context, at time.Time) (desk.AlertFigures, error) {
	return r.AlertFigures(ctx, at, r.rules.Today(at))
}
func (r recorded) Spool(context.Context) (alert.Spool, error) { return alert.Spool{}, nil }

// february is a time in February 2026 on the desk's clock. The 16th and the 17th are Carnival in Brazil, and the 16th is
// Presidents' Day in the United States.
func february(day, hour, minute int) time.Time {
	return time.Date(2026, 2, day, hour, minute, 0, 0, desk.BuiltInRules().Location())
}

// weekRules are the steps of the week.
func weekRules() desk.Rules {
	rules := desk.BuiltInRules()
	rules.Steps = []desk.Step{
		{Name: "fred", Title: "FRED", Group: desk.ConnectorGroup, Cron: "0 6 * * *", Holidays: []string{"US"}, StartGrace: 15 * time.Minute, EndGrace: time.Hour, Owner: "data"},
		{Name: "yahoo", Title: "Yahoo Finance", Group: desk.ConnectorGroup, Cron: "0 6 * * *", Holidays: []string{"US"}, StartGrace: 15 * time.Minute, EndGrace: time.Hour, Owner: "data"},
		{Name: "ptax", Title: "BCB PTAX", Group: desk.ConnectorGroup, Cron: "30 13 * * *", Holidays: []string{"B3"}, StartGrace: 15 * time.Minute, EndGrace: time.Hour},
		{Name: "prices", Title: "Prices", Group: "prices", Cron: "0 10 * * *", Holidays: []string{"B3"}, StartGrace: 10 * time.Minute, EndGrace: 30 * time.Minute, WaitsFor: []string{"fred", "yahoo"}},
		{Name: "signals", Title: "Signals", Group: "signals", Cron: "0 19 * * *", Holidays: []string{"B3"}, StartGrace: 10 * time.Minute, EndGrace: time.Hour, WaitsFor: []string{"prices"}},
	}
	return rules
}

// ran is a run of the week.
type ran struct {
	step       string
	from, to   time.Time
	status, is string
}

// weekRuns are the runs of the week: everything goes well, but for what is said.
func weekRuns() []ran {
	var all []ran
	well := func(step string, day, hour, minute, lasts int) {
		all = append(all, ran{step, february(day, hour, minute), february(day, hour, minute+lasts), "SUCCESS", ""})
	}
	failed := func(step string, day, hour, minute int, message string) {
		all = append(all, ran{step, february(day, hour, minute), february(day, hour, minute+1), "FAILED", message})
	}
	for _, day := range []int{12, 13, 17, 18, 19, 20} {
		if day != 18 && day != 19 {
			well("fred", day, 6, 0, 2)
		}
		if day != 19 {
			well("yahoo", day, 6, 1, 3)
		}
		if day == 17 { // Carnival
			continue
		}
		if day != 13 && day != 20 {
			well("ptax", day, 13, 30, 1)
		}
		if day != 19 {
			well("prices", day, 10, 0, 5)
		}
		if day != 20 {
			well("signals", day, 19, 0, 20)
		}
	}
	well("ptax", 13, 13, 52, 1)          // late
	failed("fred", 18, 6, 0, "HTTP 503") // a retry helps
	well("fred", 18, 6, 5, 2)            //
	failed("fred", 19, 6, 0, "no route") // the sources are down for a morning
	failed("yahoo", 19, 6, 1, "timeout") //
	failed("fred", 19, 8, 0, "no route") //
	well("fred", 19, 11, 0, 2)           //
	well("yahoo", 19, 11, 0, 4)          //
	well("prices", 19, 11, 6, 5)         // after them
	well("signals", 20, 19, 0, 100)      // an overrun; ptax is missed on the 20th
	return all
}

// The clock moves through a week with Carnival, a late step, a retry, a missed step, an overrun and sources that are down
// for a morning. Each thing is told once, and on the holiday nothing.
func TestAWeekOfTheDesk(t *testing.T) {
	t.Parallel()
	rules := weekRules()
	s := store.New(pgtest.Migrated(t), nil)
	if _, err := s.ApplyPlan(t.Context(), rules, february(12, 5, 0)); err != nil {
		t.Fatal(err)
	}
	for n, r := range weekRuns() {
		if _, err := s.Pool().Exec(t.Context(), `INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, error_message) VALUES ($1, $2, $3, $4, $5, nullif($6, ''))`,
			fmt.Sprint("run ", n), r.step, r.status, r.from, r.to, r.is); err != nil {
			t.Fatal(err)
		}
	}
	config := alert.DefaultConfig()
	config.Targets["all"] = alert.Target{Address: "generic://receiver"}
	config.Routes = []alert.Route{{To: []string{"all"}}}
	e := alert.New(recorded{s, rules}, s, alert.Options{Config: config, Rules: rules, Host: "desk-1", Server: "desk-1"})
	for now := february(12, 12, 0); now.Before(february(21, 0, 0)); now = now.Add(5 * time.Minute) {
		if now.Hour() < 5 {
			continue
		}
		if err := e.Round(t.Context(), now, 0); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := s.Pool().Query(t.Context(), `SELECT to_char(d.created_at AT TIME ZONE $1, 'Dy DD HH24:MI') || ' ' || d.kind || ' ' || a.rule || ' ' || a.subject
		|| CASE d.kind WHEN 'firing' THEN ': ' || a.summary ELSE '' END FROM alert_deliveries d JOIN alerts a USING (alert_id) ORDER BY d.created_at, a.rule`, rules.Zone)
	if err != nil {
		t.Fatal(err)
	}
	told, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Fri 13 13:45 firing step_late ptax: BCB PTAX (ptax) is late: it was due at Fri 13 Feb 13:30, should have started by Fri 13 Feb 13:45, and has not.",
		"Fri 13 14:00 resolved step_late ptax",
		"Thu 19 06:15 firing sources_down sources: 2 of 3 connectors are in trouble: FRED (fred) is overdue: it has run since Thu 19 Feb 11:00 and should have ended by Thu 19 Feb 07:00; " +
			"Yahoo Finance (yahoo) is overdue: it has run since Thu 19 Feb 11:00 and should have ended by Thu 19 Feb 07:00.", // as it was at last
		"Thu 19 10:15 repeat sources_down sources",
		"Thu 19 11:10 resolved sources_down sources",
		"Fri 20 13:45 firing step_late ptax: BCB PTAX (ptax) is late: it was due at Fri 20 Feb 13:30, should have started by Fri 20 Feb 13:45, and has not.",
		"Fri 20 14:30 firing step_missed ptax: BCB PTAX (ptax) was missed: it was due at Fri 20 Feb 13:30 and has not run.",
		"Fri 20 18:30 repeat step_missed ptax",
		"Fri 20 20:00 firing step_overdue signals: Signals (signals) is overdue: it has run since Fri 20 Feb 19:00 and should have ended by Fri 20 Feb 20:00.",
		"Fri 20 20:45 resolved step_overdue signals",
		"Fri 20 22:30 repeat step_missed ptax",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
}

// BenchmarkRound evaluates the alerts of a desk with 500 steps, 120,000 expected runs a month and 10,000 runs a day.
func BenchmarkRound(b *testing.B) {
	rules := desk.BuiltInRules()
	s := store.New(pgtest.Migrated(b), nil)
	now := february(20, 12, 2)
	rules.Steps = nil
	for n := range 500 {
		step := desk.Step{Name: fmt.Sprintf("step_%d", n), Title: fmt.Sprintf("Step %d", n), Group: "steps", Cron: "0 */3 * * 0-6", StartGrace: 5 * time.Minute, EndGrace: time.Hour}
		if n < 20 {
			step.Group = desk.ConnectorGroup
		} else {
			step.WaitsFor = []string{fmt.Sprintf("step_%d", n%20)}
		}
		rules.Steps = append(rules.Steps, step)
	}
	for _, sql := range []string{
		`INSERT INTO macrowatch_steps (step_name, title, group_name, place, cron, start_grace_seconds, end_grace_seconds, owner, runbook, since)
			SELECT 'step_' || n, 'Step ' || n, CASE WHEN n < 20 THEN 'connector' ELSE 'steps' END, n, '0 */3 * * 0-6', 300, 3600, '', '', '2025-01-01Z' FROM generate_series(0, 499) n`,
		`INSERT INTO macrowatch_step_waits SELECT 'step_' || n, 'step_' || n % 20 FROM generate_series(20, 499) n`,
		`INSERT INTO expected_runs (step_name, due_at, opens_at, closes_at, start_by, end_by)
			SELECT 'step_' || n, at, at - interval '90 min', at + interval '90 min', at + interval '5 min', at + interval '1 hour'
			FROM generate_series(0, 499) n, generate_series('2026-01-20 00:00-03'::timestamptz, '2026-03-22', '3 hours') at`,
		`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at)
			SELECT n || ' ' || at, 'step_' || n, CASE WHEN n % 97 = 0 THEN 'FAILED' ELSE 'SUCCESS' END, at, at + interval '1 minute'
			FROM generate_series(0, 499) n, generate_series('2026-01-20 00:00-03'::timestamptz, '2026-02-20 11:00-03', '72 minutes') at`,
		`ANALYZE`,
	} {
		if _, err := s.Pool().Exec(b.Context(), sql); err != nil {
			b.Fatal(err)
		}
	}
	config := alert.DefaultConfig()
	config.Targets["all"] = alert.Target{Address: "generic://receiver"}
	config.Routes = []alert.Route{{To: []string{"all"}}}
	e := alert.New(recorded{s, rules}, s, alert.Options{Config: config, Rules: rules, Host: "desk-1", Server: "desk-1"})
	// The first round, which is not measured, writes the alerts.
	pgtest.Measure(b, s.Pool(), 100*time.Millisecond, func() error { return e.Round(b.Context(), now, 0) })
}
