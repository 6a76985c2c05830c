package desk

import "time"

// ExpectedRun is a time at which a step is due by its schedule: a row of expected_runs. The run that starts from OpensAt
// on, and before ClosesAt, serves it: also if it comes early, late, twice or after midnight.
type ExpectedRun struct {
	Step     string
	DueAt    time.Time
	OpensAt  time.Time
	ClosesAt time.Time // the next expected run's OpensAt
	StartBy  time.Time // from here on the step is LATE if it has not started
	EndBy    time.Time // from here on it is OVERDUE if it still runs, and MISSED if it has not started
	// Skipped is the name of the holiday on which the step is not run, such as Carnival; "" if it must run.
	Skipped string
}
