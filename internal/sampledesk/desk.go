package sampledesk

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/google/uuid"

	"macrowatch/internal/desk"
)

// Desk is one sample desk. Two desks of the same seed have the same past and future; the zero
// value is the desk of seed 0.
type Desk struct {
	Seed uint64
}

// Runs returns the desk's pipeline runs of which something happened from from (inclusive) until
// to (exclusive): they started or ended then. Each is as it stood at to, so one that had not
// ended by then is RUNNING; a run that began before from is among them if it ended since. The
// runs are ordered by start, then step, their times are in UTC to the millisecond.
//
// History can therefore be written in pieces: Runs(a, b) and then Runs(b, c), a later row
// replacing an earlier one of the same ID, is Runs(a, c). The IDs are the same on every call, so
// writing a stretch again adds nothing. Where from is not before to the result is empty. The
// cost grows with the number of days.
func (d Desk) Runs(from, to time.Time) []desk.Run {
	if !from.Before(to) {
		return nil
	}
	zone := desk.Location()
	var runs []desk.Run
	// Every run ends on the day on which it began, so no earlier day matters.
	for date := civil(from.In(zone)); !date.After(civil(to.In(zone))); date = date.AddDate(0, 0, 1) {
		for _, r := range d.day(date, zone) {
			if happenedIn(r, from, to) {
				runs = append(runs, asOf(r, to))
			}
		}
	}
	slices.SortFunc(runs, byStart)
	return runs
}

// civil returns t's date, in t's zone, as midnight UTC: in São Paulo midnight did not exist on the
// days on which summer time began.
func civil(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// happenedIn reports whether a finished run started or ended in [from, to).
func happenedIn(r desk.Run, from, to time.Time) bool {
	in := func(t time.Time) bool { return !t.Before(from) && t.Before(to) }
	return in(r.StartedAt) || in(r.FinishedAt)
}

// asOf returns a finished run as it stood just before t.
func asOf(r desk.Run, t time.Time) desk.Run {
	if r.FinishedAt.Before(t) {
		return r
	}
	return desk.Run{ID: r.ID, Step: r.Step, Status: desk.Running, StartedAt: r.StartedAt}
}

// runID names a run by the desk, the step and the start, since no step starts twice at once.
func (d Desk) runID(step string, start time.Time) string {
	name := binary.BigEndian.AppendUint64([]byte("macrowatch sample desk "), d.Seed)
	name = append(name, step+" "+start.UTC().Format(time.RFC3339Nano)...)
	return uuid.NewSHA1(uuid.NameSpaceOID, name).String()
}
