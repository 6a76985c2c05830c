package desk

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// ConnectorGroup is the group of the steps that fetch data from outside. They have tiles of their own.
const ConnectorGroup = "connector"

// Step is a step of the desk's pipeline, as the desk expects it to run.
type Step struct {
	Name  string // step_name in pipeline_runs
	Title string // as people call it
	Group string // ConnectorGroup, or another such as "signals"
	// Cron says when the step is due: a cron expression of five fields, or one such as @daily, in the desk's zone.
	// An expression that leaves the day of the week open is not due on the days of the desk's weekend; one that
	// names days of the week is due on exactly these. "" means that the step has no schedule.
	Cron string
	// Holidays are the markets on whose holidays the step does not run, such as B3, US or UK. Where it is nil, the
	// step keeps the desk's own calendar. An empty list that is not nil means that it runs on every holiday, and
	// on the desk's own days off as well.
	Holidays   []string
	StartGrace time.Duration // how long after it is due it must have started
	EndGrace   time.Duration // how long after it is due it must have ended
	WaitsFor   []string      // the steps that must have ended before it starts
	Owner      string        // who is told of its trouble; may be empty
	Runbook    string        // the http(s) address of what to do then; may be empty
}

// Connectors returns the steps that fetch data from outside, in the order of their tiles on Pipeline Health.
func (r Rules) Connectors() []Step {
	var all []Step
	for _, s := range r.Steps {
		if s.Group == ConnectorGroup {
			all = append(all, s)
		}
	}
	return all
}

// Step returns the step of a name, and whether the desk has it.
func (r Rules) Step(name string) (Step, bool) {
	n := slices.IndexFunc(r.Steps, func(s Step) bool { return s.Name == name })
	if n < 0 {
		return Step{}, false
	}
	return r.Steps[n], true
}

// Groups returns the groups of the steps, each once, in the order in which the steps name them.
func (r Rules) Groups() []string {
	var all []string
	for _, s := range r.Steps {
		if !slices.Contains(all, s.Group) {
			all = append(all, s.Group)
		}
	}
	return all
}

// HolidaysOf returns the markets on whose holidays a step does not run.
func (r Rules) HolidaysOf(s Step) []string {
	if s.Holidays == nil {
		return r.Calendar.Holidays
	}
	return s.Holidays
}

// KeepsOwnDays reports whether a step does not run on the desk's own days off.
func (s Step) KeepsOwnDays() bool { return s.Holidays == nil || len(s.Holidays) > 0 }

// stepsFault says what is wrong with the steps in one sentence, or nil.
func (r Rules) stepsFault() error {
	for n, s := range r.Steps {
		if err := s.Validate(); err != nil {
			return err
		}
		for _, other := range r.Steps[:n] {
			switch {
			case other.Name == s.Name:
				return fmt.Errorf("step %s is listed twice", s.Name)
			case other.Title == s.Title:
				return fmt.Errorf("step %s: step %s has the title %q as well", s.Name, other.Name, s.Title)
			}
		}
		for _, other := range s.WaitsFor {
			if _, there := r.Step(other); !there {
				return fmt.Errorf("step %s waits for %q, which is not one of the steps", s.Name, other)
			}
		}
	}
	if circle := r.circleOfWaits(); circle != nil {
		return &CircleError{circle}
	}
	return nil
}

// CircleError says that steps wait for each other in a circle. The first one is there again at the end.
type CircleError struct{ Steps []string }

// Error returns the sentence.
func (e *CircleError) Error() string {
	return fmt.Sprintf("step %s, so none of them ever starts", strings.Join(e.Steps, " waits for "))
}

// Validate returns what is wrong with the step by itself in one sentence, or nil.
func (s Step) Validate() error {
	if err := ValidateStep(s.Name); err != nil {
		return fmt.Errorf("step %q, titled %q: %w", s.Name, s.Title, err)
	}
	if problem := s.problem(); problem != nil {
		return fmt.Errorf("step %s %w", s.Name, problem)
	}
	return nil
}

// problem is what is wrong with a step whose name is right. It follows the step's name in a sentence.
func (s Step) problem() error {
	for _, text := range []struct{ what, is string }{{"title", s.Title}, {"group", s.Group}, {"owner", s.Owner}} {
		if text.is == "" && text.what != "owner" {
			return fmt.Errorf("has no %s", text.what)
		}
		if problem := NameProblem(text.is); problem != "" {
			return fmt.Errorf("has the %s %q, which %s", text.what, text.is, problem)
		}
	}
	switch {
	case s.StartGrace < 0 || s.EndGrace < 0:
		return errors.New("has a grace time below zero")
	case s.Cron == "" && (s.StartGrace != 0 || s.EndGrace != 0):
		return errors.New("has a grace time and no schedule that it could be counted from")
	case s.Cron != "" && s.EndGrace <= s.StartGrace:
		return fmt.Errorf("must have ended %v after it is due, which is not later than the %v by which it must have started", s.EndGrace, s.StartGrace)
	case slices.Contains(s.WaitsFor, s.Name):
		return errors.New("waits for itself, so it never starts")
	}
	if other, there := firstTwice(s.WaitsFor); there {
		return fmt.Errorf("waits for %s twice", other)
	}
	if market, there := firstTwice(s.Holidays); there {
		return fmt.Errorf("names the holidays of %s twice", market)
	}
	return s.runbookProblem()
}

func (s Step) runbookProblem() error {
	if s.Runbook == "" {
		return nil
	}
	address, err := url.Parse(s.Runbook)
	if err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https" {
		return fmt.Errorf("has the runbook %q, which is not an address that begins with http:// or https://", s.Runbook)
	}
	return nil
}

// circleOfWaits returns steps that wait for each other in a circle, the first again at the end, or nil.
func (r Rules) circleOfWaits() []string {
	const open, closed = 1, 2
	state, path := map[string]int{}, []string{}
	var circle []string
	var visit func(name string) bool
	visit = func(name string) bool {
		switch state[name] {
		case closed:
			return false
		case open:
			circle = append(slices.Clone(path[slices.Index(path, name):]), name)
			return true
		}
		state[name], path = open, append(path, name)
		s, _ := r.Step(name)
		if slices.ContainsFunc(s.WaitsFor, visit) {
			return true
		}
		state[name], path = closed, path[:len(path)-1]
		return false
	}
	for _, s := range r.Steps {
		if visit(s.Name) {
			return circle
		}
	}
	return nil
}

// firstTwice returns the first text that a list has a second time.
func firstTwice(list []string) (string, bool) {
	for n, text := range list {
		if slices.Contains(list[:n], text) {
			return text, true
		}
	}
	return "", false
}
