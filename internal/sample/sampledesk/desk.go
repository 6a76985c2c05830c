package sampledesk

import (
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"macrowatch/internal/desk"
)

// Desk is one sample desk. Two desks of the same seed have the same past and future; the zero
// value is the desk of seed 0.
type Desk struct {
	Seed uint64
}

// civil returns t's date, in t's zone, as midnight UTC: in São Paulo midnight did not exist on the
// days on which summer time began.
func civil(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// RunsBetween returns those of the day's runs of which something happened from from (inclusive) until
// to (exclusive): they started or ended then. Each is as it stood at to, so one that had not ended by
// then is RUNNING; a run that began before from is among them if it ended since.
//
// History can therefore be written in pieces: RunsBetween(a, b) and then RunsBetween(b, c), a later row
// replacing an earlier one of the same ID, is RunsBetween(a, c). The IDs are the same on every call, so
// writing a stretch again adds nothing. Where from is not before to the result is empty.
func (d Day) RunsBetween(from, to time.Time) []desk.Run {
	if !from.Before(to) {
		return nil
	}
	in := func(t time.Time) bool { return !t.Before(from) && t.Before(to) }
	var runs []desk.Run
	for _, r := range d.Runs {
		if in(r.StartedAt) || in(r.FinishedAt) {
			runs = append(runs, asOf(r, to))
		}
	}
	return runs
}

// asOf returns a finished run as it stood just before t.
func asOf(r desk.Run, t time.Time) desk.Run {
	if r.FinishedAt.Before(t) {
		return r
	}
	return desk.Run{ID: r.ID, Step: r.Step, Status: desk.Running, StartedAt: r.StartedAt}
}

// RunID names a run by the desk, the step and the start, since no step starts twice at once: a UUID of
// version 5, which nobody else gives a run of these steps.
func (d Desk) RunID(step string, start time.Time) string {
	name := binary.BigEndian.AppendUint64([]byte("macrowatch sample desk "), d.Seed)
	name = append(name, step+" "+start.UTC().Format(time.RFC3339Nano)...)
	return uuid.NewSHA1(uuid.NameSpaceOID, name).String()
}
