package intake

import (
	"strings"
	"time"
)

const (
	timeAllowed = "a time with its zone, such as 2026-01-31T06:00:00-03:00 or 2026-01-31 09:00:00Z"
	dateAllowed = "a day, such as 2026-01-31"
)

// earliestYear is the first year of a time that a file may have. It keeps typing errors out, and also Go's zero
// time, which means "none".
const earliestYear = 1000

// The layouts of a time without its zone. Go's parser also takes fractions of a second with them.
const (
	localT     = "2006-01-02T15:04:05"
	localSpace = "2006-01-02 15:04:05"
)

// time returns an instant, which must be there.
func (c *cells) time(name string) time.Time {
	t, there := c.optionalTime(name)
	if !there {
		c.fault(name, "missing; allowed is "+timeAllowed)
	}
	return t
}

// optionalTime returns an instant in UTC, and whether there is one. It cuts the instant to microseconds, as the
// database would.
func (c *cells) optionalTime(name string) (time.Time, bool) {
	text := c.value(name)
	if text == "" {
		return time.Time{}, false
	}
	t, problem := parseTime(text, c.location)
	if problem == "" && t.Year() < earliestYear {
		problem = "too long ago"
	}
	if problem != "" {
		c.fault(name, problem)
	}
	t = t.UTC().Truncate(time.Microsecond)
	if c.stored != nil {
		c.understood(name, t.Format(time.RFC3339Nano))
	}
	return t, true
}

// parseTime reads an instant. If it can't, problem says what is wrong with the text. Otherwise problem is "".
func parseTime(text string, location *time.Location) (t time.Time, problem string) {
	local := localT
	if len(text) > len(time.DateOnly) && text[len(time.DateOnly)] == ' ' {
		local = localSpace
	}
	if zone := zoneLayout(text); zone != "" {
		t, err := time.Parse(local+zone, text)
		if err != nil {
			return time.Time{}, "not " + timeAllowed
		}
		return t, ""
	}
	wall, err := time.Parse(local, text)
	switch {
	case err != nil:
		return time.Time{}, "not " + timeAllowed
	case location == nil:
		return time.Time{}, "has no zone; allowed is " + timeAllowed + "; or say with --timezone which zone such times are in"
	}
	return inLocation(wall, location)
}

// zoneLayout returns the layout of the offset at the end of a time: that of -03:00 and Z, of -0300, or of -03,
// as PostgreSQL writes it. It returns "" for a time without an offset.
func zoneLayout(text string) string {
	if len(text) <= len(localT) {
		return ""
	}
	switch clock := text[len(localT):]; strings.IndexAny(clock, "Z+-") {
	case -1:
		return ""
	case len(clock) - len("-03"):
		return "Z07"
	case len(clock) - len("-0300"):
		return "Z0700"
	}
	return "Z07:00"
}

// inLocation returns the instant at which the clocks of a zone show a wall time. Some wall times never come,
// because the clocks are put forward. Others come twice, because the clocks are put back. Both are problems.
func inLocation(wall time.Time, location *time.Location) (time.Time, string) {
	t := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), location)
	if t.Format(localT) != wall.Format(localT) {
		return time.Time{}, "never comes in " + location.String() + ", where the clocks were put forward: write the offset"
	}
	// If the clocks change nearby, the time can have the offset of the day before or the offset of the day after.
	for _, near := range [2]time.Time{t.AddDate(0, 0, -1), t.AddDate(0, 0, 1)} {
		_, offset := near.Zone()
		other := wall.Add(-time.Duration(offset) * time.Second)
		if !other.Equal(t) && other.In(location).Format(localT) == wall.Format(localT) {
			return time.Time{}, "comes twice in " + location.String() + ", where the clocks were put back: write the offset"
		}
	}
	return t, ""
}

// date returns a day as midnight UTC. It must be there.
func (c *cells) date(name string) time.Time {
	t, there := c.optionalDate(name)
	if !there {
		c.fault(name, "missing; allowed is "+dateAllowed)
	}
	return t
}

// optionalDate returns a day as midnight UTC, and whether there is one.
func (c *cells) optionalDate(name string) (time.Time, bool) {
	text := c.value(name)
	if text == "" {
		return time.Time{}, false
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < earliestYear {
		c.fault(name, "not "+dateAllowed)
	}
	c.understood(name, text)
	return t, true
}
