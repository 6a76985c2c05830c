package sampledesk

import (
	"slices"
	"time"

	"macrowatch/internal/desk"
)

// runsOf returns the finished runs of a date, of a desk whose book is empty.
func (d Desk) runsOf(date time.Time, times *timetable) []desk.Run {
	var runs []desk.Run
	for _, e := range d.day(date, times) {
		e.ID = d.RunID(e.Step, e.StartedAt)
		if e.failure != nil {
			e.ErrorMessage = e.failure.message(circumstances{date: date, days: times.days, rand: d.chance("message " + e.ID)})
		}
		runs = append(runs, e.Run)
	}
	return runs
}

// Runs returns the runs of such a desk between two instants, as Day.RunsBetween does, by start and then step.
func (d Desk) Runs(from, to time.Time) []desk.Run {
	if !from.Before(to) {
		return nil
	}
	zone, times := desk.BuiltInRules().Location(), newTimetable()
	var runs []desk.Run
	for date := civil(from.In(zone)); !date.After(civil(to.In(zone))); date = date.AddDate(0, 0, 1) {
		runs = append(runs, Day{Runs: d.runsOf(date, times)}.RunsBetween(from, to)...)
	}
	slices.SortFunc(runs, byStart)
	return runs
}
