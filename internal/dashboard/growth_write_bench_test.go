package dashboard

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/benchtarget"
	"macrowatch/internal/testkit/pgtest"
)

// BenchmarkWritingSignals writes signals into two tables by turns. One has the indexes of strategy_signals, and the other has in
// the place of the index that finds flips the one that was there before. The target of the ratio is 1.3.
func BenchmarkWritingSignals(b *testing.B) {
	db := newDatabase(b, "UTC")
	db.exec("CREATE TABLE now_written (LIKE strategy_signals INCLUDING ALL)")
	db.exec("CREATE TABLE formerly_written (LIKE strategy_signals INCLUDING CONSTRAINTS INCLUDING DEFAULTS)")
	db.exec("ALTER TABLE formerly_written ADD PRIMARY KEY (strategy_id, instrument, generated_at)")
	db.exec("CREATE INDEX ON formerly_written (generated_at DESC)")
	db.exec("CREATE INDEX ON formerly_written (strategy_id, instrument, generated_at) INCLUDE (direction)")
	pid := int(db.conn.Conn().PgConn().PID())
	turn := 0
	write := func(table string) time.Duration {
		before, _ := pgtest.ProcessorTime(pid)
		start := time.Now()
		db.exec(fmt.Sprintf(`INSERT INTO %s (strategy_id, instrument, direction, confidence, generated_at)
			SELECT 'FX_' || n %% 24, 'I' || n / 24 %% 7, (ARRAY['LONG','SHORT','NEUTRAL'])[1 + n / 16800 %% 3], 0.5, timestamptz '2020-01-01Z' + (%d + n / 168) * interval '1 hour'
			FROM generate_series(0, 16799) n`, table, turn*100))
		if after, known := pgtest.ProcessorTime(pid); known {
			return after - before
		}
		return time.Since(start)
	}
	var now, formerly time.Duration
	for b.Loop() {
		now += write("now_written")
		formerly += write("formerly_written")
		turn++
	}
	benchtarget.AtMost(b, float64(now)/float64(formerly), "times_as_dear", 1.3)
}

// BenchmarkWritingRuns writes runs by turns into pipeline_runs, whose triggers leave marks for the summaries, and into a table that is
// the same without triggers: many in one statement as an import does, and one by one as exec does, the start and then the end of
// each. What it takes to settle the marks counts as well. The target of each ratio is 1.3.
func BenchmarkWritingRuns(b *testing.B) {
	db := newDatabase(b, "UTC")
	db.exec("CREATE TABLE without_triggers (LIKE pipeline_runs INCLUDING ALL)")
	summaries := store.New(db.pool, nil)
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
	spent := map[string]time.Duration{}
	measure := func(what string, work func()) {
		before := db.serverTime()
		work()
		spent[what] += db.serverTime() - before
	}
	settle := func() {
		if err := summaries.SettleSummaries(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		for name, write := range map[string]func(string){"many": many, "single": single} {
			measure(name+" without", func() { write("without_triggers") })
			measure(name, func() { write("pipeline_runs") })
			measure(name+" settled", settle)
		}
		turn++
	}
	for _, name := range []string{"many", "single"} {
		without := float64(spent[name+" without"])
		benchtarget.AtMost(b, float64(spent[name])/without, name+"_times_as_dear", 1.3)
		b.ReportMetric(float64(spent[name]+spent[name+" settled"])/without, name+"_and_settled_times_as_dear")
	}
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
	summaries := store.New(db.pool, nil)
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
	spent := map[string]time.Duration{}
	measure := func(what string, work func()) {
		before := db.serverTime()
		work()
		spent[what] += db.serverTime() - before
	}
	settle := func() {
		if err := summaries.SettleSummaries(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		for name, write := range map[string]func(string){"many": many, "single": single} {
			measure(name+" without", func() { write("formerly.portfolio_state") })
			measure(name, func() { write("portfolio_state") })
			measure(name+" settled", settle)
		}
		turn++
	}
	for _, name := range []string{"many", "single"} {
		without := float64(spent[name+" without"])
		benchtarget.AtMost(b, float64(spent[name])/without, name+"_times_as_dear", 1.3)
		b.ReportMetric(float64(spent[name]+spent[name+" settled"])/without, name+"_and_settled_times_as_dear")
	}
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
