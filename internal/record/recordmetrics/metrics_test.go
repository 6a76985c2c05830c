package recordmetrics

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/spool"
	"macrowatch/internal/testkit/pgtest"
)

// The figures are those of the pool: what is taken, what is left, and who waits.
func TestPoolsTellWhoWaits(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	pools := Pools(map[string]*pgxpool.Pool{"viewer": pool})
	lint(t, pools)
	conn, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	expect(t, pools, `
		# HELP macrowatch_pool_acquired_connections Connections to the database that are in use.
		# TYPE macrowatch_pool_acquired_connections gauge
		macrowatch_pool_acquired_connections{pool="viewer"} 1
	`, "macrowatch_pool_acquired_connections")
	conn.Release()
	text := gathered(t, pools)
	for _, want := range []string{`macrowatch_pool_acquired_connections{pool="viewer"} 0`, `macrowatch_pool_acquires_total{pool="viewer"} `, `macrowatch_pool_max_connections{pool="viewer"} `} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}

func TestSpoolTellsWhatWaitsAndSinceWhen(t *testing.T) {
	t.Parallel()
	c := startingAt(1_800_000_000)
	dir := t.TempDir()
	var unusable error
	collector := Spool(t.Context(), c.now, func() (*spool.Spool, error) { return spool.New(dir, "one", spool.Options{}), unusable })
	lint(t, collector)
	if text := gathered(t, collector); !strings.Contains(text, `macrowatch_spool_runs{state="waiting"} 0`) || strings.Contains(text, "oldest") {
		t.Errorf("of an empty spool:\n%s", text)
	}
	s := spool.New(dir, "one", spool.Options{})
	for _, id := range []string{"1", "2", "3"} {
		run := desk.Run{ID: id, Step: "fred", Status: desk.Running, StartedAt: c.now()}
		entry, err := s.Begin(run)
		if err != nil {
			t.Fatal(err)
		}
		if id == "3" {
			entry.SetAside(errors.New("never"))
			continue
		}
		run.Status, run.FinishedAt = desk.Success, c.now()
		if err := entry.End(run); err != nil {
			t.Fatal(err)
		}
		entry.Postpone(errors.New("not now"))
	}
	kept, _ := spool.List(dir, spool.Options{})
	for i, k := range kept {
		written := time.Unix(1_790_000_000+int64(i), 500e6)
		if err := os.Chtimes(k.Path, written, written); err != nil {
			t.Fatal(err)
		}
	}
	c.advance(askAgain)
	text := gathered(t, collector)
	for _, want := range []string{`macrowatch_spool_runs{state="waiting"} 2`, `macrowatch_spool_runs{state="set_aside"} 1`, "macrowatch_spool_oldest_run_timestamp_seconds 1.7900000005e+09"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	unusable = errors.New("everybody may write there")
	c.advance(askAgain)
	if text := gathered(t, collector); text != "" {
		t.Errorf("of a spool that can't be used:\n%s", text)
	}
}

// A weekend and a holiday make no row older.
func TestNewestRowsTellTheirAgeInWorkingTime(t *testing.T) {
	t.Parallel()
	workdays, err := desk.BuiltInRules().Workdays()
	if err != nil {
		t.Fatal(err)
	}
	c := startingAt(time.Date(2026, 2, 18, 15, 0, 0, 0, time.UTC).Unix()) // noon of Ash Wednesday in São Paulo
	var failed error
	rows := NewestRows(t.Context(), c.now, func(context.Context) (map[string]time.Time, error) {
		return map[string]time.Time{
			"pipeline_runs":   c.now().Add(-time.Hour),
			"portfolio_state": time.Date(2026, 2, 13, 22, 0, 0, 0, time.UTC), // 19:00 on the Friday before Carnival
		}, failed
	})
	ages := rows.Ages(workdays.Age)
	lint(t, ages)
	expect(t, ages, `
		# HELP macrowatch_table_newest_row_working_age_seconds How old the newest row of a table is. Only the time of the days on which the desk works counts. Absent while the database does not answer.
		# TYPE macrowatch_table_newest_row_working_age_seconds gauge
		macrowatch_table_newest_row_working_age_seconds{table="pipeline_runs"} 3600
		macrowatch_table_newest_row_working_age_seconds{table="portfolio_state"} 61200
	`, "macrowatch_table_newest_row_working_age_seconds")
	failed = errors.New("away")
	c.advance(askAgain)
	if text := gathered(t, ages); text != "" {
		t.Errorf("while the database is away:\n%s", text)
	}
}
