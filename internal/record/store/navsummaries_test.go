package store_test

import (
	"fmt"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// hourlyStates are 100 snapshots of two rows from midnight in the desk's zone on.
const hourlyStates = `INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity)
	SELECT timestamptz '2026-01-05 03:10Z' + n * interval '1 hour', 'FX_1', 'I' || k, 0.1, 100 + n % 7 FROM generate_series(0, 99) n CROSS JOIN generate_series(1, 2) k`

func TestEveryWriteOfASnapshotLeavesAMark(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	mustAgree(t, s, "portfolio_state", 0)
	const one = `"timestamp" = '2026-01-05 03:10Z'::timestamptz + interval '%d hours'`
	for _, step := range []struct {
		sql   string
		marks int64
	}{
		{hourlyStates, 100},
		{`UPDATE portfolio_state SET "timestamp" = "timestamp" + interval '10 minutes' WHERE ` + fmt.Sprintf(one, 50), 2},
		{`UPDATE portfolio_state SET total_equity = 1000 WHERE ` + fmt.Sprintf(one, 7), 1},
		{`DELETE FROM portfolio_state WHERE "timestamp" < '2026-01-05 05:00Z'`, 2},
		{`INSERT INTO portfolio_state SELECT * FROM portfolio_state WHERE ` + fmt.Sprintf(one, 20) + ` ON CONFLICT ("timestamp", strategy_id, instrument) DO UPDATE SET total_equity = 90`, 1},
		{`SET session_replication_role = replica; DELETE FROM portfolio_state WHERE ` + fmt.Sprintf(one, 41) + `; SET session_replication_role = DEFAULT`, 1},
		{`DELETE FROM portfolio_state WHERE strategy_id = 'nobody'`, 0},
		{"TRUNCATE portfolio_state", 1},
		{hourlyStates, 100},
	} {
		run(t, s.Pool(), step.sql)
		mustAgree(t, s, "portfolio_state", step.marks)
		settle(t, s)
		mustAgree(t, s, "portfolio_state", 0)
	}
	if hours, days := count(t, s, "nav_summaries WHERE width_seconds = 3600"), count(t, s, "nav_summaries WHERE width_seconds = 86400"); hours != 100 || days != 5 {
		t.Errorf("%d hours and %d days, want 100 and 5", hours, days)
	}
	if n := count(t, s, `nav_summaries WHERE width_seconds = 86400 AND first_at = '2026-01-05 03:10Z' AND last_at = '2026-01-06 02:10Z' AND first_nav = 100
		AND last_nav = 102 AND lowest_nav = 100 AND lowest_at = first_at AND highest_nav = 106 AND highest_at = '2026-01-05 09:10Z'`); n != 1 {
		t.Error("the first day is not summed up as it should be")
	}
}

func TestALongImportOfStatesIsSummedUpAtOnce(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	var states []desk.PortfolioState
	for n := range 12_000 {
		states = append(states, desk.PortfolioState{Timestamp: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Hour),
			Strategy: "FX_1", Instrument: "USDBRL", Weight: 0.1, TotalEquity: 100})
	}
	if _, _, err := s.PortfolioStateImport(t.Context(), rowsOf(states...), desk.SnapshotOptions{}); err != nil {
		t.Fatal(err)
	}
	mustAgree(t, s, "portfolio_state", 0)
	if n := count(t, s, "nav_summaries WHERE width_seconds = 3600"); n != 12_000 {
		t.Errorf("%d summaries of an hour", n)
	}
}

func TestWrongSummariesOfNAVsAreFoundAndMadeAnew(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	run(t, s.Pool(), hourlyStates)
	settle(t, s)
	run(t, s.Pool(), "UPDATE nav_summaries SET lowest_nav = 1 WHERE width_seconds = 86400 AND begins_at = '2026-01-07 03:00Z'")
	want := store.SummaryState{Of: "portfolio_state", Rows: "snapshots", Kept: true, Wrong: 1, First: time.Date(2026, 1, 7, 3, 0, 0, 0, time.UTC)}
	if got := summariesOf(t, s, "portfolio_state"); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if _, left, err := s.RebuildSummaries(t.Context()); err != nil || len(left) > 0 {
		t.Fatal(left, err)
	}
	mustAgree(t, s, "portfolio_state", 0)
	run(t, s.Pool(), "ALTER TABLE portfolio_state DISABLE TRIGGER book_summaries_added")
	if got := summariesOf(t, s, "portfolio_state"); got.Kept {
		t.Errorf("without a trigger: %+v", got)
	}
}

// A desk in another zone has other days. In New York a day has 23 hours, and another one 25.
func TestSummariesOfNAVsFollowTheDesksZone(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	run(t, s.Pool(), `INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity)
		SELECT t, 'FX_1', 'USDBRL', 0.1, 100 FROM generate_series(timestamptz '2026-01-01 05:00Z', '2026-12-31 05:00Z', interval '1 hour') t`)
	settle(t, s)
	rules := desk.BuiltInRules()
	rules.Zone = "America/New_York"
	if _, err := s.ApplyPlan(t.Context(), rules, at(12, 0, 0)); err != nil {
		t.Fatal(err)
	}
	mustAgree(t, s, "portfolio_state", 1)
	settle(t, s)
	mustAgree(t, s, "portfolio_state", 0)
	days := texts(t, s, `SELECT extract(epoch FROM last_at - first_at) / 3600 + 1 || ' ' || count(*) FROM nav_summaries WHERE width_seconds = 86400
		AND begins_at AT TIME ZONE 'America/New_York' < '2026-12-31' GROUP BY last_at - first_at ORDER BY 1`)
	if fmt.Sprint(days) != "[23.0000000000000000 1 24.0000000000000000 362 25.0000000000000000 1]" {
		t.Errorf("the days have so many hours: %v", days)
	}
	if n := count(t, s, "nav_summaries WHERE width_seconds = 86400 AND to_char(begins_at AT TIME ZONE 'America/New_York', 'HH24:MI') <> '00:00'"); n != 0 {
		t.Errorf("%d days begin at another time than midnight", n)
	}
}

// Another tool's table of the book has no triggers, and a table with parts may lose one without a mark. So nothing reads summaries.
func TestABookOfAnotherToolOrInPartsHasNoSummaries(t *testing.T) {
	t.Parallel()
	foreign := pgtest.New(t)
	run(t, foreign, `CREATE TABLE portfolio_state ("timestamp" timestamptz NOT NULL, strategy_id text NOT NULL, instrument text NOT NULL, weight float8 NOT NULL,
		total_equity float8 NOT NULL, PRIMARY KEY ("timestamp", strategy_id, instrument))`)
	run(t, foreign, hourlyStates)
	if err := store.Migrate(t.Context(), foreign); err != nil {
		t.Fatal(err)
	}
	s := store.New(foreign, nil)
	if got := summariesOf(t, s, "portfolio_state"); got.Kept || got.Marks != 1 || count(t, s, "nav_summaries") != 0 {
		t.Errorf("another tool's table: %+v", got)
	}
	s = newStore(t)
	run(t, s.Pool(), "CREATE TABLE a_part () INHERITS (portfolio_state)")
	if got := summariesOf(t, s, "portfolio_state"); got.Kept {
		t.Errorf("a table with a part: %+v", got)
	}
}
