package pgtest_test

import (
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

func TestMigratedDatabasesHaveTheTablesAndNoRows(t *testing.T) {
	t.Parallel()
	for range 2 {
		pool := pgtest.Migrated(t)
		var tables int
		if err := pool.QueryRow(t.Context(), "select count(*) from pg_tables where tablename = 'pipeline_runs'").Scan(&tables); err != nil {
			t.Fatal(err)
		}
		if tables != 1 {
			t.Fatalf("%d tables are called pipeline_runs", tables)
		}
		_, err := pool.Exec(t.Context(), `insert into pipeline_runs (run_id, step_name, status, started_at) values ('1', 'fred', 'RUNNING', now())`)
		if err != nil { // the second time if the databases were one
			t.Fatal(err)
		}
	}
}
