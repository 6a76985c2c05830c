package dashboard

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// seedRisk stores so many computations on each weekday of ten years.
func seedRisk(d *database, perDay int) (end time.Time) {
	d.t.Helper()
	end = time.Date(2026, 11, 20, 22, 1, 0, 0, time.UTC) // a Friday's evening
	seedRiskOf(d, fmt.Sprintf(`SELECT day - n * interval '20 minutes' AS at, (sin(extract(epoch FROM day) / 4e6) + 1.5)::float8 AS x
		FROM generate_series(timestamptz '%s' - interval '3653 days', '%[1]s', '1 day') day CROSS JOIN generate_series(0, %d) n
		WHERE extract(isodow FROM day AT TIME ZONE 'UTC') < 6`, end.Format(time.RFC3339), perDay-1))
	d.exec("VACUUM ANALYZE")
	return end
}

// seedRiskOf stores a computation for each moment that a query returns, with a number that its figures come from. Each has 60
// contributions, 14 scenarios in six classes, 15 limits, 25 notes, and the digest of inputs that have changed since. The
// server makes the rows.
func seedRiskOf(d *database, moments string) {
	d.t.Helper()
	d.exec("CREATE TEMPORARY TABLE moments AS " + moments)
	for _, statement := range []string{
		`INSERT INTO risk_metrics_daily SELECT at, x, x * 1.5, x * 1.4, x, 2 * x FROM moments`,
		`INSERT INTO stress_test_results SELECT at, 'Scenario ' || n, x * (n - 8) FROM moments CROSS JOIN generate_series(1, 14) n`,
		`INSERT INTO stress_test_contributions SELECT at, 'Scenario ' || n, class, x * (n - 8) / 6 FROM moments CROSS JOIN generate_series(1, 14) n
			CROSS JOIN unnest(ARRAY['FX','Rates','Inflation','Cupom','Sovereign','Cross-Asset']) class`,
		`INSERT INTO stress_test_positions SELECT at, 'Scenario ' || n, 'S' || p % 24, 'I' || p, 'FX', 0.1, x * (n - 8) / 150
			FROM (SELECT at, x FROM moments ORDER BY at DESC LIMIT 60) newest CROSS JOIN generate_series(1, 14) n CROSS JOIN generate_series(1, 150) p`,
		`INSERT INTO risk_limits_status SELECT at, 'Limit ' || n, 5, x, 20 * x FROM moments CROSS JOIN generate_series(1, 15) n`,
		`INSERT INTO risk_measures SELECT at, method, c, x, x, 500, at::date - 700, at::date FROM moments
			CROSS JOIN unnest(ARRAY['historical','parametric','modified']) method CROSS JOIN unnest(ARRAY[95, 99]) c`,
		`INSERT INTO risk_contributions SELECT at, (ARRAY['strategy','instrument','asset_class'])[1 + n % 3], 'Piece ' || n, 0.1, 0.1, x, x, x * sin(n), x, x, x
			FROM moments CROSS JOIN generate_series(1, 60) n`,
		`INSERT INTO risk_backtest SELECT DISTINCT ON (at::date) at::date, at - interval '1 day', x, 1.5 * x, x * sin(extract(epoch FROM at)), x FROM moments`,
		`INSERT INTO risk_backtest_summary SELECT at, c, 250, 3, 0.1, 0.7, 0.1, 0.7, 'green' FROM moments CROSS JOIN unnest(ARRAY[95, 99]) c`,
		`INSERT INTO risk_notes SELECT at, n, 'jump', 'A note of some length that says what the computation noticed' FROM moments CROSS JOIN generate_series(1, 25) n`,
		`INSERT INTO risk_inputs (computed_at, digest, rows_digest, prices_from, prices_to, returns)
			SELECT at, repeat('0', 64), repeat('0', 64), (SELECT coalesce(jsonb_object_agg(instrument, at::date - 730), '{}') FROM instruments), at::date, 500 FROM moments`,
	} {
		d.exec(statement + " ORDER BY 1") // the rows of a computation lie together, as a desk writes them
	}
}

// queries returns the queries of the panels over a range, by title.
func (d riskDatabase) queries(over span) map[string]string {
	d.t.Helper()
	all := map[string]string{}
	for title, p := range d.panels() {
		all[title] = p.sql(d.t, over)
	}
	return all
}

func TestRiskPanelsReadWhatTheyDrawAndNoTableThrough(t *testing.T) {
	t.Parallel()
	db := newRiskDatabase(t, "UTC")
	end := seedRisk(db.database, 2)
	for _, to := range []time.Time{end, end.AddDate(-5, 0, 0), end.AddDate(-20, 0, 0)} {
		for _, days := range []int{7, 3653} {
			// How many rows a panel may read at most. The 5,220 computations have 5,220 to 440,000 rows in each table.
			most := map[string]float64{"Stress by Asset Class": 14*6*3 + 50, "What drives the VaR: Strategies": 65, "VaR Backtest": float64(days),
				"Positions of a Scenario": 150, "Utilization over Time": 12 * 15, "Limit Breaches": 12 * 15}
			if days > 7 {
				most["Utilization over Time"] = 5220*(1+15) + 10 // each check is found and looked at
				most["Limit Breaches"] = breachRows + 10
				most["VaR History"] = 5220 + 10 // each computation is looked at for the lowest and the highest
			}
			for title, sql := range db.queries(span{to.AddDate(0, 0, -days), to}) {
				var plans []struct{ Plan planNode }
				if err := json.Unmarshal(collect(db.database, "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "+sql, pgx.RowTo[json.RawMessage])[0], &plans); err != nil {
					t.Fatal(err)
				}
				limit := max(most[title], 65)
				for _, table := range []string{"risk_metrics_daily", "stress_test_results", "risk_limits_status", "risk_measures", "risk_contributions",
					"stress_test_contributions", "stress_test_positions", "risk_backtest", "risk_backtest_summary", "risk_notes"} {
					if rows, whole := plans[0].Plan.read(table); whole && rows > plans[0].Plan.Rows || rows > limit { // a table that is drawn whole is read so
						t.Errorf("%s of %d days up to %v reads %.0f rows of %s (all of it: %v), more than %.0f", title, days, to, rows, table, whole, limit)
					}
				}
			}
		}
	}
}
