package dashboard

import (
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/record/store"
)

// Sizes of the tables of a grown desk. A snapshot has 168 rows: 24 strategies with seven instruments each.
const (
	grownPairs = 168
	grownYears = 10
	// grownMost is how many signals and runs a grown desk has at most.
	grownMost = 10_000_000
)

// grownSize says how much a grown desk has stored.
type grownSize struct {
	states  int // rows of portfolio_state
	signals int
	runs    int
}

// grownTo is a desk that has stored so many rows of portfolio_state, and as many signals and runs up to ten million.
func grownTo(states int) grownSize {
	return grownSize{states: states, signals: min(states, grownMost), runs: min(states, grownMost)}
}

// grown fills the tables of a desk that has run for ten years, and returns the end of them. A tenth of the states, and of the
// signals, was written late and out of order. The server makes the rows; the indexes are those of the migrations, built after
// the rows for speed. The tables are left as autovacuum would leave them.
func grown(d *database, size grownSize) (end time.Time) {
	d.t.Helper()
	end = time.Date(2026, 11, 20, 21, 0, 0, 0, time.UTC) // a Friday's evening
	d.exec("SET session_replication_role = replica")
	d.exec("SET maintenance_work_mem = '1GB'")
	d.exec("SET work_mem = '256MB'")
	d.exec(`CREATE TEMPORARY TABLE pairs AS SELECT n, n / 7 AS strategy_no,
		(ARRAY['FX','RATES','INF','CUPOM','SOV','CROSS'])[1 + n / 28] || '_' || n / 7 % 4 AS strategy,
		(ARRAY['USDBRL','DI1F','NTNB','DDI','CDS','GOLD','WTI'])[1 + n % 7] || n / 7 % 4 AS instrument FROM generate_series(0, 167) n`)
	for _, table := range []struct {
		name string
		seed func()
	}{
		{"portfolio_state", func() { seedGrownStates(d, end, size.states/grownPairs) }},
		{"strategy_signals", func() { seedGrownSignals(d, end, size.signals/grownPairs) }},
		{"pipeline_runs", func() { seedGrownRuns(d, end, size.runs) }},
	} {
		withoutIndexes(d, table.name, table.seed)
	}
	seedGrownPrices(d, end)
	seedRiskOf(d, grownMoments)
	d.exec("SET session_replication_role = DEFAULT")
	d.exec("RESET work_mem")
	d.exec("RESET maintenance_work_mem")
	if _, _, err := store.New(d.pool, nil).RebuildSummaries(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	d.exec("VACUUM ANALYZE")
	return end
}

// late is SQL that is true for a tenth of the rows: all rows of a strategy at a time. The argument numbers the time.
func late(number string) string {
	return fmt.Sprintf("abs(hashint8(%s * 24 + strategy_no)) %% 10 = 0", number)
}

// seedGrownStates stores so many snapshots, evenly over ten years.
func seedGrownStates(d *database, end time.Time, snapshots int) {
	d.t.Helper()
	insert := fmt.Sprintf(`INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity)
		SELECT t, strategy, instrument, 0.03 * sin(s * 120.0 / %[2]d + n), 100 * exp(0.6 * (1 - s / %[2]d.0) + 0.05 * sin(s * 132.0 / %[2]d))
		FROM (SELECT s, timestamptz '%[1]s' - s * (interval '3652 days' / %[2]d) AS t FROM generate_series(%[2]d - 1, 0, -1) s) times CROSS JOIN pairs WHERE `,
		end.Format(time.RFC3339), snapshots)
	d.exec(insert + "NOT " + late("s"))
	d.exec(insert + late("s") + " ORDER BY hashint8(s * 24 + strategy_no), n")
}

// seedGrownSignals stores so many signals of each pair, evenly over ten years. The direction of a pair changes four times in
// each of its waves, which take 126 to 226 days: nearly 14,000 times in all, however many signals there are.
func seedGrownSignals(d *database, end time.Time, each int) {
	d.t.Helper()
	insert := fmt.Sprintf(`INSERT INTO strategy_signals (strategy_id, instrument, direction, confidence, generated_at)
		SELECT strategy, instrument, CASE WHEN x > 0.3 THEN 'LONG' WHEN x < -0.3 THEN 'SHORT' ELSE 'NEUTRAL' END, abs(x), t
		FROM (SELECT s, timestamptz '%[1]s' - s * (interval '3652 days' / %[2]d) AS t FROM generate_series(%[2]d - 1, 0, -1) s) times CROSS JOIN pairs
		CROSS JOIN LATERAL (SELECT sin(extract(epoch FROM t) / 86400 / (20 + n %% 17) + n)::float8 AS x) wave WHERE `,
		end.Format(time.RFC3339), each)
	d.exec(insert + "NOT " + late("s"))
	d.exec(insert + late("s") + " ORDER BY hashint8(s * 24 + strategy_no), n")
}

// seedGrownRuns stores so many runs of 14 steps, evenly over ten years. One in a hundred has failed.
func seedGrownRuns(d *database, end time.Time, runs int) {
	d.t.Helper()
	d.exec(fmt.Sprintf(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds, error_message)
		SELECT n::text, (ARRAY['bcb_sgs','fred','yahoo','bcb_ptax','b3_market_data','treasury_gov','validate','features',
				'signals','portfolio','risk','stress','limits','report'])[1 + n %% 14],
			CASE WHEN n %% 100 = 0 THEN 'FAILED' ELSE 'SUCCESS' END, t, t + interval '40 seconds', 40, CASE WHEN n %% 100 = 0 THEN 'HTTP 503 from upstream' END
		FROM (SELECT n, timestamptz '%[2]s' - n * (interval '3652 days' / %[1]d) AS t FROM generate_series(%[1]d, 1, -1) n) x`, runs, end.Format(time.RFC3339)))
}

// seedGrownPrices stores a price of each instrument of the pairs on each weekday of ten years.
func seedGrownPrices(d *database, end time.Time) {
	d.t.Helper()
	d.exec(`INSERT INTO instruments (instrument, kind, quoted_in) SELECT DISTINCT instrument, 'price', 'BRL' FROM pairs`)
	d.exec(`INSERT INTO instrument_prices (instrument, price_date, price) SELECT instrument, day, 100 + 10 * sin(extract(epoch FROM day) / 4e6)
		FROM (SELECT DISTINCT instrument FROM pairs) each_one CROSS JOIN generate_series($1::timestamptz::date - 3652, $1::timestamptz::date, interval '1 day') day
		WHERE extract(isodow FROM day) < 6`, end)
}

// grownMoments are the last snapshots of the weekdays, as the risk computations of a grown desk have them. Every tenth of them or so
// finds each limit in breach, for some weeks at a time.
const grownMoments = `SELECT DISTINCT last.at, (2.05 * (sin(extract(epoch FROM last.at) / 4e6) + 1.5))::float8 AS x
	FROM generate_series((SELECT min("timestamp") + interval '2 days' FROM portfolio_state), (SELECT max("timestamp") FROM portfolio_state), '1 day') day
	CROSS JOIN LATERAL (SELECT "timestamp" AS at FROM portfolio_state WHERE "timestamp" <= day ORDER BY "timestamp" DESC LIMIT 1) last
	WHERE extract(isodow FROM day AT TIME ZONE 'UTC') < 6`

// withoutIndexes fills a table without its indexes and triggers, and makes them again. A trigger that looks at all rows of a
// statement would keep a hundred million of them in a temporary file.
func withoutIndexes(d *database, table string, fill func()) {
	d.t.Helper()
	type index struct{ Name, Definition, Constraint string }
	all := collect(d, fmt.Sprintf(`SELECT i.relname::text, pg_get_indexdef(i.oid), coalesce(pg_get_constraintdef(c.oid), '')
		FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid LEFT JOIN pg_constraint c ON c.conindid = i.oid AND c.contype IN ('p', 'u')
		WHERE x.indrelid = '%s'::regclass`, table), pgx.RowToStructByPos[index])
	var remake []string
	for _, i := range all {
		if i.Constraint != "" {
			d.exec(fmt.Sprintf("ALTER TABLE %s DROP CONSTRAINT %s", table, i.Name))
			remake = append(remake, fmt.Sprintf("ALTER TABLE %s ADD CONSTRAINT %s %s", table, i.Name, i.Constraint))
			continue
		}
		d.exec("DROP INDEX " + i.Name)
		remake = append(remake, i.Definition)
	}
	triggers := collect(d, fmt.Sprintf(`SELECT tgname::text FROM pg_trigger WHERE tgrelid = '%s'::regclass AND NOT tgisinternal AND tgenabled = 'A'`, table), pgx.RowTo[string])
	for _, name := range triggers {
		d.exec(fmt.Sprintf("ALTER TABLE %s DISABLE TRIGGER %s", table, name))
		remake = append(remake, fmt.Sprintf("ALTER TABLE %s ENABLE ALWAYS TRIGGER %s", table, name))
	}
	fill()
	d.exec(strings.Join(remake, ";"))
}
