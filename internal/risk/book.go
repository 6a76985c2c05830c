package risk

import (
	"fmt"
	"math"
)

// cash is the strategy of a flat book's row, and the name of money as an instrument.
const cash = "CASH"

// Position is a strategy's weight in an instrument. Positive is long the asset, for rates and credit
// the bond.
type Position struct {
	Strategy   string
	Instrument string
	Weight     float64 // a signed fraction of NAV
}

// isCash tells a position without market risk: of strategy CASH, or in CASH.
func (p Position) isCash() bool { return p.Strategy == cash || p.Instrument == cash }

// Book is the positions of one moment: the rows of a snapshot. Several rows may be in one instrument,
// of different strategies or of one.
type Book []Position

// Validate returns what makes the book unusable: [ErrEmptyBook] or [ErrBadWeight] in a sentence.
func (b Book) Validate() error {
	if len(b) == 0 {
		return fmt.Errorf("%w: it has no rows; a flat book has one, of strategy CASH with weight 0", ErrEmptyBook)
	}
	for _, p := range b {
		if math.IsNaN(p.Weight) || math.Abs(p.Weight) > MaxWeight {
			return fmt.Errorf("%w: %s in %s has %v, and no more than %g times NAV either way is taken",
				ErrBadWeight, p.Strategy, p.Instrument, p.Weight, MaxWeight)
		}
	}
	return nil
}

// Gross returns the sum of absolute weights, each strategy's position by itself, as a multiple of NAV:
// the Portfolio Performance dashboard's leverage.
func (b Book) Gross() float64 {
	sum := 0.0
	for _, p := range b {
		sum += math.Abs(p.Weight)
	}
	return sum
}

// Netted returns the sum over instruments of the absolute net weight, as a multiple of NAV: positions
// of different strategies in one instrument cancel.
func (b Book) Netted() float64 {
	net := map[string]float64{}
	var order []string
	for _, p := range b {
		if _, seen := net[p.Instrument]; !seen {
			order = append(order, p.Instrument)
		}
		net[p.Instrument] += p.Weight
	}
	sum := 0.0
	for _, name := range order {
		sum += math.Abs(net[name])
	}
	return sum
}
