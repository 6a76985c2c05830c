package pgtest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/testkit/benchtarget"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Measure runs a benchmark's work over and over. Beside the time that passed, it reports the processor time that the server
// spent on the pool's database, as server-ms/op, beside its target. Other work on the machine changes the time
// that passes much more than the processor time. Where the server's processor time can't be read, it is left out. The
// target 0 means that there is none.
func Measure(b *testing.B, pool *pgxpool.Pool, target time.Duration, work func() error) {
	b.Helper()
	if err := work(); err != nil { // opens the connections and fills the server's memory
		b.Fatal(err)
	}
	before, known := ServerTime(b.Context(), pool)
	for b.Loop() {
		if err := work(); err != nil {
			b.Fatal(err)
		}
	}
	after, stillKnown := ServerTime(b.Context(), pool)
	const unit = "server-ms/op"
	switch spent := milliseconds(after-before) / float64(b.N); {
	case !known || !stillKnown:
	case target > 0:
		benchtarget.AtMost(b, spent, unit, milliseconds(target))
	default:
		b.ReportMetric(spent, unit)
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// ServerTime returns the processor time of all connections of a pool's database that are open now.
func ServerTime(ctx context.Context, pool *pgxpool.Pool) (spent time.Duration, known bool) {
	if os.Getenv(ServerVariable) != "" {
		return 0, false
	}
	rows, err := pool.Query(ctx, "SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
	if err != nil {
		return 0, false
	}
	pids, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		return 0, false
	}
	for _, pid := range pids {
		one, known := ProcessorTime(pid)
		if !known {
			return 0, false
		}
		spent += one
	}
	return spent, true
}

// ProcessorTime returns the processor time that a process of the test server has spent. Only Linux says it, and only of a
// server on this machine.
func ProcessorTime(pid int) (spent time.Duration, known bool) {
	if os.Getenv(ServerVariable) != "" {
		return 0, false
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", pid))
	if err != nil {
		return 0, false
	}
	var nanoseconds int64 // on a processor; the other numbers are about waiting
	if _, err := fmt.Fscan(strings.NewReader(string(text)), &nanoseconds); err != nil {
		return 0, false
	}
	return time.Duration(nanoseconds), true
}
