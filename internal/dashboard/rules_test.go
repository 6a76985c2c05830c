package dashboard

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// SQL and Go must give a name the same asset class.
func TestTheQueriesClassifyAsDeskDoes(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	odd := desk.BuiltInRules()
	odd.StrategyClasses = []desk.ClassRule{{Class: desk.FX, Prefixes: []string{"F_", "100%"}}, {Class: desk.Rates, Prefixes: []string{`a\b`, "it's"}}}
	none := desk.BuiltInRules()
	none.StrategyClasses, none.InstrumentClasses = nil, nil
	names := []string{"", "FX", "FX_1", "fx", "F_X", "FAX", "100%X", "1000", `a\bc`, "it's", "RATES", "INF", "CUPOM_X", "SOV", "CROSS", "DI1F27", "DDI", "D", "USDBRL", "NDF", "NTNB", "CDS", "É"}
	for name, rules := range map[string]desk.Rules{"built in": desk.BuiltInRules(), "odd prefixes": odd, "no prefixes": none} {
		t.Run(name, func(t *testing.T) {
			for _, text := range names {
				var strategy, instrument string
				query := "SELECT " + desk.ClassSQL(rules.StrategyClasses, "name") + ", " + desk.ClassSQL(rules.InstrumentClasses, "name") + " FROM (SELECT $1::text AS name) n"
				if err := db.conn.QueryRow(t.Context(), query, text).Scan(&strategy, &instrument); err != nil {
					t.Fatal(err)
				}
				if want := rules.StrategyClass(text); strategy != want {
					t.Errorf("the strategy %q is %s in the queries and %s in desk", text, strategy, want)
				}
				if want := rules.AssetClass(desk.Instrument{Name: text}); instrument != want {
					t.Errorf("the instrument %q is %s in the queries and %s in desk", text, instrument, want)
				}
			}
		})
	}
}

// A desk with other rules has other dashboards: nothing that the rules decide is written down a second time.
func TestTheDashboardsFollowTheRules(t *testing.T) {
	t.Parallel()
	rules := desk.BuiltInRules()
	rules.Zone, rules.ClosingHour, rules.StaleAfter = "Europe/London", 7, 48*time.Hour
	rules.Steps = append([]desk.Step{{Name: "ecb_sdw", Title: "ECB", Group: desk.ConnectorGroup}}, rules.Connectors()[1:]...)
	rules.Steps = append(rules.Steps, desk.Step{Name: "ons", Title: "ONS", Group: desk.ConnectorGroup}) // a seventh, in a row of its own
	rules.AssetClasses, rules.ClassColours, rules.ClassGroups = []string{desk.Rates, desk.FX, desk.CrossAsset}, nil, nil
	rules.StrategyClasses = []desk.ClassRule{{Class: desk.Rates, Prefixes: []string{"GILT"}}}
	rules.InstrumentClasses = []desk.ClassRule{{Class: desk.FX, Prefixes: []string{"GBP"}}}
	defs, err := All(rules)
	if err != nil {
		t.Fatal(err)
	}
	var everything strings.Builder
	for _, def := range defs {
		text, err := JSON(def)
		if err != nil {
			t.Fatal(err)
		}
		everything.Write(text)
		if problems := Lint(def); len(problems) > 0 {
			t.Errorf("%s: %v", def.UID, problems)
		}
	}
	text := everything.String()
	for _, want := range []string{
		"Europe/London", "'07:00'", "> 172800 ", "more than 48 hours", "'ecb_sdw'", `"title": "ECB"`, "LIKE 'GILT%'", "LIKE 'GBP%'",
		"ARRAY['Rates', 'FX', 'Cross-Asset']", "WHEN 'Other' THEN 5 ELSE 4 END",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no dashboard has %s", want)
		}
	}
	for _, not := range []string{"Sao_Paulo", "'19:00'", "129600", "36 hours", "bcb_sgs", "BCB SGS", "'RATES%'", "'DDI%'"} {
		if strings.Contains(text, not) {
			t.Errorf("a dashboard still has %s", not)
		}
	}
}

// A desk may have one asset class or twenty, and no connector or twenty: each panel has an id of its own, no two lie on
// each other, every class stands in one panel of the heatmap, and no two classes have the same colour.
func TestTheDashboardsTakeAnyNumberOfClassesAndConnectors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ classes, connectors int }{{1, 0}, {2, 1}, {3, 6}, {5, 7}, {7, 13}, {20, 20}} {
		t.Run(fmt.Sprintf("%d classes, %d connectors", c.classes, c.connectors), func(t *testing.T) {
			t.Parallel()
			rules := desk.BuiltInRules()
			rules.AssetClasses, rules.StrategyClasses, rules.InstrumentClasses, rules.ClassColours, rules.ClassGroups = nil, nil, nil, nil, nil
			rules.CrossAssetClass, rules.Steps = "", nil
			for n := range c.classes {
				name := fmt.Sprintf("Class number %d", n)
				rules.AssetClasses = append(rules.AssetClasses, name)
				rules.StrategyClasses = append(rules.StrategyClasses, desk.ClassRule{Class: name, Prefixes: []string{fmt.Sprintf("C%02d", n)}})
			}
			for n := range c.connectors {
				rules.Steps = append(rules.Steps, desk.Step{Name: fmt.Sprintf("source_%d", n), Title: fmt.Sprintf("Source %d", n), Group: desk.ConnectorGroup})
			}
			defs, err := All(rules)
			if err != nil {
				t.Fatal(err)
			}
			for _, def := range defs {
				for _, problem := range Lint(def) {
					t.Errorf("%s: %v", def.UID, problem)
				}
				panelsApart(t, def)
			}
			colours, shown := map[string]string{}, map[string]int{}
			b := builder{rules: rules}
			for _, class := range rules.EveryClass() {
				colour := b.classColour(class)
				if other := colours[colour]; other != "" {
					t.Errorf("%s and %s are both %s", class, other, colour)
				}
				colours[colour] = class
			}
			for _, g := range b.matrixGroups() {
				for _, class := range g.classes {
					shown[class]++
				}
			}
			for _, class := range rules.EveryClass() {
				if shown[class] != 1 {
					t.Errorf("%s stands in %d panels of the heatmap", class, shown[class])
				}
			}
		})
	}
}

// panelsApart fails if two panels have the same id, lie on each other, or leave the grid.
func panelsApart(t *testing.T, def Definition) {
	t.Helper()
	text, err := JSON(def)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Panels []struct {
			ID      int
			Title   string
			GridPos struct{ X, Y, W, H int }
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	for n, p := range doc.Panels {
		if at := p.GridPos; at.X < 0 || at.X+at.W > gridWidth || at.H < 1 {
			t.Errorf("%s: %q leaves the grid: %+v", def.UID, p.Title, at)
		}
		for _, o := range doc.Panels[:n] {
			if o.ID == p.ID {
				t.Errorf("%s: %q and %q have the id %d", def.UID, o.Title, p.Title, p.ID)
			}
			if a, b := p.GridPos, o.GridPos; a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
				t.Errorf("%s: %q lies on %q", def.UID, p.Title, o.Title)
			}
		}
	}
}

func TestRulesThatCannotHoldMakeNoDashboards(t *testing.T) {
	t.Parallel()
	rules := desk.BuiltInRules()
	rules.Zone = ""
	if _, err := All(rules); err == nil || !strings.HasPrefix(err.Error(), "the desk's rules: zone ") {
		t.Errorf("%v", err)
	}
}
