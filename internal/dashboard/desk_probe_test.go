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
	Kind   string   `json:"Node Type"`
	Output []string `json:"Output"`
	Plans  []step   `json:"Plans"`
}

// probing are the loops of a plan's recursions, which look for a row in their second step with what
// their first gives them.
func (s step) probing(inRecursion bool) []step {
	inRecursion = inRecursion || s.Kind == "Recursive Union"
	var out []step
	if inRecursion && s.Kind == "Nested Loop" {
		out = append(out, s)
	}
	for _, below := range s.Plans {
		out = append(out, below.probing(inRecursion)...)
	}
	return out
}

// What stands in a probe's own condition TimescaleDB computes for every chunk of a hypertable: with
// the day there, the drawdown of seven years took three times as long.
func TestADayIsComputedOnceForAProbe(t *testing.T) {
	t.Parallel()
	db := newDesktop(t, "UTC")
	end := seedBook(db, 200)
	queries := deskQueries(t, span{end.AddDate(0, 0, -7), end})
	for _, title := range []string{"Drawdown", "Sharpe Ratio", "Monthly Returns", "Monthly Returns Heatmap"} {
		text := collect(db, "EXPLAIN (VERBOSE, FORMAT JSON) "+queries[title], pgx.RowTo[json.RawMessage])[0]
		var plans []struct{ Plan step }
		if err := json.Unmarshal(text, &plans); err != nil {
			t.Fatal(err)
		}
		loops := plans[0].Plan.probing(false)
		if len(loops) != 1 {
			t.Errorf("%s: %d loops in its recursion, want 1", title, len(loops))
		}
		for _, loop := range loops {
			if given := loop.Plans[0].Output; !slices.ContainsFunc(given, func(s string) bool { return strings.Contains(s, "date_trunc") }) {
				t.Errorf("%s gives its probes %v, want the instant that they look before", title, given)
			}
		}
	}
}
