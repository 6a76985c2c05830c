package server_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/benchtarget"
	"macrowatch/internal/testkit/httpload"
	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/server"
	"macrowatch/internal/viewer/timerange"
)

// newPanels is a dashboard with a tile and a curve of some 500 points.
const newPanels = `{"uid":"small","title":"Small","schemaVersion":39,"time":{"from":"now-24h","to":"now"},"templating":{"list":[]},"panels":[
	{"id":1,"type":"stat","title":"Tile","gridPos":{"x":0,"y":0,"w":24,"h":4},"datasource":{"type":"grafana-postgresql-datasource"},
		"targets":[{"refId":"A","format":"table","rawSql":"SELECT count(*) FROM pipeline_runs WHERE $__timeFilter(started_at)"}]},
	{"id":2,"type":"timeseries","title":"Curve","gridPos":{"x":0,"y":4,"w":24,"h":8},"datasource":{"type":"grafana-postgresql-datasource"},
		"targets":[{"refId":"A","format":"time_series","rawSql":"SELECT t AS time, sin(extract(epoch FROM t)) AS v FROM generate_series($__timeFrom()::timestamptz, $__timeTo()::timestamptz, interval '3 minutes') t"}]}]}`

// askedPanel is a panel that is compared with its bare queries. They have $from and $to in place of the ends of the range.
type askedPanel struct {
	name, board string
	id          int
	queries     []string
}

// askedPanels returns the two panels of newPanels, and the dial VaR 95% of the built-in dashboard, which has two queries beside the hidden ones.
func askedPanels(b *testing.B) (all []askedPanel, risk server.Dashboard) {
	b.Helper()
	text, err := os.ReadFile("../../../monitoring/grafana/dashboards/risk_dashboard.json")
	if err != nil {
		b.Fatal(err)
	}
	parsed, err := model.Parse(text)
	if err != nil {
		b.Fatal(err)
	}
	dial := askedPanel{name: "dial", board: "risk-dashboard", id: 1}
	from := noon.Add(-24 * time.Hour)
	for _, t := range parsed.Panel(dial.id).Targets {
		if t.Hide {
			continue
		}
		sql, _, err := macro.Expand(t.SQL, macro.Context{Range: timerange.Range{From: from, To: noon}, Now: noon})
		if err != nil {
			b.Fatal(err)
		}
		dial.queries = append(dial.queries, strings.NewReplacer(from.Format(time.RFC3339Nano), "$from", noon.Format(time.RFC3339Nano), "$to").Replace(sql))
	}
	return []askedPanel{
		{"tile", "small", 1, []string{"SELECT count(*) FROM pipeline_runs WHERE started_at BETWEEN '$from' AND '$to'"}},
		{"curve", "small", 2, []string{"SELECT t AS time, sin(extract(epoch FROM t)) AS v FROM generate_series('$from'::timestamptz, '$to'::timestamptz, interval '3 minutes') t"}},
		dial,
	}, server.Dashboard{UID: dial.board, Slug: dial.board, Title: "Risk", JSON: text}
}

// BenchmarkNewPanels compares the answers of panels that nobody has asked for before with the bare queries: the same SQL, in a loop
// of pgx over as many connections as the server may have. Both run by turns. The target is 70 %.
//
// A share by processor time says the same of a machine that has nothing else to do and whose processors are busy with either: what
// a query takes of the program, its reader and the database, beside what a panel takes of them.
func BenchmarkNewPanels(b *testing.B) {
	pool := poolOf(b, pgtest.Migrated(b), defaultPool)
	health := store.New(pool, nil).Health()
	b.Cleanup(health.Close)
	about, risk := askedPanels(b)
	cfg := config(b, newPanels, pool)
	cfg.Dashboards = append(cfg.Dashboards, risk)
	cfg.Snapshot, cfg.MaxConcurrentPanels = health.Snapshot, defaultPool // as serve has them
	url := serve(b, cfg).URL
	queriers := map[int]func(time.Duration, func() string) float64{} // their connections stay, as the time of those that end can't be read
	for _, connections := range []int{1, 8, 32} {
		queriers[connections] = bareLoop(b, poolOf(b, pool, min(connections, defaultPool)))
	}
	for _, panel := range about {
		for _, connections := range []int{1, 8, 32} {
			b.Run(fmt.Sprintf("%s/connections=%d", panel.name, connections), func(b *testing.B) {
				const slice = 500 * time.Millisecond
				bare := queriers[connections]
				var asked atomic.Int64
				var panels, queries float64 // queries counts the sets of a panel's bare queries
				var forPanels, forQueries time.Duration
				for b.Loop() {
					began := processorTime(b, pool)
					queries += bare(slice, func() string {
						n := asked.Add(1)
						to := noon.Add(-time.Duration(n) * time.Millisecond)
						ends := strings.NewReplacer("$from", to.Add(-24*time.Hour).Format(time.RFC3339Nano), "$to", to.Format(time.RFC3339Nano))
						return ends.Replace(panel.queries[int(n)%len(panel.queries)])
					}) / float64(len(panel.queries))
					between := processorTime(b, pool)
					panels += httpload.Answers(b, slice, connections, httpload.Get(func() string {
						to := noon.Add(-time.Duration(asked.Add(1)) * time.Millisecond)
						return fmt.Sprintf("%s/api/dashboards/uid/%s/panels/%d?width=1000&frames=none&from=%d&to=%d", url, panel.board, panel.id, to.Add(-24*time.Hour).UnixMilli(), to.UnixMilli())
					}))
					forQueries, forPanels = forQueries+between-began, forPanels+processorTime(b, pool)-between
				}
				benchtarget.AtLeast(b, 100*panels/queries, "%_of_bare_queries", 70)
				b.ReportMetric(panels/(float64(b.N)*slice.Seconds()), "answers/s")
				b.ReportMetric(100*(forQueries.Seconds()/queries)/(forPanels.Seconds()/panels), "%_by_processor_time")
			})
		}
	}
}

// processorTime returns what this program and the connections to a pool's database have spent so far.
func processorTime(b *testing.B, pool *pgxpool.Pool) time.Duration {
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		b.Fatal(err)
	}
	servers, known := pgtest.ServerTime(b.Context(), pool)
	if !known {
		b.Skip("the server's processor time can't be read")
	}
	return time.Duration(own.Utime.Nano()+own.Stime.Nano()) + servers
}

// defaultPool is how many connections serve has to its database, unless its URL says otherwise.
const defaultPool = 8

// poolOf returns a pool of another size on the database of a pool.
func poolOf(b *testing.B, pool *pgxpool.Pool, connections int) *pgxpool.Pool {
	cfg := pool.Config()
	cfg.MaxConns = int32(connections)
	own, err := pgxpool.NewWithConfig(b.Context(), cfg)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(own.Close)
	return own
}

// bareLoop returns a function that sends queries over all connections of a pool for a time, and returns how many were answered.
func bareLoop(b *testing.B, pool *pgxpool.Pool) func(d time.Duration, sql func() string) float64 {
	return func(d time.Duration, sql func() string) float64 {
		var answered atomic.Int64
		ends := time.Now().Add(d)
		var all sync.WaitGroup
		for range pool.Config().MaxConns {
			all.Go(func() {
				for time.Now().Before(ends) {
					rows, err := pool.Query(b.Context(), sql())
					if err != nil {
						b.Error(err)
						return
					}
					for rows.Next() {
						_ = rows.RawValues()
					}
					if rows.Err() != nil {
						b.Error(rows.Err())
						return
					}
					answered.Add(1)
				}
			})
		}
		all.Wait()
		return float64(answered.Load())
	}
}
