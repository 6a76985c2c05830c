package trading

import (
	"math"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sample/strategy"
)

const (
	// maxWeight is the largest weight that a strategy has in an instrument.
	maxWeight = 0.6
	// minWeight is the smallest weight that is worth holding.
	minWeight = 0.001
	// keep is how far a weight may be from its target, as a fraction of the target, before it is traded.
	keep = 0.25
)

// budgetOf is the annual volatility, as a fraction of NAV, that a strategy with full scores would have on its
// own, before the whole book is scaled. Cupom and sovereign credit get less, because they move little most of
// the time and lose much in a crisis.
func budgetOf(class strategy.Class) float64 {
	switch class {
	case strategy.FX, strategy.CrossAsset:
		return 0.028
	case strategy.Cupom, strategy.Sovereign:
		return 0.006
	}
	return 0.016
}

// Trade trades the book to what the strategies wanted in the morning, at the prices of the last close and in the size
// that the mandate allows. It takes the cost from the NAV and returns it as a fraction of the NAV. A position whose
// instrument may no longer be traded is closed. After a breach of a limit every position is cut at once, however near
// it is to its target.
func (s *Session) Trade() float64 {
	to := s.wanted()
	size := s.size(to)
	for n := range to {
		to[n] *= size
		if held := s.weights[n]; !s.appetite.breach && held*to[n] > 0 && math.Abs(to[n]-held) <= keep*math.Abs(to[n]) {
			to[n] = held
		}
		if math.Abs(to[n]) < minWeight {
			to[n] = 0
		}
	}
	cost := s.setup.cost(s.weights, to)
	s.weights = to
	s.nav *= 1 - cost
	s.assess()
	return cost
}

// wanted returns the weights that the strategies want, before the book is sized as a whole.
func (s *Session) wanted() []float64 {
	weights := make([]float64, len(s.weights))
	for n, r := range s.setup.rows {
		if s.history[r.instrument].Live && s.nav > 0 {
			weights[n] = s.target(r)
		}
	}
	return weights
}

// target returns the weight that a strategy wants in an instrument.
func (s *Session) target(r row) float64 {
	opinions := s.opinions[r.strategy]
	for _, o := range opinions {
		if o.Instrument != r.instrument || direction(o.Score) == desk.Neutral {
			continue
		}
		volatility := s.quotes[r.instrument].morning
		if volatility <= 0 {
			return 0
		}
		w := o.Score * budgetOf(s.setup.strategies[r.strategy].Class) / math.Sqrt(float64(len(opinions))) / volatility
		return max(-maxWeight, min(maxWeight, w))
	}
	return 0
}

// The row of a book that holds nothing.
const cashStrategy, cashInstrument = "CASH", "BRL"

// Snapshot returns the book as it stands, as of a time: a row per strategy and instrument with a weight,
// by their names; where there is none, one row of strategy CASH.
func (s *Session) Snapshot(at time.Time) []desk.PortfolioState {
	var states []desk.PortfolioState
	for n, r := range s.setup.rows {
		if w := s.weights[n]; w != 0 {
			states = append(states, desk.PortfolioState{
				Timestamp: at, Strategy: s.setup.strategies[r.strategy].ID,
				Instrument: s.setup.assets[r.instrument].Name, Weight: w, TotalEquity: s.nav,
			})
		}
	}
	if len(states) == 0 {
		states = append(states, desk.PortfolioState{
			Timestamp: at, Strategy: cashStrategy, Instrument: cashInstrument, TotalEquity: s.nav,
		})
	}
	return states
}
