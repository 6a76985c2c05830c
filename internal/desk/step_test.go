package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

func TestStepsThatCannotHoldAreRefused(t *testing.T) {
	t.Parallel()
	step := func(change func(*desk.Step)) func(*desk.Rules) {
		return func(r *desk.Rules) { change(&r.Steps[1]) } // fred
	}
	for name, c := range map[string]struct {
		change func(*desk.Rules)
		says   string
	}{
		"a step twice":    {func(r *desk.Rules) { r.Steps = append(r.Steps, r.Steps[0]) }, "step bcb_sgs is listed twice"},
		"a title twice":   {step(func(s *desk.Step) { s.Title = "Yahoo Finance" }), `step yahoo: step fred has the title "Yahoo Finance" as well`},
		"no title":        {step(func(s *desk.Step) { s.Title = "" }), "step fred has no title"},
		"no group":        {step(func(s *desk.Step) { s.Group = "" }), "step fred has no group"},
		"no name":         {step(func(s *desk.Step) { s.Name = "" }), `titled "FRED": step_name is empty`},
		"a blank group":   {step(func(s *desk.Step) { s.Group = " " }), `step fred has the group " ", which begins or ends with white space`},
		"an odd owner":    {step(func(s *desk.Step) { s.Owner = "Ann\u200b" }), "which holds U+200B"},
		"a negative time": {step(func(s *desk.Step) { s.StartGrace = -time.Second }), "step fred has a grace time below zero"},
		"ends before it starts": {step(func(s *desk.Step) { s.EndGrace = s.StartGrace }),
			"step fred must have ended 15m0s after it is due, which is not later than the 15m0s by which it must have started"},
		"grace without a schedule": {step(func(s *desk.Step) { s.Cron = "" }), "step fred has a grace time and no schedule"},
		"waits for nobody":         {step(func(s *desk.Step) { s.WaitsFor = []string{"fed"} }), `step fred waits for "fed", which is not one of the steps`},
		"waits for itself":         {step(func(s *desk.Step) { s.WaitsFor = []string{"fred"} }), "step fred waits for itself"},
		"waits twice":              {step(func(s *desk.Step) { s.WaitsFor = []string{"yahoo", "yahoo"} }), "step fred waits for yahoo twice"},
		"waits in a circle": {step(func(s *desk.Step) { s.WaitsFor = []string{"risk"} }),
			"step fred waits for risk waits for portfolio waits for signals_cross_asset waits for signals_fx waits for normalise_data waits for fred, so none of them ever starts"},
		"a market twice":         {step(func(s *desk.Step) { s.Holidays = []string{"US", "UK", "US"} }), "step fred names the holidays of US twice"},
		"a runbook of a file":    {step(func(s *desk.Step) { s.Runbook = "/etc/passwd" }), `step fred has the runbook "/etc/passwd", which is not an address`},
		"a runbook of a script":  {step(func(s *desk.Step) { s.Runbook = "javascript:alert(1)" }), "which is not an address that begins with http:// or https://"},
		"a runbook without host": {step(func(s *desk.Step) { s.Runbook = "https:///x" }), "which is not an address"},
		"no working day": {func(r *desk.Rules) {
			r.Calendar.Weekend = []time.Weekday{0, 1, 2, 3, 4, 5, 6}
		}, "the weekend has every day of the week"},
		"a weekday twice":  {func(r *desk.Rules) { r.Calendar.Weekend = []time.Weekday{0, 0} }, "the weekend has Sunday twice"},
		"an eighth day":    {func(r *desk.Rules) { r.Calendar.Weekend = []time.Weekday{7} }, "the weekend has the day 7, which is not from 0 to 6"},
		"a calendar twice": {func(r *desk.Rules) { r.Calendar.Holidays = []string{"UK", "UK"} }, "the calendar names the holidays of UK twice"},
		"an own day twice": {func(r *desk.Rules) {
			day := desk.OwnDay{Date: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), Name: "Offsite"}
			r.Calendar.OwnDays = []desk.OwnDay{day, day}
		}, "the desk's own day off on 2026-07-01 is listed twice"},
		"an own day without a name": {func(r *desk.Rules) {
			r.Calendar.OwnDays = []desk.OwnDay{{Date: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)}}
		}, "the desk's own day off on 2026-07-01 has no name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rules := desk.BuiltInRules()
			c.change(&rules)
			if err := rules.Validate(); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
}

func TestConnectorsAreTheStepsOfTheirGroup(t *testing.T) {
	t.Parallel()
	rules := desk.BuiltInRules()
	rules.Steps = append(rules.Steps, desk.Step{Name: "ons", Title: "ONS", Group: desk.ConnectorGroup})
	var names []string
	for _, s := range rules.Connectors() {
		names = append(names, s.Name)
	}
	if want := []string{"bcb_sgs", "fred", "yahoo", "bcb_ptax", "b3_market_data", "treasury_gov", "ons"}; !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
	if got, want := rules.Groups(), []string{"connector", "data", "signals", "book", "housekeeping"}; !slices.Equal(got, want) {
		t.Errorf("the groups are %v, want %v", got, want)
	}
	if _, there := rules.Step("nobody"); there {
		t.Error("a step that is not there was found")
	}
}

func TestAStepKeepsTheDesksHolidaysUnlessItSaysOtherwise(t *testing.T) {
	t.Parallel()
	rules := desk.BuiltInRules()
	for name, c := range map[string]struct {
		holidays, want []string
		ownDays        bool
	}{
		"nothing said": {nil, []string{"B3"}, true},
		"none":         {[]string{}, []string{}, false},
		"others":       {[]string{"US", "UK"}, []string{"US", "UK"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := desk.Step{Holidays: c.holidays}
			if got := rules.HolidaysOf(s); !slices.Equal(got, c.want) || s.KeepsOwnDays() != c.ownDays {
				t.Errorf("%v and own days %t, want %v and %t", got, s.KeepsOwnDays(), c.want, c.ownDays)
			}
		})
	}
}
