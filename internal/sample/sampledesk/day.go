package sampledesk

import (
	"math/rand/v2"
	"slices"
	"time"

	"macrowatch/internal/desk"
)

const (
	// attempts is how often a step is tried on a day.
	attempts = 3
	// poll is how often the desk's scheduler looks for steps that may start. So all steps that have waited for
	// the same step start at the same moment.
	poll = 5 * time.Second
	// failAgain is the chance that the attempt after a failed one fails for the same cause.
	failAgain = 0.2
)

// backoff returns how long the scheduler waits after the n-th failed attempt, counted from 1.
func backoff(n int) time.Duration {
	if n == 1 {
		return 2 * time.Minute
	}
	return 5 * time.Minute
}

// outcome says how a step ended on a day.
type outcome struct {
	over      time.Time // when the step had ended, or was found not to run
	succeeded bool
}

// event is a finished run, and the failure that ended it, nil if it succeeded. The run has no ID yet. A failed run does not have
// its message yet: the message may name the book, which is not known before the day has come to that run.
type event struct {
	desk.Run
	failure *failure
}

// day returns all runs of a date as they ended, in the order of the plan.
func (d Desk) day(date time.Time, t *timetable) []event {
	var events []event
	done := map[string]outcome{}
	pace, hiccup := d.pace(date), d.hiccup(date, t.connectors)
	for _, s := range t.planFor(date) {
		start := time.Date(date.Year(), date.Month(), date.Day(), s.hour, 0, 0, 0, t.zone).UTC()
		if len(s.after) > 0 {
			start = nextPoll(lastOver(s.after, done))
		}
		if slices.ContainsFunc(s.requires, func(n string) bool { return !done[n].succeeded }) {
			done[s.name] = outcome{over: start}
			continue
		}
		p := performance{
			step: s, pace: pace,
			mustFail: s.name == hiccup,
			causes:   t.causesOn(s.name, date),
			missing:  slices.DeleteFunc(slices.Clone(s.reads), func(n string) bool { return done[n].succeeded }),
			rand:     d.chance(date.Format(time.DateOnly) + " " + s.name),
		}
		tried := p.events(start)
		last := tried[len(tried)-1]
		done[s.name] = outcome{over: last.FinishedAt, succeeded: last.Status == desk.Success}
		events = append(events, tried...)
	}
	return events
}

// lastOver returns when the last of the named steps was over.
func lastOver(names []string, done map[string]outcome) time.Time {
	var last time.Time
	for _, n := range names {
		if done[n].over.After(last) {
			last = done[n].over
		}
	}
	return last
}

// nextPoll returns the scheduler's first look at or after t.
func nextPoll(t time.Time) time.Time {
	return t.Add(poll - 1).Truncate(poll)
}

// performance is one step on one date, with all that decides how its runs go.
type performance struct {
	step     step
	pace     float64
	mustFail bool      // the first attempt fails
	causes   []failure // the ways in which it may fail
	missing  []string  // the connectors that brought no data on this day
	rand     *rand.Rand
}

// events returns the attempts, at least one; only the last can be a SUCCESS.
func (p performance) events(start time.Time) []event {
	if len(p.missing) > 0 {
		// Trying again would find no more data, so the scheduler doesn't.
		return []event{p.failed(start, missingInput(p.step.name, p.missing[0]))}
	}
	fails := p.rand.Float64() < p.step.failRate || p.mustFail
	cause := p.causes[p.rand.IntN(len(p.causes))]
	var events []event
	for n := 1; fails && n <= attempts; n++ {
		e := p.failed(start, cause)
		events = append(events, e)
		start = nextPoll(e.FinishedAt.Add(backoff(n)))
		fails = cause.lasting || p.rand.Float64() < failAgain
	}
	if len(events) == attempts {
		return events
	}
	return append(events, p.event(start, logNormal(p.rand, p.step.median, p.step.spread)*p.pace))
}

// event returns a successful run of about that many seconds.
func (p performance) event(start time.Time, seconds float64) event {
	ms := max(1, int64(seconds*1000))
	took := time.Duration(ms) * time.Millisecond
	return event{Run: desk.Run{
		Step:            p.step.name,
		Status:          desk.Success,
		StartedAt:       start,
		FinishedAt:      start.Add(took),
		DurationSeconds: float64(ms) / 1000, // Duration.Seconds would give 3.1189999999999998
	}}
}

// failed returns a run that ended with the failure.
func (p performance) failed(start time.Time, f failure) event {
	e := p.event(start, logNormal(p.rand, f.seconds, 0.1))
	e.Status, e.failure = desk.Failed, &f
	return e
}
