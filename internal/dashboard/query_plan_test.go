package dashboard

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// seedBook stores snapshots of 168 rows and the daily signals of as many pairs, both over the five years before an end.
// The server makes the rows, and no trigger runs. The tables are left as autovacuum would leave them.
func seedBook(d *database, snapshots int) (end time.Time) {
	d.t.Helper()
	end = time.Date(2026, 11, 20, 21, 0, 0, 0, time.UTC) // a Friday's evening
	// LATERAL keeps the rows of a time together, as a desk writes them.
	pairs := func(of string) string {
		return `LATERAL (SELECT n, (ARRAY['FX','RATES','INF','CUPOM','SOV','CROSS'])[1 + n / 28] || '_' || n / 7 % 4 AS strategy,
			(ARRAY['USDBRL','DI1F29','NTNB30','DDI27','CDS5Y','GOLD','WTI'])[1 + n % 7] AS instrument
			FROM generate_series(0, 167) n WHERE ` + of + ` IS NOT NULL OFFSET 0) pairs`
	}
	d.exec("SET session_replication_role = replica")
	d.exec(fmt.Sprintf(`INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity)
		SELECT timestamptz '%s' - s * (interval '1826 days' / %[2]d), strategy, instrument,
			0.03 * sin(s / 500.0 + n), 100 * exp(0.3 * (1 - s / %[2]d.0) + 0.05 * sin(s * 66.0 / %[2]d))
		FROM generate_series(%[2]d - 1, 0, -1) s CROSS JOIN %[3]s`, end.Format(time.RFC3339), snapshots, pairs("s")))
	d.exec(fmt.Sprintf(`INSERT INTO strategy_signals (strategy_id, instrument, direction, confidence, generated_at)
		SELECT strategy, instrument, CASE WHEN x > 0.3 THEN 'LONG' WHEN x < -0.3 THEN 'SHORT' ELSE 'NEUTRAL' END, abs(x), t
		FROM generate_series(timestamptz '%s' - interval '43824 hours', '%[1]s', interval '24 hours') t CROSS JOIN %[2]s
		CROSS JOIN LATERAL (SELECT sin(extract(epoch FROM t) / 86400 / (20 + n %% 17) + n)::float8 AS x) wave
		WHERE extract(isodow FROM t AT TIME ZONE 'UTC') < 6`, end.Format(time.RFC3339), pairs("t")))
	d.exec("SET session_replication_role = DEFAULT")
	d.settle()
	d.vacuum()
	return end
}

// vacuum leaves the tables as autovacuum would.
func (d *database) vacuum() {
	d.t.Helper()
	d.exec("VACUUM ANALYZE portfolio_state, strategy_signals")
}

// deskQueries returns the queries of Signal Overview and Portfolio Performance for a range, by the title of the panel.
func deskQueries(t testing.TB, over span) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, uid := range []string{signalUID, portfolioUID} {
		for _, title := range titles(t, uid) {
			all[title] = findPanel(t, uid, title).sql(t, over)
		}
	}
	all["history"] = panelOf{query: NewQuery(Table, historySQL(t)), points: 1000, least: time.Minute}.sql(t, over)
	return all
}

func historySQL(t testing.TB) string {
	t.Helper()
	return *definitionOf(t, portfolioUID).Dashboard.Templating.List[0].Query.String
}

// planNode is a step of a plan with what it really did.
type planNode struct {
	Kind     string     `json:"Node Type"`
	Relation string     `json:"Relation Name"`
	Rows     float64    `json:"Actual Rows"`
	Loops    float64    `json:"Actual Loops"`
	Removed  float64    `json:"Rows Removed by Filter"`
	Plans    []planNode `json:"Plans"`
}

// read returns how many rows of a table a plan has looked at, and whether it read the whole table.
func (n planNode) read(table string) (rows float64, whole bool) {
	if n.Relation == table {
		rows, whole = (n.Rows+n.Removed)*n.Loops, n.Kind == "Seq Scan"
	}
	for _, p := range n.Plans {
		r, w := p.read(table)
		rows, whole = rows+r, whole || w
	}
	return rows, whole
}

func TestDeskPanelsReadWhatTheyDrawAndNoTableThrough(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	end := seedBook(db, 2000)
	// How many of 336,000 states and 219,000 signals a panel may read at most.
	most := map[string]float64{
		"Signal Flip Timeline": 168 * 9, // the pairs' signals of a week, and the rows that are read to find the pairs
		"Latest Flips":         168 * 12,
	}
	for _, to := range []time.Time{end, end.AddDate(-2, 0, 0), end.AddDate(-6, 0, 0)} {
		for title, sql := range deskQueries(t, span{to.AddDate(0, 0, -7), to}) {
			text := collect(db, "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "+sql, pgx.RowTo[json.RawMessage])[0]
			var plans []struct{ Plan planNode }
			if err := json.Unmarshal(text, &plans); err != nil {
				t.Fatal(err)
			}
			limit := most[title]
			if limit == 0 {
				limit = 800
			}
			for _, table := range []string{"portfolio_state", "strategy_signals"} {
				if rows, whole := plans[0].Plan.read(table); whole || rows > limit {
					t.Errorf("%s up to %v reads %.0f rows of %s (all of it: %v), more than %.0f", title, to, rows, table, whole, limit)
				}
			}
		}
	}
}

// BenchmarkSampleDesk times the queries of Signal Overview and Portfolio Performance on the sample desk until their last row is
// read. BenchmarkGrowth has those of larger desks.
func BenchmarkSampleDesk(b *testing.B) {
	db, r := newDatabase(b, "UTC"), simulated(b)
	db.fill(r)
	db.vacuum()
	end := r.states[len(r.states)-1].Timestamp
	for _, r := range []struct {
		name string
		days int
	}{{"7d", 7}, {"1y", 365}, {"5y", 1826}} {
		queries := deskQueries(b, span{end.AddDate(0, 0, -r.days), end})
		for _, title := range append(append(titles(b, signalUID), titles(b, portfolioUID)...), "history") {
			b.Run(title+"/"+r.name, func(b *testing.B) {
				rows := 0
				for b.Loop() {
					tag, err := db.conn.Exec(context.Background(), queries[title])
					if err != nil {
						b.Fatal(err)
					}
					rows = int(tag.RowsAffected())
				}
				b.ReportMetric(float64(rows), "rows")
			})
		}
	}
}
