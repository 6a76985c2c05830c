package dashboard

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// step is a step of a plan with what it computes for the steps above it and beside it.
type step struct {
	Kind     string   `json:"Node Type"`
	Relation string   `json:"Relation Name"`
	Output   []string `json:"Output"`
	Plans    []step   `json:"Plans"`
}

// probing returns the nested loops of a plan whose second step looks for a row of a table by the result of the first
// step. With inRecursion, it returns only loops within recursions.
func (s step) probing(table string, inRecursion bool) []step {
	inRecursion = inRecursion || s.Kind == "Recursive Union"
	var out []step
	if inRecursion && s.Kind == "Nested Loop" && s.Plans[0].reads("", "WorkTable Scan") && s.Plans[1].reads(table, "") {
		out = append(out, s)
	}
	for _, below := range s.Plans {
		out = append(out, below.probing(table, inRecursion)...)
	}
	return out
}

// reads reports whether a step, or a step below it, reads the given table and is of the given kind, such as "Seq
// Scan". "" means any table or any kind.
func (s step) reads(table, kind string) bool {
	if (table == "" || s.Relation == table) && (kind == "" || s.Kind == kind) {
		return true
	}
	return slices.ContainsFunc(s.Plans, func(below step) bool { return below.reads(table, kind) })
}

// TimescaleDB computes an expression in the condition of an index probe again for every chunk of a hypertable. With the
// day in that condition, the drawdown of seven years took three times as long.
func TestADayIsComputedOnceForAProbe(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	end := seedBook(db, 200)
	queries := deskQueries(t, span{end.AddDate(0, 0, -7), end})
	for title, want := range map[string]int{"Equity Curve": 2, "Drawdown": 3, "Asset Class Allocation Over Time": 1, "Sharpe Ratio": 1, "Monthly Returns": 1, "Monthly Returns Heatmap": 1} {
		text := collect(db, "EXPLAIN (VERBOSE, FORMAT JSON) "+queries[title], pgx.RowTo[json.RawMessage])[0]
		var plans []struct{ Plan step }
		if err := json.Unmarshal(text, &plans); err != nil {
			t.Fatal(err)
		}
		loops := plans[0].Plan.probing("portfolio_state", false)
		if len(loops) != want {
			t.Errorf("%s: %d loops of probes in its recursions, want %d", title, len(loops), want)
		}
		for _, loop := range loops {
			if given := loop.Plans[0].Output; !slices.ContainsFunc(given, func(s string) bool {
				return strings.Contains(s, "date_trunc") || strings.Contains(s, "date_bin") || strings.HasSuffix(s, ".ends_at")
			}) {
				t.Errorf("%s gives its probes %v, want the instant that they look before, or the end of their stretch", title, given)
			}
		}
	}
}
