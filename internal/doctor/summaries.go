package doctor

import (
	"context"
	"fmt"
	"slices"
	"time"

	"macrowatch/internal/record/store"
)

// manyMarks is how many writes of runs may wait to be summed up. serve does it every minute.
const manyMarks = 50_000

// summaries compares the summaries of runs with the runs. Another tool's table of runs has no summaries.
func summaries(ctx context.Context, s *store.Store) []Finding {
	const check = "summaries of runs"
	all, err := store.AdoptedTables(ctx, s.Pool())
	if err == nil && slices.ContainsFunc(all, func(t store.AdoptedTable) bool { return t.Name == "pipeline_runs" }) {
		return nil
	}
	c, err := s.CheckRunSummaries(ctx)
	switch {
	case err != nil:
		return []Finding{{check, Problem, err.Error(), "See docs/postgresql.md."}}
	case !c.Kept:
		return []Finding{{check, Warning, "pipeline_runs lacks some of its triggers or constraints, so the charts read every run",
			"Make them again, or switch them on (ALTER TABLE pipeline_runs ENABLE ALWAYS TRIGGER …), then run macrowatch migrate --rebuild-summaries."}}
	case c.Wrong > 0:
		return []Finding{{check, Problem, fmt.Sprintf("%d differ from the runs, the first of them from %s", c.Wrong, c.First.Format(time.RFC3339)),
			"Run macrowatch migrate --rebuild-summaries as the owner of the tables."}}
	case c.Marks > manyMarks:
		return []Finding{{check, Warning, fmt.Sprintf("%d changes of runs are not summed up", c.Marks),
			"Run macrowatch migrate, and keep serve running with a login that may write (migrate --writer-role): until then the charts read these runs one by one."}}
	}
	return []Finding{{Check: check, Text: "they agree with the runs"}}
}
