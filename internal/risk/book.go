package risk

import (
	"fmt"
	"math"
)

// cash is the strategy in the only row of a flat book. An instrument of this name is money.
const cash = "CASH"

// Position is a strategy's weight in an instrument. A positive weight is long the asset: for rates and credit, long
// the bond.
type Position struct {
	Strategy   string
	Instrument string
	Weight     float64 // a signed fraction of NAV
}

// isCash tells whether a position has no market risk, because its strategy or its instrument is CASH.
func (p Position) isCash() bool { return p.Strategy == cash || p.Instrument == cash }

// Book is the positions of one moment, that is, the rows of a snapshot. Several rows may have the same instrument,
// whether they belong to one strategy or to several.
type Book []Position

// Validate returns an error if the book can't be used: [ErrEmptyBook] or [ErrBadWeight], with a sentence that says why.
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

// Gross returns the sum of the absolute weights of all positions, as a multiple of NAV. It is the leverage that the
// Portfolio Performance dashboard shows.
func (b Book) Gross() float64 {
	sum := 0.0
	for _, p := range b {
		sum += math.Abs(p.Weight)
	}
	return sum
}

// Netted returns the sum of the absolute net weights of the instruments, as a multiple of NAV. Positions of different
// strategies in one instrument cancel each other.
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
