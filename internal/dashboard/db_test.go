package dashboard

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/timerange"
)

// zones are session zones. No result may depend on them.
func zones() []string { return []string{"UTC", "America/Sao_Paulo", "Asia/Tokyo"} }

// inZones runs a check on a fresh database for each session zone.
func inZones(t *testing.T, check func(t *testing.T, db *database)) {
	t.Helper()
	for _, zone := range zones() {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			check(t, newDatabase(t, zone))
		})
	}
}

// database is a migrated database on which the queries of the dashboards run.
type database struct {
	t    testing.TB
	pool *pgxpool.Pool
	conn *pgxpool.Conn
	next int
}

// settle makes the summaries, as serve does.
func (d *database) settle() {
	d.t.Helper()
	if err := store.New(d.pool, nil).SettleSummaries(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

func newDatabase(t testing.TB, zone string) *database {
	t.Helper()
	db := pgtest.New(t)
	if err := store.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	conn, err := db.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Release)
	d := &database{t: t, pool: db, conn: conn}
	d.exec("SELECT set_config('TimeZone', $1, false)", zone)
	d.exec("SET jit = off") // as the viewer has it
	// The test server commits without waiting until its log is written. Until then a scan of an index alone can't
	// count a row as visible to everybody, and reads the table too.
	d.exec("SET synchronous_commit = on")
	return d
}

// in returns the same database for a subtest, so that a failure counts as the subtest's.
func (d *database) in(t testing.TB) *database {
	other := *d
	other.t = t
	return &other
}

func (d *database) exec(sql string, args ...any) {
	d.t.Helper()
	if _, err := d.conn.Exec(context.Background(), sql, args...); err != nil {
		d.t.Fatal(err)
	}
}

// run is a row of pipeline_runs. A zero end means that the run is RUNNING, and a zero duration that there is none.
type run struct {
	step, status string
	start, end   time.Time
	duration     time.Duration
	message      string
}

func (d *database) record(runs ...run) {
	d.t.Helper()
	for _, r := range runs {
		d.next++
		var end, duration, message any
		if !r.end.IsZero() {
			end = r.end
		}
		if r.duration != 0 {
			duration = r.duration.Seconds()
		}
		if r.message != "" {
			message = r.message
		}
		d.exec("INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds, error_message) VALUES ($1, $2, $3, $4, $5, $6, $7)",
			fmt.Sprintf("run-%d", d.next), r.step, r.status, r.start, end, duration, message)
	}
}

// span is a chosen range.
type span struct{ from, to time.Time }

func dayTo(to time.Time) span { return span{to.Add(-24 * time.Hour), to} }

func (s span) timeRange() timerange.Range {
	return timerange.Range{From: s.from, To: s.to, Relative: true}
}

// request asks for the range at its end.
func (s span) request() request.Request {
	return request.Request{Range: s.timeRange(), Clock: timerange.Clock{Now: s.to}}
}

// expand fills the macros in as Grafana would for a panel of Pipeline Health over this range.
func (s span) expand(t testing.TB, sql string) string { return expandFor(t, s, runPoints, sql) }

// expandFor fills the macros in for a panel that asks for a number of points.
func expandFor(t testing.TB, s span, points int, sql string) string {
	t.Helper()
	text, _, err := macro.Expand(sql, macro.Context{
		Range: s.timeRange(), Now: s.to, Interval: macro.Interval(s.timeRange(), points, time.Second), Variables: chosenAll(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// chosenAll has the choice All for each variable of the dashboards that has it, and for the others the first choice.
func chosenAll() map[string]macro.Variable {
	all := map[string]macro.Variable{scenarioVariable: {Values: []string{worstScenario}}}
	for _, name := range []string{stepVariable, strategyVariable} {
		all[name] = macro.Variable{Values: []string{"$__all"}, Multi: true, All: everything}
	}
	return all
}

// query runs a panel's query over a range.
func query[T any](d *database, sql string, over span) []T {
	d.t.Helper()
	rows, err := d.conn.Query(context.Background(), over.expand(d.t, sql))
	if err != nil {
		d.t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowToStructByPos[T])
	if err != nil {
		d.t.Fatal(err)
	}
	return got
}

// panelSQL is the query of a panel of Pipeline Health.
func panelSQL(t testing.TB, id uint32) string {
	t.Helper()
	def := pipelineDefinition(t)
	for _, p := range def.Dashboard.Panels {
		if p.Panel != nil && *p.Panel.Id == id {
			return p.Panel.Targets[0].(Query).RawSQL
		}
	}
	t.Fatalf("there is no panel %d", id)
	return ""
}

// definitions returns the dashboards of a desk: the main ones and the others.
func definitions(t testing.TB, rules desk.Rules) (all, more []Definition) {
	t.Helper()
	all, err := All(rules)
	if err != nil {
		t.Fatal(err)
	}
	if more, err = More(rules); err != nil {
		t.Fatal(err)
	}
	return all, more
}

func pipelineDefinition(t testing.TB) Definition {
	t.Helper()
	defs, _ := definitions(t, desk.BuiltInRules())
	if defs[0].UID != "pipeline-health" {
		t.Fatalf("the first dashboard is %s", defs[0].UID)
	}
	return defs[0]
}

// stepPage is the page of a step.
func stepPage(t testing.TB, rules desk.Rules) Definition {
	t.Helper()
	b, err := newBuilder(rules, false)
	if err != nil {
		t.Fatal(err)
	}
	def, err := b.stepDashboard()
	if err != nil {
		t.Fatal(err)
	}
	return def
}

// stepPageSQL is the query of a panel of the page of a step, with the step filled in.
func stepPageSQL(t testing.TB, rules desk.Rules, title, step string) string {
	t.Helper()
	for _, p := range stepPage(t, rules).Dashboard.Panels {
		if p.Panel != nil && *p.Panel.Title == title {
			return strings.ReplaceAll(p.Panel.Targets[0].(Query).RawSQL, "'$step'", literal(step))
		}
	}
	t.Fatalf("there is no panel %q", title)
	return ""
}

// definitionOf returns the dashboard of a uid.
func definitionOf(t testing.TB, uid string) Definition {
	t.Helper()
	defs, _ := definitions(t, desk.BuiltInRules())
	i := slices.IndexFunc(defs, func(d Definition) bool { return d.UID == uid })
	if i < 0 {
		t.Fatalf("there is no dashboard %s", uid)
	}
	return defs[i]
}

// clock reads a moment in the desk's zone, which has been three hours behind UTC since 2019. The
// tests' week begins on Monday 2024-03-04.
func clock(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04:05 -0700", s+" -0300")
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}
