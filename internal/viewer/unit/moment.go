package unit

import (
	"math"
	"strings"
	"time"
)

const invalidDate = "Invalid date"

const isoPattern = "YYYY-MM-DD HH:mm:ss"

// instants returns the formats of units that show a number as an instant.
func instants(id string) (Format, bool) {
	switch id {
	case "dateTimeAsIso":
		return pattern(isoPattern, ""), true
	case "dateTimeAsIsoNoDateIfToday":
		return pattern(isoPattern, "HH:mm:ss"), true
	case "dateTimeAsUS":
		return pattern("MM/DD/YYYY h:mm:ss a", ""), true
	case "dateTimeAsUSNoDateIfToday":
		return pattern("MM/DD/YYYY h:mm:ss a", "h:mm:ss a"), true
	case "dateTimeAsLocal":
		return pattern("MM/DD/YYYY, hh:mm:ss A", ""), true
	case "dateTimeAsLocalNoDateIfToday":
		return pattern("MM/DD/YYYY, hh:mm:ss A", "hh:mm:ss A"), true
	case "dateTimeAsSystem":
		return func(v float64, _ *int, env Env) Text {
			p := isoPattern
			if env.Milliseconds {
				p += ".SSS"
			}
			return Text{Text: formatMs(v, p, env)}
		}, true
	case "dateTimeFromNow":
		return func(v float64, _ *int, env Env) Text { return Text{Text: fromNow(v, env)} }, true
	}
	return nil, false
}

// IsDate reports whether a unit shows a number as an instant, so that texts are read as dates. Grafana does not count
// dateTimeAsSystem among these units.
func IsDate(id string) bool {
	_, ok := instants(id)
	return ok && id != "dateTimeAsSystem" || strings.HasPrefix(id, "time:")
}

// instant turns milliseconds into a time. It reports false for values that JavaScript's dates do not reach.
func instant(ms float64, loc *time.Location) (time.Time, bool) {
	if math.IsNaN(ms) || math.Abs(ms) > 8.64e15 {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(ms)).In(loc), true
}

// formatMs writes an instant in milliseconds after a pattern.
func formatMs(ms float64, layout string, env Env) string {
	t, ok := instant(ms, env.location())
	if !ok {
		return invalidDate
	}
	return FormatTime(t, layout)
}

// pattern writes an instant after a pattern. today, if it is not "", is the pattern for instants of the present day.
func pattern(layout, today string) Format {
	return func(v float64, _ *int, env Env) Text {
		p := layout
		if t, ok := instant(v, env.location()); ok && today != "" && sameDay(t, env.Now.In(env.location())) {
			p = today
		}
		return Text{Text: formatMs(v, p, env)}
	}
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}
