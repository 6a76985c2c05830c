package dashboard

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
	"macrowatch/internal/viewer/macro"
)

// positionsOver returns the panel's rows for a choice of the variable, each as a text.
func (d riskDatabase) positionsOver(over span, choice string) []string {
	d.t.Helper()
	sql, _, err := macro.Expand(d.panels()["Positions of a Scenario"].query.RawSQL, macro.Context{
		Range: over.timeRange(), Now: over.to, Variables: map[string]macro.Variable{scenarioVariable: {Values: []string{choice}}},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	var all []string
	for _, row := range collect(d.database, sql, func(row pgx.CollectableRow) ([]any, error) { return row.Values() }) {
		all = append(all, strings.TrimSuffix(fmt.Sprintln(row...), "\n"))
	}
	return all
}

// stressedBook is a computation with one scenario for each kind of book: a loss, a hedge and one of no move at all. One
// position can't be priced. The names have what SQL and addresses would stumble over.
func stressedBook(at time.Time) desk.RiskComputation {
	c := desk.RiskComputation{Metric: desk.RiskMetric{ComputedAt: at, VaR95Pct: 1, VaR99Pct: 2, CVaR95Pct: 2}}
	for _, s := range []struct {
		name        string
		first, next float64
	}{{"Oil's & 'gas' up", -3, 1}, {"hedged", -4, 4}, {"nothing moves", 0, 0}} {
		c.Stress = append(c.Stress, desk.StressResult{RunDate: at, Scenario: s.name, PortfolioPnLPct: s.first + s.next})
		c.StressPositions = append(c.StressPositions,
			desk.StressPosition{RunDate: at, Scenario: s.name, Strategy: "B", Instrument: "WTI", AssetClass: "Other", Weight: -0.5, PnLPct: s.next},
			desk.StressPosition{RunDate: at, Scenario: s.name, Strategy: "A", Instrument: "WTI", AssetClass: "Other", Weight: 0.5, PnLPct: s.first},
			desk.StressPosition{RunDate: at, Scenario: s.name, Strategy: "A", Instrument: "DI1F29", AssetClass: "Rates", Weight: 0.25, Unpriced: true})
	}
	return c
}

func TestPositionsFollowTheChosenScenario(t *testing.T) {
	t.Parallel()
	db := newRiskDatabase(t, "UTC")
	at := local(t, "2024-03-05 19:01:00")
	old := stressedBook(at.AddDate(0, 0, -1))
	old.StressPositions = nil // as a computation from before the table existed
	db.fill(riskRows{computations: []desk.RiskComputation{old, stressedBook(at)}})
	over := span{at.AddDate(0, 0, -7), at.Add(time.Hour)}
	worst := []string{
		"Oil's & 'gas' up A WTI Other 0.5 -3 150",
		"Oil's & 'gas' up B WTI Other -0.5 1 -50",
		"Oil's & 'gas' up A DI1F29 Rates 0.25 <nil> <nil>",
	}
	for choice, want := range map[string][]string{
		worstScenario:      worst,
		"Oil's & 'gas' up": worst,
		"hedged":           {"hedged A WTI Other 0.5 -4 <nil>", "hedged B WTI Other -0.5 4 <nil>", "hedged A DI1F29 Rates 0.25 <nil> <nil>"},
		"nothing moves":    {"nothing moves A WTI Other 0.5 0 <nil>", "nothing moves B WTI Other -0.5 0 <nil>", "nothing moves A DI1F29 Rates 0.25 <nil> <nil>"},
		"unheard of":       nil,
		"' OR true OR '":   nil,
	} {
		if got := db.positionsOver(over, choice); !slices.Equal(got, want) {
			t.Errorf("%s: rows %q, want %q", choice, got, want)
		}
	}
	var names []string
	for _, v := range definitionOf(t, riskUID).Dashboard.Templating.List {
		names = collect(db.database, over.expand(t, *v.Query.String), pgx.RowTo[string])
	}
	if want := []string{worstScenario, "Oil's & 'gas' up", "hedged", "nothing moves"}; !slices.Equal(names, want) {
		t.Errorf("the choices are %q, want %q", names, want)
	}
	before := db.drawn(span{at.AddDate(0, 0, -7), at.Add(-time.Hour)})["Positions of a Scenario"].View
	if want := "No positions are stored for this run"; before.Message != want && (before.Table == nil || before.Table.NoRows != want) {
		t.Errorf("a run without positions says %q, want %q", before.Message, want)
	}
}
