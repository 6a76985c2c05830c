package desk

import (
	"errors"
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"macrowatch/internal/suggest"
)

// Status says where a run stands, or how it ended.
type Status string

// The statuses of a run. A QUEUED run has not begun. macrowatch records no such run, but other tools' tables
// have them.
const (
	Running   Status = "RUNNING"
	Success   Status = "SUCCESS"
	Failed    Status = "FAILED"
	Cancelled Status = "CANCELLED" // somebody ended it
	Skipped   Status = "SKIPPED"   // there was nothing to do
	Queued    Status = "QUEUED"
)

// Terminal reports whether a run of this status is over.
func (s Status) Terminal() bool {
	return s == Success || s == Failed || s == Cancelled || s == Skipped
}

// Statuses are all statuses that a run can have.
func Statuses() []Status { return []Status{Success, Running, Failed, Cancelled, Skipped, Queued} }

// RecordedStatuses are the statuses with which macrowatch records a run.
func RecordedStatuses() []string {
	return []string{string(Running), string(Success), string(Failed), string(Cancelled), string(Skipped)}
}

// Run is one run of a pipeline step: a row of pipeline_runs.
type Run struct {
	ID        string // unique; exec writes a UUID
	Step      string
	Status    Status
	StartedAt time.Time
	// FinishedAt is zero while the run is RUNNING and set once it is over.
	FinishedAt time.Time
	// DurationSeconds is how long the run took by a monotonic clock, which may differ a little
	// from FinishedAt − StartedAt; 0 while it is RUNNING.
	DurationSeconds float64
	// ErrorMessage says why a FAILED run failed; "" otherwise.
	ErrorMessage string
}

// Validate returns what is wrong with the run in one sentence, or nil.
func (r Run) Validate() error {
	if err := validateName("run_id", r.ID); err != nil {
		return err
	}
	if err := ValidateStep(r.Step); err != nil {
		return err
	}
	switch {
	case r.Status != Running && !r.Status.Terminal():
		return fmt.Errorf("status %q is not %s", r.Status, suggest.Listed(RecordedStatuses(), "or"))
	case r.StartedAt.IsZero():
		return errors.New("started_at is missing")
	case r.Status == Running && !r.FinishedAt.IsZero():
		return errors.New("finished_at is set although status is RUNNING")
	case r.Status.Terminal() && r.FinishedAt.IsZero():
		return fmt.Errorf("finished_at is missing although status is %s", r.Status)
	case r.Status.Terminal() && r.FinishedAt.Before(r.StartedAt):
		return fmt.Errorf("finished_at %s is before started_at %s",
			r.FinishedAt.Format(time.RFC3339Nano), r.StartedAt.Format(time.RFC3339Nano))
	case math.IsNaN(r.DurationSeconds) || math.IsInf(r.DurationSeconds, 0) || r.DurationSeconds < 0:
		return fmt.Errorf("duration_seconds %v is not a finite number of at least 0", r.DurationSeconds)
	case !utf8.ValidString(r.ErrorMessage):
		return errors.New("error_message is not valid UTF-8")
	case r.Status == Running && r.DurationSeconds != 0:
		return errors.New("duration_seconds is set although status is RUNNING")
	}
	return r.durationFault()
}

// A duration may differ from the time between start and finish by durationShare of it and by durationLeast
// seconds: the machine's clock may have been corrected meanwhile, and whoever wrote the row may have rounded.
const (
	durationShare = 0.01
	durationLeast = 2
)

// wallSeconds is the time between the start and the finish.
func (r Run) wallSeconds() float64 { return r.FinishedAt.Sub(r.StartedAt).Seconds() }

// durationFault reports a duration that is not the time between the start and the finish.
func (r Run) durationFault() error {
	wall := r.wallSeconds()
	if !r.Status.Terminal() || !apart(r.DurationSeconds, wall, durationShare, durationLeast) {
		return nil
	}
	looks := ""
	for _, unit := range []struct {
		factor float64
		name   string
	}{{1000, "milliseconds"}, {1.0 / 60, "minutes"}, {1.0 / 3600, "hours"}} {
		if isMultiple(r.DurationSeconds, wall, unit.factor) {
			looks = "; it looks like " + unit.name
		}
	}
	return faultf("duration_seconds", "%v does not agree with the %v seconds from started_at to finished_at%s", r.DurationSeconds, wall, looks)
}

// Agreeing returns the run with a duration that agrees with its start and finish. The measured duration may
// disagree because the machine slept, or because its clock was set. Then the duration becomes the time between
// the two.
func (r Run) Agreeing() Run {
	if r.durationFault() != nil {
		r.DurationSeconds = r.wallSeconds()
	}
	return r
}
