package store_test

import (
	"strings"
	"testing"
	"time"

	"macrowatch/internal/record/store"
)

// Every table of the desk that has rows with a time says when its newest row is of, and is asked by an index.
func TestNewestRowsOfEveryTable(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	if got, err := s.NewestRows(t.Context()); err != nil || len(got) != 0 {
		t.Fatalf("of an empty record: %v, %v", got, err)
	}
	for _, statement := range []string{
		`INSERT INTO instruments (instrument, kind, quoted_in) VALUES ('WTI', 'price', 'USD'), ('USDBRL', 'price', 'BRL'), ('GOLD', 'price', 'USD')`,
		`INSERT INTO instrument_prices VALUES ('WTI', '2026-03-02', 1), ('USDBRL', '2026-03-03', 5), ('USDBRL', '2025-01-01', 5)`,
		`INSERT INTO pipeline_runs (run_id, step_name, status, started_at) VALUES ('1', 'fred', 'RUNNING', '2026-03-04 10:00:00.25Z'), ('2', 'fred', 'RUNNING', '2026-03-01 10:00Z')`,
		`INSERT INTO strategy_signals (strategy_id, instrument, direction, confidence, generated_at) VALUES ('FX_1', 'USDBRL', 'LONG', 0.5, '2026-03-04 09:00Z'), ('RATES_1', 'DI', 'LONG', 0.5, '2026-03-04 08:00Z')`,
		`INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity) VALUES ('2026-03-03 21:00Z', 'FX_1', 'USDBRL', 0.5, 100)`,
	} {
		run(t, s.Pool(), statement)
	}
	want := map[string]time.Time{
		"instrument_prices": time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC),
		"pipeline_runs":     time.Date(2026, 3, 4, 10, 0, 0, 250e6, time.UTC),
		"strategy_signals":  time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC),
		"portfolio_state":   time.Date(2026, 3, 3, 21, 0, 0, 0, time.UTC),
	}
	got, err := s.NewestRows(t.Context())
	if err != nil || len(got) != len(want) {
		t.Fatalf("got %v, %v", got, err)
	}
	for table, at := range want {
		if !got[table].Equal(at) {
			t.Errorf("the newest row of %s is of %v, want %v", table, got[table].UTC(), at)
		}
	}
	statements := store.NewestRowStatements()
	for _, table := range []string{"risk_metrics_daily", "stress_test_results", "risk_limits_status", "risk_measures", "risk_backtest", "risk_inputs"} {
		if statements[table] == "" {
			t.Errorf("nothing asks for the newest row of %s", table)
		}
	}
	for _, table := range []string{"instruments", "macrowatch_tokens", "macrowatch_sessions", "macrowatch_settings"} {
		if statements[table] != "" {
			t.Errorf("%s has no time of the desk, but is asked: %s", table, statements[table])
		}
	}
	for table, statement := range statements {
		plan := strings.Join(texts(t, s, "EXPLAIN "+statement), "\n")
		for line := range strings.Lines(plan) {
			if strings.Contains(line, "Seq Scan") && !strings.Contains(line, "Seq Scan on instruments") {
				t.Errorf("the newest row of %s is found by reading the whole table:\n%s", table, plan)
			}
		}
	}
}

// One table that this login can't read must not hide the others.
func TestNewestRowsLeavesOutWhatIsAway(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	run(t, s.Pool(), `INSERT INTO pipeline_runs (run_id, step_name, status, started_at) VALUES ('1', 'fred', 'RUNNING', '2026-03-04 10:00Z')`)
	run(t, s.Pool(), `ALTER TABLE risk_metrics_daily RENAME TO put_away`)
	got, err := s.NewestRows(t.Context())
	if err != nil || len(got) != 1 || got["pipeline_runs"].IsZero() {
		t.Errorf("got %v, %v", got, err)
	}
	s.Close()
	if got, err := s.NewestRows(t.Context()); err == nil {
		t.Errorf("without a database: %v", got)
	}
}
