package risk

import (
	"cmp"
	"math"
	"slices"
)

// Limits are what the book should stay below; nil has no limit.
type Limits struct {
	VaR95Pct, VaR99Pct, CVaR95Pct *float64 // one day, percent of NAV
	MaxDrawdownPct                *float64 // the current fall from the peak
	GrossLeverage                 *float64 // multiples of NAV: each strategy's positions by themselves
	NettedLeverage                *float64 // strategies' positions in one instrument cancel
	AssetClassNet                 *float64 // the net weight of any asset class, multiples of NAV
	InstrumentNet                 *float64 // of any instrument
	StrategyGross                 *float64 // the gross weight of any strategy
	StressLossPct                 *float64 // the worst scenario's
	// AssetClasses overrides AssetClassNet for some classes; nil has no limit.
	AssetClasses map[string]*float64
}

// LimitUse is a limit and where the book stands.
type LimitUse struct {
	Name  string
	Limit float64
	Value float64
	// UtilizationPct is value over limit in percent: below zero for a VaR below zero.
	UtilizationPct float64
	// Detail says what the value is of, where it is the largest of several; "" otherwise.
	Detail string
	// Unknown says that the simulation is short: the value and the utilisation are 0, and mean nothing.
	Unknown bool
}

// Check holds the book against the limits, in the order of Limits; asset classes in alphabetical order.
// measures are those of the method that the desk reports; stress is all scenarios' results, and a book
// without any is not held against the stress limit.
func (l Limits) Check(s *Simulation, measures Measures, drawdown Drawdown, stress []StressResult) []LimitUse {
	var all []LimitUse
	use := func(name string, limit *float64, value float64, detail string) {
		if limit != nil {
			all = append(all, LimitUse{Name: name, Limit: *limit, Value: value, UtilizationPct: 100 * value / *limit, Detail: detail})
		}
	}
	use("VaR 95%", l.VaR95Pct, measures.VaR95, "")
	use("VaR 99%", l.VaR99Pct, measures.VaR99, "")
	use("CVaR 95%", l.CVaR95Pct, measures.CVaR95, "")
	for n := range all {
		if s.Short() {
			all[n] = LimitUse{Name: all[n].Name, Limit: all[n].Limit, Unknown: true}
		}
	}
	use("Max drawdown", l.MaxDrawdownPct, drawdown.Current, "")
	use("Gross leverage", l.GrossLeverage, s.Book.Gross(), "")
	use("Netted leverage", l.NettedLeverage, s.Book.Netted(), "")
	classes := sums{}
	instruments, strategies := sums{}, sums{}
	for n, p := range s.Book {
		strategies.add(p.Strategy, math.Abs(p.Weight))
		if s.exposureOf[n] >= 0 {
			e := &s.Exposures[s.exposureOf[n]]
			classes.add(e.AssetClass, p.Weight)
			instruments.add(p.Instrument, p.Weight)
		}
	}
	for _, class := range classes.names() {
		limit := l.AssetClassNet
		if classLimit, has := l.AssetClasses[class]; has {
			limit = classLimit
		}
		use("Net "+class, limit, math.Abs(classes[class]), "")
	}
	name, value := instruments.largest()
	use("Single instrument", l.InstrumentNet, value, name)
	name, value = strategies.largest()
	use("Single strategy", l.StrategyGross, value, name)
	if len(stress) > 0 {
		worst := slices.MinFunc(stress, func(a, b StressResult) int {
			return cmp.Compare(a.PnLPct, b.PnLPct)
		})
		use("Stress loss", l.StressLossPct, -worst.PnLPct, worst.Scenario)
	}
	return all
}
