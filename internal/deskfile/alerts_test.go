package deskfile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"macrowatch/internal/alert"
	"macrowatch/internal/desk"
	"macrowatch/internal/deskfile"
)

// The section alerts is that of a file of alerts: it changes what it names, and its faults have their places in the desk file.
func TestTheSectionAlerts(t *testing.T) {
	t.Parallel()
	file, err := deskfile.Read("desk.yaml", []byte(`name: Ours
alerts:
  rules:
    step_late: {grace: 20m}
    drawdown: off
  targets:
    chat: {service_file: chat-address}
  routes:
    - {to: chat, severity: critical}
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	if file.Alerts.Settings[alert.StepLate].Grace != 20*time.Minute || file.Alerts.Settings[alert.DrawdownMark].On || !file.HasAlerts() || file.Alerts.Targets["chat"].File != "chat-address" ||
		len(file.Alerts.Routes) != 1 || file.Alerts.Routes[0].Severities[0] != desk.AlertCritical {
		t.Errorf("%+v", file.Alerts)
	}
	standard, err := deskfile.Default()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"name: Ours, not " + standard.Rules.Name,
		"alerts: rules: step_late: {severity: warning, grace: 20m, settle: 5m, repeat: 24h}, not {severity: warning, grace: 0s, settle: 5m, repeat: 24h}",
		"alerts: rules: drawdown: off, not {severity: warning, grace: 0s, settle: 5m, repeat: 24h, threshold: 8}", "alerts: targets: chat is new", "alerts: routes: {to: [chat], severity: [critical]} is new"}
	if diff := cmp.Diff(want, deskfile.Changes(standard, file)); diff != "" {
		t.Error(diff)
	}
	_, err = deskfile.Read("desk.yaml", []byte("alerts:\n  rules:\n    step_lat: off\nzone: Nowhere\n"), nil)
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 2 || !strings.HasPrefix(lines[0], `desk.yaml:3:5: there is no rule "step_lat"; did you mean step_late?`) || !strings.HasPrefix(lines[1], "desk.yaml:4:7: ") {
		t.Errorf("%v", err)
	}
	printed, err := deskfile.Read("printed.yaml", deskfile.Print(desk.BuiltInRules()), nil)
	if diff := cmp.Diff(standard.Alerts, printed.Alerts); err != nil || diff != "" {
		t.Error(err, diff)
	}
}
