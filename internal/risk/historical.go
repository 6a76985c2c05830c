package risk

import (
	"cmp"
	"math"
	"slices"
)

// HistoricalVaR returns the loss that a P&L history exceeds on a fraction 1 − confidence of its days, in the unit of the
// P&L. It is the quantile of the losses at the confidence, linear between the order statistics (Hyndman and Fan,
// Sample quantiles in statistical packages, 1996, type 7): the place is (n−1)·confidence, counted from 0. A loss is
// positive, and a gain is not cut off at zero. Without data it is NaN.
func HistoricalVaR(pnl []float64, confidence float64) float64 {
	return rank(pnl).valueAtRisk(confidence)
}

// HistoricalCVaR returns the mean of the losses that are at least HistoricalVaR (Acerbi and Tasche, On the coherence of
// expected shortfall, 2002, in its plain form: the divisor is the number of days with such losses).
func HistoricalCVaR(pnl []float64, confidence float64) float64 {
	return rank(pnl).shortfall(confidence)
}

// ranking is the losses of a P&L history in ascending order, each with its day.
type ranking struct {
	loss []float64
	day  []int
}

func rank(pnl []float64) ranking {
	r := ranking{make([]float64, len(pnl)), make([]int, len(pnl))}
	for n := range pnl {
		r.day[n] = n
	}
	slices.SortFunc(r.day, func(a, b int) int {
		return cmp.Or(cmp.Compare(-pnl[a], -pnl[b]), cmp.Compare(a, b))
	})
	for n, day := range r.day {
		r.loss[n] = -pnl[day]
	}
	return r
}

// quantilePlace returns the order statistic at or below the quantile, counted from 0, and the fraction of the way to the
// next one. A place that misses a whole number only by a rounding error is set to that number: 0.95 × 500 is 475.
func quantilePlace(n int, p float64) (below int, fraction float64) {
	place := float64(n-1) * p
	if whole := math.Round(place); math.Abs(place-whole) < 1e-9*float64(n) {
		place = whole
	}
	below = min(int(place), n-1)
	return below, place - float64(below)
}

func (r ranking) valueAtRisk(confidence float64) float64 {
	if len(r.loss) == 0 {
		return math.NaN()
	}
	below, fraction := quantilePlace(len(r.loss), confidence)
	return interpolate(r.loss, below, fraction)
}

// interpolate goes a fraction of the way from one order statistic to the next. It is exact if the two are equal.
func interpolate(sorted []float64, below int, fraction float64) float64 {
	if fraction == 0 {
		return sorted[below]
	}
	return sorted[below] + fraction*(sorted[below+1]-sorted[below])
}

// tail returns the place of the first loss that is at least the value at risk.
func (r ranking) tail(confidence float64) int {
	first, _ := slices.BinarySearch(r.loss, r.valueAtRisk(confidence))
	return min(first, len(r.loss)-1)
}

func (r ranking) shortfall(confidence float64) float64 {
	if len(r.loss) == 0 {
		return math.NaN()
	}
	tail := r.loss[r.tail(confidence):]
	sum := 0.0
	for _, loss := range tail {
		sum += loss
	}
	return sum / float64(len(tail))
}

// measures are the historical VaR and CVaR.
func (r ranking) measures() Measures {
	return Measures{r.valueAtRisk(0.95), r.valueAtRisk(0.99), r.shortfall(0.95), r.shortfall(0.99)}
}

// dayWeight is how much a day counts.
type dayWeight struct {
	day    int
	weight float64
}

// shortfallDays are the days whose mean loss is the shortfall.
func (r ranking) shortfallDays(confidence float64) []dayWeight {
	days := r.day[r.tail(confidence):]
	all := make([]dayWeight, len(days))
	for n, day := range days {
		all[n] = dayWeight{day, 1 / float64(len(days))}
	}
	return all
}

// valueAtRiskDays returns the days whose weighted mean loss is the value at risk: the days of the two order statistics
// between which it lies. Days with the same loss share the weight, so that their order does not matter.
func (r ranking) valueAtRiskDays(confidence float64) []dayWeight {
	below, fraction := quantilePlace(len(r.loss), confidence)
	all := r.share(nil, below, 1-fraction)
	if fraction > 0 {
		all = r.share(all, below+1, fraction)
	}
	return all
}

// share adds the day of an order statistic with a weight. If several days have the same loss it adds them
// all, and each gets an equal part of the weight.
func (r ranking) share(all []dayWeight, place int, weight float64) []dayWeight {
	first, _ := slices.BinarySearch(r.loss, r.loss[place])
	end := place + 1
	for end < len(r.loss) && r.loss[end] == r.loss[place] {
		end++
	}
	for _, day := range r.day[first:end] {
		all = append(all, dayWeight{day, weight / float64(end-first)})
	}
	return all
}
