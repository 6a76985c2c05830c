package lineage

import (
	"strings"
	"time"
)

// timeLayouts are the forms of times that producers send. Go's parser takes a fraction of a second in each of them.
func timeLayouts() []string {
	var all []string
	for _, zone := range []string{"Z07:00", "Z0700", "Z07", ""} {
		all = append(all, "2006-01-02T15:04:05"+zone, "2006-01-02T15:04"+zone)
	}
	return append(all, time.DateOnly)
}

// longestTime bounds the text of a time.
const longestTime = 100

// parseTime reads a time of ISO 8601. A time without a zone is in UTC, as the Python client writes it.
func parseTime(text string) (time.Time, bool) {
	if len(text) > longestTime {
		return time.Time{}, false
	}
	text = strings.ToUpper(strings.TrimSpace(text))
	text, _, _ = strings.Cut(text, "[") // Java may add the zone's name: 2026-03-02T06:00:00+01:00[Europe/Paris]
	if len(text) > len(time.DateOnly) && text[len(time.DateOnly)] == ' ' {
		text = text[:len(time.DateOnly)] + "T" + text[len(time.DateOnly)+1:]
	}
	text = shortFraction(text)
	for _, layout := range timeLayouts() {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC().Truncate(time.Microsecond), true
		}
	}
	return time.Time{}, false
}

// shortFraction cuts a fraction of a second to nine digits, which is as many as Go's parser takes.
func shortFraction(text string) string {
	point := strings.IndexAny(text, ".,")
	if point < 0 {
		return text
	}
	end := point + 1
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	return text[:min(end, point+10)] + text[end:]
}

// earliest is the first time that an event may have. An earlier one is a clock that was never set.
func earliest() time.Time { return time.Unix(0, 0).UTC() }
