package schedule

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// starBit is the bit that robfig/cron sets in a field that is a star.
const starBit = 1 << 63

// everyHour has the bits of the 24 hours.
const everyHour = 1<<24 - 1

// Expression is a cron expression in a time zone.
type Expression struct {
	fields cron.SpecSchedule
	zone   *time.Location
}

// Parse reads a cron expression: minute, hour, day of the month, month and day of the week, or @daily, @weekly, @monthly,
// @yearly or @hourly. An expression that names no time, or more than one a minute, is refused.
func Parse(text string, zone *time.Location) (Expression, error) {
	if err := form(text); err != nil {
		return Expression{}, fmt.Errorf("the schedule %q %w", text, err)
	}
	parsed, err := cron.ParseStandard(strings.TrimSpace(text))
	if err != nil {
		return Expression{}, fmt.Errorf("the schedule %q is not a cron expression: %w", text, err)
	}
	fields, _ := parsed.(*cron.SpecSchedule)
	e := Expression{fields: *fields, zone: zone}
	if !e.possible() {
		return Expression{}, fmt.Errorf("the schedule %q never comes: no year has such a day", text)
	}
	return e, nil
}

// form refuses what robfig/cron reads in another way than a desk's schedule is meant. The error goes on after the words
// "the schedule …".
func form(text string) error {
	const allowed = "it has five fields: minute, hour, day of the month, month and day of the week, such as 0 6 * * 1-5"
	fields := strings.Fields(text)
	switch {
	case len(fields) == 0:
		return errors.New("is empty; " + allowed)
	case strings.Contains(fields[0], "TZ="):
		return errors.New("names a time zone; every schedule is in the desk's zone")
	case strings.HasPrefix(fields[0], "@every"):
		return errors.New("has no fixed times; write them as fields, such as */10 * * * * for every ten minutes")
	case strings.HasPrefix(fields[0], "@"):
		known := []string{"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"}
		if len(fields) > 1 || !slices.Contains(known, fields[0]) {
			return fmt.Errorf("is none of %s; or "+allowed, strings.Join(known, ", "))
		}
	case len(fields) == 6:
		return errors.New("has six fields; a step is due at most once a minute, so there is none for seconds: " + allowed)
	case len(fields) != 5:
		return fmt.Errorf("has %d fields; "+allowed, len(fields))
	}
	return nil
}

// possible tells whether any date is one of the expression's days. 2000 to 2003 have all dates that there are.
func (e Expression) possible() bool {
	for date := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC); date.Year() < 2004; date = date.AddDate(0, 0, 1) {
		if e.onDay(date) {
			return true
		}
	}
	return false
}

// onDay tells whether the expression has times on a date. If it names both days of the month and days of the week, a
// date needs to be one of either, as in every cron.
func (e Expression) onDay(date time.Time) bool {
	f := e.fields
	if !has(f.Month, int(date.Month())) {
		return false
	}
	dom, dow := has(f.Dom, date.Day()), has(f.Dow, int(date.Weekday()))
	if f.Dom&starBit != 0 || f.Dow&starBit != 0 {
		return dom && dow
	}
	return dom || dow
}

// namesWeekdays tells whether the expression has a day of the week.
func (e Expression) namesWeekdays() bool { return e.fields.Dow&starBit == 0 }

func has(bits uint64, n int) bool { return bits&(1<<n) != 0 }

// due is an instant at which a step is due, and the date by which it is.
type due struct {
	at   time.Time
	date time.Time // midnight UTC of the date that the zone's clock was to show
}

// between returns what is due from an instant on and before another one, in order, no instant twice.
func (e Expression) between(from, to time.Time) []due {
	// A clock may be a day ahead of UTC or behind it, and a zone may skip a day.
	first, last := dateOf(from).AddDate(0, 0, -2), dateOf(to).AddDate(0, 0, 2)
	var all []due
	for date := first; !date.After(last); date = date.AddDate(0, 0, 1) {
		if e.onDay(date) {
			all = append(all, e.onDate(date)...)
		}
	}
	all = slices.DeleteFunc(all, func(d due) bool { return d.at.Before(from) || !d.at.Before(to) })
	slices.SortStableFunc(all, func(a, b due) int { return a.at.Compare(b.at) })
	return slices.CompactFunc(all, func(a, b due) bool { return a.at.Equal(b.at) })
}

func dateOf(t time.Time) time.Time {
	year, month, day := t.UTC().Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// onDate returns what is due by the clock's times of a date.
func (e Expression) onDate(date time.Time) []due {
	var all []due
	for hour := range 24 {
		if !has(e.fields.Hour, hour) {
			continue
		}
		for minute := range 60 {
			if !has(e.fields.Minute, minute) {
				continue
			}
			shown := date.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
			at := instants(shown, e.zone)
			if e.fields.Hour&everyHour != everyHour {
				at = at[:1]
			}
			for _, t := range at {
				all = append(all, due{t, date})
			}
		}
	}
	return all
}

// instants returns when a zone's clock shows a date and time, which are those of shown in UTC: once, or twice where the
// clock goes back. If the clock skips that time, it returns the instant at which a clock that had not been put forward
// would show it.
func instants(shown time.Time, zone *time.Location) []time.Time {
	at := time.Date(shown.Year(), shown.Month(), shown.Day(), shown.Hour(), shown.Minute(), 0, 0, zone)
	switch moved := onClock(at).Sub(shown); {
	case moved > 0: // counted by the clock before it was put forward
		return []time.Time{at.UTC()}
	case moved < 0: // counted by the clock after that, which gives an instant before
		return []time.Time{shown.Add(-offset(at)).UTC()}
	}
	all := []time.Time{at.UTC()}
	start, end := at.ZoneBounds()
	for _, other := range []struct {
		bound time.Time // of the offset that at has
		in    time.Time // has the offset beside that bound
	}{{start, start.Add(-time.Second)}, {end, end}} {
		again := shown.Add(-offset(other.in))
		if !other.bound.IsZero() && !again.Equal(at) && onClock(again.In(zone)).Equal(shown) {
			all = append(all, again)
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return all
}

// onClock returns the date and time that a clock shows, as if it were UTC.
func onClock(t time.Time) time.Time { return t.Add(offset(t)).UTC() }

func offset(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}
