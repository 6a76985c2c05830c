package cli

import (
	"context"
	"time"

	"macrowatch/internal/background"
)

// settleInterval is how often rows that were written since are summed up. Until then, the charts read these rows one by one.
const settleInterval = time.Minute

// settleSummaries keeps the summaries of runs, of the book and of signals until ctx ends. A login that may not write them leaves
// that to the one who may.
func (v *viewer) settleSummaries(ctx context.Context) {
	task := background.Task{Name: "summaries", Fault: "Runs, snapshots and signals are not summed up, so their charts over long ranges are slow"}
	v.app.background.Every(ctx, task, 0, settleInterval, v.db.SettleSummaries)
}
