package risk

import (
	"cmp"
	"math"
	"slices"

	"macrowatch/internal/desk"
)

// Drivers returns what each strategy, instrument and asset class adds to the book's historical VaR and CVaR. The
// groupings come in that order, and in each the largest contribution to CVaR 95 comes first. Cash, and
// instruments that are left out of the window, add nothing and are not listed. The caller fills in ComputedAt.
//
// A contribution is a position's share by Euler's theorem. With the days of the tail held fixed, VaR and CVaR
// are homogeneous in the weights, so a position adds its weight times the derivative (Tasche, Risk contributions
// and performance measurement, 1999). The contributions of one grouping add up to the book's figure.
//
//   - For CVaR this is the mean of the position's own losses on the days of the tail. At 95 % these are 25 of 500
//     days, so the figure is stable.
//   - For VaR this is the position's loss on the two days between which the quantile lies, with the weights that
//     these days have in the VaR. Two days are few, so the figure may change much from one day to the next.
//
// The incremental VaR of a piece is the book's VaR less the VaR of the book without the piece, which is computed
// in full. Incremental VaRs do not add up to the book's VaR. A negative one says that the piece hedges the rest.
func (s *Simulation) Drivers() []desk.RiskContribution {
	if len(s.PnL) == 0 {
		return nil
	}
	unit := s.returns.unitContributions(s.losses)
	var all []desk.RiskContribution
	withoutPiece := make([]float64, len(s.PnL))
	for _, by := range []desk.Grouping{desk.ByStrategy, desk.ByInstrument, desk.ByAssetClass} {
		pieces := s.pieces(by)
		for n := range pieces {
			s.addContributions(&pieces[n], unit)
			s.addIncrementalVaR(&pieces[n], withoutPiece)
		}
		slices.SortStableFunc(pieces, func(a, b piece) int {
			return cmp.Or(cmp.Compare(b.CVaR95Pct, a.CVaR95Pct), cmp.Compare(a.Name, b.Name))
		})
		for _, p := range pieces {
			all = append(all, p.RiskContribution)
		}
	}
	return all
}

// piece is a part of the book: a contribution, and the positions that it comes from.
type piece struct {
	desk.RiskContribution
	weights []columnWeight
}

// columnWeight is a position's weight and the column of the returns that it is in.
type columnWeight struct {
	column int
	weight float64
}

// pieces cuts the book into pieces, in the order of its rows.
func (s *Simulation) pieces(by desk.Grouping) []piece {
	var all []piece
	at := map[string]int{}
	for n, p := range s.Book {
		if s.exposureOf[n] < 0 || !s.Exposures[s.exposureOf[n]].InWindow {
			continue
		}
		e := &s.Exposures[s.exposureOf[n]]
		name := pieceName(by, p, e)
		k, seen := at[name]
		if !seen {
			k = len(all)
			at[name] = k
			all = append(all, piece{RiskContribution: desk.RiskContribution{Grouping: by, Name: name}})
		}
		all[k].weights = append(all[k].weights, columnWeight{e.column, p.Weight})
	}
	for n := range all {
		// The sums are in percent of NAV, because the last digit of a stored weight depends on that.
		net, gross := 0.0, 0.0
		for _, w := range all[n].weights {
			net += 100 * w.weight
			gross += 100 * math.Abs(w.weight)
		}
		all[n].NetWeight, all[n].GrossWeight = net/100, gross/100
	}
	return all
}

// pieceName is the name of the piece that a position belongs to.
func pieceName(by desk.Grouping, p Position, e *Exposure) string {
	switch by {
	case desk.ByStrategy:
		return p.Strategy
	case desk.ByInstrument:
		return p.Instrument
	case desk.ByAssetClass:
		return e.AssetClass
	}
	panic("risk: a book can't be grouped by " + string(by))
}

// addContributions fills in a piece's contributions. The argument `unit` has, for each column, what a weight of 1 adds.
func (s *Simulation) addContributions(p *piece, unit Contributions) {
	for _, w := range p.weights {
		p.VaR95Pct += w.weight * unit.VaR95[w.column]
		p.VaR99Pct += w.weight * unit.VaR99[w.column]
		p.CVaR95Pct += w.weight * unit.CVaR95[w.column]
		p.CVaR99Pct += w.weight * unit.CVaR99[w.column]
	}
}

// addIncrementalVaR fills in a piece's incremental VaR. The slice `losses` is overwritten with the losses of
// the book without the piece.
func (s *Simulation) addIncrementalVaR(p *piece, losses []float64) {
	for day, pnl := range s.PnL {
		row := s.returns.day(day)
		for _, w := range p.weights {
			pnl -= w.weight * row[w.column]
		}
		losses[day] = -pnl
	}
	var95, var99 := upperQuantiles(losses)
	p.IncrementalVaR95Pct = s.losses.valueAtRisk(0.95) - var95
	p.IncrementalVaR99Pct = s.losses.valueAtRisk(0.99) - var99
}

// upperQuantiles returns the losses' quantiles at 95 and 99 %. A book has many pieces, so it sorts only the
// order statistics from the lower quantile up. It leaves the losses in another order.
func upperQuantiles(losses []float64) (q95, q99 float64) {
	n := len(losses)
	below95, f95 := quantilePlace(n, 0.95)
	below99, f99 := quantilePlace(n, 0.99)
	placeInOrder(losses, below95)
	slices.Sort(losses[below95:])
	return interpolate(losses, below95, f95), interpolate(losses, below99, f99)
}

// placeInOrder puts the k-th smallest value at k, smaller ones before it and larger ones behind it (Hoare's
// FIND, 1961, with the middle element as the pivot).
func placeInOrder(x []float64, k int) {
	low, high := 0, len(x)-1
	for low < high {
		pivot := x[(low+high)/2]
		i, j := low, high
		for i <= j {
			for x[i] < pivot {
				i++
			}
			for pivot < x[j] {
				j--
			}
			if i <= j {
				x[i], x[j] = x[j], x[i]
				i++
				j--
			}
		}
		if j < k {
			low = i
		}
		if k < i {
			high = j
		}
	}
}
