package alert

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"macrowatch/internal/desk"
)

// sourcesSubject is the subject of the alert about several connectors.
const sourcesSubject = "sources"

// stepFindings adds what is out of order in the pipeline.
func (l look) stepFindings(f *Findings, states []desk.StepState) {
	waiting := waitingFor(states)
	var connectors []desk.StepState
	for _, s := range states {
		l.step(f, s)
		// A step that was missed, or that failed, and is run after all is not told of as late or overdue too.
		overdue, late := desk.AlertKey{Rule: StepOverdue, Subject: s.Step.Name}, desk.AlertKey{Rule: StepLate, Subject: s.Step.Name}
		f.Covers[desk.AlertKey{Rule: StepMissed, Subject: s.Step.Name}] = []desk.AlertKey{overdue, late}
		f.Covers[desk.AlertKey{Rule: StepFailed, Subject: s.Step.Name}] = []desk.AlertKey{overdue}
		for _, rule := range stepRules {
			f.Quiets[desk.AlertKey{Rule: rule, Subject: s.Step.Name}] = keysOf(waiting[s.Step.Name])
		}
		if s.Step.Group == desk.ConnectorGroup {
			connectors = append(connectors, s)
		}
	}
	l.sources(f, connectors, waiting)
}

// keysOf are all alerts about some steps.
func keysOf(steps []string) []desk.AlertKey {
	var keys []desk.AlertKey
	for _, step := range steps {
		for _, rule := range stepRules {
			keys = append(keys, desk.AlertKey{Rule: rule, Subject: step})
		}
	}
	return keys
}

// waitingFor returns by step what waits for it, also through other steps.
func waitingFor(states []desk.StepState) map[string][]string {
	next := map[string][]string{}
	for _, s := range states {
		for _, before := range s.WaitsFor {
			next[before] = append(next[before], s.Step.Name)
		}
	}
	all := map[string][]string{}
	for _, s := range states {
		seen := map[string]bool{s.Step.Name: true}
		for todo := slices.Clone(next[s.Step.Name]); len(todo) > 0; todo = todo[1:] {
			if name := todo[0]; !seen[name] {
				seen[name] = true
				all[s.Step.Name] = append(all[s.Step.Name], name)
				todo = append(todo, next[name]...)
			}
		}
	}
	return all
}

// trouble is a state of a step that is out of order.
type trouble struct {
	rule  string
	since time.Time
	says  string
}

// troubleOf returns what is out of order with a step; its rule is "" if nothing is.
func (l look) troubleOf(s desk.StepState) trouble {
	switch s.State {
	case desk.StepCondition(desk.Failed):
		says := "failed"
		if s.Attempts > 1 {
			says = fmt.Sprintf("failed %d times", s.Attempts)
		}
		if line := firstLine(s.ErrorMessage); line != "" {
			says += ": " + line
		}
		return trouble{StepFailed, cmp.Or(s.FinishedAt, s.StartedAt), says}
	case desk.Late:
		return trouble{StepLate, s.StartBy, fmt.Sprintf("is late: it was due at %s, should have started by %s, and has not", l.clock(s.DueAt), l.clock(s.StartBy))}
	case desk.Missed:
		return trouble{StepMissed, s.EndBy, fmt.Sprintf("was missed: it was due at %s and has not run", l.clock(s.DueAt))}
	case desk.Overdue:
		return trouble{StepOverdue, s.EndBy, fmt.Sprintf("is overdue: it has run since %s and should have ended by %s", l.clock(s.StartedAt), l.clock(s.EndBy))}
	}
	return trouble{}
}

// step adds what is out of order with a step.
func (l look) step(f *Findings, s desk.StepState) {
	found := l.troubleOf(s)
	add := func(rule string, c Condition) {
		c.AlertKey = desk.AlertKey{Rule: rule, Subject: s.Step.Name}
		c.Group, c.Owner, c.Runbook = s.Step.Group, s.Step.Owner, s.Step.Runbook
		f.Conditions = append(f.Conditions, c)
	}
	if found.rule != "" {
		add(found.rule, Condition{Since: found.since, Summary: sentence(l.called(s) + " " + found.says), Path: l.page(l.Pages.Pipeline, found.since)})
	}
	for _, rule := range undecidedIn(s.State) {
		add(rule, Condition{Certainty: Undecided})
	}
}

// undecidedIn returns the rules that a state of a step says nothing about: a step that failed is well when it has
// succeeded, not when it runs again or is due again.
func undecidedIn(state desk.StepCondition) []string {
	switch state {
	case desk.Retrying, desk.Overdue, desk.StepCondition(desk.Running):
		return []string{StepFailed, StepMissed}
	case desk.Late:
		return []string{StepFailed, StepMissed, StepOverdue}
	case desk.Missed:
		return []string{StepFailed}
	case desk.StepCondition(desk.Failed):
		return []string{StepMissed}
	case desk.StepCondition(desk.Skipped):
		return stepRules[:]
	}
	return nil
}

// sources adds the alert about several connectors in trouble at once. It begins with as many connectors as the
// threshold says, and ends when all are well. While it is open nothing is told of one connector by itself, nor of what
// waits for connectors.
func (l look) sources(f *Findings, connectors []desk.StepState, waiting map[string][]string) {
	key := desk.AlertKey{Rule: SourcesDown, Subject: sourcesSubject}
	var names, owners, says []string
	var began []time.Time
	for _, s := range connectors {
		names = append(names, s.Step.Name)
		f.Quiets[key] = append(f.Quiets[key], keysOf(waiting[s.Step.Name])...)
		found := l.troubleOf(s)
		if s.State == desk.Retrying {
			found = trouble{StepFailed, s.StartedAt, "is tried again"}
		}
		if found.rule == "" {
			continue
		}
		began = append(began, found.since)
		says = append(says, l.called(s)+" "+found.says)
		owners = append(owners, s.Step.Owner)
	}
	own := keysOf(names)
	f.Covers[key], f.Quiets[key] = own, append(f.Quiets[key], own...)
	if len(began) == 0 {
		return
	}
	c := Condition{AlertKey: key, Group: desk.ConnectorGroup, Path: l.page(l.Pages.Pipeline, slices.MinFunc(began, time.Time.Compare))}
	if slices.Sort(owners); owners[0] == owners[len(owners)-1] {
		c.Owner = owners[0]
	}
	least := max(int(l.setting(SourcesDown).Threshold), 1)
	c.Value, c.Limit = number(float64(len(began))), number(float64(least))
	c.Summary = sentence(fmt.Sprintf("%d of %d connectors are in trouble: %s", len(began), len(connectors), strings.Join(says, "; ")))
	if len(began) < least {
		c.Certainty = Lingers
	} else {
		slices.SortFunc(began, time.Time.Compare)
		c.Since = began[least-1]
	}
	f.Conditions = append(f.Conditions, c)
}

// called is a step's title with its name, if they differ.
func (l look) called(s desk.StepState) string {
	if s.Step.Title == "" || s.Step.Title == s.Step.Name {
		return s.Step.Name
	}
	return fmt.Sprintf("%s (%s)", s.Step.Title, s.Step.Name)
}
