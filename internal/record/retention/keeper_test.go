package retention_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"macrowatch/internal/background"
	"macrowatch/internal/desk"
	"macrowatch/internal/record/retention"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/testkit/testlog"
)

// server is a server with a clock of its own.
type server struct {
	*retention.Keeper
	t   *testing.T
	now time.Time
	log testlog.Log
}

func newServer(t *testing.T, s *store.Store) *server {
	t.Helper()
	var rules desk.Retention
	if err := rules.Add(desk.RetentionRule{Table: "pipeline_runs", DropAfter: 400}); err != nil {
		t.Fatal(err)
	}
	one := &server{t: t}
	one.Keeper = retention.New(retention.Config{Store: s, Retention: rules, Now: func() time.Time { return one.now }, Logger: one.log.Logger(slog.LevelInfo)})
	return one
}

// round lets the server look at its clock in the desk's zone, and returns how many runs are left.
func (s *server) round(db *store.Store, clock string) int {
	s.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", clock, db.Rules().Location())
	if err != nil {
		s.t.Fatal(err)
	}
	s.now = at
	if err := s.Round(s.t.Context()); err != nil {
		s.t.Error(err)
	}
	return runs(s.t, db)
}

func runs(t *testing.T, db *store.Store) (n int) {
	t.Helper()
	if err := db.Pool().QueryRow(t.Context(), "SELECT count(*) FROM pipeline_runs").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// oldRuns writes ten runs of a year.
func oldRuns(t *testing.T, db *store.Store, year string) {
	t.Helper()
	if _, err := db.Pool().Exec(t.Context(), `INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds)
		SELECT $1 || n, 'fred', 'SUCCESS', t, t, 0 FROM generate_series(1, 10) n, LATERAL (SELECT ($1 || '-03-01Z')::timestamptz + n * interval '1 day' AS t) d`, year); err != nil {
		t.Fatal(err)
	}
}

// The desk closes at 19 and opens at 8, so its quiet hour is 1.
func TestOneServerRemovesOldRowsOnceADayWhenTheDeskIsQuiet(t *testing.T) {
	t.Parallel()
	db := store.New(pgtest.Migrated(t), nil)
	one, two := newServer(t, db), newServer(t, db)
	oldRuns(t, db, "2020")
	for _, clock := range []string{"2026-03-02 12:00", "2026-03-02 19:30", "2026-03-03 00:59", "2026-03-03 05:00"} {
		if n := one.round(db, clock); n != 10 {
			t.Fatalf("at %s, %d runs are left", clock, n)
		}
	}
	if n := one.round(db, "2026-03-04 01:05"); n != 1 {
		t.Errorf("at the quiet hour, %d runs are left", n)
	}
	oldRuns(t, db, "2019")
	if one.round(db, "2026-03-04 02:00") != 11 || two.round(db, "2026-03-04 03:00") != 11 {
		t.Error("it was done twice in a day")
	}
	if n := two.round(db, "2026-03-05 01:00"); n != 1 {
		t.Errorf("on the next day, %d runs are left", n)
	}
	for s, want := range map[*server]string{one: "9", two: "10"} {
		expected := `
			# HELP macrowatch_retention_removed_rows_total Old rows that this server has removed, by table, and by whether they were dropped or thinned.
			# TYPE macrowatch_retention_removed_rows_total counter
			macrowatch_retention_removed_rows_total{action="drop",table="lineage_runs"} 0
			macrowatch_retention_removed_rows_total{action="drop",table="pipeline_runs"} ` + want + "\n"
		if err := testutil.CollectAndCompare(s, strings.NewReader(expected), "macrowatch_retention_removed_rows_total"); err != nil {
			t.Error(err)
		}
		if said := s.log.String(); strings.Count(said, "old rows are removed") != 1 || !strings.Contains(said, "table=pipeline_runs") || !strings.Contains(said, "rows="+want) {
			t.Errorf("the log: %s", said)
		}
	}
	if problems, err := testutil.CollectAndLint(one); err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
}

// A server that begins before another has ended leaves it to that one, and fails at nothing.
func TestAServerLeavesTheRowsToOneThatIsAtIt(t *testing.T) {
	t.Parallel()
	db := store.New(pgtest.Migrated(t), nil)
	one, two := newServer(t, db), newServer(t, db)
	oldRuns(t, db, "2020")
	rules := []desk.RetentionRule{{Table: "pipeline_runs", DropAfter: 400}}
	now := time.Date(2026, 3, 4, 4, 30, 0, 0, time.UTC)
	inside := false
	if _, err := db.Retain(t.Context(), rules, now, store.RetainOptions{BatchRows: 1, Removed: func([]store.RetentionPart) {
		if !inside {
			inside = true
			one.round(db, "2026-03-04 01:30")
		}
	}}); err != nil {
		t.Fatal(err)
	}
	if done, err := db.RetentionDone(t.Context()); !inside || err != nil || !done.IsZero() {
		t.Errorf("a server that did nothing says it is done: %v, %v", done, err)
	}
	two.round(db, "2026-03-04 01:40")
	if done, err := db.RetentionDone(t.Context()); err != nil || !done.Equal(time.Date(2026, 3, 4, 4, 0, 0, 0, time.UTC)) {
		t.Errorf("it is done for %v: %v", done, err)
	}
}

// A login that may not delete is a fault that the operator sees.
func TestAFaultIsToldWithItsRemedy(t *testing.T) {
	t.Parallel()
	address := pgtest.MigratedURL(t)
	limited, err := store.Open(t.Context(), pgtest.LimitedURL(t, address, 5), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(limited.Close)
	owner, err := store.Open(t.Context(), address, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(owner.Close)
	var login string
	if err := limited.Pool().QueryRow(t.Context(), "SELECT current_user::text").Scan(&login); err != nil {
		t.Fatal(err)
	}
	if _, err := owner.Pool().Exec(t.Context(), "REVOKE DELETE ON pipeline_runs FROM "+login); err != nil {
		t.Fatal(err)
	}
	s := newServer(t, limited)
	s.now = time.Date(2026, 3, 4, 4, 30, 0, 0, time.UTC)
	if err := s.Round(t.Context()); err == nil || !strings.Contains(err.Error(), "GRANT SELECT, DELETE ON pipeline_runs") {
		t.Errorf("without the right: %v", err)
	}
	if _, err := owner.Pool().Exec(t.Context(), "GRANT DELETE ON pipeline_runs TO "+login); err != nil {
		t.Fatal(err)
	}
	supervisor := background.New(background.Options{Now: func() time.Time { return s.now }})
	ctx, stop := context.WithCancel(t.Context())
	var task sync.WaitGroup
	task.Go(func() { s.Run(ctx, supervisor) })
	defer task.Wait()
	defer stop()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if done, err := limited.RetentionDone(t.Context()); err != nil || !done.IsZero() || time.Now().After(deadline) {
			if err != nil || done.IsZero() {
				t.Errorf("with the right: %v, %v", done, err)
			}
			break
		}
	}
	if states := supervisor.States(); len(states) != 1 || states[0].Name != "retention" {
		t.Errorf("the tasks are %+v", states)
	}
}
