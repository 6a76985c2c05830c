package desk_test

import (
	"strings"
	"testing"

	"macrowatch/internal/desk"
)

func TestRulesThatCannotHoldAreRefused(t *testing.T) {
	t.Parallel()
	if err := desk.BuiltInRules().Validate(); err != nil {
		t.Errorf("the built-in rules: %v", err)
	}
	for name, c := range map[string]struct {
		change func(*desk.Rules)
		says   string
	}{
		"unknown zone":           {func(r *desk.Rules) { r.Zone = "Brazil/Nowhere" }, `zone "Brazil/Nowhere" is not the name of a time zone`},
		"no zone":                {func(r *desk.Rules) { r.Zone = "" }, `zone "" is not the name of a time zone`},
		"the machine's own zone": {func(r *desk.Rules) { r.Zone = "Local" }, `zone "Local" is not the name of a time zone`},
		"opening after midnight": {func(r *desk.Rules) { r.OpeningHour = 24 }, "opening hour 24 is not from 0 to 23"},
		"closing after midnight": {func(r *desk.Rules) { r.ClosingHour = 24 }, "closing hour 24 is not from 0 to 23"},
		"stale at once":          {func(r *desk.Rules) { r.StaleAfter = 0 }, "stale, 0s, is not above 0"},
		"no classes":             {func(r *desk.Rules) { r.AssetClasses = nil }, "there are no asset classes"},
		"a class twice":          {func(r *desk.Rules) { r.AssetClasses = append(r.AssetClasses, desk.FX) }, `asset class "FX" is listed twice`},
		"Other listed":           {func(r *desk.Rules) { r.AssetClasses = append(r.AssetClasses, desk.OtherClass) }, "Other is always there"},
		"a class without a name": {func(r *desk.Rules) { r.AssetClasses = append(r.AssetClasses, "") }, "asset class is empty"},
		"cross-asset unknown":    {func(r *desk.Rules) { r.CrossAssetClass = "Macro" }, `cross-asset class "Macro" is not one of the asset classes`},
		"a rule without a class": {func(r *desk.Rules) {
			r.InstrumentClasses = append(r.InstrumentClasses, desk.ClassRule{Class: "Metals", Prefixes: []string{"XAU", "XAG"}})
		}, `the prefixes XAU, XAG: "Metals" is not one of the asset classes`},
		"a prefix that never decides": {func(r *desk.Rules) {
			r.StrategyClasses = append(r.StrategyClasses, desk.ClassRule{Class: desk.Rates, Prefixes: []string{"FX_RATES"}})
		}, `prefix "FX_RATES" of Rates never decides, since "FX" comes before it`},
		"no name":                   {func(r *desk.Rules) { r.Name = "" }, "the desk's name is empty"},
		"a name that can't be seen": {func(r *desk.Rules) { r.Name = "A\u200bB" }, "the desk's name holds U+200B"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rules := desk.BuiltInRules()
			c.change(&rules)
			if err := rules.Validate(); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
}

func TestAssetClassFollowsThePrefixUnlessTheInstrumentSaysIt(t *testing.T) {
	t.Parallel()
	rules := desk.BuiltInRules()
	for name, want := range map[string]string{
		"DI1F27": "Rates", "DDIF27": "Cupom", "USDBRL": "FX", "NDF_USDBRL_1M": "FX", "NTNB30": "Inflation",
		"CDS_BR_5Y": "Sovereign", "SPX": "Other", "": "Other", "UST10Y": "Other",
	} {
		t.Run("instrument "+name, func(t *testing.T) {
			if got := rules.AssetClass(desk.Instrument{Name: name}); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
	if got := rules.AssetClass(desk.Instrument{Name: "DI1F27", AssetClass: "Mine"}); got != "Mine" {
		t.Errorf("its own class gave way to %s", got)
	}
	for id, want := range map[string]string{
		"FX_CARRY": "FX", "RATES_SLOPE": "Rates", "INFLATION": "Inflation", "CUPOM": "Cupom", "SOV_1": "Sovereign",
		"CROSS_TSMOM": "Cross-Asset", "fx_carry": "Other", "CASH": "Other", "": "Other",
	} {
		t.Run("strategy "+id, func(t *testing.T) {
			if got := rules.StrategyClass(id); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}
