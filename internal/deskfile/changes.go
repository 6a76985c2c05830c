package deskfile

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"macrowatch/internal/alert"
	"macrowatch/internal/alert/alertfile"
	"macrowatch/internal/desk"
)

// Changes says what differs between two desk files, a line for each thing, by the keys of a desk file.
func Changes(before, after File) []string {
	c := changes{}
	a, b := before.Rules, after.Rules
	c.value("name", a.Name, b.Name)
	c.value("zone", a.Zone, b.Zone)
	c.value("opening_hour", a.OpeningHour, b.OpeningHour)
	c.value("closing_hour", a.ClosingHour, b.ClosingHour)
	c.value("stale_after", written(a.StaleAfter), written(b.StaleAfter))
	c.calendar(a.Calendar, b.Calendar)
	c.steps(a.Steps, b.Steps)
	c.classes(a, b)
	c.value("cross_asset_class", a.CrossAssetClass, b.CrossAssetClass)
	if !reflect.DeepEqual(before.Words.List(), after.Words.List()) {
		c.add("words: %s, not %s", counted(after), counted(before))
	}
	c.alerts(before.Alerts, after.Alerts)
	c.retention(before.Retention, after.Retention)
	return append(c.lines, riskChanges(before, after)...)
}

// alerts compares how two desks want their alerts.
func (c *changes) alerts(before, after alert.Config) {
	for _, rule := range alert.Rules() {
		a, b := before.Settings[rule.Name], after.Settings[rule.Name]
		c.value("alerts: rules: "+rule.Name, alertfile.Written(rule, a), alertfile.Written(rule, b))
	}
	for _, name := range slices.Sorted(maps.Keys(after.Targets)) {
		switch old, there := before.Targets[name]; {
		case !there:
			c.add("alerts: targets: %s is new", name)
		case old != after.Targets[name]:
			c.add("alerts: targets: %s has its address elsewhere", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before.Targets)) {
		if _, there := after.Targets[name]; !there {
			c.add("alerts: targets: %s is gone", name)
		}
	}
	then, now := routesOf(before), routesOf(after)
	for _, route := range now {
		if !slices.Contains(then, route) {
			c.add("alerts: routes: %s is new", route)
		}
	}
	for _, route := range then {
		if !slices.Contains(now, route) {
			c.add("alerts: routes: %s is gone", route)
		}
	}
	c.value("alerts: report", alertfile.WrittenReport(before.Report), alertfile.WrittenReport(after.Report))
}

// routesOf writes the routes of alerts as a file has them.
func routesOf(config alert.Config) []string {
	var all []string
	for _, r := range config.Routes {
		var severities []string
		for _, s := range r.Severities {
			severities = append(severities, string(s))
		}
		var parts []string
		for _, part := range []struct {
			key    string
			values []string
		}{{"to", r.To}, {"severity", severities}, {"group", r.Groups}, {"owner", r.Owners}, {"rule", r.Rules}} {
			if len(part.values) > 0 {
				parts = append(parts, part.key+": "+list(part.values))
			}
		}
		all = append(all, "{"+strings.Join(parts, ", ")+"}")
	}
	return all
}

// riskChanges says what differs in the sections about risk.
func riskChanges(before, after File) []string {
	if len(before.Risk.Changes) == 0 {
		return after.Risk.Changes
	}
	var lines []string
	for _, line := range after.Risk.Changes {
		if !slices.Contains(before.Risk.Changes, line) {
			lines = append(lines, line)
		}
	}
	for _, line := range before.Risk.Changes {
		if !slices.Contains(after.Risk.Changes, line) {
			lines = append(lines, "no longer "+line)
		}
	}
	return lines
}

type changes struct{ lines []string }

func (c *changes) add(format string, values ...any) {
	c.lines = append(c.lines, fmt.Sprintf(format, values...))
}

// value compares one value.
func (c *changes) value(key string, before, after any) {
	if before != after {
		c.add("%s: %v, not %v", key, orNone(after), orNone(before))
	}
}

func orNone(value any) any {
	if value == "" {
		return "none"
	}
	return value
}

func (c *changes) calendar(before, after desk.Calendar) {
	days := func(all []time.Weekday) string {
		var names []string
		for _, d := range all {
			names = append(names, d.String())
		}
		return strings.Join(names, ", ")
	}
	own := func(all []desk.OwnDay) string {
		var names []string
		for _, d := range all {
			names = append(names, d.Date.Format(time.DateOnly)+" "+d.Name)
		}
		return strings.Join(names, ", ")
	}
	c.value("weekend", days(before.Weekend), days(after.Weekend))
	c.value("holidays", strings.Join(before.Holidays, ", "), strings.Join(after.Holidays, ", "))
	c.value("own_days", own(before.OwnDays), own(after.OwnDays))
}

func (c *changes) steps(before, after []desk.Step) {
	find := func(all []desk.Step, name string) (desk.Step, bool) {
		n := slices.IndexFunc(all, func(s desk.Step) bool { return s.Name == name })
		if n < 0 {
			return desk.Step{}, false
		}
		return all[n], true
	}
	for _, now := range after {
		then, there := find(before, now.Name)
		if !there {
			c.add("steps: %s is new%s", now.Name, when(now))
			continue
		}
		c.step(then, now)
	}
	for _, then := range before {
		if _, there := find(after, then.Name); !there {
			c.add("steps: %s is gone", then.Name)
		}
	}
}

// step compares a step with what it was.
func (c *changes) step(then, now desk.Step) {
	step := changes{}
	step.value("title", then.Title, now.Title)
	step.value("group", then.Group, now.Group)
	step.value("schedule", then.Cron, now.Cron)
	step.value("start_within", written(then.StartGrace), written(now.StartGrace))
	step.value("end_within", written(then.EndGrace), written(now.EndGrace))
	step.value("waits_for", strings.Join(then.WaitsFor, ", "), strings.Join(now.WaitsFor, ", "))
	step.value("holidays", holidaysOf(then), holidaysOf(now))
	step.value("owner", then.Owner, now.Owner)
	step.value("runbook", then.Runbook, now.Runbook)
	for _, line := range step.lines {
		c.add("steps: %s: %s", now.Name, line)
	}
}

func when(s desk.Step) string {
	if s.Cron == "" {
		return " and has no schedule"
	}
	return " and is due at " + s.Cron
}

func holidaysOf(s desk.Step) string {
	switch {
	case s.Holidays == nil:
		return "the desk's"
	case len(s.Holidays) == 0:
		return "none"
	}
	return strings.Join(s.Holidays, ", ")
}

func (c *changes) classes(before, after desk.Rules) {
	c.value("classes", strings.Join(before.AssetClasses, ", "), strings.Join(after.AssetClasses, ", "))
	prefixes := func(rules []desk.ClassRule, class string) string {
		var all []string
		for _, rule := range rules {
			if rule.Class == class {
				all = append(all, rule.Prefixes...)
			}
		}
		return strings.Join(all, ", ")
	}
	for _, class := range after.AssetClasses {
		if !slices.Contains(before.AssetClasses, class) {
			continue
		}
		c.value("classes: "+class+": colour", before.ClassColours[class], after.ClassColours[class])
		c.value("classes: "+class+": heatmap", panelOf(before, class), panelOf(after, class))
		c.value("classes: "+class+": strategies", prefixes(before.StrategyClasses, class), prefixes(after.StrategyClasses, class))
		c.value("classes: "+class+": instruments", prefixes(before.InstrumentClasses, class), prefixes(after.InstrumentClasses, class))
	}
}

// panelOf returns the number of a class's panel of the signal heatmap, 0 where the desk names none.
func panelOf(rules desk.Rules, class string) int {
	return slices.IndexFunc(rules.ClassGroups, func(g []string) bool { return slices.Contains(g, class) }) + 1
}

// counted says how many words a file has.
func counted(f File) string {
	if n := len(f.Words.List()); n != 1 {
		return fmt.Sprintf("%d words", n)
	}
	return "1 word"
}
