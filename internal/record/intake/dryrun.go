package intake

import (
	"context"
	"errors"
	"io"
	"time"

	"macrowatch/internal/desk"
)

// DryRun is a store that takes every row and keeps none, so that a file can be checked without a database. Its counts say
// how many rows there are, as if all of them were new.
type DryRun struct{}

// drained reads all rows of a stream.
func drained[T any](ctx context.Context, rows desk.Rows[T]) (counts desk.Counts, err error) {
	for {
		_, _, err := rows()
		if errors.Is(err, io.EOF) {
			return counts, nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return desk.Counts{}, err
		}
		counts.Inserted++
	}
}

// RunImport reads all rows and stores none.
func (DryRun) RunImport(ctx context.Context, rows desk.Rows[desk.Run]) (desk.Counts, error) {
	return drained(ctx, rows)
}

// SignalImport reads all rows and stores none.
func (DryRun) SignalImport(ctx context.Context, rows desk.Rows[desk.Signal]) (desk.Counts, error) {
	return drained(ctx, rows)
}

// PortfolioStateImport reads all rows and stores none.
func (DryRun) PortfolioStateImport(ctx context.Context, rows desk.Rows[desk.PortfolioState], _ desk.SnapshotOptions) (desk.Counts, desk.SnapshotReport, error) {
	counts, err := drained(ctx, rows)
	return counts, desk.SnapshotReport{}, err
}

// InstrumentImport reads all rows and stores none.
func (DryRun) InstrumentImport(ctx context.Context, rows desk.Rows[desk.Instrument]) (desk.Counts, error) {
	return drained(ctx, rows)
}

// PriceImport reads all rows and stores none.
func (DryRun) PriceImport(ctx context.Context, rows desk.Rows[desk.Price], _ *desk.Instrument) (desk.Counts, []string, error) {
	counts, err := drained(ctx, rows)
	return counts, nil, err
}

// RiskMetricImport reads all rows and stores none.
func (DryRun) RiskMetricImport(ctx context.Context, rows desk.Rows[desk.RiskMetric]) (desk.Counts, error) {
	return drained(ctx, rows)
}

// StressResultImport reads all rows and stores none.
func (DryRun) StressResultImport(ctx context.Context, rows desk.Rows[desk.StressResult]) (desk.Counts, error) {
	return drained(ctx, rows)
}

// LimitStatusImport reads all rows and stores none.
func (DryRun) LimitStatusImport(ctx context.Context, rows desk.Rows[desk.LimitStatus]) (desk.Counts, error) {
	return drained(ctx, rows)
}

// InstrumentList returns none: nothing is stored.
func (DryRun) InstrumentList(context.Context) ([]desk.Instrument, error) { return nil, nil }

// PricesBefore returns none: nothing is stored.
func (DryRun) PricesBefore(context.Context, map[string]time.Time) (map[string]desk.Price, error) {
	return nil, nil
}

// SnapshotUpTo returns the zero time: nothing is stored.
func (DryRun) SnapshotUpTo(context.Context, time.Time) (time.Time, error) { return time.Time{}, nil }

// Snapshots returns none: nothing is stored.
func (DryRun) Snapshots(context.Context, ...time.Time) ([]desk.PortfolioState, error) {
	return nil, nil
}
