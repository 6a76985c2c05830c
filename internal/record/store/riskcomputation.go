package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

const (
	// Two programs may compute one time at once. The second must see the first one's rows to replace.
	riskLock = `SELECT pg_advisory_xact_lock(hashtextextended('macrowatch risk', 0))`

	riskDropStage = `DROP TABLE pg_temp.` + stageName
)

// RiskReplace writes risk computations and tested days in one transaction, all or none. What is stored
// of a computation's time, in whatever risk table, is replaced: scenarios, limits, contributions and
// notes that the new one lacks are gone. Days in untested lose their row of risk_backtest, if they have
// one; those of tested have it replaced. A row that breaks its noun's rules is an error, and so is a
// table that another tool made such that nothing can be written into it (ReadOnlyTable).
func (s *Store) RiskReplace(ctx context.Context, computations []desk.RiskComputation, tested []desk.BacktestDay, untested []time.Time) error {
	for _, c := range computations {
		if err := c.Validate(); err != nil {
			return fmt.Errorf("risk computation of %s: %w", c.Metric.ComputedAt.Format(time.RFC3339), err)
		}
	}
	days := untested
	for _, b := range tested {
		if err := b.Validate(); err != nil {
			return fmt.Errorf("backtest of %s: %w", b.Day.Format(time.DateOnly), err)
		}
		days = append(days[:len(days):len(days)], b.Day)
	}
	w, err := s.newRiskWriter(ctx, computations)
	if err != nil {
		return err
	}
	ctx = unlimited(ctx)
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SET LOCAL statement_timeout = 0; `+riskLock); err != nil {
			return err
		}
		if err := w.write(ctx, tx); err != nil {
			return err
		}
		return replaceOwn(ctx, tx, backtestTable, days, tested)
	})
	if err != nil {
		return fmt.Errorf("store risk: %w", translate(err))
	}
	s.announce(ctx, riskTable.name)
	return nil
}

// riskWriter has the rows of several computations by table.
type riskWriter struct {
	times         []time.Time
	metrics       []desk.RiskMetric
	measures      []desk.RiskMeasure
	contributions []desk.RiskContribution
	stress        []desk.StressResult
	stressParts   []desk.StressContribution
	limits        []desk.LimitStatus
	backtest      []desk.BacktestSummary
	notes         []desk.RiskNote
	inputs        []desk.RiskInputs

	risk   bulkTable[desk.RiskMetric]
	result bulkTable[desk.StressResult]
	limit  bulkTable[desk.LimitStatus]
}

func (s *Store) newRiskWriter(ctx context.Context, computations []desk.RiskComputation) (*riskWriter, error) {
	w := &riskWriter{risk: riskTable, result: stressTable, limit: limitTable}
	for _, t := range []struct {
		name    string
		columns *[]bulkColumn
	}{{riskTable.name, &w.risk.columns}, {stressTable.name, &w.result.columns}, {limitTable.name, &w.limit.columns}} {
		columns, _, err := s.writableColumns(ctx, t.name, *t.columns)
		if err != nil {
			return nil, err
		}
		*t.columns = columns
	}
	for _, c := range computations {
		w.times = append(w.times, c.Metric.ComputedAt)
		w.metrics = append(w.metrics, c.Metric)
		w.measures = append(w.measures, c.Measures...)
		w.contributions = append(w.contributions, c.Contributions...)
		w.stress = append(w.stress, c.Stress...)
		w.stressParts = append(w.stressParts, c.StressParts...)
		w.limits = append(w.limits, c.Limits...)
		w.backtest = append(w.backtest, c.Backtest...)
		w.notes = append(w.notes, c.Notes...)
		if c.Inputs != nil {
			w.inputs = append(w.inputs, *c.Inputs)
		}
	}
	return w, nil
}

func (w *riskWriter) write(ctx context.Context, tx pgx.Tx) error {
	for _, step := range []func() error{
		func() error { return replaceGroups(ctx, tx, w.risk, w.times, w.metrics) },
		func() error { return replaceGroups(ctx, tx, w.result, w.times, w.stress) },
		func() error { return replaceGroups(ctx, tx, w.limit, w.times, w.limits) },
		func() error { return replaceOwn(ctx, tx, measureTable, w.times, w.measures) },
		func() error { return replaceOwn(ctx, tx, contributionTable, w.times, w.contributions) },
		func() error { return replaceOwn(ctx, tx, stressPartTable, w.times, w.stressParts) },
		func() error { return replaceOwn(ctx, tx, backtestSummaryTable, w.times, w.backtest) },
		func() error { return replaceOwn(ctx, tx, noteTable, w.times, w.notes) },
		func() error { return replaceOwn(ctx, tx, inputsTable, w.times, w.inputs) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// replaceGroups writes rows through the stage, as bulkUpsert does, and leaves nothing else of the times
// in the table, which may have no row at all now.
func replaceGroups[T any](ctx context.Context, tx pgx.Tx, table bulkTable[T], times []time.Time, rows []T) error {
	chunks, stop := readChunks(desk.RowsOf(rows...), table.encode)
	defer stop()
	w := &bulkWriter[T]{tx: tx, table: table, sql: bulkStatements(table)}
	if _, err := w.writeThroughStage(ctx, nil, chunks, true); err != nil {
		return err
	}
	first := table.columns[0].name
	sql := fmt.Sprintf(`DELETE FROM %s WHERE %s = ANY ($1) AND %[2]s NOT IN (SELECT %[2]s FROM pg_temp.%[3]s)`, table.name, first, stageName)
	if _, err := tx.Exec(ctx, sql, times); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, riskDropStage)
	return err
}
