package dashboard

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/benchtarget"
	"macrowatch/internal/testkit/pgtest"
)

// BenchmarkWritingSignals writes signals by turns into strategy_signals, whose triggers leave marks for the flips, and into a table
// without triggers that has in the place of the index that finds flips the one that was there before: 100 times of 168 pairs in one
// statement as an import does, and one time after the other. What it takes to settle the marks is told beside it. The target of each
// ratio is 1.3.
func BenchmarkWritingSignals(b *testing.B) {
	db := newDatabase(b, "UTC")
	db.exec("CREATE TABLE formerly_written (LIKE strategy_signals INCLUDING CONSTRAINTS INCLUDING DEFAULTS)")
	db.exec("ALTER TABLE formerly_written ADD PRIMARY KEY (strategy_id, instrument, generated_at)")
	db.exec("CREATE INDEX ON formerly_written (generated_at DESC)")
	db.exec("CREATE INDEX ON formerly_written (strategy_id, instrument, generated_at) INCLUDE (direction)")
	turn := 0
	write := func(table string, begin, times int) {
		db.exec(fmt.Sprintf(`INSERT INTO %s (strategy_id, instrument, direction, confidence, generated_at)
			SELECT 'FX_' || n %% 24, 'I' || n / 24 %% 7, (ARRAY['LONG','SHORT','NEUTRAL'])[1 + (n / 168 + %[2]d) / 100 %% 3], 0.5, timestamptz '2000-01-01Z' + (%[2]d + n / 168) * interval '1 hour'
			FROM generate_series(0, %d) n`, table, begin, times*168-1))
	}
	many := func(table string) { write(table, turn*100, 100) }
	single := func(table string) {
		for n := range 20 {
			write(table, 400_000+turn*20+n, 1)
		}
	}
	cost := newWritingCost(b, db, map[string]func(table string){"many": many, "single": single})
	for b.Loop() {
		cost.measure("formerly_written", "strategy_signals")
		turn++
	}
	cost.report()
}

// BenchmarkWritingRuns writes runs by turns into pipeline_runs, whose triggers leave marks for the summaries, and into a table that is
// the same without triggers: many in one statement as an import does, and one by one as exec does, the start and then the end of
// each. What it takes to settle the marks counts as well. The target of each ratio is 1.3.
func BenchmarkWritingRuns(b *testing.B) {
	db := newDatabase(b, "UTC")
	db.exec("CREATE TABLE without_triggers (LIKE pipeline_runs INCLUDING ALL)")
	turn := 0
	many := func(table string) {
		db.exec(fmt.Sprintf(`INSERT INTO %s (run_id, step_name, status, started_at, finished_at, duration_seconds)
			SELECT '%d ' || n, 'step ' || n %% 14, 'SUCCESS', t, t + interval '40 seconds', 40
			FROM (SELECT n, timestamptz '2020-01-01Z' + (%[2]d * 16800 + n) * interval '32 seconds' AS t FROM generate_series(0, 16799) n) x`, table, turn))
	}
	single := func(table string) {
		for n := range 200 {
			db.exec(fmt.Sprintf(`INSERT INTO %s (run_id, step_name, status, started_at) VALUES ('one %d %d', 'fred', 'RUNNING', timestamptz '2010-01-01Z' + %[2]d * interval '1 day' + %[3]d * interval '5 minutes')`, table, turn, n))
			db.exec(fmt.Sprintf(`UPDATE %s SET status = 'SUCCESS', finished_at = started_at + interval '40 seconds', duration_seconds = 40 WHERE run_id = 'one %d %d'`, table, turn, n))
		}
	}
	cost := newWritingCost(b, db, map[string]func(table string){"many": many, "single": single})
	for b.Loop() {
		cost.measure("without_triggers", "pipeline_runs")
		turn++
	}
	cost.report()
}

// BenchmarkWritingStates writes snapshots of 168 rows by turns into portfolio_state, and into a table with the same constraints, indexes
// and triggers except for those that leave marks: 100 snapshots in one statement as an import does, and one by one. What it takes to
// settle the marks counts as well. The target of each ratio is 1.3.
func BenchmarkWritingStates(b *testing.B) {
	db := newDatabase(b, "UTC")
	db.exec(`CREATE SCHEMA formerly;
CREATE TABLE formerly.portfolio_state (LIKE portfolio_state INCLUDING ALL);
CREATE TRIGGER a_lock BEFORE INSERT OR UPDATE ON formerly.portfolio_state FOR EACH STATEMENT EXECUTE FUNCTION macrowatch_portfolio_state_lock();
CREATE TRIGGER one_nav AFTER INSERT ON formerly.portfolio_state REFERENCING NEW TABLE AS written_rows FOR EACH STATEMENT EXECUTE FUNCTION macrowatch_portfolio_state_one_nav()`)
	turn := 0
	write := func(table string, begin, snapshots int) {
		db.exec(fmt.Sprintf(`INSERT INTO %s ("timestamp", strategy_id, instrument, weight, total_equity)
			SELECT timestamptz '2000-01-01Z' + (%d + n / 168) * interval '1 hour', 'FX_' || n %% 24, 'I' || n / 24 %% 7, 0.1, 100 + n / 168 FROM generate_series(0, %d) n`,
			table, begin, snapshots*168-1))
	}
	many := func(table string) { write(table, turn*100, 100) }
	single := func(table string) {
		for n := range 20 {
			write(table, 400_000+turn*20+n, 1)
		}
	}
	cost := newWritingCost(b, db, map[string]func(table string){"many": many, "single": single})
	for b.Loop() {
		cost.measure("formerly.portfolio_state", "portfolio_state")
		turn++
	}
	cost.report()
}

// writingCost is what ways of writing take the server, in a table whose triggers leave marks for summaries and in one without these
// triggers, and what it takes to settle the marks.
type writingCost struct {
	b                        *testing.B
	db                       *database
	ways                     map[string]func(table string)
	marked, without, settled map[string]time.Duration // by way
}

func newWritingCost(b *testing.B, db *database, ways map[string]func(table string)) writingCost {
	return writingCost{b, db, ways, map[string]time.Duration{}, map[string]time.Duration{}, map[string]time.Duration{}}
}

// measure writes into both tables in each way, and settles the marks.
func (c writingCost) measure(without, marked string) {
	for way, write := range c.ways {
		c.without[way] += c.db.spent(func() { write(without) })
		c.marked[way] += c.db.spent(func() { write(marked) })
		c.settled[way] += c.db.spent(c.db.settle)
	}
}

// report says how many times as dear each way is with marks. The target is 1.3.
func (c writingCost) report() {
	for way, without := range c.without {
		benchtarget.AtMost(c.b, float64(c.marked[way])/float64(without), way+"_times_as_dear", 1.3)
		c.b.ReportMetric(float64(c.marked[way]+c.settled[way])/float64(without), way+"_and_settled_times_as_dear")
	}
}

// spent is the processor time that the server spends on some work.
func (d *database) spent(work func()) time.Duration {
	d.t.Helper()
	before := d.serverTime()
	work()
	return d.serverTime() - before
}

// serverTime is the processor time that the server has spent on the sessions of this database, or the time of day if nobody can say.
func (d *database) serverTime() time.Duration {
	d.t.Helper()
	var all time.Duration
	for _, pid := range collect(d, "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'", pgx.RowTo[int]) {
		spent, known := pgtest.ProcessorTime(pid)
		if !known {
			return time.Duration(time.Now().UnixNano())
		}
		all += spent
	}
	return all
}
