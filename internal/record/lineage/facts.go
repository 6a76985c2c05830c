package lineage

import (
	"cmp"
	"time"

	"macrowatch/internal/desk"
)

// Facts is what is known of one run. It has just enough of all its events that merging them in any order, and any of
// them again, gives the same Facts.
type Facts struct {
	RunID string
	// Job is what the latest event calls the job, and JobAt the time of that event.
	Job   Job
	JobAt time.Time
	// FirstAt is the time of the earliest event, and StartAt that of the earliest START. StartAt is zero if there is none.
	FirstAt, StartAt time.Time
	// Began says that an event has said where the run stands. OTHER does not.
	Began bool
	// End is the latest event that ends the run, and EndAt its time. End is "" while the run goes on.
	End   Type
	EndAt time.Time
	// Error is the latest error message, and ErrorAt the time of its event.
	Error   string
	ErrorAt time.Time
	// Parent and Root are those of the latest event that names a parent, and ParentAt is its time.
	Parent, Root *Link
	ParentAt     time.Time
	// Rows is the number of rows written, and RowsAt the time of the latest event that says it.
	Rows   *int64
	RowsAt time.Time
	// NominalStart is the latest time for which the run was scheduled, or zero.
	NominalStart time.Time
}

// FactsOf returns what one event says about its run. The function redact takes secrets out of the error message; nil
// leaves them in.
func FactsOf(e Event, redact func(string) string) Facts {
	f := Facts{RunID: e.RunID, Job: e.Job, JobAt: e.Time, FirstAt: e.Time, Began: e.Type != Other, NominalStart: e.NominalStart}
	if e.Type == Start {
		f.StartAt = e.Time
	}
	if e.Type.ends() {
		f.End, f.EndAt = e.Type, e.Time
	}
	if e.Error != "" {
		if redact != nil {
			e.Error = redact(e.Error)
		}
		f.Error, f.ErrorAt = ShortError(e.Error), e.Time
	}
	if e.Parent != nil {
		f.Parent, f.Root, f.ParentAt = e.Parent, e.Root, e.Time
	}
	if e.Rows != nil {
		f.Rows, f.RowsAt = e.Rows, e.Time
	}
	return f
}

// endRank orders ends of the same time: the worst wins.
func endRank(t Type) int {
	switch t {
	case Complete:
		return 1
	case Abort:
		return 2
	case Fail:
		return 3
	}
	return 0
}

// Merge returns what both know of a run. For a and b in either order the result is the same.
//
// Of two different ends the later one holds: a producer that reports again knows better than before. The time is that
// of the event and not that of its arrival. A START or RUNNING never opens a run again.
func Merge(a, b Facts) Facts {
	m := a
	m.FirstAt, m.StartAt = earlier(a.FirstAt, b.FirstAt), earlier(a.StartAt, b.StartAt)
	m.Began = a.Began || b.Began
	if later(a.NominalStart, b.NominalStart) {
		m.NominalStart = b.NominalStart
	}
	if later(a.JobAt, b.JobAt, cmp.Compare(a.Job.Namespace, b.Job.Namespace), cmp.Compare(a.Job.Name, b.Job.Name)) {
		m.Job, m.JobAt = b.Job, b.JobAt
	}
	if later(a.EndAt, b.EndAt, cmp.Compare(endRank(a.End), endRank(b.End))) {
		m.End, m.EndAt = b.End, b.EndAt
	}
	if later(a.ErrorAt, b.ErrorAt, cmp.Compare(a.Error, b.Error)) {
		m.Error, m.ErrorAt = b.Error, b.ErrorAt
	}
	if later(a.ParentAt, b.ParentAt, compareLinks(a.Parent, b.Parent), compareLinks(a.Root, b.Root)) {
		m.Parent, m.Root, m.ParentAt = b.Parent, b.Root, b.ParentAt
	}
	if later(a.RowsAt, b.RowsAt, cmp.Compare(value(a.Rows), value(b.Rows))) {
		m.Rows, m.RowsAt = b.Rows, b.RowsAt
	}
	return m
}

// earlier returns the earlier of two times. Zero means that there is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// later reports whether b comes after a. If they are at the same time, the first comparison that is not equal decides.
func later(a, b time.Time, ties ...int) bool {
	return cmp.Or(append([]int{a.Compare(b)}, ties...)...) < 0
}

func compareLinks(a, b *Link) int {
	if a == nil || b == nil {
		return cmp.Compare(present(a), present(b))
	}
	return cmp.Or(cmp.Compare(a.RunID, b.RunID), cmp.Compare(a.Job.Namespace, b.Job.Namespace), cmp.Compare(a.Job.Name, b.Job.Name))
}

func present(l *Link) int {
	if l == nil {
		return 0
	}
	return 1
}

func value(n *int64) int64 {
	if n == nil {
		return -1
	}
	return *n
}

// Run returns the run of a step. there is false if no event has said yet where the run stands.
func (f Facts) Run(step string) (run desk.Run, there bool) {
	run = desk.Run{ID: f.RunID, Step: step, Status: desk.Running, StartedAt: f.StartAt}
	if f.StartAt.IsZero() || f.End != "" && f.StartAt.After(f.EndAt) {
		run.StartedAt = f.FirstAt
	}
	if f.End == "" {
		return run, f.Began
	}
	run.FinishedAt = f.EndAt
	run.DurationSeconds = run.FinishedAt.Sub(run.StartedAt).Seconds()
	run.Status, run.ErrorMessage = desk.Failed, f.Error
	switch f.End {
	case Complete:
		run.Status, run.ErrorMessage = desk.Success, ""
	case Abort:
		run.ErrorMessage = "aborted"
		if f.Error != "" {
			run.ErrorMessage = "aborted: " + f.Error
		}
	case Fail:
		run.ErrorMessage = cmp.Or(f.Error, "reported as failed")
	}
	return run, true
}
