package store

import (
	"context"
	"fmt"
)

const (
	contentsDetail = `EXISTS (SELECT FROM risk_measures) OR EXISTS (SELECT FROM risk_contributions)
    OR EXISTS (SELECT FROM stress_test_contributions) OR EXISTS (SELECT FROM risk_backtest)
    OR EXISTS (SELECT FROM risk_backtest_summary) OR EXISTS (SELECT FROM risk_notes)
    OR EXISTS (SELECT FROM risk_inputs)`

	contentsRecordEmpty = `SELECT NOT (EXISTS (SELECT FROM pipeline_runs) OR EXISTS (SELECT FROM strategy_signals)
    OR EXISTS (SELECT FROM portfolio_state) OR EXISTS (SELECT FROM risk_metrics_daily)
    OR EXISTS (SELECT FROM stress_test_results) OR EXISTS (SELECT FROM risk_limits_status)
    OR ` + contentsDetail + `)`

	contentsDelete = `TRUNCATE pipeline_runs, strategy_signals, portfolio_state, risk_metrics_daily,
    stress_test_results, risk_limits_status, risk_measures, risk_contributions, stress_test_contributions,
    risk_backtest, risk_backtest_summary, risk_notes, risk_inputs, instruments, instrument_prices;
DELETE FROM macrowatch_settings WHERE key <> '` + settingReaders + `'`
)

// RecordEmpty reports whether the database records nothing that a desk did: no run, signal, position
// or risk figure. Instruments and prices are no such record.
func (s *Store) RecordEmpty(ctx context.Context) (bool, error) {
	var empty bool
	if err := s.pool.QueryRow(ctx, contentsRecordEmpty).Scan(&empty); err != nil {
		return false, fmt.Errorf("look whether the desk's record is empty: %w", translate(err))
	}
	return empty, nil
}

// DeleteAll deletes every row of the desk's tables and every setting, and leaves the schema and who
// may read it. It refuses where another tool made one of the tables: their rows are not macrowatch's to delete.
func (s *Store) DeleteAll(ctx context.Context) error {
	adopted, err := foreignTables(ctx, s.pool, nil)
	if err != nil {
		return err
	}
	if len(adopted) > 0 {
		return &Error{Kind: ReadOnlyTable, Sentence: fmt.Sprintf(
			"table %s was made by another tool: macrowatch does not delete its rows", adopted[0].Relation)}
	}
	if _, err := s.pool.Exec(ctx, contentsDelete); err != nil {
		return fmt.Errorf("delete everything: %w", translate(err))
	}
	return nil
}
