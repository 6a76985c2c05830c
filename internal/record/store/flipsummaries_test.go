package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// hourlySignals are 100 signals of two pairs. The first pair changes its direction every ten hours, the second one never does.
const hourlySignals = `INSERT INTO strategy_signals (strategy_id, instrument, direction, confidence, generated_at)
	SELECT 'FX_1', 'I' || k, CASE WHEN k = 1 AND n / 10 % 2 = 1 THEN 'SHORT' ELSE 'LONG' END, 0.5, timestamptz '2026-01-05 03:10Z' + n * interval '1 hour'
	FROM generate_series(0, 99) n CROSS JOIN generate_series(1, 2) k`

func TestEveryWriteOfASignalLeavesAMark(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	mustAgree(t, s, "strategy_signals", 0)
	const one = `generated_at = '2026-01-05 03:10Z'::timestamptz + interval '%d hours'`
	for _, step := range []struct {
		sql          string
		marks, flips int64
	}{
		{hourlySignals, 2, 9},
		{`UPDATE strategy_signals SET direction = 'NEUTRAL' WHERE ` + fmt.Sprintf(one, 45), 2, 13},
		{`UPDATE strategy_signals SET generated_at = generated_at + interval '10 hours 1 minute' WHERE instrument = 'I1' AND ` + fmt.Sprintf(one, 45), 1, 13},
		{`DELETE FROM strategy_signals WHERE generated_at BETWEEN '2026-01-05 13:00Z' AND '2026-01-05 23:00Z'`, 2, 11},
		{`INSERT INTO strategy_signals SELECT * FROM strategy_signals WHERE instrument = 'I1' AND ` + fmt.Sprintf(one, 40) + ` ON CONFLICT (strategy_id, instrument, generated_at) DO UPDATE SET direction = 'SHORT'`, 1, 11},
		{`SET session_replication_role = replica; DELETE FROM strategy_signals WHERE instrument = 'I2' AND ` + fmt.Sprintf(one, 45) + `; SET session_replication_role = DEFAULT`, 1, 9},
		{`DELETE FROM strategy_signals WHERE strategy_id = 'nobody'`, 0, 9},
		{"TRUNCATE strategy_signals", 1, 0},
		{hourlySignals, 2, 9},
	} {
		run(t, s.Pool(), step.sql)
		mustAgree(t, s, "strategy_signals", step.marks)
		settle(t, s)
		mustAgree(t, s, "strategy_signals", 0)
		if n := count(t, s, "signal_flips"); n != int(step.flips) {
			t.Errorf("%d flips after %s, want %d", n, step.sql, step.flips)
		}
	}
}

// Of two writers at once neither sees which signal comes after its own. A flip that is settled between them is found again.
func TestAFlipBetweenTwoWritersAtOnce(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	const into = `INSERT INTO strategy_signals (strategy_id, instrument, direction, confidence, generated_at) VALUES ('FX_1', 'USDBRL', '%s', 0.5, '%s')`
	run(t, s.Pool(), fmt.Sprintf(into, "LONG", "2026-03-02 06:00Z"))
	earlier, err := s.Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = earlier.Rollback(t.Context()) }()
	if _, err := earlier.Exec(t.Context(), fmt.Sprintf(into, "SHORT", "2026-03-03 06:00Z")); err != nil {
		t.Fatal(err)
	}
	run(t, s.Pool(), fmt.Sprintf(into, "LONG", "2026-03-09 06:00Z"))
	settle(t, s)
	mustAgree(t, s, "strategy_signals", 0)
	if err := earlier.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	mustAgree(t, s, "strategy_signals", 1)
	settle(t, s)
	mustAgree(t, s, "strategy_signals", 0)
	if n := count(t, s, "signal_flips"); n != 2 {
		t.Errorf("%d flips, want both", n)
	}
}

func TestALongImportOfSignalsHasItsFlipsAtOnce(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	var signals []desk.Signal
	for n := range 12_000 {
		signals = append(signals, desk.Signal{Strategy: "FX_1", Instrument: "USDBRL", Direction: []desk.Direction{desk.Long, desk.Short}[n%2], Confidence: 0.5,
			GeneratedAt: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Hour)})
	}
	if _, err := s.SignalImport(t.Context(), rowsOf(signals...)); err != nil {
		t.Fatal(err)
	}
	mustAgree(t, s, "strategy_signals", 0)
	if n := count(t, s, "signal_flips"); n != 11_999 {
		t.Errorf("%d flips", n)
	}
}

func TestWrongFlipsAreFoundAndMadeAnew(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	run(t, s.Pool(), hourlySignals)
	settle(t, s)
	run(t, s.Pool(), "DELETE FROM signal_flips WHERE flipped_at = '2026-01-06 19:10Z'")
	run(t, s.Pool(), "INSERT INTO signal_flips VALUES ('FX_1', 'I2', '2026-01-07 19:10Z')")
	want := store.SummaryState{Of: "strategy_signals", Rows: "signals", Kept: true, Wrong: 2, First: time.Date(2026, 1, 6, 19, 10, 0, 0, time.UTC)}
	if got := summariesOf(t, s, "strategy_signals"); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if _, left, err := s.RebuildSummaries(t.Context()); err != nil || len(left) > 0 {
		t.Fatal(left, err)
	}
	mustAgree(t, s, "strategy_signals", 0)
	run(t, s.Pool(), "ALTER TABLE strategy_signals DISABLE TRIGGER signal_flips_removed")
	if got := summariesOf(t, s, "strategy_signals"); got.Kept {
		t.Errorf("without a trigger: %+v", got)
	}
}

// Another tool's table of signals has no triggers, and a table with parts may lose one without a mark. So nothing reads kept flips.
func TestSignalsOfAnotherToolOrInPartsHaveNoFlipsKept(t *testing.T) {
	t.Parallel()
	foreign := pgtest.New(t)
	run(t, foreign, `CREATE TABLE strategy_signals (strategy_id text NOT NULL, instrument text NOT NULL, direction text NOT NULL, strength float8, confidence float8 NOT NULL,
		generated_at timestamptz NOT NULL, PRIMARY KEY (strategy_id, instrument, generated_at))`)
	run(t, foreign, hourlySignals)
	if err := store.Migrate(t.Context(), foreign); err != nil {
		t.Fatal(err)
	}
	s := store.New(foreign, nil)
	if got := summariesOf(t, s, "strategy_signals"); got.Kept || got.Marks != 1 || count(t, s, "signal_flips") != 0 {
		t.Errorf("another tool's table: %+v", got)
	}
	if _, left, err := s.RebuildSummaries(t.Context()); err != nil || !slices.Equal(left, []string{"strategy_signals"}) {
		t.Errorf("left: %v, %v", left, err)
	}
	s = newStore(t)
	run(t, s.Pool(), "CREATE TABLE a_part () INHERITS (strategy_signals)")
	if got := summariesOf(t, s, "strategy_signals"); got.Kept {
		t.Errorf("a table with a part: %+v", got)
	}
}
