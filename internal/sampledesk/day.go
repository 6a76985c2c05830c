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
	// poll is how often the desk's scheduler looks for steps that may start: what has waited for
	// the same step starts at the same moment.
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

// outcome is what a step came to on a day.
type outcome struct {
	over      time.Time // when nothing more was to be expected of it
	succeeded bool
}

// day returns all runs of a date, each to its end, in the order of the plan.
func (d Desk) day(date time.Time, zone *time.Location) []desk.Run {
	var runs []desk.Run
	done := map[string]outcome{}
	pace, hiccup := d.pace(date), d.hiccup(date)
	for _, s := range planFor(date) {
		start := time.Date(date.Year(), date.Month(), date.Day(), s.hour, 0, 0, 0, zone).UTC()
		if len(s.after) > 0 {
			start = nextPoll(lastOver(s.after, done))
		}
		if slices.ContainsFunc(s.requires, func(n string) bool { return !done[n].succeeded }) {
			done[s.name] = outcome{over: start}
			continue
		}
		p := performance{
			desk: d, step: s, date: date, pace: pace,
			mustFail: s.name == hiccup,
			missing:  slices.DeleteFunc(slices.Clone(s.reads), func(n string) bool { return done[n].succeeded }),
			rand:     d.chance(date.Format(time.DateOnly) + " " + s.name),
		}
		tried := p.runs(start)
		last := tried[len(tried)-1]
		done[s.name] = outcome{over: last.FinishedAt, succeeded: last.Status == desk.Success}
		runs = append(runs, tried...)
	}
	return runs
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

// performance is one step on one date, with what decides how it goes.
type performance struct {
	desk     Desk
	step     step
	date     time.Time
	pace     float64
	mustFail bool     // the first attempt fails
	missing  []string // connectors whose data of the day did not come
	rand     *rand.Rand
}

// runs returns the attempts, at least one; only the last can be a SUCCESS.
func (p performance) runs(start time.Time) []desk.Run {
	if len(p.missing) > 0 {
		// Trying again would find no more data, so the scheduler doesn't.
		return []desk.Run{p.failed(start, missingInput(p.step.name, p.missing[0]))}
	}
	fails := p.rand.Float64() < p.step.failRate || p.mustFail
	known := failuresOf(p.step.name)
	cause := known[p.rand.IntN(len(known))]
	var runs []desk.Run
	for n := 1; fails && n <= attempts; n++ {
		r := p.failed(start, cause)
		runs = append(runs, r)
		start = nextPoll(r.FinishedAt.Add(backoff(n)))
		fails = cause.lasting || p.rand.Float64() < failAgain
	}
	if len(runs) == attempts {
		return runs
	}
	return append(runs, p.run(start, logNormal(p.rand, p.step.median, p.step.spread)*p.pace))
}

// run returns a successful run of about that many seconds.
func (p performance) run(start time.Time, seconds float64) desk.Run {
	ms := max(1, int64(seconds*1000))
	took := time.Duration(ms) * time.Millisecond
	return desk.Run{
		ID:              p.desk.runID(p.step.name, start),
		Step:            p.step.name,
		Status:          desk.Success,
		StartedAt:       start,
		FinishedAt:      start.Add(took),
		DurationSeconds: float64(ms) / 1000, // Duration.Seconds would give 3.1189999999999998
	}
}

// failed returns a run that ended with the failure.
func (p performance) failed(start time.Time, f failure) desk.Run {
	r := p.run(start, logNormal(p.rand, f.seconds, 0.1))
	r.Status, r.ErrorMessage = desk.Failed, f.message(p.date, p.rand)
	return r
}
