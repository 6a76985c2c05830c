package deskfile

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"macrowatch/internal/desk"
	"macrowatch/internal/desk/schedule"
	"macrowatch/internal/suggest"
	"macrowatch/internal/yamlnode"
)

// The grace of a step that has a schedule and does not say how long it may take.
const (
	startGrace = 15 * time.Minute
	endGrace   = time.Hour // after the time by which it must have started
)

// place is where a step and what it waits for stand.
type place struct {
	step  ast.Node
	waits []ast.Node
}

// steps reads the list of steps, which replaces the built-in one.
func (r *reader) steps(node ast.Node) {
	r.file.Rules.Steps = nil
	var places []place
	for _, item := range r.items(node, "steps") {
		if s, at, ok := r.step(item); ok {
			r.file.Rules.Steps = append(r.file.Rules.Steps, s)
			places = append(places, at)
		}
	}
	r.checkSteps(node, places)
}

// step reads one step. It returns false if the step has no name by which others could be compared with it.
func (r *reader) step(node ast.Node) (desk.Step, place, bool) {
	s, at := desk.Step{}, place{step: node}
	var cron ast.Node
	given := len(r.faults)
	pairs := r.pairs(node, "a step")
	r.fieldsOf(pairs, "a step", []yamlnode.Field{
		{Key: "name", Read: r.label("name", &s.Name)},
		{Key: "title", Read: r.label("title", &s.Title)},
		{Key: "group", Read: r.label("group", &s.Group)},
		{Key: "schedule", Read: func(n ast.Node) { cron = n }},
		{Key: "start_within", Read: r.duration("start_within", &s.StartGrace)},
		{Key: "end_within", Read: r.duration("end_within", &s.EndGrace)},
		{Key: "waits_for", Read: func(n ast.Node) {
			r.labels("waits_for", "a step", &s.WaitsFor)(n)
			if list, is := n.(*ast.SequenceNode); is {
				at.waits = list.Values
			}
		}},
		{Key: "holidays", Read: r.markets("holidays", &s.Holidays)},
		{Key: "owner", Read: r.label("owner", &s.Owner)},
		{Key: "runbook", Read: r.label("runbook", &s.Runbook)},
	})
	if s.Name == "" {
		if len(r.faults) == given {
			r.fault(node, "a step has no name")
		}
		return s, at, false
	}
	if s.Title == "" {
		s.Title = s.Name
	}
	if len(s.WaitsFor) == 0 {
		s.WaitsFor = nil
	}
	if cron != nil {
		r.schedule(cron, &s)
	}
	if err := s.Validate(); err != nil && len(r.faults) == given {
		where := node
		for _, pair := range pairs {
			if s.Runbook != "" && strings.Contains(err.Error(), "the runbook") && pair.Key.GetToken().Value == "runbook" {
				where = pair.Value
			}
		}
		r.fault(where, "%v", err)
	}
	return s, at, true
}

// schedule reads a step's cron expression and fills in the grace that the step does not name.
func (r *reader) schedule(node ast.Node, s *desk.Step) {
	text, ok := r.textOf(node, "schedule")
	if !ok {
		return
	}
	if _, err := schedule.Parse(text, r.file.Rules.Location()); err != nil {
		r.fault(node, "step %s: %v", s.Name, err)
		return
	}
	s.Cron = text
	if s.StartGrace == 0 {
		s.StartGrace = startGrace
		if s.EndGrace > 0 && s.EndGrace <= startGrace {
			s.StartGrace = s.EndGrace / 2
		}
	}
	if s.EndGrace == 0 {
		s.EndGrace = s.StartGrace + endGrace
	}
}

// checkSteps compares the steps with each other.
func (r *reader) checkSteps(list ast.Node, places []place) {
	steps := r.file.Rules.Steps
	var names []string
	for n, s := range steps {
		switch {
		case slices.Contains(names, s.Name):
			r.fault(places[n].step, "step %s is listed twice", s.Name)
		case slices.ContainsFunc(steps[:n], func(o desk.Step) bool { return o.Title == s.Title }):
			r.fault(places[n].step, "step %s: another step has the title %q as well", s.Name, s.Title)
		}
		names = append(names, s.Name)
	}
	known := len(r.faults)
	for n, s := range steps {
		for _, item := range places[n].waits {
			if name, _ := item.(*ast.StringNode); name != nil && !slices.Contains(names, name.Value) {
				r.fault(item, "step %s waits for %q, which is not one of the steps%s; the steps are %s", s.Name, name.Value, suggest.Hint(name.Value, names), strings.Join(names, ", "))
			}
		}
	}
	if len(r.faults) > known {
		return
	}
	var circle *desk.CircleError
	if errors.As(r.file.Rules.Validate(), &circle) {
		at := slices.Index(names, circle.Steps[0])
		r.fault(places[at].step, "%v", circle)
	}
}
