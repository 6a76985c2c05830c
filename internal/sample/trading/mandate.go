package trading

import (
	"fmt"

	"macrowatch/internal/risk"
)

// Mandate is what the book is held to.
type Mandate struct {
	// Volatility is the annual volatility that the book is sized for, as a fraction of NAV. At 0 the book is not
	// sized as a whole.
	Volatility float64
	Limits     risk.Limits
	Scenarios  []risk.Scenario
	// ReplayDays are the lengths of the stretches of history that are replayed, as scenarios are.
	ReplayDays []int
}

// shock is what a scenario does to an asset.
type shock struct {
	move   float64 // relative for a price, in decimals for a yield; 0 where nothing moves it
	factor float64 // on the exchange rate to BRL of a price's profit
}

// shocksOf returns, for each scenario, what it does to each asset.
func (s *Setup) shocksOf(scenarios []risk.Scenario) ([][]shock, error) {
	var all [][]shock
	for _, scenario := range scenarios {
		moves := make([]float64, len(s.assets))
		for n := range s.assets {
			move, _, err := scenario.MoveOf(s.assets[n].Instrument, s.assets[n].class)
			if err != nil {
				return nil, fmt.Errorf("open the book: %w", err)
			}
			moves[n] = move
		}
		shocks := make([]shock, len(s.assets))
		for n := range s.assets {
			shocks[n] = shock{move: moves[n], factor: 1}
			if factor, err := s.assets[n].conversion.Rate(func(pair string) (float64, bool) {
				return 1 + moves[s.place[pair]], true
			}); err == nil {
				shocks[n].factor = factor
			}
		}
		all = append(all, shocks)
	}
	return all, nil
}
