package doctor

import (
	"context"
	"fmt"
	"slices"
	"time"

	"macrowatch/internal/record/store"
)

// manyMarks is how many writes of a table may wait to be summed up. serve does it every minute.
const manyMarks = 50_000

// summaries compares the summaries of tables with their rows. Another tool's table and a hypertable have no summaries.
func summaries(ctx context.Context, s *store.Store) []Finding {
	const check = "summaries"
	without, err := tablesWithoutSummaries(ctx, s)
	if err != nil {
		return []Finding{{check, Problem, err.Error(), "See docs/postgresql.md."}}
	}
	states, err := s.CheckSummaries(ctx)
	if err != nil {
		return []Finding{{check, Problem, err.Error(), "See docs/postgresql.md."}}
	}
	var found []Finding
	for _, state := range states {
		if !slices.Contains(without, state.Of) {
			found = append(found, summariesOf(state))
		}
	}
	return found
}

// tablesWithoutSummaries names the tables that have no triggers, and need none.
func tablesWithoutSummaries(ctx context.Context, s *store.Store) ([]string, error) {
	var names []string
	adopted, err := store.AdoptedTables(ctx, s.Pool())
	if err != nil {
		return nil, err
	}
	for _, t := range adopted {
		names = append(names, t.Name)
	}
	chunked, err := store.FindChunkedTables(ctx, s.Pool())
	for _, t := range chunked {
		if t.Chunks != nil {
			names = append(names, t.Table)
		}
	}
	return names, err
}

// summariesOf says how the summaries of a table stand.
func summariesOf(state store.SummaryState) Finding {
	check := "summaries of " + state.Rows
	switch {
	case !state.Kept:
		return Finding{check, Warning, fmt.Sprintf("%s lacks some of its triggers or constraints, so the charts read its rows", state.Of),
			fmt.Sprintf("Make them again, or switch them on (ALTER TABLE %s ENABLE ALWAYS TRIGGER …), then run macrowatch migrate --rebuild-summaries.", state.Of)}
	case state.Wrong > 0:
		return Finding{check, Problem, fmt.Sprintf("%d differ from the %s, the first of them from %s", state.Wrong, state.Rows, state.First.Format(time.RFC3339)),
			"Run macrowatch migrate --rebuild-summaries as the owner of the tables."}
	case state.Marks > manyMarks:
		return Finding{check, Warning, fmt.Sprintf("%d changes of %s are not summed up", state.Marks, state.Rows),
			fmt.Sprintf("Run macrowatch migrate, and keep serve running with a login that may write (migrate --writer-role): until then the charts read these %s one by one.", state.Rows)}
	}
	return Finding{Check: check, Text: fmt.Sprintf("they agree with the %s", state.Rows)}
}
