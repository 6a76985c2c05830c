package risk_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

// world is a random book over a random market of six instruments and 60 to 300 returns.
type world struct {
	instruments []desk.Instrument
	prices      []desk.Price
	book        risk.Book
	asOf        time.Time
}

func randomWorld(t testing.TB, random *rand.Rand) world {
	five := 5.0
	w := world{instruments: []desk.Instrument{
		{Name: "USDBRL", Kind: desk.KindPrice, QuotedIn: "BRL per USD"},
		{Name: "EURUSD", Kind: desk.KindPrice, QuotedIn: "USD per EUR"},
		{Name: "IBOV", Kind: desk.KindPrice, QuotedIn: "index points", AssetClass: "Cross-Asset"},
		{Name: "DI_2Y", Kind: desk.KindYield, QuotedIn: desk.InPercent},
		{Name: "NTNB_5Y", Kind: desk.KindYield, QuotedIn: desk.InPercent},
		{Name: "SPREAD", Kind: desk.KindYield, QuotedIn: desk.InBasisPoints, TenorYears: &five},
	}}
	days := weekdays(date(t, "2024-01-01"), 61+random.IntN(240))
	w.asOf = days[len(days)-1]
	for n, level := range []float64{5, 1.1, 100_000, 12, 6, 150} {
		w.prices = append(w.prices, walk(random, w.instruments[n].Name, days, level, 0.002+0.02*random.Float64())...)
	}
	for n := range 1 + random.IntN(12) {
		w.book = append(w.book, risk.Position{Strategy: fmt.Sprintf("S%d", n%4), Instrument: w.instruments[random.IntN(6)].Name, Weight: random.NormFloat64()})
	}
	return w
}

func (w world) simulate(t testing.TB, book risk.Book) *risk.Simulation {
	t.Helper()
	return simulate(t, history(t, w.instruments, w.prices), book, w.asOf, risk.Options{})
}

// forManyWorlds checks a property on a hundred worlds. A failure names the seed.
func forManyWorlds(t *testing.T, property func(t *testing.T, w world, random *rand.Rand)) {
	t.Helper()
	for seed := range uint64(100) {
		random := rand.New(rand.NewPCG(seed, 55))
		w := randomWorld(t, random)
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { property(t, w, random) })
	}
}

func sameMeasures(t *testing.T, what string, got, want risk.Measures, factor float64) {
	t.Helper()
	slack := 1e-9 * (1 + math.Abs(factor))
	near(t, what+" VaR 95", got.VaR95, factor*want.VaR95, slack)
	near(t, what+" VaR 99", got.VaR99, factor*want.VaR99, slack)
	near(t, what+" CVaR 95", got.CVaR95, factor*want.CVaR95, slack)
	near(t, what+" CVaR 99", got.CVaR99, factor*want.CVaR99, slack)
}

func TestMeasuresAreOrdered(t *testing.T) {
	t.Parallel()
	forManyWorlds(t, func(t *testing.T, w world, _ *rand.Rand) {
		s := w.simulate(t, w.book)
		for _, method := range []desk.Method{desk.Historical, desk.Parametric, desk.Modified} {
			m := s.Measures(method)
			if method == desk.Modified && !risk.MomentsOf(s.PnL).CornishFisherHolds() {
				continue
			}
			if m.VaR99 < m.VaR95 || m.CVaR95 < m.VaR95-1e-12 || m.CVaR99 < m.VaR99-1e-12 || m.CVaR99 < m.CVaR95-1e-12 && method != desk.Modified {
				t.Errorf("%s: %+v", method, m)
			}
		}
	})
}

func TestRiskScalesWithTheBook(t *testing.T) {
	t.Parallel()
	forManyWorlds(t, func(t *testing.T, w world, random *rand.Rand) {
		factor := 0.1 + 5*random.Float64()
		scaled := slices.Clone(w.book)
		for n := range scaled {
			scaled[n].Weight *= factor
		}
		for _, method := range []desk.Method{desk.Historical, desk.Parametric, desk.Modified} {
			sameMeasures(t, string(method), w.simulate(t, scaled).Measures(method), w.simulate(t, w.book).Measures(method), factor)
		}
	})
}

func TestCashChangesNothing(t *testing.T) {
	t.Parallel()
	forManyWorlds(t, func(t *testing.T, w world, random *rand.Rand) {
		with := append(slices.Clone(w.book), risk.Position{Strategy: "CASH", Instrument: "CASH", Weight: random.Float64()})
		if got, want := w.simulate(t, with).Measures(desk.Historical), w.simulate(t, w.book).Measures(desk.Historical); got != want {
			t.Errorf("%+v, without cash %+v", got, want)
		}
	})
}

func TestContributionsSumToTheWhole(t *testing.T) {
	t.Parallel()
	forManyWorlds(t, func(t *testing.T, w world, _ *rand.Rand) {
		s := w.simulate(t, w.book)
		sum := map[desk.Grouping]risk.Measures{}
		for _, d := range s.Drivers() {
			m := sum[d.Grouping]
			sum[d.Grouping] = risk.Measures{VaR95: m.VaR95 + d.VaR95Pct, VaR99: m.VaR99 + d.VaR99Pct, CVaR95: m.CVaR95 + d.CVaR95Pct, CVaR99: m.CVaR99 + d.CVaR99Pct}
		}
		if len(sum) != 3 {
			t.Fatalf("%d groupings", len(sum))
		}
		for by, m := range sum {
			sameMeasures(t, string(by), m, s.Measures(desk.Historical), 1)
		}
	})
}

func TestIncrementalVaRIsTheBooksLessWhatItIsWithoutThePiece(t *testing.T) {
	t.Parallel()
	forManyWorlds(t, func(t *testing.T, w world, _ *rand.Rand) {
		s := w.simulate(t, w.book)
		whole := s.Measures(desk.Historical)
		for _, d := range s.Drivers() {
			if d.Grouping != desk.ByStrategy {
				continue
			}
			rest := risk.Book{}
			for _, p := range w.book {
				if p.Strategy == d.Name {
					p.Weight = 0
				}
				rest = append(rest, p)
			}
			without := w.simulate(t, rest).Measures(desk.Historical)
			near(t, d.Name+" 95", d.IncrementalVaR95Pct, whole.VaR95-without.VaR95, 1e-9)
			near(t, d.Name+" 99", d.IncrementalVaR99Pct, whole.VaR99-without.VaR99, 1e-9)
		}
	})
}

func TestTheOrderOfPricesRowsAndDaysDoesNotMatter(t *testing.T) {
	t.Parallel()
	forManyWorlds(t, func(t *testing.T, w world, random *rand.Rand) {
		s := w.simulate(t, w.book)
		shuffled := w
		shuffled.prices = slices.Clone(w.prices)
		random.Shuffle(len(shuffled.prices), func(a, b int) {
			shuffled.prices[a], shuffled.prices[b] = shuffled.prices[b], shuffled.prices[a]
		})
		book := slices.Clone(w.book)
		random.Shuffle(len(book), func(a, b int) { book[a], book[b] = book[b], book[a] })
		sameMeasures(t, "rows shuffled", shuffled.simulate(t, book).Measures(desk.Historical), s.Measures(desk.Historical), 1)

		pnl := slices.Clone(s.PnL)
		random.Shuffle(len(pnl), func(a, b int) { pnl[a], pnl[b] = pnl[b], pnl[a] })
		if risk.HistoricalVaR(pnl, 0.95) != risk.HistoricalVaR(s.PnL, 0.95) || risk.HistoricalCVaR(pnl, 0.99) != risk.HistoricalCVaR(s.PnL, 0.99) {
			t.Error("the order of days matters")
		}
	})
}

func TestNamesDoNotMatter(t *testing.T) {
	t.Parallel()
	forManyWorlds(t, func(t *testing.T, w world, _ *rand.Rand) {
		renamed := world{asOf: w.asOf}
		two, five := 2.0, 5.0
		names := map[string]string{"IBOV": "AAA", "DI_2Y": "DI_ZZZ", "SPREAD": "BBB", "EURUSD": "CCC"}
		name := func(s string) string {
			if other, ok := names[s]; ok {
				return other
			}
			return s
		}
		for _, i := range w.instruments {
			switch i.Name { // the fields now have what the name said
			case "DI_2Y":
				i.TenorYears = &two
			case "SPREAD":
				i.TenorYears = &five
			}
			i.Name = name(i.Name)
			renamed.instruments = append(renamed.instruments, i)
		}
		for _, p := range w.prices {
			p.Instrument = name(p.Instrument)
			renamed.prices = append(renamed.prices, p)
		}
		for _, p := range w.book {
			renamed.book = append(renamed.book, risk.Position{Strategy: "x" + p.Strategy, Instrument: name(p.Instrument), Weight: p.Weight})
		}
		sameMeasures(t, "renamed", renamed.simulate(t, renamed.book).Measures(desk.Historical), w.simulate(t, w.book).Measures(desk.Historical), 1)
	})
}

func TestAPositionSplitOverTwoStrategiesIsTheSameRisk(t *testing.T) {
	t.Parallel()
	forManyWorlds(t, func(t *testing.T, w world, random *rand.Rand) {
		split := slices.Clone(w.book)
		part := split[0]
		part.Strategy, part.Weight = "OTHER", part.Weight*random.Float64()
		split[0].Weight -= part.Weight
		s, other := w.simulate(t, append(split, part)), w.simulate(t, w.book)
		sameMeasures(t, "split", s.Measures(desk.Historical), other.Measures(desk.Historical), 1)
		for _, d := range s.Drivers() {
			for _, o := range other.Drivers() {
				if d.Grouping == desk.ByInstrument && o.Grouping == d.Grouping && o.Name == d.Name {
					near(t, d.Name, d.CVaR95Pct, o.CVaR95Pct, 1e-9)
				}
			}
		}
	})
}

// A book that only gains has a negative VaR and CVaR: neither is cut off at zero.
func TestABookThatOnlyGainsHasANegativeVaR(t *testing.T) {
	t.Parallel()
	days := weekdays(date(t, "2024-01-01"), 100)
	var prices []desk.Price
	for n, d := range days {
		prices = append(prices, desk.Price{Instrument: "A", Date: d, Value: 100 * math.Pow(1.001, float64(n))})
	}
	s := simulate(t, history(t, []desk.Instrument{inBRL("A")}, prices), risk.Book{{Strategy: "S", Instrument: "A", Weight: 1}}, days[99], risk.Options{})
	m := s.Measures(desk.Historical)
	near(t, "VaR", m.VaR95, -0.1, 1e-9)
	near(t, "CVaR", m.CVaR99, -0.1, 1e-9)
}
