package alert_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/alert"
	"macrowatch/internal/desk"
)

func TestRoutesChooseTheTargets(t *testing.T) {
	t.Parallel()
	c := alert.DefaultConfig()
	c.Routes = []alert.Route{
		{Severities: []desk.AlertSeverity{desk.AlertCritical}, To: []string{"phone", "chat"}},
		{Groups: []string{"risk", "book"}, To: []string{"risk desk", "chat"}},
		{Owners: []string{"data"}, To: []string{"data"}},
		{Rules: []string{alert.StepLate}, Owners: []string{"quant"}, To: []string{"quant"}},
	}
	for _, c2 := range []struct {
		a    desk.Alert
		want []string
	}{
		{desk.Alert{Severity: desk.AlertCritical, Group: "risk"}, []string{"phone", "chat", "risk desk"}},
		{desk.Alert{Severity: desk.AlertWarning, Group: "book"}, []string{"risk desk", "chat"}},
		{desk.Alert{Severity: desk.AlertWarning, Group: "connector", Owner: "data"}, []string{"data"}},
		{desk.Alert{Severity: desk.AlertWarning, Rule: alert.StepLate, Owner: "quant"}, []string{"quant"}},
		{desk.Alert{Severity: desk.AlertWarning, Rule: alert.StepFailed, Owner: "quant"}, nil},
	} {
		if got := c.TargetsOf(c2.a); !slices.Equal(got, c2.want) {
			t.Errorf("%+v goes to %q, want %q", c2.a, got, c2.want)
		}
	}
}

func TestEveryRuleHasWhatAMessageNeeds(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range alert.Rules() {
		s := alert.DefaultConfig().Settings[r.Name]
		if seen[r.Name] || r.Means == "" || !s.On || s.Settle <= 0 || s.Repeat <= 0 || s.Severity == "" || (s.Threshold != 0) != (r.Threshold != "") {
			t.Errorf("%+v with %+v", r, s)
		}
		seen[r.Name] = true
	}
}

// The table of docs/alerts.md has the rules and their defaults.
func TestEveryRuleIsDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/alerts.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range alert.Rules() {
		s := r.Default
		row := ""
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "| `") && strings.Contains(line, "`"+r.Name+"`") {
				row = line
			}
		}
		cells := strings.Split(row, "|")
		if len(cells) < 6 {
			t.Errorf("docs/alerts.md has no row of %s", r.Name)
			continue
		}
		grace := "–"
		if s.Grace > 0 {
			grace = strings.TrimSuffix(s.Grace.String(), "m0s") + " min"
		}
		if !strings.Contains(cells[3], string(s.Severity)) || strings.TrimSpace(cells[4]) != grace || s.Threshold != 0 && !strings.Contains(cells[5], fmt.Sprint(s.Threshold)) {
			t.Errorf("docs/alerts.md has of %s: %s; the rule has %+v", r.Name, row, s)
		}
	}
}

func TestARuleThatIsSwitchedOffTellsNothingAndItsAlertsEnd(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	becomes("fred", "FAILED", failedAt(at(2, 6, 2), 1, "401"))(d)
	d.pass(at(2, 9, 0), at(2, 9, 1))
	off := d.config.Settings[alert.StepFailed]
	off.On = false
	d.config.Settings[alert.StepFailed] = off
	d.pass(at(2, 9, 2), at(2, 9, 30))
	d.tells("Mon 09:00 firing critical step_failed fred: FRED (fred) failed: 401.")
	for _, a := range d.alerts {
		if a.State != desk.AlertResolved {
			t.Errorf("open: %+v", a)
		}
	}
}

func TestASilencedAlertIsToldOfWhenTheSilenceEnds(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.silences = []desk.AlertSilence{{Subject: "fred", StartsAt: at(2, 6, 0), EndsAt: at(2, 8, 0)}, {Rule: alert.StepFailed, Subject: "ptax", StartsAt: at(2, 6, 0), EndsAt: at(2, 12, 0)}}
	becomes("fred", "FAILED", failedAt(at(2, 6, 2), 1, "401"))(d)
	d.pass(at(2, 6, 2), at(2, 9, 0))
	d.tells("Mon 08:00 firing critical step_failed fred: FRED (fred) failed: 401.")
}

// Who silences an alert that was told hears of it again at the silence's end, if it still fires, however rarely it is
// repeated otherwise.
func TestASilenceThatEndsWhileTheAlertFiresTellsAgain(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		repeat   time.Duration
		silences []desk.AlertSilence
		want     []string // when it is told again
	}{
		"of the subject":                {0, []desk.AlertSilence{{Subject: "fred", StartsAt: at(2, 7, 0), EndsAt: at(2, 8, 0)}}, []string{"08:00"}},
		"of the rule":                   {24 * time.Hour, []desk.AlertSilence{{Rule: alert.StepFailed, StartsAt: at(2, 7, 0), EndsAt: at(2, 8, 0)}}, []string{"08:00"}},
		"of a pattern":                  {0, []desk.AlertSilence{{Subject: "f*d", StartsAt: at(2, 7, 0), EndsAt: at(2, 8, 30)}}, []string{"08:30"}},
		"two, one after the other":      {0, []desk.AlertSilence{{Subject: "fred", StartsAt: at(2, 7, 0), EndsAt: at(2, 8, 0)}, {Subject: "fred", StartsAt: at(2, 9, 0), EndsAt: at(2, 9, 30)}}, []string{"08:00", "09:30"}},
		"two, one within the other":     {0, []desk.AlertSilence{{Subject: "fred", StartsAt: at(2, 7, 0), EndsAt: at(2, 9, 0)}, {Subject: "fred", StartsAt: at(2, 7, 30), EndsAt: at(2, 8, 0)}}, []string{"09:00"}},
		"of another subject":            {0, []desk.AlertSilence{{Subject: "ptax", StartsAt: at(2, 7, 0), EndsAt: at(2, 8, 0)}}, nil},
		"that ended before it was told": {0, []desk.AlertSilence{{Subject: "fred", StartsAt: at(2, 5, 0), EndsAt: at(2, 6, 5)}}, nil},
		"and a repeat before it":        {time.Hour, []desk.AlertSilence{{Subject: "fred", StartsAt: at(2, 7, 30), EndsAt: at(2, 8, 0)}}, []string{"07:12", "08:00", "09:00", "10:00"}},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.silences = c.silences
			setting := d.config.Settings[alert.StepFailed]
			setting.Repeat = c.repeat
			d.config.Settings[alert.StepFailed] = setting
			becomes("fred", "FAILED", failedAt(at(2, 6, 2), 1, "401"))(d)
			d.pass(at(2, 6, 2), at(2, 10, 0))
			want := []string{"Mon 06:12 firing critical step_failed fred: FRED (fred) failed: 401."}
			for _, clock := range c.want {
				want = append(want, "Mon "+clock+" repeat critical step_failed fred: FRED (fred) failed: 401.")
			}
			d.tells(want...)
		})
	}
}

// Nobody was told while no target was there; the first target hears of what fires.
func TestANewTargetHearsOfWhatFires(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	routes := d.config.Routes
	d.config.Routes = nil
	becomes("fred", "FAILED", failedAt(at(2, 6, 2), 1, "401"))(d)
	d.pass(at(2, 6, 2), at(2, 7, 0))
	d.tells()
	d.config.Routes = routes
	d.pass(at(2, 7, 1), at(2, 7, 2))
	d.tells("Mon 07:01 firing critical step_failed fred: FRED (fred) failed: 401.")
}

// An Alertmanager keeps states, so it hears of ends of which people hear nothing.
func TestATargetThatKeepsStatesHearsOfEveryEnd(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.config.Targets["states"] = alert.Target{Alertmanager: true, Address: "http://localhost:9093"}
	d.config.Routes = append(d.config.Routes, alert.Route{To: []string{"states"}})
	d.pass(at(2, 9, 0), at(2, 10, 30),
		change{at(2, 9, 0), limits(at(2, 9, 0), use("VaR 99%", 6, 7))},
		change{at(2, 10, 0), limits(at(2, 10, 0), use("VaR 99%", 8, 7))})
	warning, breach := "limit_warning VaR 99%: The limit VaR 99% is nearly used up: 6 of 7 (85.71 %).", "limit_breach VaR 99%: The limit VaR 99% is in breach: 8 of 7 (114.29 %)."
	d.tells("Mon 09:00 firing warning "+warning, "Mon 09:00 firing warning "+warning+" [states]",
		"Mon 10:00 firing critical "+breach, "Mon 10:00 firing critical "+breach+" [states]",
		"Mon 10:00 resolved limit_warning VaR 99%, well since 10:00 [states]")
}
