package unit

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// step is one rung of a ladder of units of time. A value below `limit` is divided by `size` and shown with
// the unit `name`.
type step struct {
	limit, size float64
	name        string
}

// durations returns the formats of units that show a number as a length of time.
func durations(id string) (Format, bool) {
	switch id {
	case "ns":
		return ladder(step{1e3, 1, " ns"}, step{1e6, 1e3, " µs"}, step{1e9, 1e6, " ms"}, step{6e10, 1e9, " s"},
			step{36e11, 6e10, " min"}, step{864e11, 36e11, " hour"}, step{0, 864e11, " day"}), true
	case "µs":
		return ladder(step{1e3, 1, " µs"}, step{1e6, 1e3, " ms"}, step{0, 1e6, " s"}), true
	case "ms":
		return ladder(step{1e3, 1, " ms"}, step{6e4, 1e3, " s"}, step{36e5, 6e4, " min"}, step{864e5, 36e5, " hour"},
			step{31536e6, 864e5, " day"}, step{0, 31536e6, " year"}), true
	case "s":
		return seconds, true
	case "m":
		return ladder(step{60, 1, " min"}, step{1440, 60, " hour"}, step{10080, 1440, " day"},
			step{604800, 10080, " week"}, step{0, 525948, " year"}), true
	case "h":
		return ladder(step{24, 1, " hour"}, step{168, 24, " day"}, step{8760, 168, " week"}, step{0, 8760, " year"}), true
	case "d":
		// Unlike the other ladders, this one has plurals on its first rung.
		return func(v float64, d *int, _ Env) Text {
			switch a := math.Abs(v); {
			case a < 7:
				return plural(v, d, " day")
			case a < 365:
				return plural(v/7, d, " week")
			}
			return plural(v/365, d, " year")
		}, true
	case "timeticks":
		return func(v float64, d *int, env Env) Text { return seconds(v/100, d, env) }, true
	case "dtdurationms":
		return spelled(1, "millisecond"), true
	case "dtdurations":
		return spelled(1000, "second"), true
	case "dthms":
		return func(v float64, _ *int, _ Env) Text { return ago(v, hms) }, true
	case "dtdhms":
		return func(v float64, _ *int, _ Env) Text { return ago(v, dhms) }, true
	case "clockms":
		return func(v float64, d *int, _ Env) Text { return Text{Text: clock(v, d)} }, true
	case "clocks":
		return func(v float64, d *int, _ Env) Text { return Text{Text: clock(v*1000, d)} }, true
	}
	return nil, false
}

// ladder writes a value in the unit of the first rung whose limit it is below. The last rung has no limit.
func ladder(steps ...step) Format {
	return func(v float64, d *int, _ Env) Text {
		if math.Abs(v) < steps[0].limit {
			return Text{Text: Fixed(v, d), Suffix: steps[0].name}
		}
		for _, s := range steps[1 : len(steps)-1] {
			if math.Abs(v) < s.limit {
				return plural(v/s.size, d, s.name)
			}
		}
		last := steps[len(steps)-1]
		return plural(v/last.size, d, last.name)
	}
}

// plural writes a value with the name of its unit. The name gets an s if the value is above 1.
func plural(v float64, d *int, name string) Text {
	if math.Abs(v) > 1 && strings.Contains(" min hour day week year ", name+" ") {
		name += "s"
	}
	return Text{Text: Fixed(v, d), Suffix: name}
}

// seconds writes a number of seconds in the unit that suits it, from nanoseconds to years.
func seconds(v float64, d *int, _ Env) Text {
	switch a := math.Abs(v); {
	case v == 0:
		return Text{Text: "0", Suffix: " s"}
	case a < 1e-6:
		return plural(v*1e9, d, " ns")
	case a < 1e-3:
		return plural(v*1e6, d, " µs")
	case a < 1:
		return plural(v*1e3, d, " ms")
	case a < 60:
		return Text{Text: Fixed(v, d), Suffix: " s"}
	case a < 3600:
		return plural(v/60, d, " min")
	case a < 86400:
		return plural(v/3600, d, " hour")
	case a < 604800:
		return plural(v/86400, d, " day")
	case a < 31536e3:
		return plural(v/604800, d, " week")
	}
	return plural(v/31556900, d, " year")
}

// spelled writes "1 hour, 3 minutes". It begins with the largest unit that occurs, and writes one unit more for each
// decimal. size is the length of unit in milliseconds.
func spelled(size float64, unit string) Format {
	return func(v float64, d *int, _ Env) Text {
		if v == 0 {
			return Text{Text: "0", Suffix: " " + unit + "s"}
		}
		t := Text{Text: spell(math.Abs(v)*size, d)}
		if v < 0 {
			t.Suffix = " ago"
		}
		return t
	}
}

func spell(ms float64, d *int) string {
	left := 0
	if d != nil {
		left = *d
	}
	var parts []string
	for _, u := range [...]step{
		{size: 31536e6, name: "year"}, {size: 2592e6, name: "month"}, {size: 6048e5, name: "week"}, {size: 864e5, name: "day"},
		{size: 36e5, name: "hour"}, {size: 6e4, name: "minute"}, {size: 1e3, name: "second"}, {size: 1, name: "millisecond"},
	} {
		if left < 0 {
			break
		}
		n := math.Floor(ms / u.size)
		if n < 1 && len(parts) == 0 {
			continue
		}
		s := Plain(n) + " " + u.name
		if n != 1 {
			s += "s"
		}
		parts = append(parts, s)
		ms = math.Mod(ms, u.size)
		left--
	}
	return strings.Join(parts, ", ")
}

// ago writes a negative value as a time in the past.
func ago(v float64, f func(float64) string) Text {
	if v < 0 {
		return Text{Text: f(-v), Suffix: " ago"}
	}
	return Text{Text: f(v)}
}

// hms writes seconds as "01:02:05".
func hms(v float64) string {
	two := func(v float64) string {
		if v > 9 {
			return Plain(v)
		}
		return "0" + Plain(v)
	}
	return two(math.Floor(v/3600)) + ":" + two(math.Floor(math.Mod(v, 3600)/60)) + ":" +
		two(math.Floor(math.Mod(math.Mod(v, 3600), 60)))
}

// dhms writes seconds as "3 d 01:02:05".
func dhms(v float64) string {
	days := math.Floor(v / 86400)
	if days > 0 {
		return Plain(days) + " d " + hms(v-days*24*3600)
	}
	return hms(v - days*86400)
}

// clock writes milliseconds as "05m:07s:120ms". Decimals say how many parts follow the first.
func clock(ms float64, d *int) string {
	parts := 3
	if d != nil {
		parts = *d
	}
	t, ok := instant(ms, time.UTC)
	if !ok && (ms < 36e5 || math.IsNaN(ms)) {
		return invalidDate
	}
	milli := fmt.Sprintf("%03dms", t.Nanosecond()/1e6)
	sec, min := fmt.Sprintf("%02ds", t.Second()), fmt.Sprintf("%02dm", t.Minute())
	switch {
	case ms < 1e3:
		return milli
	case ms < 6e4 && parts == 0:
		return sec
	case ms < 6e4:
		return sec + ":" + milli
	case ms < 36e5 && parts == 0:
		return min
	case ms < 36e5 && parts == 1:
		return min + ":" + sec
	case ms < 36e5:
		return min + ":" + sec + ":" + milli
	}
	text := Plain(math.Floor(ms/36e5)) + "h"
	if !ok && parts != 0 {
		return text + ":" + invalidDate
	}
	for _, p := range []string{min, sec, milli}[:partsAfterHours(parts, d)] {
		text += ":" + p
	}
	return text
}

// partsAfterHours returns how many parts follow the hours: as many as decimals say if that is 0 to 2, else all three.
func partsAfterHours(parts int, d *int) int {
	if d == nil || parts < 0 || parts > 2 {
		return 3
	}
	return parts
}
