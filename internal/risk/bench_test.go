package risk_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

// BenchmarkHistoricalVaR measures the historical VaR and CVaR of 10 000 instruments over 1 000 days, with each
// instrument's contributions. The metric passes says how many passes over the same memory take as long.
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

// BenchmarkBackfill computes 1 000 days of a book of 50 instruments, one after the other: the window, all measures and
// what drives them. It includes laying out the prices, which happens once.
func BenchmarkBackfill(b *testing.B) {
	const days, instruments = 1_600, 50
	random := rand.New(rand.NewPCG(1, 3))
	all := weekdays(date(b, "2018-01-01"), days)
	var list []desk.Instrument
	var prices []desk.Price
	var book risk.Book
	for n := range instruments {
		i := inBRL(fmt.Sprint("PRICE", n))
		switch n % 5 {
		case 1:
			i = desk.Instrument{Name: fmt.Sprintf("NTNB%d", 2030+n), Kind: desk.KindYield, QuotedIn: desk.InPercent}
			prices = append(prices, walk(random, i.Name, all, 6, 0.01)...)
		case 2:
			i = desk.Instrument{Name: fmt.Sprintf("DI_%dY", n), Kind: desk.KindYield, QuotedIn: desk.InPercent}
			prices = append(prices, walk(random, i.Name, all, 12, 0.01)...)
		default:
			prices = append(prices, walk(random, i.Name, all, 100, 0.01)...)
		}
		list = append(list, i)
		for strategy := range 2 {
			book = append(book, risk.Position{Strategy: fmt.Sprint("S", (n+strategy)%24), Instrument: i.Name, Weight: random.NormFloat64() / 10})
		}
	}
	for b.Loop() {
		h := history(b, list, prices)
		for _, day := range all[600:] {
			s := simulate(b, h, book, day, risk.Options{})
			s.Measures(desk.Historical)
			s.Measures(desk.Modified)
			if len(s.Drivers()) == 0 {
				b.Fatal("no drivers")
			}
		}
	}
}
