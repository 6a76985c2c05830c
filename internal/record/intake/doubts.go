package intake

import (
	"context"
	"fmt"
	"time"

	"macrowatch/internal/desk"
)

// withRowDoubts shows each row to the rules that say what looks wrong with one.
func withRowDoubts[T any](d *desk.Doubts, rule func(*desk.Doubts, int64, T, time.Time), now time.Time) func(int64, T) {
	return func(line int64, row T) { rule(d, line, row, now) }
}

// bookDoubts holds a file of snapshots against itself and the NAV stored before it.
func bookDoubts(ctx context.Context, store Store, book *desk.BookDoubts) (desk.Doubts, error) {
	if book.First().IsZero() {
		return desk.Doubts{}, nil
	}
	at, err := store.SnapshotUpTo(ctx, book.First().Add(-time.Microsecond))
	if err != nil {
		return desk.Doubts{}, err
	}
	before := 0.0
	if !at.IsZero() {
		rows, err := store.Snapshots(ctx, at)
		if err != nil {
			return desk.Doubts{}, err
		}
		if len(rows) > 0 {
			before = rows[0].TotalEquity
		}
	}
	return book.Doubts(before), nil
}

// priceDoubts holds a file of prices against itself, its instruments and the prices stored before it.
func priceDoubts(ctx context.Context, store Store, prices *desk.PriceDoubts) (desk.Doubts, error) {
	listed, err := store.InstrumentList(ctx)
	if err != nil {
		return desk.Doubts{}, err
	}
	instruments := make(map[string]desk.Instrument, len(listed))
	for _, i := range listed {
		instruments[i.Name] = i
	}
	before, err := store.PricesBefore(ctx, prices.First())
	if err != nil {
		return desk.Doubts{}, err
	}
	return prices.Doubts(instruments, before), nil
}

// failedAfterWriting says of an error that it came after the file was written.
func failedAfterWriting(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the file is written, but what looks wrong in it could not be looked for: %w", err)
}
