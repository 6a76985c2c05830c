package timerange

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// step is one step of an expression: "-1M" moves by a month, "/M" rounds to the month.
type step struct {
	op     byte
	count  int
	unit   string // "month"
	fiscal bool
}

// describe says in words when a range from a valid expression to now is: "Last 5 years", "Year to date".
func describe(expr string) string {
	steps := stepsOf(expr)
	switch {
	case len(steps) == 0:
		return "Now"
	case steps[0].op == '-' && (len(steps) == 1 || len(steps) == 2 && steps[1].op == '/'):
		return "Last " + steps[0].amount() // like Grafana, it does not mention rounding
	case len(steps) == 1 && steps[0].op == '/':
		return steps[0].toDate()
	}
	return "Since " + moment(steps)
}

// stepsOf splits a valid expression into its steps. Those that move by nothing are left out.
func stepsOf(expr string) []step {
	expr = strings.NewReplacer(" ", "", "\t", "").Replace(expr)
	var out []step
	for _, m := range regexp.MustCompile(`([-+/])(\d*)(f?)([smhdwMQy])`).FindAllStringSubmatch(expr, -1) {
		s := step{op: m[1][0], count: 1, unit: unitName(m[4][0]), fiscal: m[3] != ""}
		if m[2] != "" {
			s.count, _ = strconv.Atoi(m[2])
		}
		if s.count > 0 {
			out = append(out, s)
		}
	}
	return out
}

// amount counts the units of a step: "1 month", "36 hours".
func (s step) amount() string { return amount(s.count, s.unit) }

func amount(count int, unit string) string {
	if count != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s", count, unit)
}

// name is the unit to which a step rounds: "fiscal year".
func (s step) name() string {
	if s.fiscal {
		return "fiscal " + s.unit
	}
	return s.unit
}

// toDate names the range from the beginning of a unit to now.
func (s step) toDate() string {
	switch name := s.name(); s.unit {
	case "day":
		return "Today so far"
	case "month", "quarter", "year":
		return strings.ToUpper(name[:1]) + name[1:] + " to date"
	default:
		return "This " + name + " so far"
	}
}

// moment says in words when an expression is, rounded down: "36 hours ago", "the start of yesterday".
func moment(steps []step) string {
	words := "now"
	for i, s := range steps {
		switch {
		case s.op == '/':
			words = "the start of " + period(steps[:i], s, words)
		case words == "now" && s.op == '-':
			words = s.amount() + " ago"
		case words == "now":
			words = s.amount() + " from now"
		case s.op == '-':
			words = s.amount() + " before " + words
		default:
			words = s.amount() + " after " + words
		}
	}
	return words
}

// period names the day, month or the like to which a moment is rounded: "yesterday", "this month", "the day 36 hours ago".
func period(before []step, rounding step, moment string) string {
	name := rounding.name()
	near := map[string]string{"-": "last " + name, "": "this " + name, "+": "next " + name}
	if rounding.unit == "day" {
		near = map[string]string{"-": "yesterday", "": "today", "+": "tomorrow"}
	}
	switch {
	case len(before) == 0:
		return near[""]
	case len(before) == 1 && before[0].op != '/' && before[0].count == 1 && before[0].unit == rounding.unit:
		return near[string(before[0].op)]
	case len(before) == 1 && before[0].op != '/':
		return "the " + name + " " + moment
	}
	return "the " + name + " of " + moment
}

// earlier says by how much a valid time shift such as "1d" moves a range back.
func earlier(timeShift string) string {
	count, unit, _ := span(timeShift)
	return amount(count, unit) + " earlier"
}

// unitName returns the name of a unit, "" if there is no such unit.
func unitName(unit byte) string {
	switch unit {
	case 's':
		return "second"
	case 'm':
		return "minute"
	case 'h':
		return "hour"
	case 'd':
		return "day"
	case 'w':
		return "week"
	case 'M':
		return "month"
	case 'Q':
		return "quarter"
	case 'y':
		return "year"
	}
	return ""
}
