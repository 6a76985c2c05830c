// Package unit formats numbers as Grafana's value formats do. It takes the id of a unit and a number, and returns a text,
// a prefix and a suffix.
//
// A unit that differs from others only by its text is a line in table.go. The others are cases in simple (numbers),
// durations and instants. A test asks Grafana's own code for its units and finds one that is missing here.
package unit

import (
	"math"
	"strings"
	"time"
)

// Text is a formatted value. The reader sees Prefix + Text + Suffix.
type Text struct{ Text, Prefix, Suffix string }

// String joins the parts.
func (t Text) String() string { return t.Prefix + t.Text + t.Suffix }

// Env is what the formats of dates need in addition to the value.
type Env struct {
	// Now is the instant that "an hour ago" counts from.
	Now time.Time
	// Location is the reader's zone; nil means UTC.
	Location *time.Location
	// Milliseconds makes dateTimeAsSystem show them.
	Milliseconds bool
}

func (e Env) location() *time.Location {
	if e.Location == nil {
		return time.UTC
	}
	return e.Location
}

// Format writes a value. If decimals is nil, the format chooses as many as show about three significant digits. A date is
// a number of milliseconds since the epoch.
type Format func(v float64, decimals *int, env Env) Text

// Lookup returns the format of a unit. As in Grafana, an id that is no unit is written behind the number ("1.5 lots"),
// and "" gives a plain number.
func Lookup(id string) Format {
	if f, ok := simple(id); ok {
		return f
	}
	if f, ok := durations(id); ok {
		return f
	}
	if f, ok := instants(id); ok {
		return f
	}
	for _, line := range strings.Split(scaledTable, "\n") {
		if f, ok := scaledLine(line, id); ok {
			return f
		}
	}
	if key, sub, ok := strings.Cut(id, ":"); ok && key != "" {
		if f := custom(key, sub); f != nil {
			return f
		}
	}
	return fixed(id)
}

// custom returns the format of a unit whose text is part of its id, such as "suffix:lots". It returns nil if there is none.
func custom(key, sub string) Format {
	switch key {
	case "prefix":
		return func(v float64, d *int, _ Env) Text { return Text{Text: Fixed(v, d), Prefix: sub} }
	case "suffix":
		return fixed(sub)
	case "time":
		return pattern(sub, "")
	case "si":
		first, rest := splitFirst(sub)
		if offset, ok := siOffset(first); ok {
			return si(rest, offset)
		}
		return si(sub, 0)
	case "count":
		return count(sub)
	case "currency":
		return currency(sub, false)
	case "bool":
		if yes, no, ok := strings.Cut(sub, "/"); ok {
			return boolean(yes, no)
		}
		return boolean(sub, "-")
	}
	return nil
}

// splitFirst splits off the first character.
func splitFirst(s string) (first, rest string) {
	for i := range s {
		if i > 0 {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

// fixed writes a number with the text of its unit behind it.
func fixed(unit string) Format {
	return func(v float64, d *int, _ Env) Text {
		t := Text{Text: Fixed(v, d)}
		if unit != "" {
			t.Suffix = " " + unit
		}
		return t
	}
}

// boolean writes every number but 0 as yes.
func boolean(yes, no string) Format {
	return func(v float64, _ *int, _ Env) Text {
		if v != 0 && !math.IsNaN(v) {
			return Text{Text: yes}
		}
		return Text{Text: no}
	}
}

// simple returns the formats of plain numbers, percentages and booleans.
func simple(id string) (Format, bool) {
	switch id {
	case "", "none":
		return fixed(""), true
	case "string":
		return func(v float64, _ *int, _ Env) Text { return Text{Text: Plain(v)} }, true
	case "percent":
		return func(v float64, d *int, _ Env) Text { return Text{Text: Fixed(v, d), Suffix: "%"} }, true
	case "percentunit":
		return func(v float64, d *int, _ Env) Text { return Text{Text: Fixed(100*v, d), Suffix: "%"} }, true
	case "hex":
		return func(v float64, d *int, _ Env) Text { return Text{Text: hexadecimal(v, d, "")} }, true
	case "hex0x":
		return func(v float64, d *int, _ Env) Text { return Text{Text: hexadecimal(v, d, "0x")} }, true
	case "sci":
		return func(v float64, d *int, _ Env) Text { return Text{Text: exponential(v, d)} }, true
	case "locale":
		return func(v float64, d *int, _ Env) Text { return Text{Text: grouped(v, d)} }, true
	case "bool":
		return boolean("True", "False"), true
	case "bool_yes_no":
		return boolean("Yes", "No"), true
	case "bool_on_off":
		return boolean("On", "Off"), true
	}
	return nil, false
}

// IsBoolean reports whether a unit writes every number as one of two words.
func IsBoolean(id string) bool { return strings.HasPrefix(id, "bool") }
