package alert_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/alert"
	"macrowatch/internal/desk"
)

// theDesk is a source and a book that a test sets.
type theDesk struct {
	t       *testing.T
	rules   desk.Rules
	config  alert.Config
	states  map[string]desk.StepState
	figures desk.AlertFigures
	spool   alert.Spool
	failing error

	ids      int
	alerts   map[string]desk.Alert
	silences []desk.AlertSilence
	told     []string
}

func newDesk(t *testing.T) *theDesk {
	d := &theDesk{t: t, rules: desk.BuiltInRules(), config: alert.DefaultConfig(), states: map[string]desk.StepState{}, alerts: map[string]desk.Alert{}}
	d.config.Targets["all"] = alert.Target{Address: "generic://receiver"}
	d.config.Routes = []alert.Route{{To: []string{"all"}}}
	for _, s := range []desk.Step{
		{Name: "fred", Title: "FRED", Group: desk.ConnectorGroup, Owner: "data"},
		{Name: "yahoo", Title: "Yahoo Finance", Group: desk.ConnectorGroup, Owner: "data", Runbook: "https://wiki.example/yahoo"},
		{Name: "ptax", Title: "BCB PTAX", Group: desk.ConnectorGroup, Owner: "data"},
		{Name: "closing_prices", Title: "closing_prices", Group: "prices", WaitsFor: []string{"fred", "yahoo"}},
		{Name: "signals", Title: "Signals", Group: "signals", Owner: "quant", WaitsFor: []string{"closing_prices"}},
	} {
		d.states[s.Name] = desk.StepState{Step: s, State: "SUCCESS", WaitsFor: s.WaitsFor}
	}
	return d
}

// at is a time of the week of 2 March 2026, a Monday, on the desk's clock.
func at(day, hour, minute int) time.Time {
	return time.Date(2026, 3, day, hour, minute, 0, 0, desk.BuiltInRules().Location())
}

func (d *theDesk) StepStates(context.Context, time.Time) ([]desk.StepState, error) {
	var all []desk.StepState
	for _, s := range d.states {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b desk.StepState) int { return cmp.Compare(a.Step.Name, b.Step.Name) })
	return all, d.failing
}

func (d *theDesk) Figures(context.Context, time.Time) (desk.AlertFigures, error) {
	return d.figures, d.failing
}
func (d *theDesk) Spool(context.Context) (alert.Spool, error) { return d.spool, d.failing }

func (d *theDesk) AlertTurn(context.Context, string, time.Duration) (bool, error) { return true, nil }

func (d *theDesk) AlertUpdate(_ context.Context, at time.Time, decide func([]desk.Alert, []desk.AlertSilence) desk.AlertChanges) error {
	var open []desk.Alert
	for _, a := range d.alerts {
		if a.State != desk.AlertResolved {
			open = append(open, a)
		}
	}
	slices.SortFunc(open, func(a, b desk.Alert) int { return cmp.Compare(a.ID, b.ID) })
	changes := decide(open, d.silences)
	for _, a := range changes.Write {
		if a.State != desk.AlertResolved {
			for _, other := range d.alerts {
				if other.State != desk.AlertResolved && other.Key() == a.Key() && other.ID != a.ID {
					d.t.Errorf("two open alerts of %v", a.Key())
				}
			}
		}
		d.alerts[a.ID] = a
	}
	for _, id := range changes.Forget {
		delete(d.alerts, id)
	}
	for _, s := range changes.Send {
		a := d.alerts[s.AlertID]
		line := fmt.Sprintf("%s %s %s %s %s: %s", at.In(d.rules.Location()).Format("Mon 15:04"), s.Tells, a.Severity, a.Rule, a.Subject, a.Summary)
		if s.Tells == desk.TellsResolved {
			line = fmt.Sprintf("%s resolved %s %s, well since %s", at.In(d.rules.Location()).Format("Mon 15:04"), a.Rule, a.Subject, a.ResolvedAt.In(d.rules.Location()).Format("15:04"))
		}
		if s.Route != "all" {
			line += " [" + s.Route + "]"
		}
		d.told = append(d.told, line)
	}
	return nil
}

func (d *theDesk) evaluator() *alert.Evaluator {
	return alert.New(d, d, alert.Options{Config: d.config, Rules: d.rules, Host: "desk-1",
		Pages: alert.Pages{Pipeline: "/d/pipeline", Signals: "/d/signals", Portfolio: "/d/portfolio", Risk: "/d/risk"},
		NewID: func() string { d.ids++; return fmt.Sprintf("id-%04d", d.ids) }})
}

// change is what happens at a time of a test.
type change struct {
	at time.Time
	do func(*theDesk)
}

// pass evaluates every minute from a time up to another, and makes the changes at their times.
func (d *theDesk) pass(from, to time.Time, changes ...change) {
	d.t.Helper()
	e := d.evaluator()
	for now := from; !now.After(to); now = now.Add(time.Minute) {
		for _, c := range changes {
			if c.at.Equal(now) {
				c.do(d)
			}
		}
		if err := e.Round(d.t.Context(), now, 0); err != nil && d.failing == nil {
			d.t.Fatal(err)
		}
	}
}

// tells compares what was told with what should have been.
func (d *theDesk) tells(want ...string) {
	d.t.Helper()
	if !slices.Equal(d.told, want) {
		d.t.Errorf("told:\n%s\nwant:\n%s", strings.Join(d.told, "\n"), strings.Join(want, "\n"))
	}
}

func (d *theDesk) step(name string, set func(*desk.StepState)) {
	s := d.states[name]
	set(&s)
	d.states[name] = s
}

// becomes sets the state of a step.
func becomes(name, state string, set ...func(*desk.StepState)) func(*theDesk) {
	return func(d *theDesk) {
		d.step(name, func(s *desk.StepState) {
			s.State = desk.StepCondition(state)
			for _, f := range set {
				f(s)
			}
		})
	}
}

// due sets when a step is due, and its times.
func due(at, startBy, endBy time.Time) func(*desk.StepState) {
	return func(s *desk.StepState) { s.DueAt, s.StartBy, s.EndBy = at, startBy, endBy }
}

// failedAt sets how a run failed.
func failedAt(at time.Time, attempts int, message string) func(*desk.StepState) {
	return func(s *desk.StepState) { s.FinishedAt, s.Attempts, s.ErrorMessage = at, attempts, message }
}
