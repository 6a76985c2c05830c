package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

// StressPositionsKept is how many computations keep their positions in each scenario: those of so many newest
// snapshots, and those of so many that were stored last. A book of 100 positions has 1,400 such rows a day, which would be more
// than two million for the days since 2020.
const StressPositionsKept = 30

const (
	// Two programs may compute risk for the same time at once. The second must see the rows of the first, to
	// replace them.
	riskLock = `SELECT pg_advisory_xact_lock(hashtextextended('macrowatch risk', 0))`

	// A snapshot counts as old if StressPositionsKept have a later book time, and as many others were stored after it.
	dropOldPositionsSQL = `DELETE FROM stress_test_positions WHERE run_date NOT IN (
  SELECT run_date FROM (
    SELECT run_date,
      row_number() OVER (ORDER BY run_date DESC) AS newest,
      row_number() OVER (ORDER BY max(stored_at) DESC, run_date DESC) AS latest
    FROM stress_test_positions
    GROUP BY run_date
  ) snapshots
  WHERE newest <= $1 OR latest <= $1
)`

	// The trail is there only if rows went straight into a table that then refused others.
	riskDropStage = `DROP TABLE pg_temp.` + stageName + `; DROP TABLE IF EXISTS pg_temp.` + trailName
)

// RiskReplace writes risk computations and tested days in one transaction, all or none. It replaces what every risk
// table has of a computation's time: scenarios, limits, contributions and notes that the new computation lacks
// are deleted. In risk_backtest it replaces the rows of the days in tested, and deletes those of the days in
// untested.
//
// A row that breaks a rule of its noun is an error. So is a table of another tool into which nothing can be written
// (ReadOnlyTable).
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
		return replaceRows(ctx, tx, backtestTable, days, tested)
	})
	if err != nil {
		return fmt.Errorf("store risk: %w", translate(err))
	}
	s.announce(ctx, riskTable.name)
	return nil
}

// riskWriter has the rows of several computations, sorted by table.
type riskWriter struct {
	times         []time.Time
	metrics       []desk.RiskMetric
	measures      []desk.RiskMeasure
	contributions []desk.RiskContribution
	stress        []desk.StressResult
	stressParts   []desk.StressContribution
	positions     []desk.StressPosition
	limits        []desk.LimitStatus
	backtest      []desk.BacktestSummary
	notes         []desk.RiskNote
	inputs        []desk.RiskInputs

	// types are, by table, the columns' types if another tool made the table.
	types map[string]map[string]string
}

func (s *Store) newRiskWriter(ctx context.Context, computations []desk.RiskComputation) (*riskWriter, error) {
	w := &riskWriter{types: map[string]map[string]string{}}
	for _, name := range []string{riskTable.name, stressTable.name, limitTable.name} {
		types, err := s.columnTypes(ctx, name)
		if err != nil {
			return nil, err
		}
		w.types[name] = types
	}
	for _, c := range computations {
		w.times = append(w.times, c.Metric.ComputedAt)
		w.metrics = append(w.metrics, c.Metric)
		w.measures = append(w.measures, c.Measures...)
		w.contributions = append(w.contributions, c.Contributions...)
		w.stress = append(w.stress, c.Stress...)
		w.stressParts = append(w.stressParts, c.StressParts...)
		w.positions = append(w.positions, c.StressPositions...)
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
		func() error { return replaceTimes(ctx, tx, riskTable, w.types, w.times, w.metrics) },
		func() error { return replaceTimes(ctx, tx, stressTable, w.types, w.times, w.stress) },
		func() error { return replaceTimes(ctx, tx, limitTable, w.types, w.times, w.limits) },
		func() error { return replaceRows(ctx, tx, measureTable, w.times, w.measures) },
		func() error { return replaceRows(ctx, tx, contributionTable, w.times, w.contributions) },
		func() error { return replaceRows(ctx, tx, stressPartTable, w.times, w.stressParts) },
		func() error { return replaceRows(ctx, tx, stressPositionTable, w.times, w.positions) },
		func() error { return dropOldPositions(ctx, tx, len(w.positions) > 0) },
		func() error { return replaceRows(ctx, tx, backtestSummaryTable, w.times, w.backtest) },
		func() error { return replaceRows(ctx, tx, noteTable, w.times, w.notes) },
		func() error { return replaceRows(ctx, tx, inputsTable, w.times, w.inputs) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// dropOldPositions deletes the positions that are no longer kept. Only new ones can make others old.
func dropOldPositions(ctx context.Context, tx pgx.Tx, added bool) error {
	if !added {
		return nil
	}
	_, err := tx.Exec(ctx, dropOldPositionsSQL, StressPositionsKept)
	return err
}

// replaceTimes writes rows as upsert does, and deletes every other row of the times. So some of these times may end up without any
// row. replaceTimes is for tables that another tool may have made.
func replaceTimes[T any](ctx context.Context, tx pgx.Tx, t table[T], types map[string]map[string]string, times []time.Time, rows []T) error {
	first := t.columns[0].quoted()
	straight := false
	if types[t.name] == nil {
		nothingStored := fmt.Sprintf(`SELECT NOT EXISTS (SELECT FROM %s WHERE %s = ANY ($1))`, t.name, first)
		if err := tx.QueryRow(ctx, nothingStored, times).Scan(&straight); err != nil {
			return err
		}
	}
	_, from, err := writeRows(ctx, tx, t, types[t.name], desk.RowsOf(rows...), bulkOptions[T]{replaceGroups: true}, straight)
	if err != nil || from == nil { // with nothing in the stage, the times have only these rows
		return err
	}
	sql := fmt.Sprintf(`DELETE FROM %s WHERE %s = ANY ($1)`, t.name, first)
	for _, written := range from {
		sql += fmt.Sprintf(` AND %s NOT IN (SELECT %[1]s FROM pg_temp.%s)`, first, written)
	}
	if _, err := tx.Exec(ctx, sql, times); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, riskDropStage)
	return err
}
