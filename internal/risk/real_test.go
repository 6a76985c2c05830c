package risk_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
	"macrowatch/internal/testkit/testfiles"
)

// realMarket is the real price history, with a duration for Brazil's spread.
func realMarket(t testing.TB) ([]desk.Instrument, []desk.Price) {
	t.Helper()
	instruments := testfiles.Instruments(t)
	for n := range instruments {
		if instruments[n].Name == "EMBI_BR" {
			seven := 7.0
			instruments[n].ModifiedDuration = &seven
		}
	}
	return instruments, testfiles.Prices(t)
}

// realBook is a book whose weights change with the month, so that each date has another one.
func realBook(month int) risk.Book {
	w := func(n int) float64 { return math.Sin(float64(month)*0.7+float64(n)) / 2 }
	return risk.Book{
		{Strategy: "FX_A", Instrument: "USDBRL", Weight: w(1)}, {Strategy: "FX_B", Instrument: "USDJPY", Weight: w(2)},
		{Strategy: "FX_B", Instrument: "EURUSD", Weight: w(3)}, {Strategy: "RATES_A", Instrument: "UST10Y", Weight: w(4)},
		{Strategy: "RATES_A", Instrument: "UST2Y", Weight: w(5)}, {Strategy: "RATES_B", Instrument: "EUR10Y", Weight: w(6)},
		{Strategy: "SOV_A", Instrument: "EMBI_BR", Weight: w(7)}, {Strategy: "CROSS_A", Instrument: "WTI", Weight: w(8) / 4},
		{Strategy: "CROSS_A", Instrument: "SPX", Weight: w(9)}, {Strategy: "CROSS_B", Instrument: "USDBRL", Weight: w(10)},
	}
}

// VaR and CVaR of every month-end of 2008 to 2025 are computed a second time here: from maps of prices by day, position by
// position, with closed formulas for the durations.
func TestRealMonthEndsAgreeWithAnIndependentComputation(t *testing.T) {
	t.Parallel()
	instruments, prices := realMarket(t)
	h := history(t, instruments, prices)
	levels := map[string]map[string]float64{}
	for _, p := range prices {
		if levels[p.Instrument] == nil {
			levels[p.Instrument] = map[string]float64{}
		}
		levels[p.Instrument][p.Date.Format(time.DateOnly)] = p.Value
	}
	compared := 0
	for month := range 18 * 12 {
		end := time.Date(2008, time.Month(month+2), 0, 0, 0, 0, 0, time.UTC)
		s := simulate(t, h, realBook(month), end, risk.Options{})
		got, pnl := s.Measures(desk.Historical), independentPnL(t, levels, realBook(month), end)
		losses := slices.Sorted(func(yield func(float64) bool) {
			for _, x := range pnl {
				if !yield(-x) {
					return
				}
			}
		})
		// Of 500 losses the quantiles are at the places 474.05 and 494.01.
		near(t, dayText(end)+" VaR 95", got.VaR95, losses[474]+0.05*(losses[475]-losses[474]), 1e-9)
		near(t, dayText(end)+" VaR 99", got.VaR99, losses[494]+0.01*(losses[495]-losses[494]), 1e-9)
		near(t, dayText(end)+" CVaR 95", got.CVaR95, mean(losses[475:]), 1e-9)
		near(t, dayText(end)+" CVaR 99", got.CVaR99, mean(losses[495:]), 1e-9)
		compared++
	}
	t.Logf("%d month-ends", compared)
}

func dayText(d time.Time) string { return d.Format(time.DateOnly) }

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// independentPnL computes the last 500 hypothetical P&Ls in percent, straight from the conventions.
func independentPnL(t *testing.T, levels map[string]map[string]float64, book risk.Book, end time.Time) []float64 {
	t.Helper()
	var common []string
	for d := end; len(common) < 600; d = d.AddDate(0, 0, -1) {
		all := true
		for _, p := range book {
			_, has := levels[p.Instrument][dayText(d)]
			all = all && has
		}
		if all {
			common = append(common, dayText(d)) // the latest first
		}
	}
	last := func(name string) float64 { // up to the end of the month
		for d := end; ; d = d.AddDate(0, 0, -1) {
			if x, ok := levels[name][dayText(d)]; ok {
				return x
			}
		}
	}
	var pnl []float64
	for n := 0; len(pnl) < 500; n++ {
		to, from := common[n], common[n+1]
		if date(t, to).Sub(date(t, from)) > 5*24*time.Hour || levels["WTI"][to] <= 0 || levels["WTI"][from] <= 0 {
			continue
		}
		sum := 0.0
		for _, p := range book {
			a, b := levels[p.Instrument][from], levels[p.Instrument][to]
			x0, x1 := levels["USDBRL"][from], levels["USDBRL"][to]
			switch p.Instrument {
			case "UST10Y", "UST2Y": // a par bond of 2T half-years: D = (1−v^2T)/y, C by its own closed form
				years := 10.0
				if p.Instrument == "UST2Y" {
					years = 2
				}
				d, c := parBond(years, last(p.Instrument)/100)
				sum += p.Weight * (-d*(b-a)/100 + c*(b-a)*(b-a)/20_000)
			case "EUR10Y":
				sum += p.Weight * (-10*(b-a)/100 + 100*(b-a)*(b-a)/20_000)
			case "EMBI_BR":
				sum += p.Weight * (-7*(b-a)/10_000 + 49*(b-a)*(b-a)/2e8)
			case "USDBRL", "SPX":
				sum += p.Weight * (b/a - 1)
			case "USDJPY": // its profit is in JPY: BRL per JPY is USDBRL/USDJPY
				sum += p.Weight * (b/a - 1) * (x1 / b) / (x0 / a)
			default: // in USD
				sum += p.Weight * (b/a - 1) * x1 / x0
			}
		}
		pnl = append(pnl, 100*sum)
	}
	return pnl
}

// parBond differentiates P(y) = (c/y)·(1 − v^n) + v^n, v = 1/(1+y/2), n half-years, twice at y = c:
// D = (1 − v^n)/c and C = 2·(1 − v^n)/c² − n·v^(n+1)/c.
func parBond(years, y float64) (d, c float64) {
	n, v := 2*years, 1/(1+y/2)
	d = (1 - math.Pow(v, n)) / y
	return d, 2*(1-math.Pow(v, n))/(y*y) - n*math.Pow(v, n+1)/y
}
