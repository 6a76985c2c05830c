package desk

import "time"

// StepCondition says how a step stands at an instant: a Status, or one of the words below. A word of another tool that is
// not known stands for itself, in quotation marks.
type StepCondition string

// The conditions that are no status of a run.
const (
	Late     StepCondition = "LATE"     // it should have started, and has not
	Missed   StepCondition = "MISSED"   // it should have ended, and has not started
	Overdue  StepCondition = "OVERDUE"  // it runs, and should have ended
	Retrying StepCondition = "RETRYING" // an attempt failed, and a later one runs
	Stale    StepCondition = "STALE"    // a step without a schedule has not run for long
	NoRuns   StepCondition = "NO RUNS"  // it has never run, and nothing was expected of it yet
)

// StepState is how a step stands at an instant.
type StepState struct {
	Step  Step // as the database has it; Holidays is not known
	State StepCondition
	// DueAt, StartBy and EndBy are those of the expected run that the state is about. They are zero for a step
	// without a schedule.
	DueAt, StartBy, EndBy time.Time
	// Skipped is the name of the holiday on which the step is not run; "" if it must run.
	Skipped string
	// The run that decides: the attempt that started last. They are zero where there is none, and FinishedAt is zero
	// while it runs.
	StartedAt, FinishedAt time.Time
	RunID                 string
	ErrorMessage          string // of a FAILED run
	Attempts              int    // how many runs serve the expected run, at most 100 of them counted
	WaitsFor              []string
}

// stateInSlot decides the state of an expected run by its runs. The attempts are the statuses of its runs, the one that
// started last first. ok is false if the expected run says nothing yet, so that the one before it decides.
func stateInSlot(slot ExpectedRun, attempts Attempts, at time.Time, closed bool) (state StepCondition, ok bool) {
	if attempts.Count == 0 {
		switch {
		case slot.Skipped != "":
			return StepCondition(Skipped), !at.Before(slot.DueAt)
		case closed || !at.Before(slot.EndBy):
			return Missed, true
		}
		return Late, !at.Before(slot.StartBy)
	}
	switch {
	case attempts.Last != string(Running):
		return StepCondition(attempts.Last), true
	case !attempts.Succeeded && !at.Before(slot.EndBy) && slot.Skipped == "":
		return Overdue, true
	case attempts.Before == string(Failed):
		return Retrying, true
	}
	return StepCondition(Running), true
}

// Attempts are the runs that serve an expected run, as they were at an instant.
type Attempts struct {
	Count     int
	Last      string // the status of the one that started last
	Before    string // and of the one before it
	Succeeded bool   // whether any of them succeeded
}

// State decides how a step stands by its latest expected run and by the one before it, each with its attempts. Both
// have opened by the instant. ok is false if neither says anything, so that the latest run of the step decides.
func (latest SlotAttempts) State(before *SlotAttempts, at time.Time) (decides SlotAttempts, state StepCondition, ok bool) {
	if state, ok := stateInSlot(latest.Slot, latest.Attempts, at, false); ok && latest.counts() {
		return latest, state, true
	}
	if before == nil {
		return SlotAttempts{}, "", false
	}
	state, ok = stateInSlot(before.Slot, before.Attempts, at, true)
	return *before, state, ok && before.counts()
}

// SlotAttempts is an expected run with the runs that serve it.
type SlotAttempts struct {
	Slot     ExpectedRun
	Attempts Attempts
	// Known tells whether the step was known when it was due, or had run before. Otherwise nothing was missed.
	Known bool
}

// counts tells whether the expected run says anything about the step.
func (s SlotAttempts) counts() bool { return s.Known || s.Attempts.Count > 0 }

// WithStale returns the state of a step without a schedule as STALE if its latest run started too long before an instant.
// A run that failed stays FAILED, and an unknown word stays as it is.
func (w *Workdays) WithStale(s StepState, at time.Time) StepState {
	if s.DueAt.IsZero() && !s.StartedAt.IsZero() && s.State != StepCondition(Failed) && knownStatus(s.State) && w.Stale(s.StartedAt, at) {
		s.State = Stale
	}
	return s
}

// knownStatus tells whether a state is the status of a run that macrowatch knows.
func knownStatus(state StepCondition) bool {
	for _, s := range Statuses() {
		if StepCondition(s) == state {
			return true
		}
	}
	return false
}
