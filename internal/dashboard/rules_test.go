package dashboard

import (
	"slices"
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
				query := "SELECT " + classByPrefix(rules.StrategyClasses, "name") + ", " + classByPrefix(rules.InstrumentClasses, "name") + " FROM (SELECT $1::text AS name) n"
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
	rules.AssetClasses = []string{desk.Rates, desk.FX, desk.CrossAsset}
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

func TestAClassThatTheDashboardsDoNotKnowIsRefused(t *testing.T) {
	t.Parallel()
	rules := desk.BuiltInRules()
	rules.AssetClasses = append(slices.Clone(rules.AssetClasses), "Metals")
	if _, err := All(rules); err == nil || !strings.Contains(err.Error(), `the asset class "Metals" has no colour: add one to classColours`) {
		t.Errorf("%v", err)
	}
	rules.AssetClasses, rules.Zone = rules.AssetClasses[:1], ""
	if _, err := All(rules); err == nil || !strings.HasPrefix(err.Error(), "the desk's rules: zone ") {
		t.Errorf("%v", err)
	}
}
