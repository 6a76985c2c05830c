package store_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// A query of the dashboards must not read a whole table, however many years of rows it has.
func TestTheDashboardsQuestionsAreAnsweredByIndex(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	run(t, s.Pool(), `INSERT INTO pipeline_runs
		SELECT i::text, 'step ' || i % 20, CASE WHEN i % 50 = 0 THEN 'FAILED' ELSE 'SUCCESS' END, t, t + interval '40 s', 40, NULL
		FROM (SELECT i, timestamptz '2020-01-01Z' + i * interval '5 min' AS t FROM generate_series(1, 40000) i) runs`)
	run(t, s.Pool(), `INSERT INTO strategy_signals
		SELECT 'FX_' || i % 24, 'I' || i % 5, 'LONG', 1, 0.5, timestamptz '2020-01-01Z' + i * interval '5 min' FROM generate_series(1, 40000) i`)
	run(t, s.Pool(), `INSERT INTO portfolio_state
		SELECT timestamptz '2020-01-01Z' + i / 40 * interval '1 hour', 'FX_' || i % 8, 'I' || i % 5, 0.1, i / 40 FROM generate_series(1, 40000) i`)
	run(t, s.Pool(), `INSERT INTO risk_metrics_daily SELECT timestamptz '2020-01-01Z' + i * interval '1 h', 1, 1, 1, 1, 1 FROM generate_series(1, 20000) i`)
	run(t, s.Pool(), `INSERT INTO stress_test_results SELECT timestamptz '2020-01-01Z' + i / 10 * interval '1 h', i % 10, 1 FROM generate_series(1, 20000) i`)
	run(t, s.Pool(), `INSERT INTO risk_limits_status SELECT timestamptz '2020-01-01Z' + i / 10 * interval '1 h', i % 10, 1, 1, 1 FROM generate_series(1, 20000) i`)
	run(t, s.Pool(), `INSERT INTO risk_contributions SELECT timestamptz '2020-01-01Z' + i / 10 * interval '1 h', 'instrument', i % 10, 0, 0, 0, 0, 0, 0, 0, 0 FROM generate_series(1, 20000) i`)
	run(t, s.Pool(), `INSERT INTO stress_test_contributions SELECT timestamptz '2020-01-01Z' + i / 10 * interval '1 h', 'a', i % 10, 0 FROM generate_series(1, 20000) i`)
	run(t, s.Pool(), `INSERT INTO risk_backtest SELECT date '2000-01-01' + i, timestamptz '2000-01-01Z' + i * interval '1 day', 1, 1, 0 FROM generate_series(1, 20000) i`)
	run(t, s.Pool(), `INSERT INTO risk_notes SELECT timestamptz '2020-01-01Z' + i / 10 * interval '1 h', 1 + i % 10, 'gap', 'x' FROM generate_series(1, 20000) i`)
	run(t, s.Pool(), `VACUUM ANALYZE`)
	const inRange = `BETWEEN '2020-02-01Z' AND '2020-02-02Z'`
	for question, sql := range map[string]string{
		"latest run of a step":         `SELECT status FROM pipeline_runs WHERE step_name = 'step 3' AND started_at <= '2020-03-01Z' ORDER BY started_at DESC, finished_at DESC NULLS FIRST LIMIT 1`,
		"next step":                    `SELECT step_name FROM pipeline_runs WHERE step_name > 'step 3' ORDER BY step_name LIMIT 1`,
		"runs of a range, index alone": `SELECT step_name, status, started_at, finished_at, duration_seconds FROM pipeline_runs WHERE started_at ` + inRange,
		"runs still going at a time":   `SELECT step_name FROM pipeline_runs WHERE finished_at ` + inRange + ` AND started_at < '2020-02-01Z'`,
		"runs that have not ended":     `SELECT step_name FROM pipeline_runs WHERE finished_at IS NULL`,
		"latest failures":              `SELECT error_message FROM pipeline_runs WHERE status = 'FAILED' AND coalesce(finished_at, started_at) ` + inRange + ` ORDER BY coalesce(finished_at, started_at) DESC LIMIT 20`,
		"latest signal":                `SELECT direction FROM strategy_signals WHERE strategy_id = 'FX_3' AND instrument = 'I3' AND generated_at <= '2020-02-01Z' ORDER BY generated_at DESC LIMIT 2`,
		"signals of a range":           `SELECT direction FROM strategy_signals WHERE generated_at ` + inRange,
		"newest signal":                `SELECT max(generated_at) FROM strategy_signals WHERE generated_at <= '2020-02-01Z'`,
		"NAV at a time":                `SELECT total_equity FROM portfolio_state WHERE "timestamp" <= '2020-02-01Z' ORDER BY "timestamp" DESC LIMIT 1`,
		"latest risk":                  `SELECT var_95_pct FROM risk_metrics_daily WHERE computed_at <= '2020-02-01Z' ORDER BY computed_at DESC LIMIT 1`,
		"latest stress run":            `SELECT max(run_date) FROM stress_test_results WHERE run_date <= '2020-02-01Z'`,
		"latest limit check":           `SELECT max(checked_at) FROM risk_limits_status WHERE checked_at <= '2020-02-01Z'`,
		"what drives the risk":         `SELECT name FROM risk_contributions WHERE computed_at = (SELECT max(computed_at) FROM risk_contributions WHERE computed_at <= '2020-02-01Z') AND grouping = 'instrument'`,
		"parts of a scenario":          `SELECT pnl_pct FROM stress_test_contributions WHERE run_date = '2020-02-01Z'`,
		"tested days of a range":       `SELECT var_99_pct FROM risk_backtest WHERE day BETWEEN '2020-01-01' AND '2020-12-31'`,
		"notes of a computation":       `SELECT note FROM risk_notes WHERE computed_at = '2020-02-01Z' ORDER BY note_no`,
	} {
		t.Run(question, func(t *testing.T) {
			rows, err := s.Pool().Query(t.Context(), "EXPLAIN "+sql)
			if err != nil {
				t.Fatal(err)
			}
			lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
			if err != nil {
				t.Fatal(err)
			}
			plan := strings.Join(lines, "\n")
			if strings.Contains(plan, "Seq Scan") || !strings.Contains(plan, "Index") ||
				strings.Contains(question, "index alone") && !strings.Contains(plan, "Index Only Scan") {
				t.Errorf("%s:\n%s", question, plan)
			}
		})
	}
}
