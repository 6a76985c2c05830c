package deskfile_test

import (
	"strings"
	"testing"

	"macrowatch/internal/deskfile"
)

// Mistakes that nobody would notice otherwise: what is told would reach nobody, or a limit would limit nothing.
func TestMistakesAcrossTheSectionsOfADeskFile(t *testing.T) {
	t.Parallel()
	const steps = "steps:\n  - {name: a, group: desk, owner: Research}\n"
	const target = "  targets: {chat: {service_env: A}}\n"
	for text, want := range map[string]string{
		steps + "alerts:\n" + target + "  routes: [{to: chat, owner: Reserch}]\n":          `desk.yaml:5:30: no alert has the owner "Reserch", so nothing would be told; did you mean Research?; there is Research`,
		steps + "alerts:\n" + target + "  routes: [{to: chat, group: [desk, conector]}]\n": `desk.yaml:5:37: no alert has the group "conector", so nothing would be told; did you mean connector?; there is book, connector, desk, macrowatch, risk, signals`,
		"alerts:\n" + target + "  routes: [{to: chat, owner: Ana}]\n":                      `desk.yaml:3:30: no alert has the owner "Ana", so nothing would be told: no step has an owner`,
		"classes: [{name: Gilts}]\ncross_asset_class: Gitls\n":                             `desk.yaml:2:20: the cross-asset class "Gitls" is not one of the asset classes; did you mean Gilts?; they are Gilts`,
		"cross_asset_class: Gilts\n":                                                       `desk.yaml:1:20: the cross-asset class "Gilts" is not one of the asset classes; they are FX, `,
		"words:\n  statuses: {SUCCESS: FAILED}\n":                                          "desk.yaml:2:14: status \"SUCCESS\" is macrowatch's own word and can't mean FAILED\n",
		"retention: {hours: 3}\n":                                                          `desk.yaml:1:13: retention has no key "hours"; did you mean hour?; it may have hour, tables`,
		"retention: {hour: 24}\n":                                                          `desk.yaml:1:19: hour is "24"; it must be a whole hour from 0 to 23`,
		"retention: nothing\n":                                                             `desk.yaml:1:12: retention is the text "nothing"; it must be keys with values`,
		"retention:\n  tables: {portfolio_stat: {thin_after: 1y}}\n":                       `desk.yaml:2:12: no old rows can be removed from "portfolio_stat"; the tables are pipeline_runs, strategy_signals, risk_metrics_daily, stress_test_results, risk_limits_status, portfolio_state, alerts, alert_reports; did you mean portfolio_state?`,
		"retention:\n  tables: {portfolio_state: {drop_after: 9y}}\n":                      "desk.yaml:2:12: portfolio_state can't be dropped, only thinned: ",
		"retention:\n  tables: {pipeline_runs: {drop_after: 90}}\n":                        `desk.yaml:2:40: drop_after: "90" is not an age: it must be`,
		"retention:\n  tables: {alerts: {drop_after: 1y}, alerts: {drop_after: 2y}}\n":     "desk.yaml:2:",
		"retention:\n  tables: {alerts: {drop_after: 1y, adopted: maybe}}\n":               `desk.yaml:2:46: adopted is the text "maybe"; it must be true or false`,
		"retention:\n  tables: {alerts: {}}\n":                                             "desk.yaml:2:12: the rule for alerts names no age",
		"words:\n  statuses: {fine: SUCESS}\n":                                             "; did you mean SUCCESS?\n",
	} {
		_, err := deskfile.Read("desk.yaml", []byte(text), nil)
		if err == nil || !strings.Contains(err.Error()+"\n", want) {
			t.Errorf("%q: %v\nwant %s", text, err, want)
		}
	}
	right := steps + "alerts:\n" + target + "  routes: [{to: chat, owner: Research}, {to: chat, group: [desk, risk, book, signals, macrowatch, connector]}]\n"
	if _, err := deskfile.Read("desk.yaml", []byte(right), nil); err != nil {
		t.Error(err)
	}
}

func TestALimitOfNoAssetClassIsAWarning(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"classes: [{name: Gilts}]\nlimits:\n  asset_classes: {Giltz: 2}\n": "desk.yaml:3:19: the limit of Giltz limits nothing: no asset class is called so; did you mean Gilts?; they are Gilts, Other",
		"limits:\n  asset_classes: {Gilts: 2}\n":                           "desk.yaml:2:19: the limit of Gilts limits nothing: no asset class is called so; they are FX, ",
		"classes: [{name: Gilts}]\nlimits:\n  asset_classes: {FX: 2}\n":    "desk.yaml:3:19: the limit of FX limits nothing: ",
		"classes: [{name: Gilts}]\nlimits:\n  asset_classes: {Other: 2}\n": "",
		"limits:\n  asset_classes: {FX: 2}\n":                              "",
	} {
		file, err := deskfile.Read("desk.yaml", []byte(text), nil)
		if got := strings.Join(file.Risk.Warnings, "\n"); err != nil || !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

// An address is a secret. If it stands where it must not, no error repeats it.
func TestMistakesShowNoAddress(t *testing.T) {
	t.Parallel()
	for _, target := range []string{
		"slack://hook:T0KEN@desk", "[slack://hook:T0KEN@desk]", "{service_env: 'slack://hook:T0KEN@desk'}", "{service_file: 'smtp://user:T0KEN@mail.example'}",
		"{alertmanager_file: 'https://user:T0KEN@am.example'}", "{alertmanager: 'https://user:T0KEN@am.example'}", "{service: 'slack://hook:T0KEN@desk'}", "{service_env: T0KEN-x}",
	} {
		_, err := deskfile.Read("desk.yaml", []byte("alerts:\n  targets:\n    chat: "+target+"\n"), nil)
		if err == nil || !strings.HasPrefix(err.Error(), "desk.yaml:3:") || strings.Contains(err.Error(), "T0KEN") {
			t.Errorf("%s: %v", target, err)
		}
	}
}
