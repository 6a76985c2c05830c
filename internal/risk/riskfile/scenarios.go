package riskfile

import (
	"fmt"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
	"macrowatch/internal/yamlnode"
)

// The sizes that a shock may have. A price can't lose more than everything. A size beyond the other bounds is surely in the
// wrong unit.
const (
	leastPercent = -100 // a shock must be above this
	mostPercent  = 1000
	mostBP       = 10_000
)

func (r *reader) scenarios(node ast.Node) {
	given := map[string]bool{}
	for _, item := range r.items(node, "scenarios") {
		before := len(r.faults)
		s, shocks, off := r.scenario(item)
		if s.Name != "" && given[s.Name] {
			r.fault(item, "scenario %q is there twice", s.Name)
		}
		given[s.Name] = true
		if off {
			r.switchOff(item, s.Name)
			continue
		}
		if len(s.Shocks) == 0 && len(r.faults) == before {
			r.fault(item, "scenario %q has no shocks", s.Name)
		}
		for n := range s.Shocks {
			for m := range n {
				if sameTarget(s.Shocks[n], s.Shocks[m]) {
					r.fault(shocks[n], "scenario %q moves %s twice in %s", s.Name, target(s.Shocks[n]), unit(s.Shocks[n]))
				}
			}
		}
		if n := r.scenarioNamed(s.Name); n >= 0 {
			r.file.Scenarios[n] = s
		} else {
			r.file.Scenarios = append(r.file.Scenarios, s)
		}
	}
}

// scenarioNamed is the place of the scenario of a name; −1 if there is none.
func (r *reader) scenarioNamed(name string) int {
	return slices.IndexFunc(r.file.Scenarios, func(s risk.Scenario) bool { return s.Name == name })
}

// switchOff removes a built-in scenario.
func (r *reader) switchOff(node ast.Node, name string) {
	n := r.scenarioNamed(name)
	if n < 0 {
		r.fault(node, "no scenario that is built in is called %q: it can't be switched off", name)
		return
	}
	r.file.Scenarios = slices.Delete(r.file.Scenarios, n, n+1)
}

// scenario reads a scenario. It also returns the places of the shocks in the file, and whether the scenario is switched
// off: then the text "none" stands in the place of the shocks.
func (r *reader) scenario(node ast.Node) (s risk.Scenario, places []ast.Node, off bool) {
	r.fields(node, "a scenario", []yamlnode.Field{
		{Key: "name", Read: r.text("a scenario's name", &s.Name)},
		{Key: "description", Read: r.text("a scenario's description", &s.Description)},
		{Key: "shocks", Read: func(list ast.Node) {
			if off = isNone(list); off {
				return
			}
			for _, item := range r.items(list, "shocks") {
				if shock, ok := r.shock(item); ok {
					s.Shocks = append(s.Shocks, shock)
					places = append(places, item)
				}
			}
		}},
	})
	for n, shock := range s.Shocks {
		r.checkKind(places[n], shock, s.Shocks)
	}
	if s.Name == "" {
		r.fault(node, "a scenario has no name")
	} else if problem := desk.NameProblem(s.Name); problem != "" {
		r.fault(node, "the name of a scenario %s", problem)
	}
	return s, places, off
}

// shock reads a shock. It returns false if the shock has a fault.
func (r *reader) shock(node ast.Node) (risk.Shock, bool) {
	before := len(r.faults)
	var s risk.Shock
	r.fields(node, "a shock", []yamlnode.Field{
		{Key: "instrument", Read: r.text("instrument", &s.Instrument)},
		{Key: "prefix", Read: r.text("prefix", &s.Prefix)},
		{Key: "asset_class", Read: r.text("asset_class", &s.AssetClass)},
		{Key: "percent", Read: func(n ast.Node) {
			if x, ok := r.number(n, "percent"); ok && (x <= leastPercent || x > mostPercent) {
				r.fault(n, "percent %v is not above %d and at most %d", x, leastPercent, mostPercent)
			} else if ok {
				s.Percent = &x
			}
		}},
		{Key: "bp", Read: func(n ast.Node) {
			if x, ok := r.number(n, "bp"); ok && (x < -mostBP || x > mostBP) {
				r.fault(n, "bp %v is not between -%d and %d", x, mostBP, mostBP)
			} else if ok {
				s.BP = &x
			}
		}},
		{Key: "source", Read: r.text("source", &s.Source)},
	})
	if len(r.faults) > before {
		return s, false
	}
	if count(s.Instrument != "", s.Prefix != "", s.AssetClass != "") != 1 {
		r.fault(node, "a shock must have one of instrument, prefix and asset_class")
	}
	if count(s.Percent != nil, s.BP != nil) != 1 {
		r.fault(node, "a shock must have one of percent, for prices, and bp, for yields")
	}
	return s, len(r.faults) == before
}

// checkKind checks a shock against the instruments that it is for. The shock is wrong if all of them are of the other kind.
// An instrument of the other kind does not count if another shock of the scenario moves it. For example, the prefix EUR
// in bp is for yields. It also fits the price EURUSD, but if the scenario moves EURUSD in percent, EUR in bp is right
// even on a desk without euro yields.
func (r *reader) checkKind(node ast.Node, s risk.Shock, all []risk.Shock) {
	if r.known == nil {
		return
	}
	if s.Instrument != "" && !r.isKnown(node, s.Instrument) {
		return
	}
	right, wrong := 0, ""
	for name, i := range r.known {
		class := r.rules.AssetClass(i)
		if !s.Covers(name, class) {
			continue
		}
		if s.Kind() == i.Kind {
			right++
		} else if moved := slices.ContainsFunc(all, func(o risk.Shock) bool { return o.Kind() == i.Kind && o.Covers(name, class) }); moved {
			continue
		} else if wrong == "" || name < wrong {
			wrong = name
		}
	}
	switch {
	case right > 0:
	case wrong != "":
		other := r.known[wrong]
		r.fault(node, "%s is moved in %s, but %s is a %s: it is moved in %s", target(s), unit(s), wrong, other.Kind, risk.UnitOfShocks(other.Kind))
	default:
		r.warn(node, "%s is no instrument's", target(s))
	}
}

func sameTarget(a, b risk.Shock) bool {
	return a.Instrument == b.Instrument && a.Prefix == b.Prefix && a.AssetClass == b.AssetClass && a.Kind() == b.Kind()
}

func unit(s risk.Shock) string { return risk.UnitOfShocks(s.Kind()) }

// target says in words what a shock moves.
func target(s risk.Shock) string {
	switch {
	case s.Instrument != "":
		return "instrument " + s.Instrument
	case s.Prefix != "":
		return "prefix " + s.Prefix
	}
	return fmt.Sprintf("asset class %s", s.AssetClass)
}

func count(facts ...bool) int {
	n := 0
	for _, fact := range facts {
		if fact {
			n++
		}
	}
	return n
}
