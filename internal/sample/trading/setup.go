package trading

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"macrowatch/internal/sample/calendar"
	"macrowatch/internal/sample/market"
	"macrowatch/internal/sample/strategy"
)

// SitOut says why a strategy takes no part.
type SitOut struct {
	Strategy string
	Reason   string // what is missing: "there are no usable prices of DDI_1Y and DDI_2Y"
}

// Setup is the desk's strategies on a market: which take part, with which instruments.
type Setup struct {
	market     *market.Market
	assets     []asset
	place      map[string]int // an asset's place by its name
	strategies []strategy.Bound
	sitOuts    []SitOut
	rows       []row // what the book may hold
	mandate    Mandate
	shocks     [][]shock // by scenario and asset
	opens      time.Time
}

// row is a place of the book: a strategy's position in an instrument.
type row struct{ strategy, instrument int }

// Open sets the strategies up on a market, under a mandate. A market without a day, or on which no
// strategy can take part, is an error.
func Open(m *market.Market, strategies []strategy.Strategy, mandate Mandate) (*Setup, error) {
	if m.Days() == 0 {
		return nil, fmt.Errorf("open the book: there are no prices")
	}
	instruments := market.Classified(m.Instruments())
	s := &Setup{market: m, mandate: mandate, place: make(map[string]int, len(instruments))}
	for n, i := range instruments {
		s.place[i.Name] = n
	}
	priced := hasPrices(m, len(instruments))
	usable := make(map[string]int, len(instruments))
	for n, i := range instruments {
		a, err := newAsset(i, instruments, s.place)
		if err == nil && priced[n] {
			usable[i.Name] = n
		}
		s.assets = append(s.assets, a)
	}
	for _, each := range strategies {
		bound, reason := each.Bind(func(name string) (int, bool) { at, ok := usable[name]; return at, ok })
		if reason != "" {
			s.sitOuts = append(s.sitOuts, SitOut{Strategy: each.ID, Reason: reason})
			continue
		}
		for _, at := range bound.Trades() {
			s.assets[at].traded = true
			s.rows = append(s.rows, row{len(s.strategies), at})
		}
		for _, at := range bound.Reads() {
			s.assets[at].read = true
		}
		s.strategies = append(s.strategies, bound)
	}
	if len(s.strategies) == 0 {
		return nil, fmt.Errorf("open the book: none of the %d strategies can take part in these prices; %s: %s",
			len(strategies), s.sitOuts[0].Strategy, s.sitOuts[0].Reason)
	}
	s.sortRows()
	s.opens = s.openingDay()
	var err error
	s.shocks, err = s.shocksOf(mandate.Scenarios)
	return s, err
}

// hasPrices tells of each instrument whether it has any price.
func hasPrices(m *market.Market, n int) []bool {
	priced := make([]bool, n)
	for day := range m.Days() {
		for i, level := range m.Levels(day) {
			priced[i] = priced[i] || !math.IsNaN(level)
		}
	}
	return priced
}

// sortRows orders the rows by strategy and instrument, by their names.
func (s *Setup) sortRows() {
	slices.SortFunc(s.rows, func(a, b row) int {
		return cmp.Or(
			cmp.Compare(s.strategies[a.strategy].ID, s.strategies[b.strategy].ID),
			cmp.Compare(s.assets[a.instrument].Name, s.assets[b.instrument].Name))
	})
}

// openingDay returns the first day that the book can have. By then every exchange rate is known that turns what is
// quoted in dollars into BRL, and B3 trades.
func (s *Setup) openingDay() time.Time {
	needed := map[int]bool{}
	for n := range s.assets {
		if a := &s.assets[n]; a.traded && a.conversion.Currency == "USD" {
			for _, name := range a.conversion.Needs() {
				needed[s.place[name]] = true
			}
		}
	}
	opens := s.market.First()
	for n := range s.market.Days() {
		levels := s.market.Levels(n)
		for at := range needed {
			if !math.IsNaN(levels[at]) {
				delete(needed, at)
			}
		}
		if len(needed) == 0 {
			opens = s.market.Day(n)
			break
		}
	}
	trading := calendar.New()
	for !trading.Trades(calendar.B3, opens) {
		opens = opens.AddDate(0, 0, 1)
	}
	return opens
}

// Opens returns the day of the book's first snapshot, a day on which B3 trades, at midnight UTC.
func (s *Setup) Opens() time.Time { return s.opens }

// SitOuts returns the strategies that take no part, in the order in which they were given.
func (s *Setup) SitOuts() []SitOut { return slices.Clone(s.sitOuts) }
