package anydesk

import (
	"fmt"
	"strings"

	"macrowatch/internal/desk"
)

// instrumentsEach is how many instruments a class has.
const instrumentsEach = 3

// instrument is a made-up instrument and its class.
type instrument struct {
	desk.Instrument
	class string
}

// strategy is a made-up strategy: it follows the move of its instruments over some days, or opposes it.
type strategy struct {
	name, class string
	days        int
	sign        float64
}

// instruments are a few of each class that has a prefix for them.
func instruments(rules desk.Rules) []instrument {
	var all []instrument
	for _, class := range rules.AssetClasses {
		prefixes := prefixesOf(rules.InstrumentClasses, class)
		for n := range instrumentsEach {
			if len(prefixes) == 0 {
				break
			}
			i := desk.Instrument{Name: joined(prefixes[n%len(prefixes)], fmt.Sprint(n+1)), Kind: desk.KindPrice, QuotedIn: "index points"}
			if rules.AssetClass(i) != class {
				i.AssetClass = class
			}
			all = append(all, instrument{i, class})
		}
	}
	if all == nil {
		all = append(all, instrument{desk.Instrument{Name: "INDEX_1", Kind: desk.KindPrice, QuotedIn: "index points"}, desk.OtherClass})
	}
	return all
}

// strategies are two of each class that has a prefix for them: one for the trend of a month, and one against the move of a
// week.
func strategies(rules desk.Rules) []strategy {
	var all []strategy
	for _, class := range rules.AssetClasses {
		for _, prefix := range prefixesOf(rules.StrategyClasses, class)[:min(1, len(prefixesOf(rules.StrategyClasses, class)))] {
			all = append(all, strategy{joined(prefix, "TREND"), class, 21, 1}, strategy{joined(prefix, "REVERSAL"), class, 5, -1})
		}
	}
	if all == nil {
		all = append(all, strategy{"TREND", desk.OtherClass, 21, 1})
	}
	return all
}

// trades returns the instruments that a strategy trades: those of its class, or all if its class has none.
func (s strategy) trades(rules desk.Rules, all []instrument) []instrument {
	var own []instrument
	for _, i := range all {
		if i.class == s.class && s.class != rules.CrossAssetClass {
			own = append(own, i)
		}
	}
	if own == nil {
		return all
	}
	return own
}

func prefixesOf(rules []desk.ClassRule, class string) []string {
	var all []string
	for _, rule := range rules {
		if rule.Class == class {
			all = append(all, rule.Prefixes...)
		}
	}
	return all
}

// joined puts an underscore between a prefix and the rest of a name, unless the prefix ends with one.
func joined(prefix, rest string) string {
	return strings.TrimRight(prefix, "_") + "_" + rest
}
