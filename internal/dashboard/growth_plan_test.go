package dashboard

import (
	"slices"
	"strings"
	"testing"

	"macrowatch/internal/desk"
)

// readWhole returns the tables that a plan has read from their beginning to their end.
func (n planNode) readWhole() []string {
	var tables []string
	if n.Kind == "Seq Scan" && n.Loops > 0 {
		tables = append(tables, n.Relation)
	}
	for _, p := range n.Plans {
		tables = append(tables, p.readWhole()...)
	}
	return tables
}

// No query of any dashboard reads a table that grows with time from its beginning to its end, over any range. The risk tables that a
// chart draws whole are no such tables: over ten years VaR History shows each of their rows.
func TestNoQueryReadsAGrownTableThrough(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	end := grown(db, grownTo(600*grownPairs))
	grows := []string{"portfolio_state", "strategy_signals", "pipeline_runs", "instrument_prices", "stress_test_results", "stress_test_contributions",
		"risk_limits_status", "risk_contributions", "risk_measures", "risk_notes"}
	for _, q := range everyQuery(t, desk.BuiltInRules()) {
		name := q.board + ": " + q.title
		for _, r := range growthRanges() {
			for _, sql := range q.texts(t, span{end.Add(-r.long), end}) {
				for _, table := range explain(db, sql).readWhole() {
					if slices.Contains(grows, strings.TrimPrefix(table, "public.")) {
						t.Errorf("%s over %s reads all of %s", name, r.name, table)
					}
				}
			}
		}
	}
}
