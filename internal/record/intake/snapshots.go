package intake

import (
	"context"
	"fmt"
	"slices"
	"time"

	"macrowatch/internal/desk"
)

// longestSnapshotWindow bounds Options.SnapshotWindow: rows further apart may belong to another snapshot.
const longestSnapshotWindow = time.Minute

// checkSnapshotOptions refuses options that no file of snapshots can be read with. Its errors are ErrUsage.
func checkSnapshotOptions(o Options) error {
	if w := o.SnapshotWindow; w != nil && (*w < 0 || *w > longestSnapshotWindow) {
		return usageError(fmt.Sprintf("a snapshot's rows are gathered within 0 to %s, not %s", longestSnapshotWindow, *w))
	}
	return nil
}

// writeSnapshots writes the rows of snapshots, then compares them with each other and with the NAV stored
// before.
func writeSnapshots(ctx context.Context, to target, rows desk.Rows[desk.PortfolioState]) (result Result, err error) {
	book, o := desk.NewBookDoubts(to.options.Now), to.options
	result.Counts, result.Snapshots, err = to.store.PortfolioStateImport(ctx, gathered(shownTo(rows, book.See), o.SnapshotWindow),
		desk.SnapshotOptions{Replace: o.ReplaceSnapshots, TakeTorn: o.SnapshotWindow != nil && *o.SnapshotWindow == 0})
	if err != nil {
		return Result{}, err
	}
	result.Doubts, err = bookDoubts(ctx, to.store, book)
	return result, failedAfterWriting(err)
}

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

// gathered gives rows the timestamp of their snapshot's first row, if they lie within the window of it. Most
// files are in the order of time. A row that is not finds its snapshot among those that have begun already.
func gathered(rows desk.Rows[desk.PortfolioState], window *time.Duration) desk.Rows[desk.PortfolioState] {
	if window == nil || *window == 0 {
		return rows
	}
	var begun []time.Time // in order
	return func() (int64, desk.PortfolioState, error) {
		line, row, err := rows()
		if err != nil {
			return line, row, err
		}
		after, found := slices.BinarySearchFunc(begun, row.Timestamp, time.Time.Compare)
		switch {
		case found:
		case after > 0 && row.Timestamp.Sub(begun[after-1]) <= *window:
			row.Timestamp = begun[after-1]
		case after < len(begun) && begun[after].Sub(row.Timestamp) <= *window:
			row.Timestamp = begun[after]
		default:
			begun = slices.Insert(begun, after, row.Timestamp)
		}
		return line, row, nil
	}
}
