package cli

import (
	"context"
	"time"

	"macrowatch/internal/background"
)

// settleInterval is how often runs that were written since are summed up. Until then, the charts read these runs one by one.
const settleInterval = time.Minute

// settleRuns keeps the summaries of runs until ctx ends. A login that may not write them leaves that to the one who may.
func (v *viewer) settleRuns(ctx context.Context) {
	task := background.Task{Name: "run_summaries", Fault: "Runs are not summed up, so their charts over long ranges are slow"}
	v.app.background.Every(ctx, task, 0, settleInterval, v.db.SettleRuns)
}
