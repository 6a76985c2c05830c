package dialect

import (
	"fmt"
	"strings"
)

var (
	clockBegins = newPattern(`\d{1,2}:\d{2}`)
	clockForm   = newPattern(`^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(?i:([ap])\.?m\.?)?\s*(Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$`)
)

// split parts the text of a time into its day and its clock. A day without a clock has the clock "".
func split(text string) (day, clock string) {
	at := clockBegins().FindStringIndex(text)
	if at == nil {
		return text, ""
	}
	return strings.TrimRight(text[:at[0]], "Tt, "), text[at[0]:]
}

// canonicalClock returns a clock as T18:00:05.123-03:00, with its zone if it has one.
func canonicalClock(text string) (string, bool) {
	m := clockForm().FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	hour, minute, second := number(m[1]), number(m[2]), number(m[3])
	if half := strings.ToLower(m[5]); half != "" {
		if hour < 1 || hour > 12 {
			return "", false
		}
		if hour %= 12; half == "p" {
			hour += 12
		}
	}
	if hour > 23 || minute > 59 || second > 59 {
		return "", false
	}
	clock := fmt.Sprintf("T%02d:%02d:%02d", hour, minute, second)
	if m[4] != "" {
		clock += "." + m[4]
	}
	switch zone := m[6]; {
	case zone == "":
		return clock, true
	case strings.Trim(zone, "zZUTCGM") == "":
		return clock + "Z", true
	case len(zone) == len("-03"):
		return clock + zone + ":00", true
	case len(zone) == len("-0300"):
		return clock + zone[:3] + ":" + zone[3:], true
	default:
		return clock + zone, true
	}
}

// atMidnight reports whether a canonical clock is that of the beginning of a day, as pandas writes it after a day.
func atMidnight(clock string) bool {
	rest, found := strings.CutPrefix(clock, "T00:00:00")
	if !found {
		return false
	}
	if digits, found := strings.CutPrefix(rest, "."); found {
		rest = strings.TrimLeft(digits, "0")
	}
	return rest == "" || strings.ContainsAny(rest[:1], "Z+-")
}
