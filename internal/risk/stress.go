package risk

import (
	"cmp"
	"slices"

	"macrowatch/internal/desk"
)

// StressResult is what the book would make in a scenario. The caller fills in RunDate, here, in ByClass and in what
// ByPosition returns.
type StressResult struct {
	desk.StressResult
	// ByClass adds up to the result. The largest loss comes first.
	ByClass []desk.StressContribution
	// Unshocked names the held instruments that no shock moves. UnshockedPct is their share of the gross weight.
	Unshocked    []string
	UnshockedPct float64
	// Unpriced names the held instruments whose moves can't be priced, because they have no duration or no
	// exchange rate. UnpricedPct is their share of the gross weight.
	Unpriced    []string
	UnpricedPct float64

	simulation *Simulation
	moves      []instrumentMove // by exposure
}

// instrumentMove is what a weight of 1 makes, as a fraction.
type instrumentMove struct {
	pnl      float64
	unpriced bool
}

// Stress returns what the book would make in a scenario. The return of a price is the shock itself. The return
// of a yield follows from its duration and convexity. If the scenario moves an exchange rate, profits in that
// currency are converted at the rate after the shock. This needs no history, so instruments count even if their
// history is too short for VaR. The error is [ErrBadShock] if a shock names an instrument of the other kind.
func (s *Simulation) Stress(scenario Scenario) (StressResult, error) {
	result := newTally(s, scenario.Name)
	factors := map[string]float64{} // what each exchange rate is multiplied by, by quote currency
	for n := range s.Exposures {
		e := &s.Exposures[n]
		move, found, err := scenario.MoveOf(e.Instrument, e.AssetClass)
		if err != nil {
			return StressResult{}, err
		}
		if !e.priced() {
			result.unpriced(n)
			continue
		}
		factor, known := factors[e.series.conversion.Currency]
		if !known {
			if factor, err = s.rateFactor(scenario, e); err != nil {
				return StressResult{}, err
			}
			factors[e.series.conversion.Currency] = factor
		}
		if !found {
			result.unshocked(n)
			continue
		}
		result.add(n, e.Move(move, factor))
	}
	return result.result(), nil
}

// rateFactor is what the scenario multiplies the exchange rate to BRL by.
func (s *Simulation) rateFactor(scenario Scenario, e *Exposure) (float64, error) {
	var failed error
	factor, err := e.series.conversion.Rate(func(name string) (float64, bool) {
		pair := s.history.seriesOf(name)
		move, found, err := scenario.MoveOf(pair.instrument, pair.class)
		if err != nil {
			failed = err
		}
		if !found {
			return 1, true
		}
		return 1 + move, true
	})
	if failed == nil {
		failed = err
	}
	return factor, failed
}

// tally adds up the result of a scenario, instrument by instrument. An instrument is named by its index among the
// exposures of the simulation.
type tally struct {
	StressResult
	classes                              map[string]float64
	gross, unshockedGross, unpricedGross float64
}

func newTally(s *Simulation, scenario string) *tally {
	return &tally{
		StressResult: StressResult{
			StressResult: desk.StressResult{Scenario: scenario},
			simulation:   s,
			moves:        make([]instrumentMove, len(s.Exposures)),
		},
		classes: map[string]float64{},
	}
}

// add adds what the book makes in an instrument. The argument is what a weight of 1 makes, as a fraction.
func (t *tally) add(n int, move float64) {
	e := &t.simulation.Exposures[n]
	pnlPct := 100 * e.Net * move
	t.moves[n].pnl = move
	t.gross += e.Gross
	t.PortfolioPnLPct += pnlPct
	t.classes[e.AssetClass] += pnlPct
}

func (t *tally) unshocked(n int) {
	e := &t.simulation.Exposures[n]
	t.add(n, 0)
	t.unshockedGross += e.Gross
	t.Unshocked = append(t.Unshocked, e.Instrument.Name)
}

func (t *tally) unpriced(n int) {
	e := &t.simulation.Exposures[n]
	t.moves[n].unpriced = true
	t.gross += e.Gross
	t.unpricedGross += e.Gross
	t.Unpriced = append(t.Unpriced, e.Instrument.Name)
}

func (t *tally) result() StressResult {
	for class, pnl := range t.classes {
		t.ByClass = append(t.ByClass, desk.StressContribution{Scenario: t.Scenario, AssetClass: class, PnLPct: pnl})
	}
	slices.SortFunc(t.ByClass, func(a, b desk.StressContribution) int {
		return cmp.Or(cmp.Compare(a.PnLPct, b.PnLPct), cmp.Compare(a.AssetClass, b.AssetClass))
	})
	if t.gross > 0 {
		t.UnshockedPct, t.UnpricedPct = 100*t.unshockedGross/t.gross, 100*t.unpricedGross/t.gross
	}
	return t.StressResult
}

// ByPosition returns what each strategy makes with each instrument, in the order of the book, also if nothing moves the instrument
// or if its moves can't be priced. The rows add up to the result. Several rows of the book with one strategy and one instrument are
// one position.
func (r *StressResult) ByPosition() []desk.StressPosition {
	s := r.simulation
	all := make([]desk.StressPosition, s.positions)
	for n, p := range s.Book {
		of := s.exposureOf[n]
		if of < 0 {
			continue
		}
		at := &all[s.positionOf[n]]
		at.Scenario, at.Strategy, at.Instrument = r.Scenario, p.Strategy, p.Instrument
		at.AssetClass, at.Unpriced = s.Exposures[of].AssetClass, r.moves[of].unpriced
		at.Weight += p.Weight
		at.PnLPct += 100 * p.Weight * r.moves[of].pnl
	}
	return all
}
