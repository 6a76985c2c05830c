package e2e

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// ledger has what writers sent, and what macrowatch has acknowledged of it.
type ledger struct {
	mu   sync.Mutex
	rows map[string]batch // by their strategy, which each batch has for itself
	runs map[string]bool  // by their step, which each run has for itself; true: acknowledged
}

// batch is rows that are written together, all or none.
type batch struct {
	rows         int
	acknowledged bool
}

func newLedger() *ledger { return &ledger{rows: map[string]batch{}, runs: map[string]bool{}} }

func (l *ledger) sendRows(strategy string, rows int) { l.noteRows(strategy, batch{rows: rows}) }
func (l *ledger) ackRows(strategy string, rows int)  { l.noteRows(strategy, batch{rows, true}) }

func (l *ledger) noteRows(strategy string, b batch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rows[strategy] = b
}

func (l *ledger) noteRun(step string, acknowledged bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.runs[step] = acknowledged
}

// faults compares the ledger with what the tables have, and returns a sentence for each difference. rows are the
// numbers of signals by strategy, and runs the numbers of runs by step.
func (l *ledger) faults(rows, runs map[string]int) (faults []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for strategy, b := range l.rows {
		switch got := rows[strategy]; {
		case got == 0 && b.acknowledged:
			faults = append(faults, fmt.Sprintf("lost: %d acknowledged rows of %s", b.rows, strategy))
		case got != 0 && got != b.rows:
			faults = append(faults, fmt.Sprintf("in part: %d of %d rows of %s", got, b.rows, strategy))
		}
	}
	for step, acknowledged := range l.runs {
		switch got := runs[step]; {
		case got == 0 && acknowledged:
			faults = append(faults, fmt.Sprintf("lost: the acknowledged run of %s", step))
		case got > 1:
			faults = append(faults, fmt.Sprintf("%d times: the run of %s", got, step))
		}
	}
	for strategy := range rows {
		if _, sent := l.rows[strategy]; !sent {
			faults = append(faults, "never sent: rows of "+strategy)
		}
	}
	for step := range runs {
		if _, sent := l.runs[step]; !sent {
			faults = append(faults, "never sent: a run of "+step)
		}
	}
	return faults
}

// acknowledged counts the batches, their rows and the runs that were acknowledged.
func (l *ledger) acknowledged() (batches, rows, runs int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, b := range l.rows {
		if b.acknowledged {
			batches++
			rows += b.rows
		}
	}
	for _, acknowledged := range l.runs {
		if acknowledged {
			runs++
		}
	}
	return batches, rows, runs
}

// countBy counts the rows of a table by a column.
func countBy(t testing.TB, address, table, column string) map[string]int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	found, err := conn.Query(ctx, "SELECT "+column+", count(*) FROM "+table+" GROUP BY 1")
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	var name string
	var n int
	if _, err := pgx.ForEachRow(found, []any{&name, &n}, func() error { counts[name] = n; return nil }); err != nil {
		t.Fatal(err)
	}
	return counts
}

// The comparison must see what it looks for.
func TestTheLedgerSeesWhatIsLostAndWhatIsThereTwice(t *testing.T) {
	t.Parallel()
	l := newLedger()
	l.ackRows("A", 10)
	l.sendRows("B", 10)
	l.noteRun("one", true)
	l.noteRun("two", false)
	for name, c := range map[string]struct {
		rows, runs map[string]int
		want       int
	}{
		"all":                  {map[string]int{"A": 10, "B": 10}, map[string]int{"one": 1, "two": 1}, 0},
		"the acknowledged":     {map[string]int{"A": 10}, map[string]int{"one": 1}, 0},
		"rows lost":            {map[string]int{"B": 10}, map[string]int{"one": 1}, 1},
		"a row lost":           {map[string]int{"A": 9}, map[string]int{"one": 1}, 1},
		"half a batch":         {map[string]int{"A": 10, "B": 5}, map[string]int{"one": 1}, 1},
		"a row twice":          {map[string]int{"A": 11}, map[string]int{"one": 1}, 1},
		"a run lost":           {map[string]int{"A": 10}, nil, 1},
		"a run twice":          {map[string]int{"A": 10}, map[string]int{"one": 2}, 1},
		"an unknown run twice": {map[string]int{"A": 10}, map[string]int{"one": 1, "two": 2}, 1},
		"strangers":            {map[string]int{"A": 10, "C": 1}, map[string]int{"one": 1, "three": 1}, 2},
	} {
		if got := l.faults(c.rows, c.runs); len(got) != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
