package risk_test

import (
	"fmt"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

// soyHistory is the history of one instrument over 101 days. Its price falls by 10, 5, 4, 3, 2 and 1 % on six of them, and
// stays where it is on the others.
func soyHistory() (*risk.History, time.Time, error) {
	falls := map[int]float64{5: 10, 15: 5, 25: 4, 35: 3, 45: 2, 55: 1}
	soy := desk.Instrument{Name: "SOY", Kind: desk.KindPrice, QuotedIn: "BRL per bag", AssetClass: "Commodities"}
	var prices []desk.Price
	price, day := 100.0, time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	for n := range 101 {
		price *= 1 - falls[n]/100
		prices = append(prices, desk.Price{Instrument: "SOY", Date: day.AddDate(0, 0, n), Value: price})
	}
	h, err := risk.NewHistory(desk.BuiltInRules(), []desk.Instrument{soy}, prices)
	return h, day.AddDate(0, 0, 100), err
}

// Half of NAV is in one instrument. Its six falls are the six largest of 100 losses: 0.5, 1, 1.5, 2, 2.5 and 5 % of NAV.
func ExampleHistory_Simulate() {
	history, today, err := soyHistory()
	if err != nil {
		fmt.Println(err)
		return
	}
	book := risk.Book{{Strategy: "CROSS_1", Instrument: "SOY", Weight: 0.5}}
	s, err := history.Simulate(book, today, risk.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	m := s.Measures(desk.Historical)
	fmt.Printf("%d returns\n", s.Returns)
	fmt.Printf("VaR 95 %.3f, VaR 99 %.3f, CVaR 95 %.3f\n", m.VaR95, m.VaR99, m.CVaR95)
	// Output:
	// 100 returns
	// VaR 95 0.525, VaR 99 2.525, CVaR 95 2.400
}

func ExampleSimulation_Stress() {
	history, today, err := soyHistory()
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := history.Simulate(risk.Book{{Strategy: "CROSS_1", Instrument: "SOY", Weight: 0.5}}, today, risk.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fall, less := -20.0, -30.0
	result, err := s.Stress(risk.Scenario{Name: "Commodities fall", Shocks: []risk.Shock{
		{AssetClass: "Commodities", Percent: &fall},
		{Prefix: "SOY", Percent: &less}, // closer than the class, so this one counts
	}})
	fmt.Printf("%s: %.1f %% of NAV, %v\n", result.Scenario, result.PortfolioPnLPct, err)
	// Output: Commodities fall: -15.0 % of NAV, <nil>
}

// The book is 10 % below its peak of 130. Its worst fall was the one from 120 to 90.
func ExampleDrawdownOf() {
	var navs []desk.DailyNAV
	for n, nav := range []float64{100, 120, 90, 130, 117} {
		navs = append(navs, desk.DailyNAV{Day: time.Date(2026, time.January, 5+n, 0, 0, 0, 0, time.UTC), NAV: nav})
	}
	d, err := risk.DrawdownOf(navs)
	fmt.Printf("%.0f %% now, %.0f %% at worst, %v\n", d.Current, d.Worst252, err)
	// Output: 10 % now, 25 % at worst, <nil>
}

// At 99 % there should be 2.5 losses beyond the VaR in 250 days. Six of them put the model into the yellow zone.
func ExampleBacktestOf() {
	var days []desk.BacktestDay
	for n := range risk.BacktestDays {
		d := desk.BacktestDay{Day: time.Date(2026, time.January, 1+n, 0, 0, 0, 0, time.UTC), VaR99Pct: 2}
		if n%40 == 0 && n > 0 {
			d.HypotheticalPnLPct = -3
		}
		days = append(days, d)
	}
	b, err := risk.BacktestOf(days, 99)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d exceptions, %.1f expected, zone %s\n", b.Exceptions, b.Expected, b.Zone)
	fmt.Printf("Kupiec %.2f, p %.3f\n", b.Kupiec.LR, b.Kupiec.P)
	// Output:
	// 6 exceptions, 2.5 expected, zone yellow
	// Kupiec 3.56, p 0.059
}

func ExampleTrafficLight() {
	fmt.Println(risk.TrafficLight(4), risk.TrafficLight(5), risk.TrafficLight(10))
	// Output: green yellow red
}

// A limit of 2 % on VaR 95 and of one and a half times NAV on each instrument.
func ExampleLimits_Check() {
	history, today, err := soyHistory()
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := history.Simulate(risk.Book{{Strategy: "CROSS_1", Instrument: "SOY", Weight: 2}}, today, risk.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	two, oneAndAHalf := 2.0, 1.5
	limits := risk.Limits{VaR95Pct: &two, InstrumentNet: &oneAndAHalf}
	for _, use := range limits.Check(s, s.Measures(desk.Historical), risk.Drawdown{}, nil) {
		fmt.Printf("%s: %.2f of %g, %.0f %%\n", use.Limit, use.CurrentValue, use.LimitValue, use.UtilizationPct)
	}
	// Output:
	// VaR 95%: 2.10 of 2, 105 %
	// Single instrument: 2.00 of 1.5, 133 %
}
