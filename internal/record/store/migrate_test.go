package store_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

func run(t *testing.T, pool *pgxpool.Pool, sql string) {
	t.Helper()
	if _, err := pool.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func TestMigrateAppliesWhatIsMissingOnce(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	before, err := store.MigrationStatus(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	applied, err := store.MigrateAll(t.Context(), pool)
	if err != nil || len(applied) != len(before) || len(applied) < 6 {
		t.Fatalf("applied %d of %d: %v", len(applied), len(before), err)
	}
	for i, m := range before {
		if m.Version != i+1 || !m.AppliedAt.IsZero() || applied[i].Name != m.Name || applied[i].AppliedAt.IsZero() {
			t.Errorf("before %+v, applied %+v", m, applied[i])
		}
	}
	if again, err := store.MigrateAll(t.Context(), pool); err != nil || len(again) != 0 {
		t.Errorf("applied again %v: %v", again, err)
	}
	after, err := store.MigrationStatus(t.Context(), pool)
	if err != nil || len(after) != len(applied) {
		t.Fatalf("status after: %v, %v", after, err)
	}
	for i := range after {
		if !after[i].AppliedAt.Equal(applied[i].AppliedAt) {
			t.Errorf("status says %v, migrate %v", after[i], applied[i])
		}
	}
}

func TestConcurrentMigrationsApplyEachOnce(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := map[int]int{}
	for range 6 {
		wg.Go(func() {
			applied, err := store.MigrateAll(t.Context(), pool)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, m := range applied {
				seen[m.Version]++
			}
		})
	}
	wg.Wait()
	for version, times := range seen {
		if times != 1 {
			t.Errorf("migration %d was applied %d times", version, times)
		}
	}
	if len(seen) < 6 {
		t.Errorf("applied only %v", seen)
	}
}

func TestThePrintedScriptMakesTheSameSchema(t *testing.T) {
	t.Parallel()
	script, err := store.MigrationSQL()
	if err != nil {
		t.Fatal(err)
	}
	printed := pgtest.New(t)
	run(t, printed, script)
	if applied, err := store.MigrateAll(t.Context(), printed); err != nil || len(applied) != 0 {
		t.Errorf("after the script, migrate applied %v: %v", applied, err)
	}
	if got, want := schema(t, printed), schema(t, pgtest.Migrated(t)); got != want {
		t.Errorf("the script's schema differs:\n%s\n\nfrom\n%s", got, want)
	}
}

// schema lists columns, constraints, indexes and triggers.
func schema(t *testing.T, pool *pgxpool.Pool) string {
	t.Helper()
	var text string
	err := pool.QueryRow(t.Context(), `SELECT string_agg(line, E'\n' ORDER BY line) FROM (
		SELECT attrelid::regclass || ' ' || attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull AS line
		FROM pg_attribute WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r') AND attnum > 0
		UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
		UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
		UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal) lines`).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestMigrateRefusesADatabaseThatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, sql string
		migrated  bool
		kind      store.Kind
		says      string
	}{
		{"newer", "INSERT INTO macrowatch_migrations SELECT max(version) + 1, 'future', 'x' FROM macrowatch_migrations", true, store.NewerSchema, "use the newer macrowatch"},
		{"altered", "UPDATE macrowatch_migrations SET checksum = 'x' WHERE version = 2", true, store.ForeignData, "migration 0002 strategy_signals is not this macrowatch's"},
		{"gap", "DELETE FROM macrowatch_migrations WHERE version = 2", true, store.ForeignData, "lacks 0002"},
		{"foreign table", "CREATE TABLE instruments (id int)", false, store.ForeignData, "table public.instruments: column instrument is missing"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			pool := pgtest.New(t)
			if c.migrated {
				if err := store.Migrate(t.Context(), pool); err != nil {
					t.Fatal(err)
				}
			}
			run(t, pool, c.sql)
			err := store.Migrate(t.Context(), pool)
			var refused *store.Error
			if !errors.As(err, &refused) || refused.Kind != c.kind || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v", err)
			}
			if c.migrated {
				if _, err := store.MigrationStatus(t.Context(), pool); !errors.As(err, &refused) || refused.Kind != c.kind {
					t.Errorf("status: %v", err)
				}
			}
		})
	}
}

func TestAMigrationThatFailsLeavesTheOnesBeforeIt(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	run(t, pool, "CREATE TABLE risk_limits_status_pkey (id int)") // an index of this name is made by 0004, after other tables
	applied, err := store.MigrateAll(t.Context(), pool)
	if err == nil || len(applied) != 3 {
		t.Fatalf("applied %v: %v", applied, err)
	}
	var half bool
	if err := pool.QueryRow(t.Context(), "SELECT to_regclass('risk_metrics_daily') IS NOT NULL").Scan(&half); err != nil || half {
		t.Errorf("half of 0004 is there (error %v)", err)
	}
	run(t, pool, "DROP TABLE risk_limits_status_pkey")
	if rest, err := store.MigrateAll(t.Context(), pool); err != nil || len(rest) == 0 || rest[0].Version != 4 {
		t.Errorf("afterwards applied %v: %v", rest, err)
	}
}

func TestTheStatusNeedsOnlyTheRightToRead(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	cfg := pool.Config().Copy()
	cfg.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	readOnly, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer readOnly.Close()
	if _, err := store.MigrationStatus(t.Context(), readOnly); err != nil {
		t.Error(err)
	}
	if err := store.Migrate(t.Context(), readOnly); err != nil {
		t.Errorf("nothing to migrate: %v", err)
	}
}
