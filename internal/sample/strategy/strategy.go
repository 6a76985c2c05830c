package strategy

import (
	"fmt"
	"slices"
	"strings"

	"macrowatch/internal/suggest"
)

// Class is the asset class that a strategy is run for: the desk has one pipeline step for each.
type Class string

// The classes, named as the pipeline's steps are: signals_fx and so on.
const (
	FX         Class = "fx"
	Rates      Class = "rates"
	Inflation  Class = "inflation"
	Cupom      Class = "cupom"
	Sovereign  Class = "sovereign"
	CrossAsset Class = "cross_asset"
)

// Classes returns the classes in the order in which the desk runs them.
func Classes() []Class { return []Class{FX, Rates, Inflation, Cupom, Sovereign, CrossAsset} }

// Strategy is one strategy of the sample desk.
type Strategy struct {
	ID     string // strategy_id, its prefix is its asset class
	Class  Class
	Rule   string // what it does, in one sentence
	Source string // where the rule was published
	// Groups are the sets of instruments that the rule looks at together.
	Groups []Group
	// Least is how many of the groups a market must have. Otherwise the strategy takes no part.
	Least  int
	decide rule
}

// Group is a set of instruments that a rule looks at together. A name may be a choice, "CDI|SELIC": the
// first that the market has.
type Group struct {
	Trades []string
	Reads  []string // looked at, not traded
	// Inverted says that a long position in the exchange rate is short the foreign currency.
	Inverted bool
}

// rule passes its opinions of the groups that can be traded to say. There are at least as many groups as the
// strategy's Least.
type rule func(groups []boundGroup, say verdict)

// verdict takes a rule's opinion of one leg of a group. The traded legs have the first numbers, then come the
// legs that the rule only reads.
type verdict func(group, leg int, score, confidence float64)

// boundGroup is a group with its series on a market: the traded legs, then the others.
type boundGroup struct {
	Group
	members []int
	legs    []*Series
}

// each makes a rule that looks at every group by itself.
func each(one func(legs []*Series, say func(leg int, score, confidence float64))) rule {
	return func(groups []boundGroup, say verdict) {
		for n, g := range groups {
			one(g.legs, func(leg int, score, confidence float64) { say(n, leg, score, confidence) })
		}
	}
}

// Bound is a strategy that has found its instruments in a market.
type Bound struct {
	Strategy
	groups []boundGroup
}

// Bind finds the strategy's instruments in a market. The function `index` returns an instrument's place, and
// false if the market lacks the instrument or it can't be traded. Groups that lack an instrument are left
// out. If fewer than Least are left the strategy sits out, and reason says in a sentence what is missing.
func (s Strategy) Bind(index func(name string) (int, bool)) (b Bound, reason string) {
	b = Bound{Strategy: s}
	var missing []string
	for _, g := range s.Groups {
		members, lacks := g.bind(index)
		if lacks != "" {
			if !slices.Contains(missing, lacks) {
				missing = append(missing, lacks)
			}
			continue
		}
		if !b.has(members[:len(g.Trades)]) {
			b.groups = append(b.groups, boundGroup{Group: g, members: members, legs: make([]*Series, len(members))})
		}
	}
	if len(b.groups) >= s.Least {
		return b, ""
	}
	if len(b.groups) == 0 {
		return b, "there are no usable prices of " + suggest.Listed(missing, "and")
	}
	return b, fmt.Sprintf("it needs at least %d of the things that it compares and has %d: there are no usable prices of %s",
		s.Least, len(b.groups), suggest.Listed(missing, "and"))
}

// has reports whether a group trades the same instruments already, which were found under other names.
func (b Bound) has(trades []int) bool {
	for _, g := range b.groups {
		if slices.Equal(g.members[:len(g.Trades)], trades) {
			return true
		}
	}
	return false
}

// bind returns the places of the group's instruments, or the name that the market lacks.
func (g Group) bind(index func(string) (int, bool)) (members []int, lacks string) {
	for _, choice := range append(append([]string(nil), g.Trades...), g.Reads...) {
		found := false
		for name := range strings.SplitSeq(choice, "|") {
			if at, ok := index(name); ok {
				members, found = append(members, at), true
				break
			}
		}
		if !found {
			return nil, strings.ReplaceAll(choice, "|", " or ")
		}
	}
	return members, ""
}

// Trades returns the places of the instruments that the strategy trades, each once.
func (b Bound) Trades() []int {
	return b.places(func(g boundGroup) []int { return g.members[:len(g.Trades)] })
}

// Reads returns the places of the instruments that it only looks at, each once.
func (b Bound) Reads() []int {
	return b.places(func(g boundGroup) []int { return g.members[len(g.Trades):] })
}

func (b Bound) places(of func(boundGroup) []int) []int {
	var places []int
	for _, g := range b.groups {
		for _, at := range of(g) {
			if !slices.Contains(places, at) {
				places = append(places, at)
			}
		}
	}
	return places
}
