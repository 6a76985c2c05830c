package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// everyCheckWasTested makes sure that refusals has every CHECK and every foreign key of the schema.
func everyCheckWasTested(t *testing.T, pool *pgxpool.Pool, tested map[string]bool) {
	t.Helper()
	rows, err := pool.Query(t.Context(), `SELECT conname FROM pg_constraint
		WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f')`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if len(names) < 40 {
		t.Errorf("found only %d constraints", len(names))
	}
	for _, name := range names {
		if !tested[name] {
			t.Errorf("no value tests constraint %s", name)
		}
	}
}

func TestEveryColumnOfOursHasAComment(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	rows, err := s.Pool().Query(t.Context(), `SELECT c.relname || '.' || a.attname
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'macrowatch_migrations'
		  AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid, 'pg_class') IS NULL)`)
	if err != nil {
		t.Fatal(err)
	}
	silent, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(silent) > 0 {
		t.Errorf("without comment: %s (error %v)", strings.Join(silent, ", "), err)
	}
}

func TestASnapshotHasOneNAV(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	const into = `INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity) VALUES `
	steps := []struct {
		what, sql string
		refused   bool
	}{
		{"a snapshot", into + `('2026-03-02Z', 'A', 'X', 0.1, 100), ('2026-03-02Z', 'A', 'Y', 0.1, 100)`, false},
		{"another NAV at another time", into + `('2026-03-03Z', 'A', 'X', 0.1, 101)`, false},
		{"another NAV at the same time", into + `('2026-03-02Z', 'B', 'X', 0.1, 101)`, true},
		{"two NAVs in one statement", into + `('2026-03-04Z', 'A', 'X', 0.1, 100), ('2026-03-04Z', 'A', 'Y', 0.1, 101)`, true},
		{"a late row of the same NAV", into + `('2026-03-02Z', 'B', 'X', 0.1, 100)`, false},
		{"a changed NAV on one row", `UPDATE portfolio_state SET total_equity = 102 WHERE "timestamp" = '2026-03-02Z' AND strategy_id = 'B'`, true},
		{"a changed NAV on all rows", `UPDATE portfolio_state SET total_equity = 102 WHERE "timestamp" = '2026-03-02Z'`, false},
		{"a snapshot replaced by ON CONFLICT", into + `('2026-03-03Z', 'A', 'X', 0.2, 103), ('2026-03-03Z', 'B', 'X', 0.2, 103)
			ON CONFLICT ("timestamp", strategy_id, instrument) DO UPDATE SET weight = excluded.weight, total_equity = excluded.total_equity`, false},
		{"another NAV by ON CONFLICT on one row", into + `('2026-03-03Z', 'A', 'X', 0.2, 104)
			ON CONFLICT ("timestamp", strategy_id, instrument) DO UPDATE SET total_equity = excluded.total_equity`, true},
		{"another NAV out of a longer statement", `WITH written AS (` + into + `('2026-03-02Z', 'C', 'X', 0.2, 104) RETURNING *) SELECT count(*) FROM written`, true},
		{"a NAV of zero", into + `('2026-03-05Z', 'CASH', 'BRL', 0, 0)`, false},
	}
	for _, step := range steps {
		t.Run(step.what, func(t *testing.T) {
			_, err := s.Pool().Exec(t.Context(), step.sql)
			var refused *pgconn.PgError
			switch errors.As(err, &refused) {
			case true:
				if !step.refused || refused.ConstraintName != "portfolio_state_one_nav_per_snapshot" {
					t.Errorf("%s: %v", step.what, err)
				}
			case false:
				if step.refused {
					t.Errorf("%s was taken", step.what)
				}
			}
		})
	}
	if n := count(t, s, "portfolio_state"); n != 6 {
		t.Errorf("%d rows, want 6", n)
	}
}

func TestOfTwoWritersOfOneSnapshotTheSecondSeesTheFirst(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	const into = `INSERT INTO portfolio_state VALUES ('2026-03-02Z', $1, 'X', 0.1, $2)`
	first, err := s.Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.Rollback(t.Context()) }()
	if _, err := first.Exec(t.Context(), into, "A", 100.0); err != nil {
		t.Fatal(err)
	}
	second := make(chan error, 1)
	go func() {
		_, err := s.Pool().Exec(t.Context(), into, "B", 101.0)
		second <- err
	}()
	waitForWaiter(t, s.Pool())
	if err := first.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	var refused *pgconn.PgError
	if err := <-second; !errors.As(err, &refused) || refused.ConstraintName != "portfolio_state_one_nav_per_snapshot" {
		t.Errorf("the second NAV of the snapshot: %v", err)
	}
}

// waitForWaiter returns once a session of this database waits for a lock.
func waitForWaiter(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	for waits := false; !waits; {
		err := pool.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock')`).Scan(&waits)
		if err != nil {
			t.Fatal(err)
		}
	}
}
