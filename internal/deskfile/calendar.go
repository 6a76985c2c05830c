package deskfile

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"macrowatch/internal/desk"
	"macrowatch/internal/desk/holiday"
	"macrowatch/internal/suggest"
	"macrowatch/internal/yamlnode"
)

func (r *reader) zone(node ast.Node) {
	text, ok := r.textOf(node, "zone")
	if !ok {
		return
	}
	if _, err := time.LoadLocation(text); err != nil || text == "Local" {
		r.fault(node, "zone %q is not the name of a time zone, such as Europe/London or America/Sao_Paulo", text)
		return
	}
	r.file.Rules.Zone = text
}

// hour returns a function that reads a whole hour of the day.
func (r *reader) hour(key string, into *int) func(ast.Node) {
	return func(node ast.Node) {
		text, ok := r.textOf(node, key)
		if !ok {
			return
		}
		hour, err := strconv.Atoi(text)
		if err != nil || hour < 0 || hour > 23 {
			r.fault(node, "%s is %q; it must be a whole hour from 0 to 23", key, text)
			return
		}
		*into = hour
	}
}

// calendar reads when the desk does not work. A list that is there replaces the built-in one.
func (r *reader) calendar(node ast.Node) {
	c := &r.file.Rules.Calendar
	r.fieldsOf(r.pairs(node, "calendar"), "calendar", []yamlnode.Field{
		{Key: "weekend", Read: r.weekend},
		{Key: "holidays", Read: r.markets("holidays", &c.Holidays)},
		{Key: "own_days", Read: r.ownDays},
	})
}

func (r *reader) weekend(node ast.Node) {
	var names []string
	for day := time.Sunday; day <= time.Saturday; day++ {
		names = append(names, day.String())
	}
	r.file.Rules.Calendar.Weekend = []time.Weekday{}
	for _, item := range r.items(node, "weekend") {
		text, ok := r.textOf(item, "a day of the weekend")
		if !ok {
			continue
		}
		at := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, text) })
		switch {
		case at < 0:
			r.fault(item, "the weekend has %q, which is not a day%s; a day is one of %s", text, suggest.Hint(text, names), strings.Join(names, ", "))
		case slices.Contains(r.file.Rules.Calendar.Weekend, time.Weekday(at)):
			r.fault(item, "the weekend has %s twice", names[at])
		default:
			r.file.Rules.Calendar.Weekend = append(r.file.Rules.Calendar.Weekend, time.Weekday(at))
		}
	}
	if len(r.file.Rules.Calendar.Weekend) == len(names) {
		r.fault(node, "the weekend has every day of the week, so the desk never works")
	}
}

// markets returns a function that reads the names of markets whose holidays are known.
func (r *reader) markets(what string, into *[]string) func(ast.Node) {
	return func(node ast.Node) {
		before := len(r.faults)
		r.labels(what, "a market", into)(node)
		if len(r.faults) > before {
			return
		}
		for n, item := range r.items(node, what) {
			if name := (*into)[n]; !slices.Contains(holiday.Markets(), name) {
				r.fault(item, "no holidays are known of the market %q%s; there are those of %s", name, suggest.Hint(name, holiday.Markets()), strings.Join(holiday.Markets(), ", "))
			}
		}
	}
}

func (r *reader) ownDays(node ast.Node) {
	r.file.Rules.Calendar.OwnDays = nil
	for _, item := range r.items(node, "own_days") {
		var day desk.OwnDay
		before := len(r.faults)
		r.fieldsOf(r.pairs(item, "a day of own_days"), "a day of own_days", []yamlnode.Field{
			{Key: "date", Read: r.date("date", &day.Date)}, {Key: "name", Read: r.label("name", &day.Name)},
		})
		switch {
		case len(r.faults) > before:
			continue
		case day.Date.IsZero() || day.Name == "":
			r.fault(item, "a day of own_days needs a date and a name, such as {date: 2026-07-01, name: Offsite}")
		case slices.ContainsFunc(r.file.Rules.Calendar.OwnDays, func(o desk.OwnDay) bool { return o.Date.Equal(day.Date) }):
			r.fault(item, "own_days has %s twice", day.Date.Format(time.DateOnly))
		}
		r.file.Rules.Calendar.OwnDays = append(r.file.Rules.Calendar.OwnDays, day)
	}
}

// date returns a function that reads a date.
func (r *reader) date(what string, into *time.Time) func(ast.Node) {
	return func(node ast.Node) {
		text, ok := r.textOf(node, what)
		if !ok {
			return
		}
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			r.fault(node, "%s %q is not a day of the calendar, such as 2026-07-01", what, text)
			return
		}
		*into = day
	}
}
