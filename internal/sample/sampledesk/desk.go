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

// RunsBetween returns the runs of the day that started or ended between from (inclusive) and to (exclusive). Each run
// is as it stood at to: a run that had not ended by then is RUNNING. If from is not before to, there are none.
//
// So history can be written in pieces, if a later row replaces an earlier row of the same ID: RunsBetween(a, b) and
// then RunsBetween(b, c) leave the same rows as RunsBetween(a, c). The IDs are the same at every call, so writing a
// piece twice adds nothing.
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

// RunID names a run by the desk, the step and the start, since no step starts twice at the same time. It is a UUID of
// version 5, so no other tool gives this ID to a run.
func (d Desk) RunID(step string, start time.Time) string {
	name := binary.BigEndian.AppendUint64([]byte("macrowatch sample desk "), d.Seed)
	name = append(name, step+" "+start.UTC().Format(time.RFC3339Nano)...)
	return uuid.NewSHA1(uuid.NameSpaceOID, name).String()
}
