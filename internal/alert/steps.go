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
func (l look) stepFindings(f *Findings, states []StepState) {
	waiting := waitingFor(states)
	var connectors []StepState
	for _, s := range states {
		l.step(f, s)
		f.Covers[desk.AlertKey{Rule: StepMissed, Subject: s.Name}] = []desk.AlertKey{{Rule: StepLate, Subject: s.Name}}
		for _, rule := range stepRules {
			f.Quiets[desk.AlertKey{Rule: rule, Subject: s.Name}] = keysOf(waiting[s.Name])
		}
		if s.Group == desk.ConnectorGroup {
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
func waitingFor(states []StepState) map[string][]string {
	next := map[string][]string{}
	for _, s := range states {
		for _, before := range s.WaitsFor {
			next[before] = append(next[before], s.Name)
		}
	}
	all := map[string][]string{}
	for _, s := range states {
		seen := map[string]bool{s.Name: true}
		for todo := slices.Clone(next[s.Name]); len(todo) > 0; todo = todo[1:] {
			if name := todo[0]; !seen[name] {
				seen[name] = true
				all[s.Name] = append(all[s.Name], name)
				todo = append(todo, next[name]...)
			}
		}
	}
	return all
}

// The states of a step that the rules know.
const (
	isFailed   = "FAILED"
	isLate     = "LATE"
	isMissed   = "MISSED"
	isOverdue  = "OVERDUE"
	isRetrying = "RETRYING"
	isRunning  = "RUNNING"
	isSkipped  = "SKIPPED"
)

// trouble is a state of a step that is out of order.
type trouble struct {
	rule  string
	since time.Time
	says  string
}

// troubleOf returns what is out of order with a step; its rule is "" if nothing is.
func (l look) troubleOf(s StepState) trouble {
	switch s.State {
	case isFailed:
		says := "failed"
		if s.Attempts > 1 {
			says = fmt.Sprintf("failed %d times", s.Attempts)
		}
		if line := firstLine(s.ErrorMessage); line != "" {
			says += ": " + line
		}
		return trouble{StepFailed, cmp.Or(s.FinishedAt, s.StartedAt), says}
	case isLate:
		return trouble{StepLate, s.StartBy, fmt.Sprintf("is late: it was due at %s, should have started by %s, and has not", l.clock(s.DueAt), l.clock(s.StartBy))}
	case isMissed:
		return trouble{StepMissed, s.EndBy, fmt.Sprintf("was missed: it was due at %s and has not run", l.clock(s.DueAt))}
	case isOverdue:
		return trouble{StepOverdue, s.EndBy, fmt.Sprintf("is overdue: it has run since %s and should have ended by %s", l.clock(s.StartedAt), l.clock(s.EndBy))}
	}
	return trouble{}
}

// step adds what is out of order with a step.
func (l look) step(f *Findings, s StepState) {
	found := l.troubleOf(s)
	add := func(rule string, c Condition) {
		c.AlertKey = desk.AlertKey{Rule: rule, Subject: s.Name}
		c.Group, c.Owner, c.Runbook = s.Group, s.Owner, s.Runbook
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
func undecidedIn(state string) []string {
	switch state {
	case isRetrying, isRunning:
		return []string{StepFailed, StepMissed}
	case isOverdue:
		return []string{StepFailed, StepMissed}
	case isLate:
		return []string{StepFailed, StepMissed, StepOverdue}
	case isMissed:
		return []string{StepFailed}
	case isFailed:
		return []string{StepMissed}
	case isSkipped:
		return stepRules[:]
	}
	return nil
}

// sources adds the alert about several connectors in trouble at once. It begins with as many connectors as the
// threshold says, and ends when all are well. While it is open nothing is told of one connector by itself, nor of what
// waits for connectors.
func (l look) sources(f *Findings, connectors []StepState, waiting map[string][]string) {
	key := desk.AlertKey{Rule: SourcesDown, Subject: sourcesSubject}
	var names, owners, says []string
	var began []time.Time
	for _, s := range connectors {
		names = append(names, s.Name)
		f.Quiets[key] = append(f.Quiets[key], keysOf(waiting[s.Name])...)
		found := l.troubleOf(s)
		if s.State == isRetrying {
			found = trouble{StepFailed, s.StartedAt, "is tried again"}
		}
		if found.rule == "" {
			continue
		}
		began = append(began, found.since)
		says = append(says, l.called(s)+" "+found.says)
		owners = append(owners, s.Owner)
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
func (l look) called(s StepState) string {
	if s.Title == "" || s.Title == s.Name {
		return s.Name
	}
	return fmt.Sprintf("%s (%s)", s.Title, s.Name)
}
