package store_test

import (
	"strings"
	"testing"

	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// The view stands in for TimescaleDB's own.
func TestHowTheGrowingTablesAreStoredIsSaidOnTimescaleDB(t *testing.T) {
	t.Parallel()
	pool := pgtest.Plain(t)
	if err := store.Migrate(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	explained := func() string {
		t.Helper()
		tables, err := store.FindChunkedTables(t.Context(), pool)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, table := range tables {
			sentence, _, _ := strings.Cut(table.Explain(), ":")
			all = append(all, sentence)
		}
		return strings.Join(all, "; ")
	}
	if got := explained(); got != "" {
		t.Errorf("without TimescaleDB: %q", got)
	}
	run(t, pool, `CREATE SCHEMA timescaledb_information`)
	run(t, pool, `CREATE VIEW timescaledb_information.hypertables AS SELECT name 'public' AS hypertable_schema, name 'strategy_signals' AS hypertable_name, bigint '11' AS num_chunks`)
	if got, want := explained(), "portfolio_state is an ordinary table, not a hypertable; strategy_signals is a hypertable of 11 chunks"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestNoMigrationMakesAHypertable(t *testing.T) {
	t.Parallel()
	script, err := store.MigrationSQL()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(script, "create_hypertable") || !strings.Contains(script, "COMMENT ON TABLE strategy_signals") {
		t.Error("the script makes a hypertable, or leaves out what follows it in the file")
	}
}
