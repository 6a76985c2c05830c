package deskfile_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/deskfile"
	"macrowatch/internal/yamlnode"
)

const london = `# a desk in London
name: Gilts & sterling
zone: Europe/London
opening_hour: 7
closing_hour: 17
stale_after: 30h
calendar:
  weekend: [saturday, Sunday]
  holidays: [UK]
  own_days:
    - {date: 2026-07-01, name: Offsite}
steps:
  - {name: ons, title: ONS, group: connector, schedule: "30 7 * * *", start_within: 10m, end_within: 40m, owner: Data, runbook: "https://wiki.example/ons"}
  - name: boe
    group: connector
    schedule: "0 8 * * 1-5"
    holidays: [US, UK]
  - {name: gilts, title: Gilt signals, group: signals, schedule: "0 9 * * *", end_within: 10m, waits_for: [ons, boe]}
  - {name: check, group: data}
classes:
  - {name: Gilts, strategies: [GILT], instruments: [GILT, UKT]}
  - {name: Linkers, colour: "#00736A", instruments: [UKTI]}
  - {name: Sterling, colour: orange, strategies: [GBP], instruments: [GBP]}
words:
  statuses: {all good: success, no: FAILED}
retention:
  tables:
    portfolio_state: {thin_after: 2y}
    strategy_signals: {drop_after: 8y, thin_after: 26w, adopted: true}
limits: {var_99_pct: 3}
built_in_scenarios: none
`

func TestADeskFileIsRead(t *testing.T) {
	t.Parallel()
	file, err := deskfile.Read("desk.yaml", []byte(london), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := desk.Rules{
		Name: "Gilts & sterling", Zone: "Europe/London", OpeningHour: 7, ClosingHour: 17, StaleAfter: 30 * time.Hour,
		Calendar: desk.Calendar{
			Weekend: []time.Weekday{time.Saturday, time.Sunday}, Holidays: []string{"UK"},
			OwnDays: []desk.OwnDay{{Date: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), Name: "Offsite"}},
		},
		Steps: []desk.Step{
			{Name: "ons", Title: "ONS", Group: "connector", Cron: "30 7 * * *", StartGrace: 10 * time.Minute, EndGrace: 40 * time.Minute, Owner: "Data", Runbook: "https://wiki.example/ons"},
			{Name: "boe", Title: "boe", Group: "connector", Cron: "0 8 * * 1-5", Holidays: []string{"US", "UK"}, StartGrace: 15 * time.Minute, EndGrace: 75 * time.Minute},
			{Name: "gilts", Title: "Gilt signals", Group: "signals", Cron: "0 9 * * *", StartGrace: 5 * time.Minute, EndGrace: 10 * time.Minute, WaitsFor: []string{"ons", "boe"}},
			{Name: "check", Title: "check", Group: "data"},
		},
		AssetClasses:    []string{"Gilts", "Linkers", "Sterling"},
		StrategyClasses: []desk.ClassRule{{Class: "Gilts", Prefixes: []string{"GILT"}}, {Class: "Sterling", Prefixes: []string{"GBP"}}},
		InstrumentClasses: []desk.ClassRule{
			{Class: "Gilts", Prefixes: []string{"GILT"}}, {Class: "Linkers", Prefixes: []string{"UKTI"}},
			{Class: "Gilts", Prefixes: []string{"UKT"}}, {Class: "Sterling", Prefixes: []string{"GBP"}},
		},
		ClassColours: map[string]string{"Linkers": "#00736A", "Sterling": "orange"},
	}
	if !reflect.DeepEqual(file.Rules, want) {
		t.Errorf("the rules are\n%+v, want\n%+v", file.Rules, want)
	}
	if class := file.Rules.AssetClass(desk.Instrument{Name: "UKTI30"}); class != "Linkers" {
		t.Errorf("UKTI30 is in %s: the longest prefix should decide", class)
	}
	if meaning, known := file.Words.Read(desk.StatusWord, "All Good"); !known || meaning != "SUCCESS" {
		t.Errorf("a word means %q", meaning)
	}
	if rules := file.Retention.Rules; file.Retention.Hour != nil || !reflect.DeepEqual(rules, []desk.RetentionRule{{Table: "strategy_signals", ThinAfter: 182, DropAfter: 2920, Adopted: true}, {Table: "portfolio_state", ThinAfter: 730}}) {
		t.Errorf("old rows are removed by %+v", file.Retention)
	}
	if *file.Risk.Limits.VaR99Pct != 3 || *file.Risk.Limits.VaR95Pct != 5 || len(file.Risk.Scenarios) != 0 {
		t.Errorf("the limits are %+v, and there are %d scenarios", file.Risk.Limits, len(file.Risk.Scenarios))
	}
	if !file.HasWords() || !reflect.DeepEqual(file.RiskSections(), []string{"limits", "built_in_scenarios"}) {
		t.Errorf("sections %v", file.Sections)
	}
}

// What a file leaves out is as the built-in desk has it.
func TestALeftOutSectionStaysBuiltIn(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"nothing": "", "a comment": "# nothing\n", "a name": "name: Macro desk\n", "a document": "---\nclosing_hour: 19\n"} {
		t.Run(name, func(t *testing.T) {
			file, err := deskfile.Read("desk.yaml", []byte(text), nil)
			if err != nil || !reflect.DeepEqual(file.Rules, desk.BuiltInRules()) || len(file.Risk.Scenarios) == 0 || file.HasWords() {
				t.Errorf("%+v: %v", file.Rules, err)
			}
		})
	}
}

// Reading what Print writes gives the same rules again: the built-in ones and odd ones.
func TestWhatIsPrintedIsReadAgain(t *testing.T) {
	t.Parallel()
	own, err := deskfile.Read("desk.yaml", []byte(london), nil)
	if err != nil {
		t.Fatal(err)
	}
	odd := desk.BuiltInRules()
	odd.Name, odd.StaleAfter, odd.CrossAssetClass = "no", 90*time.Second, ""
	odd.Steps = []desk.Step{{Name: "1", Title: `it's "odd": #1`, Group: "true"}}
	odd.AssetClasses, odd.StrategyClasses, odd.InstrumentClasses, odd.ClassColours, odd.ClassGroups = []string{"FX, rates"}, nil, nil, nil, nil
	odd.Calendar = desk.Calendar{Weekend: []time.Weekday{}, Holidays: []string{}}
	for name, rules := range map[string]desk.Rules{"built in": desk.BuiltInRules(), "own": own.Rules, "odd": odd} {
		t.Run(name, func(t *testing.T) {
			text := deskfile.Print(rules)
			file, err := deskfile.Read("printed.yaml", text, nil)
			if err != nil || !reflect.DeepEqual(file.Rules, rules) {
				t.Errorf("%v\n%+v, want\n%+v", err, file.Rules, rules)
			}
			if len(file.Risk.Changes) > 0 {
				t.Errorf("the printed file changes the risk: %v", file.Risk.Changes)
			}
		})
	}
}

// Each mistake has a sentence with its line and column, which says what is allowed.
func TestMistakesInADeskFile(t *testing.T) {
	t.Parallel()
	step := func(rest string) string { return "steps:\n  - {name: ons, group: connector, " + rest + "}\n" }
	for name, c := range map[string]struct{ text, says string }{
		"an unknown key":            {"zon: Europe/London\n", `desk.yaml:1:1: the desk file has no key "zon"; did you mean zone?; it may have name, zone, opening_hour, closing_hour`},
		"an unknown zone":           {"name: A\nzone: Europe/Londn\n", `desk.yaml:2:7: zone "Europe/Londn" is not the name of a time zone, such as Europe/London`},
		"the machine's zone":        {"zone: Local\n", `desk.yaml:1:7: zone "Local" is not the name of a time zone`},
		"an opening hour of -1":     {"opening_hour: -1\n", `desk.yaml:1:15: opening_hour is "-1"; it must be a whole hour from 0 to 23`},
		"an hour of 24":             {"closing_hour: 24\n", `desk.yaml:1:15: closing_hour is "24"; it must be a whole hour from 0 to 23`},
		"an hour with minutes":      {"closing_hour: 17:30\n", `desk.yaml:1:15: closing_hour is "17:30"; it must be a whole hour`},
		"a time without unit":       {"stale_after: 36\n", `desk.yaml:1:14: stale_after is "36"; it must be a length of time with its unit, such as 15m`},
		"no time at all":            {"stale_after: 0h\n", "desk.yaml:1:14: stale_after is 0h; it must be above 0"},
		"a list as a name":          {"name: [a]\n", "desk.yaml:1:7: name is a list; it must be a text"},
		"an empty name":             {"name:\n", "name is empty; it must be a text"},
		"a name that can't be seen": {"name: \"a\\u200bb\"\n", "which cannot be seen"},
		"an unknown weekday":        {"calendar:\n  weekend: [Saturday, Sonday]\n", `desk.yaml:2:23: the weekend has "Sonday", which is not a day; did you mean Sunday or Monday?; a day is one of Sunday, Monday`},
		"no working day":            {"calendar:\n  weekend: [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday]\n", "desk.yaml:2:12: the weekend has every day"},
		"an unknown market":         {"calendar: {holidays: [UKK]}\n", `desk.yaml:1:23: no holidays are known of the market "UKK"; did you mean UK?; there are those of `},
		"a day that is none":        {"calendar:\n  own_days:\n    - {date: 2026-02-30, name: x}\n", `desk.yaml:3:14: date "2026-02-30" is not a day of the calendar`},
		"a day without a name":      {"calendar:\n  own_days:\n    - date: 2026-02-20\n", "desk.yaml:3:7: a day of own_days needs a date and a name"},
		"a day twice":               {"calendar:\n  own_days: [{date: 2026-02-20, name: a}, {date: 2026-02-20, name: b}]\n", "own_days has 2026-02-20 twice"},
		"steps as a mapping":        {"steps:\n  ons: {}\n", "desk.yaml:2:3: steps is keys with values; it must be a list"},
		"a step without name":       {"steps:\n  - title: ONS\n    group: connector\n", "desk.yaml:2:5: a step has no name"},
		"a step without group":      {"steps:\n  - name: ons\n", "desk.yaml:2:5: step ons has no group"},
		"a step twice":              {"steps:\n  - {name: a, group: g}\n  - {name: a, group: g, title: b}\n", "desk.yaml:3:5: step a is listed twice"},
		"a title twice":             {"steps:\n  - {name: a, group: g, title: T}\n  - {name: b, group: g, title: T}\n", `desk.yaml:3:5: step b: another step has the title "T" as well`},
		"an unknown key of a step":  {step("cron: '* * * * *'"), `desk.yaml:2:35: a step has no key "cron"`},
		"a schedule of three":       {step(`schedule: "0 6 *"`), `desk.yaml:2:45: step ons: the schedule "0 6 *" has 3 fields; it has five fields`},
		"a schedule of no day":      {step(`schedule: "0 6 30 2 *"`), `step ons: the schedule "0 6 30 2 *" never comes`},
		"a minute of 60":            {step(`schedule: "60 6 * * *"`), `step ons: the schedule "60 6 * * *" is not a cron expression`},
		"ends before it starts":     {step(`schedule: "0 6 * * *", start_within: 1h, end_within: 30m`), "desk.yaml:2:5: step ons must have ended 30m0s after it is due, which is not later than the 1h0m0s"},
		"grace without schedule":    {step("end_within: 1h"), "step ons has a grace time and no schedule"},
		"waits for nobody":          {"steps:\n  - {name: a, group: g}\n  - name: b\n    group: g\n    waits_for: [a, c]\n", `desk.yaml:5:20: step b waits for "c", which is not one of the steps; the steps are a, b`},
		"waits in a circle":         {"steps:\n  - {name: a, group: g, waits_for: [b]}\n  - {name: b, group: g, waits_for: [a]}\n", "desk.yaml:2:5: step a waits for b waits for a, so none of them ever starts"},
		"waits for itself":          {"steps:\n  - {name: a, group: g, waits_for: [a]}\n", "desk.yaml:2:5: step a waits for itself"},
		"a market of a step":        {step("holidays: [Mars]"), `no holidays are known of the market "Mars"`},
		"a runbook of a script":     {step(`runbook: "javascript:alert(1)"`), `step ons has the runbook "javascript:alert(1)", which is not an address that begins with http:// or https://`},
		"no classes":                {"classes: []\n", "desk.yaml:1:10: there are no asset classes"},
		"a class twice":             {"classes:\n  - {name: FX}\n  - {name: FX}\n", `desk.yaml:3:5: class "FX" is listed twice`},
		"the class Other":           {"classes: [{name: Other}]\n", "class Other is always there"},
		"a class without name":      {"classes:\n  - colour: blue\n", "desk.yaml:2:5: a class has no name"},
		"a prefix twice":            {"classes:\n  - {name: A, instruments: [X]}\n  - {name: B, instruments: [X]}\n", `desk.yaml:3:29: the prefix "X" is listed twice, for A and for B`},
		"a colour that is none":     {"classes: [{name: A, colour: bleu}]\n", `desk.yaml:1:29: colour "bleu" is not a colour; did you mean blue?`},
		"a colour of a meaning":     {"classes: [{name: A, colour: red}]\n", `colour "red" is not a colour`},
		"cross-asset unknown":       {"classes: [{name: A}]\ncross_asset_class: B\n", `desk.yaml:2:20: the cross-asset class "B" is not one of the asset classes; they are A`},
		"a word without a meaning":  {"words:\n  statuses: {fine: SUCESS}\n", `desk.yaml:2:14: status "fine" can't mean "SUCESS"; allowed is SUCCESS`},
		"its own word":              {"words:\n  directions: {LONG: SHORT}\n", `desk.yaml:2:16: direction "LONG" is macrowatch's own word`},
		"an unknown list of words":  {"words:\n  status: {fine: SUCCESS}\n", `desk.yaml:2:3: words has no key "status"; did you mean statuses?`},
		"a limit of zero":           {"limits:\n  var_95_pct: 0\n", "desk.yaml:2:15: var_95_pct is 0; a limit is above 0, or none"},
		"a scenario without shocks": {"name: A\nscenarios:\n  - name: X\n", `desk.yaml:3:5: scenario "X" has no shocks`},
		"an anchor":                 {"name: &a A\n", "an anchor, alias or tag, which are not understood here"},
		"a second document":         {"name: A\n---\nname: B\n", "desk.yaml:3:1: a second document; a desk file has one"},
		"a list":                    {"- name: A\n", "desk.yaml:1:1: the desk file is a list; it must be keys with values"},
		"a key twice":               {"name: A\nname: B\n", "desk.yaml:2:1: "},
		"broken YAML":               {"name: [A\n", "desk.yaml:1:"},
		"a tab":                     {"calendar:\n\tweekend: []\n", "desk.yaml:2:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := deskfile.Read("desk.yaml", []byte(c.text), nil)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v\nwant %s", err, c.says)
			}
		})
	}
}

// All mistakes are told at once, in the order in which they stand in the file.
func TestAllMistakesAreTold(t *testing.T) {
	t.Parallel()
	_, err := deskfile.Read("desk.yaml", []byte("limits: {var_95_pct: 0}\nzone: X\nclosing_hour: 99\nsteps: 3\nnonsense: 1\n"), nil)
	var faults *yamlnode.FaultsError
	if !errors.As(err, &faults) || len(faults.Faults) != 5 {
		t.Fatalf("%v", err)
	}
	for n, f := range faults.Lines() {
		if want := []string{"desk.yaml:1:", "desk.yaml:2:", "desk.yaml:3:", "desk.yaml:4:", "desk.yaml:5:"}[n]; !strings.HasPrefix(f, want) {
			t.Errorf("%s, want %s", f, want)
		}
	}
}

// What the risk sections say of instruments is checked against those that the desk has.
func TestTheRiskSectionsKnowTheInstruments(t *testing.T) {
	t.Parallel()
	known := []desk.Instrument{{Name: "UKT10Y", Kind: desk.KindYield}}
	_, err := deskfile.Read("desk.yaml", []byte("proxies: {UKT10Y: UKT5Y}\n"), known)
	if err == nil || !strings.Contains(err.Error(), "desk.yaml:1:19: no instrument is called UKT5Y; there is UKT10Y") {
		t.Error(err)
	}
}
