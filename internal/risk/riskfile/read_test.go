package riskfile_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
	"macrowatch/internal/risk/riskfile"
	"macrowatch/internal/yamlnode"
)

func instruments() []desk.Instrument {
	return []desk.Instrument{
		{Name: "USDBRL", Kind: desk.KindPrice, QuotedIn: "BRL per USD"},
		{Name: "DI1F27", Kind: desk.KindYield, QuotedIn: desk.InPercent},
		{Name: "DI1F28", Kind: desk.KindYield, QuotedIn: desk.InPercent},
		{Name: "CDS_BR_5Y", Kind: desk.KindYield, QuotedIn: desk.InBasisPoints},
		{Name: "SPX", Kind: desk.KindPrice, QuotedIn: "index points"},
	}
}

func TestAWholeFileIsRead(t *testing.T) {
	t.Parallel()
	file, err := riskfile.Read("risk.yaml", []byte(`
scenarios:
  - name: Bad day
    description: >
      A long
      story
    shocks:
      - {prefix: USD, percent: 10, source: assumed}
      - instrument: DI1F27
        bp: -150
      - {asset_class: Sovereign, bp: 0.5}
replay_days: [1, 252]
limits:
  var_95_pct: 1
  var_99_pct: 2
  cvar_95_pct: 3
  max_drawdown_pct: 4
  gross_leverage: 5
  netted_leverage: 6
  asset_class_net: 7
  asset_classes: {FX: 0.5}
  instrument_net: 8
  strategy_gross: 9
  stress_loss_pct: 10
proxies:
  DI1F28: DI1F27
`), desk.BuiltInRules(), instruments())
	if err != nil {
		t.Fatal(err)
	}
	s := file.Scenarios[len(file.Scenarios)-1]
	if len(file.Scenarios) != len(builtIn(t).Scenarios)+1 || s.Name != "Bad day" || s.Description != "A long story" || len(s.Shocks) != 3 {
		t.Fatalf("scenarios %+v", file.Scenarios)
	}
	if x := s.Shocks[0]; x.Prefix != "USD" || *x.Percent != 10 || x.BP != nil || x.Source != "assumed" {
		t.Errorf("first shock %+v", x)
	}
	if x := s.Shocks[1]; x.Instrument != "DI1F27" || *x.BP != -150 || x.Percent != nil {
		t.Errorf("second shock %+v", x)
	}
	if x := s.Shocks[2]; x.AssetClass != "Sovereign" || *x.BP != 0.5 {
		t.Errorf("third shock %+v", x)
	}
	l := file.Limits
	for n, got := range []*float64{l.VaR95Pct, l.VaR99Pct, l.CVaR95Pct, l.MaxDrawdownPct, l.GrossLeverage, l.NettedLeverage,
		l.AssetClassNet, l.InstrumentNet, l.StrategyGross, l.StressLossPct} {
		if got == nil || *got != float64(n+1) {
			t.Errorf("limit %d is %v", n+1, got)
		}
	}
	if *l.AssetClasses["FX"] != 0.5 || file.Proxies["DI1F28"] != "DI1F27" || len(file.ReplayDays) != 2 || file.ReplayDays[1] != 252 {
		t.Errorf("%+v %v %v", l.AssetClasses, file.Proxies, file.ReplayDays)
	}
	if len(file.Warnings) != 0 {
		t.Errorf("warnings %v", file.Warnings)
	}
}

func TestWhatAFileLeavesOutIsTheDefault(t *testing.T) {
	t.Parallel()
	file, err := riskfile.Read("risk.yaml", []byte("limits: {var_95_pct: 1}\n"), desk.BuiltInRules(), nil)
	if err != nil || len(file.Scenarios) != len(builtIn(t).Scenarios) || *file.Limits.VaR95Pct != 1 || *file.Limits.VaR99Pct != 7 {
		t.Errorf("%d scenarios, limits %+v, %v", len(file.Scenarios), file.Limits, err)
	}
	if empty, err := riskfile.Read("risk.yaml", nil, desk.BuiltInRules(), nil); err != nil || *empty.Limits.VaR99Pct != 7 {
		t.Errorf("an empty file: %v", err)
	}
}

// Each row is a file and what it changes in the built-in one. Everything else stays.
func TestAFileIsMergedIntoTheDefault(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":                           nil,
		string(riskfile.DefaultText): nil,
		"limits: {var_95_pct: 5.0}":  nil,
		"limits: {var_99_pct: 1}":    {"limits: var_99_pct 1 (built in: 7)"},
		"limits: {stress_loss_pct: none, gross_leverage: 3, max_drawdown_pct: 10}": {"limits: gross_leverage 3 (built in: 8)", "limits: stress_loss_pct none (built in: 20)"},
		"limits:\n  asset_classes: {FX: 2, Rates: none}\n":                         {"limits: asset class FX 2 (built in: as every class)", "limits: asset class Rates none (built in: as every class)"},
		"scenarios:\n- name: Mine\n  shocks: [{prefix: D, bp: 1}]\n- name: March 2020\n  shocks: none\n- {name: October 2008, shocks: [{prefix: D, bp: 1}]}\n": {
			"scenarios: October 2008 changed, 1 shocks (built in: 45)", "scenarios: March 2020 none (built in)", "scenarios: Mine added"},
		"replay_days: none":        {"replay_days: [] (built in: [1 10])"},
		"replay_days: [5]":         {"replay_days: [5] (built in: [1 10])"},
		"scenarios: []":            nil,
		"proxies: {A: B, C: none}": {"proxies: A takes the returns of B"},
	} {
		t.Run(fmt.Sprintf("%.60s", text), func(t *testing.T) {
			t.Parallel()
			file, err := riskfile.Read("risk.yaml", []byte(text), desk.BuiltInRules(), nil)
			if err != nil {
				t.Fatal(err)
			}
			for n := range want {
				want[n] = strings.ReplaceAll(want[n], "(built in: 45)", fmt.Sprintf("(built in: %d)", octoberShocks(t)))
			}
			if !slices.Equal(file.Changes, want) {
				t.Errorf("it changes %q, want %q", file.Changes, want)
			}
		})
	}
	file, err := riskfile.Read("risk.yaml", []byte("limits: {var_99_pct: none, asset_classes: {FX: none}}\nscenarios: [{name: March 2020, shocks: none}]\n"), desk.BuiltInRules(), nil)
	if err != nil || file.Limits.VaR99Pct != nil || *file.Limits.VaR95Pct != 5 || *file.Limits.StressLossPct != 20 || len(file.Scenarios) != len(builtIn(t).Scenarios)-1 {
		t.Errorf("%+v, %d scenarios, %v", file.Limits, len(file.Scenarios), err)
	}
	if limit, has := file.Limits.AssetClasses["FX"]; !has || limit != nil {
		t.Errorf("the class has %v", file.Limits.AssetClasses)
	}
	// A file that is read later does not change what this one said.
	if again, err := riskfile.Read("risk.yaml", nil, desk.BuiltInRules(), nil); err != nil || len(again.Scenarios) != len(builtIn(t).Scenarios) || *again.Limits.VaR99Pct != 7 || len(again.Changes) != 0 {
		t.Errorf("%d scenarios, %+v, %v", len(again.Scenarios), again.Changes, err)
	}
}

func octoberShocks(t *testing.T) int {
	t.Helper()
	scenarios := builtIn(t).Scenarios
	return len(scenarios[slices.IndexFunc(scenarios, func(s risk.Scenario) bool { return s.Name == "October 2008" })].Shocks)
}

// builtIn is the built-in risk file.
func builtIn(t *testing.T) riskfile.File {
	t.Helper()
	file, err := riskfile.Default()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestFaultsNameTheLineAndWhatIsAllowed(t *testing.T) {
	t.Parallel()
	shock := func(text string) string { return "scenarios:\n- name: a\n  shocks:\n  - " + text + "\n" }
	for text, want := range map[string]string{
		"limit: 3\n":                               `risk.yaml:1:1: the risk file has no key "limit"; did you mean limits?; it may have built_in_scenarios, scenarios, replay_days, limits, proxies`,
		"- a\n":                                    "risk.yaml:1:1: the risk file is a list; it must be keys with values",
		"limits:\n  var_95_pct: 0\n":               "risk.yaml:2:15: var_95_pct is 0; a limit is above 0, or none",
		"limits:\n  var_95_pct: .nan\n":            "risk.yaml:2:15: var_95_pct is .nan; it must be a number such as 2.5",
		"limits:\n  var_95_pct: five\n":            "risk.yaml:2:15: var_95_pct is the text five; it must be a number such as 2.5",
		"limits:\n  var_95: 5\n":                   `limits has no key "var_95"; did you mean var_95_pct?; it may have var_95_pct, var_99_pct`,
		"limits: {var_95_pct: 1, var_95_pct: 2}\n": "risk.yaml:1:25: mapping key",
		"replay_days: [1.5]\n":                     "a stretch is a whole number of 1 to 252 days",
		"scenarios: {}\n":                          "risk.yaml:1:12: scenarios is keys with values; it must be a list",
		"scenarios:\n- {name: \"a\u200bb\", shocks: [{prefix: D, bp: 1}]}": `the name of a scenario holds U+200B`,
		"scenarios:\n- name: a\n": `risk.yaml:2:3: scenario "a" has no shocks`,
		"scenarios:\n- name: a\n  shocks: [{prefix: D, bp: 1}]\n- name: a\n  shocks: [{prefix: D, bp: 1}]\n": `risk.yaml:4:3: scenario "a" is there twice`,
		shock("{prefix: D, bp: 1}\n  - {prefix: D, bp: 2}"):                                                  `risk.yaml:5:5: scenario "a" moves prefix D twice in bp`,
		shock("{prefix: D, bp: 1, percent: 1}"):                                                              "one of percent, for prices, and bp, for yields",
		shock("{prefix: D}"):                                                                                 "one of percent, for prices, and bp, for yields",
		shock("{bp: 1}"):                                                                                     "one of instrument, prefix and asset_class",
		shock("{prefix: D, instrument: DI1F27, bp: 1}"):                                                      "one of instrument, prefix and asset_class",
		shock("{prefix: D, percent: -100}"):                                                                  "percent -100 is not above -100 and at most 1000",
		shock("{prefix: D, bp: 20000}"):                                                                      "bp 20000 is not between -10000 and 10000",
		shock("{instrument: DI1F72, bp: 1}"):                                                                 "risk.yaml:4:5: no instrument is called DI1F72; there is DI1F27, DI1F28",
		shock("{instrument: DI1F27, percent: 1}"):                                                            "risk.yaml:4:5: instrument DI1F27 is moved in percent, but DI1F27 is a yield: it is moved in bp",
		shock("{prefix: USD, bp: 1}"):                                                                        "prefix USD is moved in bp, but USDBRL is a price: it is moved in percent",
		shock("{asset_class: Rates, percent: 1}"):                                                            "asset class Rates is moved in percent, but DI1F27 is a yield",
		"proxies: {DI1F27: SPX}\n":                                                                           "DI1F27 is a yield and its proxy SPX a price; they must be of one kind",
		"proxies: {DI1F27: DI1F27}\n":                                                                        "DI1F27 is its own proxy",
		"proxies: {DI1F27: DI1F29}\n":                                                                        "no instrument is called DI1F29",
		"proxies:\n  DI1F27: 3\n":                                                                            "risk.yaml:2:11: the proxy of DI1F27 is 3; it must be a text",
		"limits: {}\n---\nlimits: {}\n":                                                                      "a second document; a risk file has one",
		"limits: &l {}\n":                                                                                    "which are not understood here",
		"scenarios: [{name: X, shocks: none}]":                                                               `no scenario that is built in is called "X": it can't be switched off`,
		"limits: none":                                                                                       "limits is the text none; it must be keys with values",
		"scenarios: [\n":                                                                                     "risk.yaml:1:12: sequence end",
	} {
		t.Run(fmt.Sprintf("%.60s", text), func(t *testing.T) {
			t.Parallel()
			_, err := riskfile.Read("risk.yaml", []byte(text), desk.BuiltInRules(), instruments())
			var faults *yamlnode.FaultsError
			if !errors.As(err, &faults) || !strings.Contains(err.Error(), want) {
				t.Errorf("%v\nwant %s", err, want)
			}
		})
	}
}

func TestAllFaultsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	_, err := riskfile.Read("risk.yaml", []byte("limits:\n  var_95_pct: 0\n  var_99_pct: 0\nnonsense: 1\n"), desk.BuiltInRules(), nil)
	var faults *yamlnode.FaultsError
	if !errors.As(err, &faults) || len(faults.Faults) != 3 {
		t.Errorf("%v", err)
	}
}

func TestAPrefixThatNothingHasIsAWarning(t *testing.T) {
	t.Parallel()
	file, err := riskfile.Read("risk.yaml", []byte("scenarios:\n- name: a\n  shocks:\n  - {prefix: USDBLR, percent: 1}\n"), desk.BuiltInRules(), instruments())
	if err != nil || len(file.Warnings) != 1 || file.Warnings[0] != "risk.yaml:4:5: prefix USDBLR is no instrument's" {
		t.Errorf("%v, %v", file.Warnings, err)
	}
}

// A prefix may fit instruments of the other kind, as long as another shock of the scenario moves these.
func TestAPrefixOverInstrumentsThatAnotherShockMovesIsNoFault(t *testing.T) {
	t.Parallel()
	text := "scenarios:\n- name: a\n  shocks:\n  - {prefix: USD, bp: 1}\n  - {prefix: USDBRL, percent: 1}\n"
	file, err := riskfile.Read("risk.yaml", []byte(text), desk.BuiltInRules(), instruments())
	if err != nil || len(file.Warnings) != 1 || file.Warnings[0] != "risk.yaml:4:5: prefix USD is no instrument's" {
		t.Errorf("%v, %v", file.Warnings, err)
	}
}

func TestTheDefaultIsRightForADeskWithExchangeRatesButNoForeignYields(t *testing.T) {
	t.Parallel()
	euro := []desk.Instrument{{Name: "EURUSD_SPOT", Kind: desk.KindPrice, QuotedIn: "USD per EUR"}}
	if _, err := riskfile.Read("risk.yaml", riskfile.DefaultText, desk.BuiltInRules(), euro); err != nil {
		t.Error(err)
	}
}

func FuzzReadNeverPanics(f *testing.F) {
	f.Add("limits: {var_95_pct: 1}\n")
	f.Add(string(riskfile.DefaultText[:2000]))
	f.Add("scenarios: [{name: a, shocks: [{prefix: D, bp: 1}]}]\nproxies: {? [a] : b}\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := riskfile.Read("risk.yaml", []byte(text), desk.BuiltInRules(), instruments())
		if err == nil && file.Limits.VaR95Pct != nil && *file.Limits.VaR95Pct <= 0 {
			t.Errorf("a limit of %v was taken", *file.Limits.VaR95Pct)
		}
	})
}

// A desk whose book has nothing to do with the built-in scenarios leaves them out with one word, wherever it stands.
func TestTheBuiltInScenariosCanBeLeftOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		left int
	}{
		"before": {"built_in_scenarios: none\nscenarios: [{name: X, shocks: [{prefix: A, percent: 1}]}]\n", 1},
		"after":  {"scenarios: [{name: X, shocks: [{prefix: A, percent: 1}]}]\nbuilt_in_scenarios: none\n", 1},
		"alone":  {"built_in_scenarios: none\n", 0},
		"all":    {"built_in_scenarios: all\n", len(builtIn(t).Scenarios)},
	} {
		t.Run(name, func(t *testing.T) {
			file, err := riskfile.Read("risk.yaml", []byte(c.text), desk.BuiltInRules(), nil)
			if err != nil || len(file.Scenarios) != c.left {
				t.Errorf("%d scenarios are left, want %d: %v", len(file.Scenarios), c.left, err)
			}
		})
	}
	_, err := riskfile.Read("risk.yaml", []byte("built_in_scenarios: some\n"), desk.BuiltInRules(), nil)
	if err == nil || err.Error() != "risk.yaml:1:21: built_in_scenarios is the text some; it must be all or none" {
		t.Error(err)
	}
}
