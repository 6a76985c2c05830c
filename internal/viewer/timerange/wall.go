package timerange

import "time"

// Wall is the instant at which a zone's clock shows a time: of a time that it shows twice the first,
// and for a time that it skips the one that is as much later as the clock was put forward, so that a
// day whose midnight is skipped begins when the clock is put forward. shown is the time, in any zone.
func Wall(shown time.Time, loc *time.Location) time.Time {
	utc := time.Date(shown.Year(), shown.Month(), shown.Day(), shown.Hour(), shown.Minute(), shown.Second(), shown.Nanosecond(), time.UTC)
	at := utc.Add(-36 * time.Hour).In(loc) // before any zone's clock has shown it
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

// A reading is a clock that is being moved: what it shows, as if it were UTC, and how far it is ahead
// of UTC. As in moment-timezone, which Grafana moves its clocks with, a move by days or months and a
// rounding keep what the clock shows and look up how far it is ahead there; so of a midnight that
// comes twice the one counts that the clock was nearer to before.
type reading struct {
	shown time.Time
	ahead time.Duration
	loc   *time.Location
}

func readingOf(t time.Time) reading {
	ahead := offsetAt(t, t.Location())
	return reading{t.UTC().Add(ahead), ahead, t.Location()}
}

func (r reading) instant() time.Time { return r.shown.Add(-r.ahead).In(r.loc) }

// show is the clock set to show a time.
func (r reading) show(shown time.Time) reading {
	return reading{shown, offsetAt(shown.Add(-r.ahead), r.loc), r.loc}
}
