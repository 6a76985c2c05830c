package dashboard

import (
	"fmt"
	"testing"
	"time"

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
