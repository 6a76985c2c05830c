package schedule

import (
	"fmt"
	"slices"
	"time"

	"macrowatch/internal/desk"
)

// widest is how long before it is due a step may start at the earliest, and still serve the expected run.
const widest = 2 * time.Hour

// furthest is longer than the time between any two days of one expression. Leap days that are no weekend come up to 40
// years apart, around 2100.
const furthest = 41 * 366 * 24 * time.Hour

// Schedule says when a step is expected to run. It keeps the holidays that it has looked up, so only one goroutine may
// use it at a time.
type Schedule struct {
	step                 string
	expression           Expression
	weekend              []time.Weekday // on which it is never due
	off                  *desk.DaysOff
	startGrace, endGrace time.Duration
}

// Of returns the schedule of a step of a desk, nil if the step has none. The error says what is wrong with its expression,
// or which market is not known.
func Of(rules desk.Rules, step desk.Step) (*Schedule, error) {
	if step.Cron == "" {
		return nil, nil
	}
	expression, err := Parse(step.Cron, rules.Location())
	if err != nil {
		return nil, fmt.Errorf("step %s: %w", step.Name, err)
	}
	s := &Schedule{step: step.Name, expression: expression, startGrace: step.StartGrace, endGrace: step.EndGrace}
	if !expression.namesWeekdays() {
		s.weekend = rules.Calendar.Weekend
	}
	if s.off, err = rules.StepDaysOff(step); err != nil {
		return nil, fmt.Errorf("step %s: %w", step.Name, err)
	}
	return s, nil
}

// Check returns what is wrong with the schedules and the holidays of a desk in one sentence, or nil.
func Check(rules desk.Rules) error {
	if _, err := rules.DaysOff(); err != nil {
		return fmt.Errorf("the desk's calendar: %w", err)
	}
	for _, step := range rules.Steps {
		if _, err := Of(rules, step); err != nil {
			return err
		}
	}
	return nil
}

// due returns what is due from an instant on and before another one.
func (s *Schedule) due(from, to time.Time) []due {
	return slices.DeleteFunc(s.expression.between(from, to), func(d due) bool { return slices.Contains(s.weekend, d.date.Weekday()) })
}

// Expected returns the expected runs that are due from an instant on and before another one, in order.
func (s *Schedule) Expected(from, to time.Time) []desk.ExpectedRun {
	return s.After(time.Time{}, from, to)
}

// After returns what Expected returns, for a schedule that takes the place of another one: last is when the last run by
// that one was due. The zero time means that there was none.
func (s *Schedule) After(last, from, to time.Time) []desk.ExpectedRun {
	all := s.due(from, to)
	if len(all) == 0 {
		return nil
	}
	if last.IsZero() {
		// Only a slot within twice the widest time decides when the first one opens.
		if before := s.due(all[0].at.Add(-2*widest), all[0].at); len(before) > 0 {
			last = before[len(before)-1].at
		}
	}
	next, known := s.next(all[len(all)-1].at)
	var expected []desk.ExpectedRun
	for i, d := range all {
		run := desk.ExpectedRun{
			Step: s.step, DueAt: d.at, OpensAt: opens(last, d.at),
			StartBy: d.at.Add(s.startGrace), EndBy: d.at.Add(s.endGrace), Skipped: s.off.On(d.date),
		}
		switch {
		case i+1 < len(all):
			run.ClosesAt = opens(d.at, all[i+1].at)
		case known:
			run.ClosesAt = opens(d.at, next)
		default:
			run.ClosesAt = d.at.Add(furthest)
		}
		expected = append(expected, run)
		last = d.at
	}
	return expected
}

// opens returns from when a run serves what is due at an instant. last is when the step was due before; the zero time
// means long ago.
func opens(last, due time.Time) time.Time {
	early := widest
	if !last.IsZero() {
		early = min(early, due.Sub(last)/2)
	}
	return due.Add(-early)
}

// next returns when the step is due next after an instant, if ever.
func (s *Schedule) next(after time.Time) (time.Time, bool) {
	for from, span := after.Add(time.Second), 48*time.Hour; span < 2*furthest; span *= 4 {
		if all := s.due(from, from.Add(span)); len(all) > 0 {
			return all[0].at, true
		}
	}
	return time.Time{}, false
}
