package lineage

import "time"

// Type says what happened to a run.
type Type string

// The types of OpenLineage. An event without a type says nothing about where the run stands, as OTHER does.
const (
	Start    Type = "START"
	Running  Type = "RUNNING"
	Complete Type = "COMPLETE"
	Fail     Type = "FAIL"
	Abort    Type = "ABORT"
	Other    Type = "OTHER"
)

// Types returns all types.
func Types() []string {
	return []string{string(Start), string(Running), string(Complete), string(Fail), string(Abort), string(Other)}
}

// ends reports whether a run is over after an event of this type.
func (t Type) ends() bool { return t == Complete || t == Fail || t == Abort }

// Job names a job. Two jobs may share a name if their namespaces differ.
type Job struct{ Namespace, Name string }

// Link names the run of another job.
type Link struct {
	RunID string
	Job   Job
}

// Subject is what an event is about.
type Subject string

// The subjects of events. Only an event about a run changes a run.
const (
	AboutRun     Subject = "run"
	AboutJob     Subject = "job"
	AboutDataset Subject = "dataset"
)

// Event is an event, as far as macrowatch uses it. Its times are in UTC and in whole microseconds.
type Event struct {
	About Subject
	Type  Type
	Time  time.Time
	RunID string
	Job   Job
	// Parent is the run that started this one, and Root the run that started all of them. Either may be nil.
	Parent, Root *Link
	// Error is the message of the facet errorMessage, or "".
	Error string
	// Rows is how many rows the run has written to all its outputs; nil if no output says it.
	Rows *int64
	// NominalStart is the time for which the run was scheduled, or zero.
	NominalStart time.Time
}

// Fault says what is wrong with an event, and where.
type Fault struct {
	Field   string // its path, such as run.runId
	Value   string // as it was sent
	Problem string // what is wrong, and what is allowed
}

// Error returns the fault in one sentence.
func (f Fault) Error() string {
	if f.Field == "" {
		return f.Problem
	}
	return f.Field + ": " + f.Problem
}
