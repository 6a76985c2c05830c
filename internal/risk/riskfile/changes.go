package riskfile

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"macrowatch/internal/risk"
)

// changes says what a file changes in the built-in one, a line each.
func changes(standard, given File) []string {
	var all []string
	for _, kind := range risk.LimitKinds() {
		if before, now := *kind.Of(&standard.Limits), *kind.Of(&given.Limits); !same(before, now) {
			all = append(all, fmt.Sprintf("limits: %s %s (built in: %s)", kind.Key, written(now), written(before)))
		}
	}
	for _, class := range slices.Sorted(maps.Keys(given.Limits.AssetClasses)) {
		all = append(all, fmt.Sprintf("limits: asset class %s %s (built in: as every class)", class, written(given.Limits.AssetClasses[class])))
	}
	all = append(all, scenarioChanges(standard.Scenarios, given.Scenarios)...)
	if !slices.Equal(standard.ReplayDays, given.ReplayDays) {
		all = append(all, fmt.Sprintf("replay_days: %v (built in: %v)", given.ReplayDays, standard.ReplayDays))
	}
	for _, name := range slices.Sorted(maps.Keys(given.Proxies)) {
		if given.Proxies[name] != standard.Proxies[name] {
			all = append(all, fmt.Sprintf("proxies: %s takes the returns of %s", name, given.Proxies[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(standard.Proxies)) {
		if _, has := given.Proxies[name]; !has {
			all = append(all, fmt.Sprintf("proxies: %s none (built in: %s)", name, standard.Proxies[name]))
		}
	}
	return all
}

func scenarioChanges(standard, given []risk.Scenario) []string {
	var all []string
	find := func(in []risk.Scenario, name string) *risk.Scenario {
		if n := slices.IndexFunc(in, func(s risk.Scenario) bool { return s.Name == name }); n >= 0 {
			return &in[n]
		}
		return nil
	}
	for _, s := range standard {
		switch now := find(given, s.Name); {
		case now == nil:
			all = append(all, fmt.Sprintf("scenarios: %s none (built in)", s.Name))
		case !reflect.DeepEqual(*now, s):
			all = append(all, fmt.Sprintf("scenarios: %s changed, %d shocks (built in: %d)", s.Name, len(now.Shocks), len(s.Shocks)))
		}
	}
	for _, s := range given {
		if find(standard, s.Name) == nil {
			all = append(all, fmt.Sprintf("scenarios: %s added", s.Name))
		}
	}
	return all
}

func same(a, b *float64) bool { return a == b || a != nil && b != nil && *a == *b }

// written is a limit as a risk file has it.
func written(limit *float64) string {
	if limit == nil {
		return "none"
	}
	return strconv.FormatFloat(*limit, 'g', -1, 64)
}
