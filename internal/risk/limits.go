package risk

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"macrowatch/internal/desk"
)

// Limits are what the book should stay below. A limit that is nil is not checked. [LimitKinds] says how each
// limit is called and measured.
type Limits struct {
	VaR95Pct, VaR99Pct, CVaR95Pct *float64 // one day, percent of NAV
	MaxDrawdownPct                *float64 // the current fall from the peak
	GrossLeverage                 *float64 // multiples of NAV; positions of different strategies do not cancel
	NettedLeverage                *float64 // multiples of NAV; positions of different strategies in one instrument cancel
	AssetClassNet                 *float64 // the net weight of any asset class, multiples of NAV
	InstrumentNet                 *float64 // of any instrument
	StrategyGross                 *float64 // the gross weight of any strategy
	StressLossPct                 *float64 // the worst scenario's
	// AssetClasses takes the place of AssetClassNet for some classes.
	AssetClasses map[string]*float64
}

// LimitKind is a kind of limit.
type LimitKind struct {
	// Key is its name in a risk file.
	Key string
	// Of returns where Limits keeps it.
	Of func(*Limits) **float64
	// needsReturns says that the limit's value is unknown if the simulation has too few returns.
	needsReturns bool
	// uses measures the book: usually once, and for asset classes once for each class.
	uses func(c check, limit *float64) []use
}

// LimitKinds lists the kinds of limits, in the order in which Check reports them. A field of Limits that is not
// here fails a test.
func LimitKinds() [10]LimitKind {
	return [...]LimitKind{
		{Key: "var_95_pct", Of: func(l *Limits) **float64 { return &l.VaR95Pct }, needsReturns: true,
			uses: one("VaR 95%", func(c check) float64 { return c.measures.VaR95 })},
		{Key: "var_99_pct", Of: func(l *Limits) **float64 { return &l.VaR99Pct }, needsReturns: true,
			uses: one("VaR 99%", func(c check) float64 { return c.measures.VaR99 })},
		{Key: "cvar_95_pct", Of: func(l *Limits) **float64 { return &l.CVaR95Pct }, needsReturns: true,
			uses: one("CVaR 95%", func(c check) float64 { return c.measures.CVaR95 })},
		{Key: "max_drawdown_pct", Of: func(l *Limits) **float64 { return &l.MaxDrawdownPct },
			uses: one("Max drawdown", func(c check) float64 { return c.drawdown.Current })},
		{Key: "gross_leverage", Of: func(l *Limits) **float64 { return &l.GrossLeverage },
			uses: one("Gross leverage", func(c check) float64 { return c.simulation.Book.Gross() })},
		{Key: "netted_leverage", Of: func(l *Limits) **float64 { return &l.NettedLeverage },
			uses: one("Netted leverage", func(c check) float64 { return c.simulation.Book.Netted() })},
		{Key: "asset_class_net", Of: func(l *Limits) **float64 { return &l.AssetClassNet }, uses: classUses},
		{Key: "instrument_net", Of: func(l *Limits) **float64 { return &l.InstrumentNet },
			uses: largest("Single instrument", func(c check) sums { return c.netByInstrument })},
		{Key: "strategy_gross", Of: func(l *Limits) **float64 { return &l.StrategyGross },
			uses: largest("Single strategy", func(c check) sums { return c.grossByStrategy })},
		{Key: "stress_loss_pct", Of: func(l *Limits) **float64 { return &l.StressLossPct }, uses: worstScenarioUse},
	}
}

// LimitUse is a limit and where the book stands. The caller fills in CheckedAt.
//
// The utilisation is below zero if the VaR is below zero. A limit on VaR or CVaR is Unknown if the simulation
// has too few returns (Short).
type LimitUse struct {
	desk.LimitStatus
	// Detail names the strategy, asset class or scenario that the value belongs to, if the value is the
	// largest of several; "" otherwise.
	Detail string
}

// Check compares the book with the limits, in the order of LimitKinds, with the asset classes in alphabetical
// order. The argument `measures` has the figures of the method that the desk reports, and `stress` the results
// of all scenarios. If `stress` is empty, the limit on stress losses is not checked.
func (l Limits) Check(s *Simulation, measures Measures, drawdown Drawdown, stress []StressResult) []LimitUse {
	c := newCheck(l, s)
	c.measures, c.drawdown, c.stress = measures, drawdown, stress
	var all []LimitUse
	for _, kind := range LimitKinds() {
		for _, u := range kind.uses(c, *kind.Of(&l)) {
			switch {
			case u.limit == nil:
			case kind.needsReturns && s.Short():
				all = append(all, LimitUse{LimitStatus: desk.LimitStatus{Limit: u.name, LimitValue: *u.limit, Unknown: true}})
			default:
				status := desk.LimitStatus{Limit: u.name, LimitValue: *u.limit, CurrentValue: u.value, UtilizationPct: 100 * u.value / *u.limit}
				all = append(all, LimitUse{status, u.detail})
			}
		}
	}
	return all
}

// check holds the figures of the book that limits are compared with.
type check struct {
	limits          Limits
	simulation      *Simulation
	measures        Measures
	drawdown        Drawdown
	stress          []StressResult
	netByClass      sums // without cash
	netByInstrument sums // without cash
	grossByStrategy sums
}

// newCheck adds up the book's weights.
func newCheck(l Limits, s *Simulation) check {
	c := check{limits: l, simulation: s, netByClass: sums{}, netByInstrument: sums{}, grossByStrategy: sums{}}
	for n, p := range s.Book {
		c.grossByStrategy[p.Strategy] += math.Abs(p.Weight)
		if s.exposureOf[n] >= 0 {
			c.netByClass[s.Exposures[s.exposureOf[n]].AssetClass] += p.Weight
			c.netByInstrument[p.Instrument] += p.Weight
		}
	}
	return c
}

// use is a value of the book that is compared with a limit.
type use struct {
	name   string
	limit  *float64
	value  float64
	detail string
}

// one returns the function that measures the book for a limit on a single value.
func one(name string, value func(check) float64) func(check, *float64) []use {
	return func(c check, limit *float64) []use { return []use{{name, limit, value(c), ""}} }
}

// largest returns the function that measures the book for a limit on the largest of several sums. The detail
// names that sum.
func largest(name string, of func(check) sums) func(check, *float64) []use {
	return func(c check, limit *float64) []use {
		detail, value := of(c).largest()
		return []use{{name, limit, value, detail}}
	}
}

// classUses returns a use for each asset class. It is compared with the class's own limit if there is one,
// otherwise with the limit on any class.
func classUses(c check, limit *float64) []use {
	var all []use
	for _, class := range c.netByClass.names() {
		classLimit, has := c.limits.AssetClasses[class]
		if !has {
			classLimit = limit
		}
		all = append(all, use{"Net " + class, classLimit, math.Abs(c.netByClass[class]), ""})
	}
	return all
}

// worstScenarioUse is the use of the limit on stress losses: the loss of the worst scenario.
func worstScenarioUse(c check, limit *float64) []use {
	if len(c.stress) == 0 {
		return nil
	}
	worst := slices.MinFunc(c.stress, func(a, b StressResult) int { return cmp.Compare(a.PortfolioPnLPct, b.PortfolioPnLPct) })
	return []use{{"Stress loss", limit, -worst.PortfolioPnLPct, worst.Scenario}}
}

// sums are weights by name.
type sums map[string]float64

func (s sums) names() []string { return slices.Sorted(maps.Keys(s)) }

// largest returns the largest absolute sum and its name. Of equal ones it is the first in the alphabet.
func (s sums) largest() (name string, size float64) {
	for _, n := range s.names() {
		if x := math.Abs(s[n]); name == "" || x > size {
			name, size = n, x
		}
	}
	return name, size
}
