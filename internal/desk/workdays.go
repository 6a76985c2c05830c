package desk

import (
	"iter"
	"time"
)

// Workdays are the days on which a desk works: those that are neither in its weekend, nor a holiday that it keeps, nor a
// day off of its own. How old something is counts the hours of these days alone. It keeps the holidays that it has
// looked up, so only one goroutine may use it at a time.
type Workdays struct {
	calendar   Calendar
	off        *DaysOff
	zone       *time.Location
	staleAfter time.Duration
}

// Workdays returns the days on which the desk works. The error says which market of its calendar is not known.
func (r Rules) Workdays() (*Workdays, error) {
	off, err := r.DaysOff()
	if err != nil {
		return nil, err
	}
	return &Workdays{calendar: r.Calendar, off: off, zone: r.Location(), staleAfter: r.StaleAfter}, nil
}

// On reports whether the desk works on a date, which is at midnight UTC.
func (w *Workdays) On(date time.Time) bool {
	return !w.calendar.IsWeekend(date) && w.off.On(date) == ""
}

// Age returns the working time between two instants, 0 if the first is not before the second.
func (w *Workdays) Age(from, to time.Time) time.Duration {
	age := time.Duration(0)
	for part := range w.parts(from, to) {
		age += part
	}
	return age
}

// Older reports whether the working time between two instants is longer than a limit. It looks no further than it must.
func (w *Workdays) Older(from, to time.Time, limit time.Duration) bool {
	age := time.Duration(0)
	for part := range w.parts(from, to) {
		if age += part; age > limit {
			return true
		}
	}
	return false
}

// Stale reports whether something from the instant at is older at now than the desk allows, in working time.
func (w *Workdays) Stale(at, now time.Time) bool { return w.Older(at, now, w.staleAfter) }

// Before returns the last instant before at that has the same hour on a working day. If the desk has not worked for a
// year, it is the same hour of a year ago.
func (w *Workdays) Before(at time.Time) time.Time {
	before := at.In(w.zone)
	for range daysInAYear {
		before = before.AddDate(0, 0, -1)
		if w.On(dateOf(before)) {
			break
		}
	}
	return before
}

const daysInAYear = 366

// parts returns the working time of each working day between two instants.
func (w *Workdays) parts(from, to time.Time) iter.Seq[time.Duration] {
	return func(yield func(time.Duration) bool) {
		begins := from
		for date := dateOf(from.In(w.zone)); begins.Before(to); date = date.AddDate(0, 0, 1) {
			ends := beginning(date.AddDate(0, 0, 1), w.zone)
			if ends.After(to) {
				ends = to
			}
			if !ends.After(begins) {
				continue // the zone has left out this date
			}
			if w.On(date) && !yield(ends.Sub(begins)) {
				return
			}
			begins = ends
		}
	}
}

// beginning returns the first instant of a date in a zone: midnight, the first one if the clock shows it twice, or the
// instant at which the clock skips it. The date is at midnight UTC.
func beginning(date time.Time, zone *time.Location) time.Time {
	at := time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, 0, zone)
	start, end := at.ZoneBounds()
	shown := onClock(at)
	switch {
	case shown.After(date): // the clock has skipped midnight
		return start
	case shown.Before(date): // it is about to
		return end
	case start.IsZero():
		return at
	}
	// With the offset before the last change, midnight may have been shown once already.
	before := start.Add(-time.Second)
	if first := at.Add(onClock(at).Sub(at.UTC()) - onClock(before).Sub(before.UTC())); first.Before(at) && onClock(first).Equal(date) {
		return first
	}
	return at
}

// onClock returns the date and time that a clock shows, as if it were UTC.
func onClock(t time.Time) time.Time {
	_, seconds := t.Zone()
	return t.Add(time.Duration(seconds) * time.Second).UTC()
}

// WorkingStretch is a time in which no day is off.
type WorkingStretch struct {
	BeginsAt, EndsAt time.Time
	NextAt           time.Time     // when the next one begins
	Before           time.Duration // the working time of all stretches before it
}

// Stretches returns the working stretches from one date up to another, which is not included. The last of them lasts no
// longer than that, and that is when the next one begins. The dates are at midnight UTC.
func (w *Workdays) Stretches(first, until time.Time) []WorkingStretch {
	var all []WorkingStretch
	works := false
	for date := first; date.Before(until); date = date.AddDate(0, 0, 1) {
		begins, ends := beginning(date, w.zone), beginning(date.AddDate(0, 0, 1), w.zone)
		if !ends.After(begins) {
			continue // the zone has left out this date
		}
		on := w.On(date)
		switch last := len(all) - 1; {
		case on && works:
			all[last].EndsAt = ends
		case on:
			s := WorkingStretch{BeginsAt: begins, EndsAt: ends}
			if last >= 0 {
				all[last].NextAt = begins
				s.Before = all[last].Before + all[last].EndsAt.Sub(all[last].BeginsAt)
			}
			all = append(all, s)
		}
		works = on
	}
	if len(all) > 0 {
		all[len(all)-1].NextAt = beginning(until, w.zone)
	}
	return all
}
