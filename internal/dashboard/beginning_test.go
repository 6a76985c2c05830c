package dashboard

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// beginning returns the time of a dashboard's first record, nil if it has none.
func (d *database) beginning(uid string) *time.Time {
	d.t.Helper()
	return collect(d, definitionOf(d.t, uid).Beginning, pgx.RowTo[*time.Time])[0]
}

func TestADashboardBeginsWithItsFirstRecord(t *testing.T) {
	t.Parallel()
	inZones(t, func(t *testing.T, db *database) {
		for _, uid := range []string{Home, signalUID, riskUID, portfolioUID} {
			if got := db.beginning(uid); got != nil {
				t.Errorf("%s begins at %v in empty tables", uid, got)
			}
		}
		first := time.Date(2016, 2, 29, 12, 0, 0, 0, time.UTC) // a leap day
		db.exec(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at) VALUES (gen_random_uuid(), 'fred', 'RUNNING', $1), (gen_random_uuid(), 'fred', 'RUNNING', $2)`, first.AddDate(1, 0, 0), first)
		db.exec(`INSERT INTO strategy_signals (strategy_id, instrument, direction, confidence, generated_at) VALUES ('FX_1', 'USDBRL', 'LONG', 0.5, $1)`, first)
		db.exec(`INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity) VALUES ($1, 'FX_1', 'USDBRL', 1, 100)`, first)
		db.exec(`INSERT INTO stress_test_results (run_date, scenario_name, portfolio_pnl_pct) VALUES ($1, 'Crisis', -1)`, first)
		for _, uid := range []string{Home, signalUID, riskUID, portfolioUID} {
			if got := db.beginning(uid); got == nil || !got.Equal(first) {
				t.Errorf("%s begins at %v, want %v", uid, got, first)
			}
		}
	})
}

// The page waits for the beginning, so it must be found at once however long the record is.
func TestTheBeginningIsFoundAtTheEndOfAnIndex(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	seedBook(db, 200)
	for _, uid := range []string{signalUID, portfolioUID} {
		text := collect(db, "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "+definitionOf(t, uid).Beginning, pgx.RowTo[json.RawMessage])[0]
		var plans []struct{ Plan planNode }
		if err := json.Unmarshal(text, &plans); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"portfolio_state", "strategy_signals"} {
			if rows, whole := plans[0].Plan.read(table); whole || rows > 1 {
				t.Errorf("the beginning of %s reads %.0f rows of %s (all of it: %v), want one", uid, rows, table, whole)
			}
		}
	}
}
