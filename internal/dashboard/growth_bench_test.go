package dashboard

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/jackc/pgx/v5"
	"golang.org/x/sys/unix"

	"macrowatch/internal/desk"
	"macrowatch/internal/testkit/benchtarget"
	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/macro"
)

// rowsVariable is the environment variable that says how many rows of portfolio_state BenchmarkGrowth measures on.
const rowsVariable = "BENCH_ROWS"

// Bytes on disk: of a row of portfolio_state, a signal and a run, each with its indexes, and of what remains free.
const (
	stateBytes  = 150
	signalBytes = 220
	runBytes    = 380
	spareBytes  = 2 << 30
)

// growthRange is a range of a dashboard that ends with the newest row.
type growthRange struct {
	name string
	long time.Duration
}

func growthRanges() []growthRange {
	const day = 24 * time.Hour
	return []growthRange{{"6 h", 6 * time.Hour}, {"24 h", day}, {"7 d", 7 * day}, {"30 d", 30 * day}, {"1 y", 365 * day}, {"5 y", 1826 * day}, {"10 y", 3652 * day}}
}

// BenchmarkGrowth measures the queries of every panel, variable and mark of every dashboard, over ranges from six hours to ten
// years, on a desk with ten years of rows: BENCH_ROWS of portfolio_state, otherwise a million. Like the viewer, it plans each
// query anew. It prints the medians of a few turns, and how many of them are over the target.
func BenchmarkGrowth(b *testing.B) {
	if b.N > 1 { // the table has the figures, and once is enough
		return
	}
	size := grownTo(benchRows(b))
	db := newDatabase(b, "UTC")
	requireRoom(b, db, size)
	began := time.Now()
	end := grown(db, size)
	b.Logf("%d rows of portfolio_state, %d signals, %d runs: written in %.0f s, %s", size.states, size.signals, size.runs, time.Since(began).Seconds(),
		strings.Join(collect(db, `SELECT relname || ' ' || pg_size_pretty(pg_total_relation_size(oid)) FROM pg_class WHERE relname IN ('portfolio_state', 'strategy_signals', 'pipeline_runs') ORDER BY 1`, pgx.RowTo[string]), ", "))
	var measured []growthFigures
	for _, q := range everyQuery(b, desk.BuiltInRules()) {
		f := growthFigures{query: q}
		for _, r := range growthRanges() {
			f.cells = append(f.cells, db.time(q.texts(b, span{end.Add(-r.long), end})))
		}
		measured = append(measured, f)
	}
	fmt.Print("\n", growthTable(measured)) // a log of a benchmark is cut after ten lines
	benchtarget.AtMost(b, float64(overTarget(measured)), "figures_over_target", 0)
}

// benchRows is the number in the environment.
func benchRows(b *testing.B) int {
	b.Helper()
	text := os.Getenv(rowsVariable)
	if text == "" {
		return 1_000_000
	}
	rows, err := strconv.Atoi(text)
	if err != nil || rows < 100_000 {
		b.Fatalf("%s is %q, want a number of rows from 100000 on", rowsVariable, text)
	}
	return rows
}

// requireRoom ends the benchmark where the server's disk has too little room for a desk.
func requireRoom(b *testing.B, db *database, size grownSize) {
	b.Helper()
	if os.Getenv(pgtest.ServerVariable) != "" {
		return // nobody can say how much room another machine has
	}
	var disk unix.Statfs_t
	if err := unix.Statfs(os.TempDir(), &disk); err != nil {
		b.Fatal(err)
	}
	free := int64(disk.Bavail) * int64(disk.Bsize)
	if needed := int64(size.states)*stateBytes + int64(size.signals)*signalBytes + int64(size.runs)*runBytes + spareBytes; free < needed {
		b.Fatalf("%d rows need %d GB in %s, and %d GB are free: free some, or set %s to fewer rows", size.states, needed>>30, os.TempDir(), free>>30, rowsVariable)
	}
}

// boardQuery are the queries of a panel, a variable or a mark of a dashboard.
type boardQuery struct {
	board, title string
	targets      []panelOf
	variables    map[string]macro.Variable
}

// texts are the queries over a range, filled in as the viewer would.
func (q boardQuery) texts(t testing.TB, over span) []string {
	t.Helper()
	var all []string
	for _, p := range q.targets {
		all = append(all, p.sqlWith(t, over, q.variables))
	}
	return all
}

// everyQuery returns the queries of all dashboards of a desk. A page about one step is about fred.
func everyQuery(t testing.TB, rules desk.Rules) []boardQuery {
	t.Helper()
	all, more := definitions(t, rules)
	var queries []boardQuery
	for _, def := range append(all, more...) {
		variables := chosenAll()
		if def.Detail {
			variables[stepVariable] = macro.Variable{Values: []string{"fred"}}
		}
		add := func(title string, targets ...panelOf) {
			if len(targets) > 0 {
				queries = append(queries, boardQuery{def.Title, title, targets, variables})
			}
		}
		for _, p := range def.Dashboard.Panels {
			if p.Panel != nil {
				add(*p.Panel.Title, targetsOf(t, p.Panel)...)
			}
		}
		for _, v := range def.Dashboard.Templating.List {
			if v.Query != nil && v.Query.String != nil && v.Type == sdk.VariableTypeQuery {
				add("choices of "+v.Name, panelOf{NewQuery(Table, *v.Query.String), 1000, time.Minute})
			}
		}
		for _, a := range def.Dashboard.Annotations.List {
			if q, ours := a.Target.(Query); ours {
				add("marks: "+a.Name, panelOf{q, 1000, time.Minute})
			}
		}
	}
	return queries
}

// timed is the median of how long queries took, and of the processor time that the server spent on them.
type timed struct{ elapsed, server time.Duration }

// time sends queries a few times, the first time to fill the server's memory. What takes long is sent less often.
func (d *database) time(texts []string) timed {
	d.t.Helper()
	pid := int(d.conn.Conn().PgConn().PID())
	var elapsed, server []time.Duration
	send := d.sending(texts...)
	for began := time.Now(); len(elapsed) < 6 && (len(elapsed) < 2 || time.Since(began) < 500*time.Millisecond); {
		before, _ := pgtest.ProcessorTime(pid)
		start := time.Now()
		if err := send(); err != nil {
			d.t.Fatal(err)
		}
		elapsed = append(elapsed, time.Since(start))
		after, _ := pgtest.ProcessorTime(pid)
		server = append(server, after-before)
	}
	return timed{median(elapsed[1:]), median(server[1:])}
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

// growthFigures are what was measured of a query, by range.
type growthFigures struct {
	query boardQuery
	cells []timed
}

func (f growthFigures) slowest() time.Duration {
	return slices.MaxFunc(f.cells, func(a, b timed) int { return cmp.Compare(a.elapsed, b.elapsed) }).elapsed
}

// overTarget counts the figures that are over the target of a panel.
func overTarget(all []growthFigures) int {
	n := 0
	for _, f := range all {
		for _, c := range f.cells {
			if c.elapsed > panelTarget {
				n++
			}
		}
	}
	return n
}

// growthTable is the figures as a table, the slowest first. Each cell has the time that passed and the processor time of the
// server, in milliseconds, with a star where the time that passed is over the target.
func growthTable(all []growthFigures) string {
	slices.SortStableFunc(all, func(a, b growthFigures) int { return cmp.Compare(b.slowest(), a.slowest()) })
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "milliseconds, elapsed/server\ttarget")
	for _, r := range growthRanges() {
		fmt.Fprint(w, "\t", r.name)
	}
	for _, f := range all {
		fmt.Fprintf(w, "\n%s: %s\t%d", f.query.board, f.query.title, panelTarget.Milliseconds())
		for _, c := range f.cells {
			star := ""
			if c.elapsed > panelTarget {
				star = "*"
			}
			fmt.Fprintf(w, "\t%.1f/%.1f%s", inMilliseconds(c.elapsed), inMilliseconds(c.server), star)
		}
	}
	_ = w.Flush()
	fmt.Fprintf(&text, "\n%d of %d figures are over the target of %d ms.\n", overTarget(all), len(all)*len(growthRanges()), panelTarget.Milliseconds())
	return text.String()
}

func inMilliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
