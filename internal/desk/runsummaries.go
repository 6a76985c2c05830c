package desk

import (
	"fmt"
	"strings"
)

// RunSummariesKept is an SQL condition: whether each write of a run leaves a mark in run_summary_marks, and the constraints of
// pipeline_runs make its statuses macrowatch's own words and say which of its runs have ended. It is false if another tool made
// the table. Without it, summaries of runs say nothing.
func RunSummariesKept() string {
	triggers := []string{"run_summaries_added", "run_summaries_removed", "run_summaries_changed", "run_summaries_truncated"}
	return fmt.Sprintf(`((SELECT count(*) FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass('pipeline_runs') AND tgname::text = ANY ('{%s}') AND tgenabled = 'A') = %d
      AND %s)`,
		strings.Join(triggers, ","), len(triggers),
		ConstraintsKept("pipeline_runs", "pipeline_runs_status_known", "pipeline_runs_finished_unless_running", "pipeline_runs_finished_not_before_started"))
}
