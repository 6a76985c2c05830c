package riskfile

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"macrowatch/internal/risk"
)

// changes say what a file makes other than the default.
func changes(standard, given File) []string {
	var all []string
	was, is := namedLimits(standard.Limits), namedLimits(given.Limits)
	for n, limit := range is {
		if before := was[n].value; !same(before, limit.value) {
			all = append(all, fmt.Sprintf("limits: %s %s (built in: %s)", limit.name, written(limit.value), written(before)))
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

// namedLimit is a limit under its key in a risk file.
type namedLimit struct {
	name  string
	value *float64
}

// namedLimits lists the limits that a file has a key for, always in the same order.
func namedLimits(l risk.Limits) []namedLimit {
	return []namedLimit{
		{"var_95_pct", l.VaR95Pct}, {"var_99_pct", l.VaR99Pct}, {"cvar_95_pct", l.CVaR95Pct}, {"max_drawdown_pct", l.MaxDrawdownPct},
		{"gross_leverage", l.GrossLeverage}, {"netted_leverage", l.NettedLeverage}, {"asset_class_net", l.AssetClassNet},
		{"instrument_net", l.InstrumentNet}, {"strategy_gross", l.StrategyGross}, {"stress_loss_pct", l.StressLossPct},
	}
}

func same(a, b *float64) bool { return a == b || a != nil && b != nil && *a == *b }

// written is a limit as a file writes it.
func written(limit *float64) string {
	if limit == nil {
		return "none"
	}
	return strconv.FormatFloat(*limit, 'g', -1, 64)
}
