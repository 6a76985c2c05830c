package lineage

import (
	"slices"
	"strings"

	"macrowatch/internal/desk"
)

// Preview collects events, and says what they would become in a database that has no runs yet.
type Preview struct {
	rules  Rules
	redact func(string) string
	facts  map[string]Facts
	jobs   map[string]map[string]bool // the namespaces of each name that no rule names

	// Events counts the events, Ignored those that a rule ignores, and WithoutRun those about a job or a dataset.
	Events, Ignored, WithoutRun int64
}

// NewPreview makes a preview. The function redact takes secrets out of error messages.
func NewPreview(rules Rules, redact func(string) string) *Preview {
	return &Preview{rules: rules, redact: redact, facts: map[string]Facts{}, jobs: map[string]map[string]bool{}}
}

// Add adds an event.
func (p *Preview) Add(e Event) {
	p.Events++
	switch {
	case e.About != AboutRun:
		p.WithoutRun++
		return
	case p.rules.Name(e.Job, e.Parent, e.Root).Ignore:
		p.Ignored++
		return
	}
	facts := FactsOf(e, p.redact)
	if before, known := p.facts[e.RunID]; known {
		facts = Merge(before, facts)
	}
	p.facts[e.RunID] = facts
	if !p.rules.Name(e.Job, facts.Parent, facts.Root).ByRule() {
		if p.jobs[e.Job.Name] == nil {
			p.jobs[e.Job.Name] = map[string]bool{}
		}
		p.jobs[e.Job.Name][e.Job.Namespace] = true
	}
}

// PreviewRun is a run that events would become, with the job that it is a run of.
type PreviewRun struct {
	desk.Run
	Job    Job
	ByRule bool
}

// Runs returns the runs in the order of their starts.
func (p *Preview) Runs() []PreviewRun {
	var runs []PreviewRun
	for _, f := range p.facts {
		named := p.rules.Name(f.Job, f.Parent, f.Root)
		step := named.Step
		if !named.ByRule() {
			step = DefaultStep(f.Job, len(p.jobs[f.Job.Name]) > 1)
		}
		if run, there := f.Run(step); there {
			runs = append(runs, PreviewRun{run, f.Job, named.ByRule()})
		}
	}
	slices.SortFunc(runs, func(a, b PreviewRun) int {
		if order := a.StartedAt.Compare(b.StartedAt); order != 0 {
			return order
		}
		return strings.Compare(a.ID, b.ID)
	})
	return runs
}
