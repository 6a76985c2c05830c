package timerange

import "time"

// Wall returns the instant at which the clocks of a zone show a time. shown is that time, in any zone.
//
// If the clocks show the time twice, Wall returns the first of the two instants. If they skip it, Wall returns the
// instant as long after the change: where they go from 00:00 to 01:00, 00:20 means 01:20. So a day without a midnight
// begins when its clocks are put forward.
func Wall(shown time.Time, loc *time.Location) time.Time {
	utc := time.Date(shown.Year(), shown.Month(), shown.Day(), shown.Hour(), shown.Minute(), shown.Second(), shown.Nanosecond(), time.UTC)
	at := utc.Add(-36 * time.Hour).In(loc) // no zone's clocks have shown it yet
	for before := offsetAt(at, loc); ; {
		begin, end := at.ZoneBounds()
		offset := offsetAt(at, loc)
		switch found := utc.Add(-offset); {
		case !end.IsZero() && !found.Before(end):
			before, at = offset, end
		case found.Before(begin):
			return utc.Add(-before).In(loc)
		default:
			return found.In(loc)
		}
	}
}

func offsetAt(t time.Time, loc *time.Location) time.Duration {
	_, seconds := t.In(loc).Zone()
	return time.Duration(seconds) * time.Second
}

// reading is what a zone's clock shows, and how far it is ahead of UTC.
//
// It moves as in moment-timezone, which Grafana uses. A move by days or months, or a rounding, changes what the clock
// shows. How far the clock is ahead is looked up afterwards, at the instant that the old difference to UTC gives. So if a
// midnight comes twice, a reading that moves to it lands on the midnight that is nearer to where it came from.
type reading struct {
	shown time.Time // as if it were UTC
	ahead time.Duration
	loc   *time.Location
}

func readingOf(t time.Time) reading {
	ahead := offsetAt(t, t.Location())
	return reading{t.UTC().Add(ahead), ahead, t.Location()}
}

func (r reading) instant() time.Time { return r.shown.Add(-r.ahead).In(r.loc) }

// show sets the clock to another time.
func (r reading) show(shown time.Time) reading {
	return reading{shown, offsetAt(shown.Add(-r.ahead), r.loc), r.loc}
}
