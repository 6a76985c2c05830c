package risk

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"macrowatch/internal/desk"
)

// Shock moves some instruments: one by its name, those whose names begin with a prefix, or those of an
// asset class; exactly one of the three is set. Exactly one of Percent and BP is set too.
type Shock struct {
	Instrument string
	Prefix     string
	AssetClass string
	// Percent is the relative change of a price: −20 is a fall by a fifth.
	Percent *float64
	// BP is the change of a yield or spread in basis points.
	BP *float64
	// Source says where the size comes from.
	Source string
}

// kind is the kind of instrument that the shock is for.
func (s *Shock) kind() desk.Kind {
	if s.BP != nil {
		return desk.KindYield
	}
	return desk.KindPrice
}

// size is the shock as Exposure.Move takes it: relative, or in decimals.
func (s Shock) size() float64 {
	if s.BP != nil {
		return *s.BP / 10_000
	}
	return *s.Percent / 100
}

// rank orders shocks by how closely they name an instrument: higher is closer; 0 does not.
func (s *Shock) rank(name, class string) int {
	switch {
	case s.Instrument != "" && s.Instrument == name:
		return math.MaxInt
	case s.Prefix != "" && strings.HasPrefix(name, s.Prefix):
		return 1 + len(s.Prefix)
	case s.AssetClass != "" && s.AssetClass == class:
		return 1
	}
	return 0
}

// Scenario is a set of shocks that strike at once. The closest shock of an instrument's kind counts:
// its own, else the longest prefix, else its asset class.
type Scenario struct {
	Name        string
	Description string
	Shocks      []Shock
}

// StressResult is what the book would make in a scenario, in percent of NAV; a loss is negative.
type StressResult struct {
	Scenario string
	PnLPct   float64
	// ByClass sums to PnLPct, the largest loss first.
	ByClass []ClassPnL
	// Unshocked names the held instruments that no shock moves; UnshockedPct is their share of the gross
	// weight.
	Unshocked    []string
	UnshockedPct float64
	// Unpriced names those whose moves can't be priced (no duration, no exchange rate), and their share.
	Unpriced    []string
	UnpricedPct float64
}

// ClassPnL is the P&L of the positions of an asset class.
type ClassPnL struct {
	AssetClass string
	PnLPct     float64
}

// Stress returns what the book would make in a scenario: prices by the shock, yields by duration and
// convexity. The profit of a price instrument in a foreign currency is converted at the shocked
// exchange rate, where the scenario shocks it. Instruments without enough history for VaR count too:
// a scenario asks for none. [ErrBadShock] where a shock names an instrument of the other kind.
func (s *Simulation) Stress(scenario Scenario) (StressResult, error) {
	result := newTally(scenario.Name)
	factors := map[string]float64{} // of exchange rates, by quote currency
	for n := range s.Exposures {
		e := &s.Exposures[n]
		shock, found, err := closest(scenario, e.Instrument.Name, e.AssetClass, e.Instrument.Kind)
		if err != nil {
			return StressResult{}, err
		}
		if !e.priced() {
			result.unpriced(e)
			continue
		}
		factor, known := factors[e.conversion.Currency]
		if !known {
			if factor, err = s.rateFactor(scenario, e); err != nil {
				return StressResult{}, err
			}
			factors[e.conversion.Currency] = factor
		}
		if !found {
			result.unshocked(e)
			continue
		}
		result.add(e, 100*e.Net*e.Move(shock.size(), factor))
	}
	return result.result(), nil
}

// closest finds the shock of an instrument.
func closest(scenario Scenario, name, class string, kind desk.Kind) (Shock, bool, error) {
	best, rank := Shock{}, 0
	for n := range scenario.Shocks {
		shock := &scenario.Shocks[n]
		if shock.Instrument == "" && shock.kind() != kind {
			continue
		}
		r := shock.rank(name, class)
		if r <= rank {
			continue
		}
		if shock.kind() != kind {
			if shock.Instrument != "" && kind != "" {
				return Shock{}, false, fmt.Errorf("scenario %s: %w: %s is a %s, moved in %s", scenario.Name, ErrBadShock, name, kind, unitOfShocks(kind))
			}
			continue
		}
		best, rank = *shock, r
	}
	return best, rank > 0, nil
}

func unitOfShocks(kind desk.Kind) string {
	if kind == desk.KindYield {
		return "bp"
	}
	return "percent"
}

// rateFactor is what the scenario multiplies the exchange rate to BRL by.
func (s *Simulation) rateFactor(scenario Scenario, e *Exposure) (float64, error) {
	var failed error
	factor, err := e.conversion.Rate(func(name string) (float64, bool) {
		pair, _ := s.history.Instrument(name)
		shock, found, err := closest(scenario, name, s.history.rules.AssetClass(pair), pair.Kind)
		if err != nil {
			failed = err
		}
		if !found {
			return 1, true
		}
		return 1 + shock.size(), true
	})
	if failed == nil {
		failed = err
	}
	return factor, failed
}

// tally sums a scenario's results.
type tally struct {
	StressResult
	classes                    map[string]float64
	gross, noShock, unpricable float64
}

func newTally(name string) *tally {
	return &tally{StressResult: StressResult{Scenario: name}, classes: map[string]float64{}}
}

func (t *tally) add(e *Exposure, pnlPct float64) {
	t.gross += e.Gross
	t.PnLPct += pnlPct
	t.classes[e.AssetClass] += pnlPct
}

func (t *tally) unshocked(e *Exposure) {
	t.add(e, 0)
	t.noShock += e.Gross
	t.Unshocked = append(t.Unshocked, e.Instrument.Name)
}

func (t *tally) unpriced(e *Exposure) {
	t.gross += e.Gross
	t.unpricable += e.Gross
	t.Unpriced = append(t.Unpriced, e.Instrument.Name)
}

func (t *tally) result() StressResult {
	for class, pnl := range t.classes {
		t.ByClass = append(t.ByClass, ClassPnL{class, pnl})
	}
	slices.SortFunc(t.ByClass, func(a, b ClassPnL) int {
		return cmp.Or(cmp.Compare(a.PnLPct, b.PnLPct), cmp.Compare(a.AssetClass, b.AssetClass))
	})
	if t.gross > 0 {
		t.UnshockedPct, t.UnpricedPct = 100*t.noShock/t.gross, 100*t.unpricable/t.gross
	}
	return t.StressResult
}
