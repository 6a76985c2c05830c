package store_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// allocations returns how the summaries of allocations stand.
func allocations(t *testing.T, s *store.Store) store.SummaryState {
	t.Helper()
	return summariesThat(t, s, func(state store.SummaryState) bool { return state.Rows == "allocations" })
}

func TestEveryWriteOfASnapshotLeavesAMarkForItsAllocation(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for _, step := range []struct {
		sql   string
		marks int64
	}{
		{hourlyStates, 100},
		{`UPDATE portfolio_state SET weight = -weight WHERE "timestamp" < '2026-01-05 05:00Z'`, 2},
		{`UPDATE portfolio_state SET weight = 3 WHERE "timestamp" = '2026-01-06 05:10Z' AND instrument = 'I2'`, 1},
		{`UPDATE portfolio_state SET "timestamp" = "timestamp" + interval '7 minutes' WHERE "timestamp" = '2026-01-06 05:10Z'`, 2},
		{`DELETE FROM portfolio_state WHERE instrument = 'I1' AND "timestamp" < '2026-01-06 05:00Z' AND "timestamp" > '2026-01-06 02:00Z'`, 3},
		{"TRUNCATE portfolio_state", 1},
		{hourlyStates, 100},
	} {
		run(t, s.Pool(), step.sql)
		if got := allocations(t, s); got != (store.SummaryState{Of: "portfolio_state", Rows: "allocations", Kept: true, Marks: step.marks}) {
			t.Errorf("%s: %+v, want %d marks", step.sql, got, step.marks)
		}
		settle(t, s)
		if got := allocations(t, s); got.Marks != 0 || got.Wrong != 0 {
			t.Errorf("%s, with summaries: %+v", step.sql, got)
		}
	}
	if n := count(t, s, "allocation_summaries WHERE width_seconds = 0"); n != 100 {
		t.Errorf("%d snapshots are summed up, want 100", n)
	}
	// All weights are equal, so each stretch shows its first and last snapshot.
	if n := count(t, s, "allocation_summaries WHERE width_seconds = 86400"); n != 10 {
		t.Errorf("%d snapshots of five days are kept, want 10", n)
	}
	if n := count(t, s, "allocation_summaries WHERE gross[1] <> 2e11 OR gross[2] + gross[3] + gross[4] + gross[5] + gross[6] + gross[7] <> gross[1] OR cardinality(gross) <> 7"); n != 0 {
		t.Errorf("%d summaries have other sums", n)
	}
	run(t, s.Pool(), "UPDATE allocation_summaries SET gross[2] = 7 WHERE width_seconds = 86400 AND begins_at = '2026-01-07 03:00Z'")
	if got := allocations(t, s); got.Wrong == 0 || got.First.IsZero() {
		t.Errorf("wrong summaries: %+v", got)
	}
	if _, _, err := s.RebuildSummaries(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := allocations(t, s); got.Wrong != 0 {
		t.Errorf("made anew: %+v", got)
	}
}

// Classes follow from the desk's rules and from the table instruments. Whoever changes one of them leaves no mark, and the summaries are
// made anew all the same.
func TestSummariesOfAllocationsFollowTheClasses(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	run(t, s.Pool(), hourlyStates)
	settle(t, s)
	classes := func() string {
		t.Helper()
		settle(t, s)
		if got := allocations(t, s); got.Wrong != 0 || got.Marks != 0 {
			t.Errorf("%+v", got)
		}
		return texts(t, s, `SELECT string_agg(class || ' ' || gross[place + 1], ', ' ORDER BY class)
			FROM allocation_basis, unnest(classes) WITH ORDINALITY c(class, place), allocation_summaries WHERE width_seconds = 0 AND gross[place + 1] > 0
			GROUP BY at ORDER BY at LIMIT 1`)[0]
	}
	if got := classes(); got != "Other 200000000000" {
		t.Errorf("at first: %s", got)
	}
	run(t, s.Pool(), "INSERT INTO instruments (instrument, kind, quoted_in, asset_class) VALUES ('I2', 'price', 'BRL', 'Metals')")
	if got := classes(); got != "Metals 100000000000, Other 100000000000" {
		t.Errorf("with a class of the table: %s", got)
	}
	rules := desk.BuiltInRules()
	rules.InstrumentClasses = []desk.ClassRule{{Class: desk.Rates, Prefixes: []string{"I"}}}
	if _, err := s.ApplyPlan(t.Context(), rules, at(12, 0, 0)); err != nil {
		t.Fatal(err)
	}
	if got := classes(); got != "Metals 100000000000, Rates 100000000000" {
		t.Errorf("with other rules: %s", got)
	}
	run(t, s.Pool(), "DELETE FROM instruments")
	if got := classes(); got != "Rates 200000000000" {
		t.Errorf("without the table: %s", got)
	}
}

// A desk may have more rules than fit into a row of an index.
func TestADeskMayHaveManyRulesForItsClasses(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	rules := desk.BuiltInRules()
	random := rand.New(rand.NewPCG(7, 7))
	for range 1000 {
		rules.InstrumentClasses = append(rules.InstrumentClasses, desk.ClassRule{Class: desk.Rates, Prefixes: []string{fmt.Sprintf("%016x", random.Uint64())}})
	}
	if _, err := s.ApplyPlan(t.Context(), rules, at(12, 0, 0)); err != nil {
		t.Fatal(err)
	}
	run(t, s.Pool(), hourlyStates)
	settle(t, s)
	if got := allocations(t, s); got.Wrong != 0 || got.Marks != 0 {
		t.Errorf("%+v", got)
	}
	if n := count(t, s, "allocation_basis JOIN allocation_rules USING (rules) WHERE jsonb_array_length(rules) > 1000"); n != 1 {
		t.Error("the summaries were not made with these rules")
	}
}

// The rules that the migration writes are those of the built-in desk, so a desk without a file needs no second summing up.
func TestTheFirstRulesOfAllocationsAreTheBuiltInOnes(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	stored := texts(t, s, "SELECT rules::text FROM allocation_rules")[0]
	if n := count(t, s, "allocation_rules WHERE rules = '"+desk.BuiltInRules().AllocationRules()+"'"); n != 1 {
		t.Errorf("the stored rules are %s", stored)
	}
	rules, err := desk.ReadAllocationRules([]byte(stored))
	if err != nil || len(rules) != len(desk.BuiltInRules().InstrumentClasses) {
		t.Errorf("%v, %v", rules, err)
	}
}
