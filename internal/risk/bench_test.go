package risk_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats"

	"macrowatch/internal/risk"
)

// BenchmarkHistoricalVaR measures the historical VaR and CVaR of 10 000 instruments over 1 000 days,
// with each instrument's contribution to all four, against one pass over the same memory: the metric
// passes is the one over the other.
func BenchmarkHistoricalVaR(b *testing.B) {
	const days, instruments = 1_000, 10_000
	random := rand.New(rand.NewPCG(1, 2))
	returns := risk.NewReturns(days, instruments)
	flat := make([]float64, days*instruments)
	for day := range days {
		for i := range instruments {
			x := random.NormFloat64() / 100
			returns.Set(day, i, x)
			flat[day*instruments+i] = x
		}
	}
	weights := make([]float64, instruments)
	for i := range weights {
		weights[i] = random.NormFloat64() / instruments
	}
	sum := 0.0
	begun := time.Now()
	const passes = 20
	for range passes {
		sum += floats.Sum(flat)
	}
	pass := time.Since(begun) / passes
	for b.Loop() {
		m, contributions := returns.Historical(weights)
		sum += m.VaR95 + contributions.CVaR99[0]
	}
	each := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(float64(each)/float64(pass), "passes")
	b.ReportMetric(float64(pass)/1e6, "ms/pass")
	if sum == 0 {
		b.Error("nothing was computed")
	}
}
