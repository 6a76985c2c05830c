package alertfile_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"macrowatch/internal/alert"
	"macrowatch/internal/alert/alertfile"
	"macrowatch/internal/desk"
	"macrowatch/internal/yamlnode"
)

func TestAFileChangesWhatItNames(t *testing.T) {
	t.Parallel()
	got, err := alertfile.Read("alerts.yaml", []byte(`# ours
rules:
  step_late: {grace: 10m, severity: critical, settle: 0s}
  limit_warning:
    threshold: 75
    repeat: never
  backtest_yellow: off
  drawdown: {on: false, threshold: 12.5}
targets:
  chat: {service_file: /etc/macrowatch/slack}
  phone: {service_env: PHONE_ADDRESS}
  am: {alertmanager: "http://localhost:9093"}
  am2: {alertmanager_file: am-address}
routes:
  - {to: am}
  - to: [chat, phone]
    severity: critical
  - {to: chat, group: [risk, book], owner: ana, rule: limit_warning}
report: {cron: "30 18 * * *", to: [chat, phone], within: 90m, form: short}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := alert.DefaultConfig()
	change := func(rule string, f func(*alert.Setting)) {
		s := want.Settings[rule]
		f(&s)
		want.Settings[rule] = s
	}
	change("step_late", func(s *alert.Setting) { s.Grace, s.Severity, s.Settle = 10*time.Minute, desk.AlertCritical, 0 })
	change("limit_warning", func(s *alert.Setting) { s.Threshold, s.Repeat = 75, 0 })
	change("backtest_yellow", func(s *alert.Setting) { s.On = false })
	change("drawdown", func(s *alert.Setting) { s.On, s.Threshold = false, 12.5 })
	want.Targets = map[string]alert.Target{"chat": {File: "/etc/macrowatch/slack"}, "phone": {Env: "PHONE_ADDRESS"},
		"am": {Alertmanager: true, Address: "http://localhost:9093"}, "am2": {Alertmanager: true, File: "am-address"}}
	want.Routes = []alert.Route{{To: []string{"am"}}, {To: []string{"chat", "phone"}, Severities: []desk.AlertSeverity{desk.AlertCritical}},
		{To: []string{"chat"}, Groups: []string{"risk", "book"}, Owners: []string{"ana"}, Rules: []string{"limit_warning"}}}
	want.Report = alert.Report{Cron: "30 18 * * *", To: []string{"chat", "phone"}, Within: 90 * time.Minute, Form: alert.ShortForm}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, empty := range []string{"", "# nothing\n", "rules:\ntargets:\n", "{}"} {
		if got, err := alertfile.Read("alerts.yaml", []byte(empty)); err != nil || !cmp.Equal(got, alert.DefaultConfig()) {
			t.Errorf("%q: %v", empty, err)
		}
	}
}

func TestFaultsHaveTheirPlaceAndWhatIsAllowed(t *testing.T) {
	t.Parallel()
	const chat = "targets:\n  {chat: {service_file: x}, am: {alertmanager: \"http://am:9093\"}}\n"
	for text, want := range map[string]string{
		"rule:\n  x: 1":                                             `a.yaml:1:1: alerts has no key "rule"; did you mean rules?; it may have rules, targets, routes, report`,
		"rules:\n  step_lat: off":                                   `a.yaml:2:3: there is no rule "step_lat"; did you mean step_late?; there is database_away, sources_down`,
		"rules:\n  step_late: 10m":                                  `a.yaml:2:14: rule step_late is the text 10m; it must be on, off, or settings such as {grace: 10m}`,
		"rules:\n  step_late: {grace: ten}":                         `a.yaml:2:22: grace is the text ten; it must be a time such as 90s, 10m or 4h`,
		"rules:\n  step_late: {grace: 10}":                          `a.yaml:2:22: grace is 10; it must be a time such as 90s, 10m or 4h`,
		"rules:\n  step_late: {grace: -1m}":                         `a.yaml:2:22: grace is -1m; it must be from 0 to 8784h`,
		"rules:\n  step_late: {repeat: 0s}":                         `a.yaml:2:23: repeat is 0s; it must be from 0 to 8784h, or never`,
		"rules:\n  step_late:\n    severity: high":                  `a.yaml:3:15: severity is "high"; it must be warning or critical`,
		"rules:\n  step_late:\n    threshold: 3":                    `a.yaml:3:5: rule step_late has no key "threshold"; it may have on, severity, grace, settle, repeat`,
		"rules:\n  limit_warning: {threshold: eighty}":              `a.yaml:2:30: threshold is the text eighty; it must be a number such as 2.5`,
		"rules:\n  limit_warning: {threshold: 0}":                   `a.yaml:2:30: threshold is 0; it must be above 0 and at most 100000: the utilisation from which a limit warns, in percent`,
		"rules:\n  loss_beyond_var: {threshold: 97}":                `a.yaml:2:32: threshold is 97; of loss_beyond_var it is the confidence of the VaR, in percent: 95 or 99`,
		chat + "report: {cron: 30 18 * *, to: chat}":                `a.yaml:3:16: the schedule "30 18 * *" has 4 fields; it has five fields`,
		chat + "report: {cron: \"30 25 * * *\", to: chat}":          `a.yaml:3:16: the schedule "30 25 * * *" is not a cron expression`,
		chat + "report: {cron: \"0 18 31 2 *\", to: chat}":          `a.yaml:3:16: the schedule "0 18 31 2 *" never comes`,
		chat + "report:\n  to: chat\n  cron: \"@every 1h\"":         `a.yaml:5:9: the schedule "@every 1h" has no fixed times`,
		chat + "report: {cron: \"@daily\", to: mail}":               `a.yaml:3:30: there is no target "mail"; there is am, chat`,
		chat + "report: {cron: \"@daily\", to: [chat, am]}":         `a.yaml:3:37: target am is an Alertmanager, which takes alerts only; a report goes to services`,
		chat + "report: {cron: \"@daily\", to: [chat, chat]}":       `a.yaml:3:37: report names the target chat twice`,
		chat + "report: {cron: \"@daily\"}":                         `report has no target: it needs to, such as to: [mail]`,
		chat + "report: {to: chat}":                                 `report has no cron, which says when it is sent, such as cron: "30 18 * * *"`,
		chat + "report: {cron: \"@daily\", to: chat, within: 2d}":   `a.yaml:3:44: within is the text 2d; it must be a time such as 90s, 10m or 4h`,
		chat + "report: {cron: \"@daily\", to: chat, within: 30h}":  `a.yaml:3:44: within is 30h; it must be from 1m to 20h`,
		chat + "report: {cron: \"@daily\", to: chat, form: pdf}":    `a.yaml:3:42: form is "pdf"; it must be full or short, or be left out for what fits each target`,
		chat + "report: {cron: \"@daily\", to: chat, at: 18}":       `report has no key "at"`,
		chat + "report: daily":                                      `a.yaml:3:9: report is the text daily; it must be keys with values`,
		chat + "report: {cron: \"@daily\", to: 7}":                  `a.yaml:3:30: to is 7; it must be a text`,
		"rules: [step_late]":                                        `a.yaml:1:8: rules is a list; it must be keys with values`,
		"targets:\n  chat: {service: slack://x@y}":                  `a.yaml:2:10: target chat has no key "service"`,
		"targets:\n  chat: {}":                                      `a.yaml:2:3: target chat has no address; it needs one of service_file`,
		"targets:\n  chat: {service_file: x, service_env: Y}":       `a.yaml:2:3: target chat has service_file and service_env; it needs one of`,
		"targets:\n  a b: {service_file: x}":                        `a.yaml:2:3: a target is called "a b"; its name must have letters`,
		"targets:\n  am: {alertmanager: \"http://u:word@h\"}":       `a.yaml:2:22: alertmanager has a password in its address`,
		"targets:\n  c: {service_env: A-B}":                         `a.yaml:2:20: target c needs the name of an environment variable, such as CHAT_ADDRESS`,
		"targets:\n  c: {service_file: 12}":                         `a.yaml:2:21: service_file is 12; it must be a text`,
		"routes:\n  - {to: nobody}":                                 `a.yaml:2:10: there is no target "nobody": targets has none`,
		"targets:\n  c: {service_file: x}\nroutes:\n- {to: [c, d]}": `a.yaml:4:12: there is no target "d"; there is c`,
		"routes:\n  - {severity: critical}":                         `a.yaml:2:5: a route has no target: it needs to, such as {to: chat}`,
		"routes: {to: x}":                                           `a.yaml:1:9: routes is keys with values; it must be a list`,
		"routes:\n  - {to: x, rules: step_late}":                    `a.yaml:2:13: a route has no key "rules"; did you mean rule?; it may have to, severity, group, owner, rule`,
		"routes: []\n---\nroutes: []":                               `a second document; the file has one`,
		"rules: {":                                                  `a.yaml:1:`,
		"rules: &a {}\ntargets: *a":                                 `a.yaml:1:8: rules is an anchor, alias or tag`,
	} {
		_, err := alertfile.Read("a.yaml", []byte(text))
		var faults *yamlnode.FaultsError
		if !errors.As(err, &faults) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "word@h") {
			t.Errorf("%q: %v\nwant %s", text, err, want)
		}
	}
	_, err := alertfile.Read("a.yaml", []byte("routes:\n  - {to: x}\nrules:\n  a: off\n  b: off\n"))
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 3 || !strings.HasPrefix(lines[0], "a.yaml:2:") || !strings.HasPrefix(lines[2], "a.yaml:5:") {
		t.Errorf("not all faults, or not in order: %v", err)
	}
}

// What is written of every rule is read again.
func TestWrittenSettingsAreReadAgain(t *testing.T) {
	t.Parallel()
	changed := alert.DefaultConfig()
	text := "rules:\n"
	for n, rule := range alert.Rules() {
		s := changed.Settings[rule.Name]
		s.Grace, s.Settle, s.Repeat = time.Duration(n)*time.Minute, 90*time.Second, time.Duration(n%3)*36*time.Hour
		if s.On = n%5 != 4; !s.On {
			s = rule.Default
			s.On = false
		}
		changed.Settings[rule.Name] = s
		text += "  " + rule.Name + ": " + alertfile.Written(rule, s) + "\n"
	}
	got, err := alertfile.Read("alerts.yaml", []byte(text))
	if diff := cmp.Diff(changed, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

// FuzzAlerts reads any text. What is taken has every rule, and its routes lead to targets that are there.
func FuzzAlerts(f *testing.F) {
	f.Add("rules:\n  step_late: {grace: 10m}\ntargets:\n  c: {service_env: X}\nroutes:\n  - {to: c}\n")
	f.Add("rules: {drawdown: {threshold: 1e9}, step_late: off}")
	f.Add("a: &a [x,x]\nrules: *a")
	f.Add("rules:\n  ? [a]\n  : off")
	f.Fuzz(func(t *testing.T, text string) {
		config, err := alertfile.Read("a.yaml", []byte(text))
		if err != nil {
			if err.Error() == "" {
				t.Errorf("%q: an empty fault", text)
			}
			return
		}
		if len(config.Settings) != len(alert.Rules()) {
			t.Errorf("%q: %d settings", text, len(config.Settings))
		}
		for _, route := range config.Routes {
			for _, to := range route.To {
				if _, there := config.Targets[to]; !there {
					t.Errorf("%q: a route to %q", text, to)
				}
			}
		}
	})
}
