package dashboard

import (
	"encoding/json"
	"testing"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

func (n planNode) has(kind string) bool {
	if n.Kind == kind {
		return true
	}
	for _, p := range n.Plans {
		if p.has(kind) {
			return true
		}
	}
	return false
}

// A table has no statistics in its first minute, after a restore, or ever where autovacuum is off. The rows that
// can be used are found by an index then too: a panel that sorts the table for each of its days takes minutes.
func TestUsableRowsAreFoundByAnIndexWithoutStatistics(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	for _, table := range []string{"portfolio_state", "strategy_signals", "pipeline_runs"} {
		db.exec("ALTER TABLE " + table + " SET (autovacuum_enabled = false)")
	}
	db.exec("SET session_replication_role = replica")
	db.exec(`INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity)
		SELECT timestamptz '2026-01-01' + n / 20 * interval '1 hour', 'FX_' || n % 20, 'USDBRL', 0.1, 100 FROM generate_series(1, 40000) n`)
	db.exec(`INSERT INTO strategy_signals (strategy_id, instrument, direction, confidence, generated_at)
		SELECT 'FX_' || n % 20, 'USDBRL', 'LONG', 0.5, timestamptz '2026-01-01' + n / 20 * interval '1 hour' FROM generate_series(1, 40000) n`)
	db.exec(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds)
		SELECT 'r' || n, 'step' || n % 20, 'SUCCESS', timestamptz '2026-01-01' + n * interval '1 minute', timestamptz '2026-01-01' + n * interval '1 minute', 0 FROM generate_series(1, 40000) n`)
	db.exec("SET session_replication_role = DEFAULT")
	for name, sql := range map[string]string{
		"the snapshot before a time": `SELECT "timestamp" FROM ` + desk.UsableRows("portfolio_state") + ` p WHERE "timestamp" < '2026-02-01' ORDER BY "timestamp" DESC LIMIT 1`,
		"the newest snapshot":        `SELECT max("timestamp") FROM ` + desk.UsableRows("portfolio_state") + ` p`,
		"the signal before a time": `SELECT direction FROM ` + desk.UsableRows("strategy_signals") + ` s
			WHERE strategy_id = 'FX_3' AND instrument = 'USDBRL' AND generated_at < '2026-02-01' ORDER BY generated_at DESC LIMIT 1`,
		"the latest run of a step": `SELECT status FROM ` + desk.UsableRows("pipeline_runs") + ` r
			WHERE step_name::text = 'step3' AND started_at < '2026-01-20' ORDER BY started_at DESC LIMIT 1`,
	} {
		t.Run(name, func(t *testing.T) {
			db := db.in(t)
			text := collect(db, "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "+sql, pgx.RowTo[json.RawMessage])[0]
			var plans []struct{ Plan planNode }
			if err := json.Unmarshal(text, &plans); err != nil {
				t.Fatal(err)
			}
			if plan := plans[0].Plan; plan.has("Sort") || plan.has("Seq Scan") {
				t.Errorf("%s is sought by reading the table: %s", name, text)
			}
		})
	}
}
